"""When does a corpus without readers' questions not answer? Fitted and measured on SQuAD 2.0.

    python benchmarks/refusal.py [FILE]

The articles of the file are put into two halves by turns: the default of `answerability.without_questions` is
fitted to one and measured on the other, then the other way round for its spread. In each half the last two
articles are left out of the index: their questions ask beside the corpus (`beside`), while SQuAD's own
unanswerable ones (`near-miss`) were written to look answered by the very paragraph that does not answer them.
The same is measured for a corpus with readers' questions but none that are known to be unanswered, as
`assistant build --expand` leaves one: every other answerable question is then one of the bank's, and the rest
are asked. A question counts as refused below `judge.BY_SENTENCES`. Answerable and unanswerable questions
weigh the same, and so do the two kinds of the latter.

FILE is SQuAD 2.0's dev set or a part of it; without it `../shared/data/bench/squad2-half/dev-v2.0.json`,
development data beside the checkout that users do not have. Takes some minutes; indexes are kept in
out/refusal. The figures go to benchmarks/results/refusal.json.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant import Assistant, Settings, build_index, load_corpus
from assistant.answer.judge import BY_SENTENCES
from eval.metrics.refusal import refusal_scores
from eval.metrics.selective import Judged, auroc

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "refusal.json"
KEPT = ROOT / "out" / "refusal"
BESIDE = 2  # articles of each half that are asked about but not indexed
KINDS = {"answerable": 0.5, "near-miss": 0.25, "beside": 0.25}  # weight of each kind as a whole
EARLIER = (9.0, 3.0, -0.7, -6.0)  # set by hand, before there was a measurement
SIGNS = re.compile(r"([!-/:-@\[-`{-~])")  # all that may be markup; a backslash makes it plain

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """The questions of one half.

    `kinds`, [n]; `signals`, [n, 3]: cosine of the nearest sentence, share of known words, unknown names;
    `said`, [n]: the probability that the assistant gives.
    """

    kinds: npt.NDArray[np.str_]
    signals: Floats
    said: Floats

    @property
    def weights(self) -> Floats:
        """The weight of each question; they add up to 1."""
        result = np.zeros(len(self.kinds))
        for kind, weight in KINDS.items():
            rows = self.kinds == kind
            result[rows] = weight / rows.sum()
        return result


def plain(text: str) -> str:
    """One line of text as Markdown that means nothing but itself."""
    return SIGNS.sub(r"\\\1", " ".join(text.split()))


def answerable(articles: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The article's number from 1, the paragraph, and each answerable question of it."""
    for number, article in enumerate(articles, 1):
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                if not asked["is_impossible"]:
                    yield number, paragraph["context"], asked


def bank(folder: Path, articles: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every other answerable question as an entry whose evidence is the sentence that holds the answer."""
    (document,) = load_corpus(folder).documents
    starts = [sentence.start for sentence in document.sentences]
    for place, (number, context, asked) in enumerate(answerable(articles)):
        if place % 2:
            before = " ".join((context[: asked["answers"][0]["answer_start"]] + "|").split())
            at = document.text.index(" ".join(context.split())) + len(before) - 1
            sentence = document.sentences[bisect_right(starts, at) - 1]
            quote = document.text[sentence.start : sentence.end]
            yield {"id": f"b-{place}", "section": str(number), "type": "factoid", "evidence": [quote],
                   "questions": [asked["question"]]}  # fmt: skip


def opened(name: str, articles: Sequence[dict[str, Any]], with_bank: bool) -> Assistant:
    """The assistant on a corpus of these articles, each a section."""
    folder = KEPT / name / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        line
        for number, article in enumerate(articles, 1)
        for line in (
            f"# {plain(article['title'].replace('_', ' '))} {{#{number}}}",
            *(plain(paragraph["context"]) for paragraph in article["paragraphs"]),
        )
    ]
    (folder / "book.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    listed = 'language = "en"\n\n[[document]]\nid = "squad"\ntitle = "SQuAD"\npath = "book.md"\n'
    (folder / "corpus.toml").write_text(listed, encoding="utf-8")
    if with_bank:
        entries = "".join(json.dumps(entry) + "\n" for entry in bank(folder, articles))
        (folder / "questions.jsonl").write_text(entries, encoding="utf-8")
        (folder / "corpus.toml").write_text(listed + 'questions = "questions.jsonl"\n', encoding="utf-8")
    settings = Settings(corpus=folder, index=KEPT / name / "index")
    print(name, build_index(settings))
    return Assistant.open(settings)


def ask(name: str, articles: Sequence[dict[str, Any]], with_bank: bool = False) -> Asked:
    """Ask all questions of one half, but those of the bank; all articles but the last are indexed."""
    indexed, beside = articles[:-BESIDE], articles[-BESIDE:]
    step = 2 if with_bank else 1
    questions = [("answerable", asked["question"]) for *_, asked in list(answerable(indexed))[::step]]
    questions += [
        ("near-miss", asked["question"])
        for article in indexed
        for paragraph in article["paragraphs"]
        for asked in paragraph["qas"]
        if asked["is_impossible"]
    ]
    questions += [("beside", asked["question"]) for *_, asked in answerable(beside)]
    name += " with bank" if with_bank else ""
    assistant = opened(name, indexed, with_bank)
    rows = []
    for number, (_, question) in enumerate(questions, 1):
        found = assistant.retrieve(question, 1)
        nearest = found.sentences[0][3] if found.sentences else -1.0
        rows.append((nearest, found.known_share, min(2, len(found.unknown)), found.answerable))
        if number % 100 == 0 or number == len(questions):
            print(f"\r{name}: {number}/{len(questions)} questions", end="", flush=True)
    print()
    table = np.array(rows, dtype=np.float64)
    return Asked(np.array([kind for kind, _ in questions]), table[:, :3], table[:, 3])


def fitted(asked: Asked) -> tuple[float, ...]:
    """Weights of the three signals and the bias of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6, max_iter=1000)
    weights = asked.weights * len(asked.kinds)
    model.fit(asked.signals, asked.kinds == "answerable", sample_weight=weights)
    return (*(float(w) for w in model.coef_[0]), float(model.intercept_[0]))


def logistic(weights: tuple[float, ...]) -> Callable[[Asked], Floats]:
    """The probabilities, [n], by three weights and a bias."""
    return lambda asked: 1 / (1 + np.exp(-(asked.signals @ np.array(weights[:3]) + weights[3])))


def measured(asked: Asked, probabilities: Floats) -> dict[str, Any]:
    """Refusal over all questions and for each unanswerable kind against all answerable ones."""
    can_be = asked.kinds == "answerable"
    truth = np.where(can_be, probabilities, 1 - probabilities)
    table: dict[str, Any] = {"log_loss": round(float(-(asked.weights * np.log(truth)).sum()), 4)}
    for kind in ("all", "near-miss", "beside"):
        rows = can_be | (asked.kinds == kind) | (kind == "all")
        pairs = list(zip(can_be[rows].tolist(), (probabilities[rows] < BY_SENTENCES).tolist(), strict=True))
        scores = refusal_scores(pairs)
        judged = [Judged(float(p), can, refused, 0.0)
                  for p, (can, refused) in zip(probabilities[rows], pairs, strict=True)]  # fmt: skip
        table[kind] = {
            "unanswerable": scores.unanswerable,
            "answerable": scores.answerable,
            "balanced_accuracy": round(scores.balanced_accuracy or 0.0, 3),
            "precision": round(scores.precision or 0.0, 3),
            "recall": round(scores.recall or 0.0, 3),
            "false_refusals": round(scores.false_refusals or 0.0, 3),
            "auroc": round(auroc(judged) or 0.0, 3),
        }
    return table


def reliability(asked: Asked, probabilities: Floats) -> list[dict[str, float]]:
    """Ten bins of equal width: mean probability and, by weight, how many are answerable."""
    bins = np.minimum(9, (probabilities * 10).astype(int))
    rows = []
    for number in range(10):
        here = bins == number
        if here.any():
            weights = asked.weights[here]
            actual = float((weights * (asked.kinds[here] == "answerable")).sum() / weights.sum())
            predicted = float((weights * probabilities[here]).sum() / weights.sum())
            rows.append({"from": number / 10, "questions": int(here.sum()),
                         "predicted": round(predicted, 3), "actual": round(actual, 3)})  # fmt: skip
    return rows


def show(name: str, table: dict[str, Any]) -> None:
    """One line a kind."""
    for kind in ("all", "near-miss", "beside"):
        row = table[kind]
        print(f"{name:<22}{kind:<10}" + "".join(f"{row[m]:>9.3f}" for m in
              ("balanced_accuracy", "precision", "recall", "false_refusals", "auroc"))
              + f"{table['log_loss']:>9.3f}")  # fmt: skip


def main() -> None:
    """Fits on one half, measures on the other, prints and keeps the figures."""
    usual = ROOT.parent / "shared" / "data" / "bench" / "squad2-half" / "dev-v2.0.json"
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else usual
    if not file.is_file():
        print("SQuAD 2.0 is not here: name its dev set. Skipped.")
        return
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    first, second = ask("first", articles[0::2]), ask("second", articles[1::2])
    weights, back = fitted(first), fitted(second)
    tables = {
        "by hand": measured(second, logistic(EARLIER)(second)),
        "fitted to the first": measured(second, logistic(weights)(second)),
        "in use": measured(second, second.said),
        "in use, first half": measured(first, first.said),
        "by hand, first half": measured(first, logistic(EARLIER)(first)),
        "fitted to the second": measured(first, logistic(back)(first)),
    }
    for half, place in (("first", 0), ("second", 1)):
        asked = ask(half, articles[place::2], with_bank=True)
        tables[f"bank, {half} half"] = measured(asked, asked.said)
    print(f"{'':<32}{'balanced':>9}{'precis.':>9}{'recall':>9}{'false':>9}{'AUROC':>9}{'loss':>9}")
    for name, table in tables.items():
        show(name, table)
    curve = reliability(second, second.said)
    for row in curve:
        print("{from:.1f}  {questions:>5}  predicted {predicted:.3f}  actual {actual:.3f}".format(**row))
    print("weights:", [round(w, 2) for w in weights], "the other way round:", [round(w, 2) for w in back])
    result = {
        "file": file.name, "answered_from": BY_SENTENCES, "weights": [round(w, 3) for w in weights],
        "weights_other_way_round": [round(w, 3) for w in back], "measured": tables, "reliability": curve,
        "reliability_by_hand": reliability(second, logistic(EARLIER)(second)),
    }  # fmt: skip
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
