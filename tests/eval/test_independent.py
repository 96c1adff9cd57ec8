"""A second scorer, written plainly from docs/EVALUATION.md and sharing no code with the first: both agree."""

from __future__ import annotations

import json
import math
import random
import re
import statistics
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from eval.outputs import score_system
from eval.sets import load_sets

QUESTIONS = Path(__file__).parents[2] / "eval" / "questions"
NAMES = ("handbook", "unanswerable", "conversations", "second-handbook", "second-unanswerable",
         "second-conversations")  # fmt: skip


def bare(text: str) -> str:
    text = re.sub(r"\[\^[^\]]*\]|\^\{[^}]*\}|\[[\d, ;–-]+\]|[⁰¹²³⁴-⁹]", "", text)
    return re.sub(r"\*|`", "", text)


def tokens(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", bare(text)).lower()
    return re.findall(r"[^\W_]+", re.sub(r"(?<=\w)['’](?=\w)", "", text))


def four(text: str, size: int) -> set[str]:
    t = tokens(text)
    return {" ".join(t[i : i + size]) for i in range(len(t) - size + 1)}


def found(quote: str, passage: str) -> bool:
    size = min(4, len(tokens(quote)))
    wanted = four(quote, size)
    return len(wanted & four(passage, size)) >= 0.6 * len(wanted)


def needs(question: dict[str, Any]) -> list[list[dict[str, Any]]]:
    needed = [e for e in question.get("evidence", []) if e.get("group") != "optional"]
    if question.get("alternatives"):
        return [needed] if needed else []
    groups: dict[str, list[dict[str, Any]]] = {}
    for i, e in enumerate(needed):
        groups.setdefault(str(e.get("group", f"alone {i}")), []).append(e)
    return list(groups.values())


def recall(question: dict[str, Any], passages: list[str]) -> float:
    units = needs(question)
    return sum(any(found(e["quote"], p) for e in unit for p in passages) for unit in units) / len(units)


def first(text: str, n: int) -> str:
    return " ".join(text.split()[:n])


def within(passages: list[str], limit: int) -> list[str]:
    kept, used = [], 0
    for p in passages:
        kept.append(first(p, max(limit - used, 0)))
        used += len(p.split())
    return kept


def ndcg(question: dict[str, Any], passages: list[str]) -> float:
    cut = [first(p, 200) for p in passages]
    units = needs(question)
    left, place, gain = set(range(len(units))), 0, 0.0
    for p in cut:
        new = {i for i in left if any(found(e["quote"], p) for e in units[i])}
        useful = any(found(e["quote"], p) for e in question["evidence"])
        left -= new
        for _ in new:
            place += 1
            gain += 1 / math.log2(place + 1) if place <= 10 else 0
        place += not useful
    return gain / sum(1 / math.log2(i + 2) for i in range(min(len(units), 10)))


def rr(question: dict[str, Any], passages: list[str]) -> float:
    for rank, p in enumerate(passages, 1):
        if any(found(e["quote"], first(p, 200)) for unit in needs(question) for e in unit):
            return 1 / rank
    return 0.0


def folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", bare(text)).lower()
    text = re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', re.sub(r"[‐-―]", "-", text)))
    return " ".join(text.split())


def nuggets(question: dict[str, Any], answer: str) -> float:
    text = folded(answer)

    def has(spelling: str) -> bool:
        s = folded(spelling)
        for m in re.finditer(re.escape(s), text):
            before, after = text[: m.start()], text[m.end() :]
            if s[0].isdigit() and re.search(r"\d[.,]?$", before):
                continue
            if s[-1].isdigit() and re.match(r"[.,]?\d", after):
                continue
            return True
        return False

    return sum(any(has(s) for s in n) for n in question["nuggets"]) / len(question["nuggets"])


def sections(question: dict[str, Any], answer: dict[str, Any]) -> tuple[float, float]:
    def of(e: dict[str, Any]) -> set[str]:
        return {s.split("/")[0] for s in [e["section"], *e.get("section_aliases", [])]}

    cited = {c["section"].split("/")[0] for c in answer["citations"]}
    right = set().union(*(of(e) for e in question["evidence"]))
    wanted = {frozenset(set().union(*(of(e) for e in unit))) for unit in needs(question)}
    return len(cited & right) / len(cited) if cited else 0.0, sum(bool(w & cited) for w in wanted) / len(
        wanted
    )


def notes(question: dict[str, Any], answer: dict[str, Any]) -> tuple[float, float]:
    cited: dict[str, set[str]] = {}
    for c in answer["citations"]:
        for n in c["notes"]:
            cited.setdefault(n["number"], {n["number"]}).update(n.get("chain", []))
    either = question["notes_any"] if isinstance(question.get("notes_any"), list) else []
    right = {str(n) for k in ("notes", "notes_ok", "resolves_to") for n in question.get(k, [])} | set(either)
    right |= {str(n) for e in question["evidence"] for n in e.get("notes", [])}
    given = set().union(*cited.values()) if cited else set()
    wanted = [{n} for n in question["notes"]]
    if question.get("notes_any") or question.get("alternatives"):
        wanted = [{*question["notes"], *either}]  # no set of ours has a list beside other notes
    else:
        for unit in needs(question):
            shared = {n for e in unit for n in e.get("notes", [])} & set(question["notes"])
            if len(unit) > 1 and shared:
                wanted = [w for w in wanted if not w & shared] + [shared]
    precision = sum(bool(chain & right) for chain in cited.values()) / len(cited) if cited else 0.0
    return precision, sum(bool(w & given) for w in wanted) / len(wanted)


def answers_of_chance(questions: dict[str, dict[str, Any]], seed: int) -> dict[str, dict[str, Any]]:
    """Answers made of right and wrong pieces at random."""
    rng = random.Random(seed)
    quotes = [e for q in questions.values() for e in q.get("evidence", [])]
    facts = [n[0] for q in questions.values() for n in q.get("nuggets", [])]
    made = {}
    for name, q in questions.items():
        own = q.get("evidence", [])
        mixed = [rng.choice(own) if own and rng.random() < 0.5 else rng.choice(quotes) for _ in range(10)]
        texts = []
        for e in mixed:
            t = e["quote"].split()
            a = rng.randint(0, len(t) // 3)
            texts.append(
                " ".join(["Well,"] * rng.randint(0, 150) + t[a : len(t) - rng.randint(0, len(t) // 3)])
            )
        said = [n[rng.randrange(len(n))] for n in q.get("nuggets", []) if rng.random() < 0.7] + [
            rng.choice(facts)
        ]
        numbers = [str(rng.randint(1, 92)) for _ in range(2)] + [
            n for n in q.get("notes", []) if rng.random() < 0.6
        ]
        cited = [
            {
                "label": "1",
                "section": rng.choice([e["section"], "2.2/x"]),
                "quote": e["quote"],
                "notes": [
                    {"number": n, "chain": [n, str(rng.randint(1, 92))]}
                    for n in numbers
                    if rng.random() < 0.6
                ],
            }
            for e in mixed[: rng.randint(0, 3)]
        ]
        made[name] = {
            "id": name,
            "answer": "; **also** ".join(said) + " [1].",
            "refused": rng.random() < 0.3,
            "citations": cited,
            "passages": [{"text": t} for t in texts[: rng.randint(0, 10)]],
        }
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_both_scorers_agree_to_three_decimals(seed: int) -> None:
    items = load_sets([QUESTIONS / f"{name}.jsonl" for name in NAMES])
    questions: dict[str, dict[str, Any]] = {}
    for name in NAMES:
        for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "turns" in row:
                questions |= {f"{row['id']}#{i}": turn for i, turn in enumerate(row["turns"], 1)}
            else:
                questions[row["id"]] = row
    answers = answers_of_chance(questions, seed)
    ours = score_system("chance", items, answers, None).summary["overall"]

    theirs: dict[str, list[float]] = {}
    for name, q in questions.items():
        a = answers[name]
        texts = [p["text"] for p in a["passages"]]
        row: dict[str, float] = {"refusal_right": float(a["refused"] != q["answerable"])}
        if needs(q):
            row["evidence@400w"], row["evidence@800w"] = (recall(q, within(texts, w)) for w in (400, 800))
            row["evidence@5"], row["evidence@10"] = (
                recall(q, [first(t, 200) for t in texts[:k]]) for k in (5, 10)
            )
            row["mrr"], row["ndcg@10"] = rr(q, texts), ndcg(q, texts)
            row["section_precision"], row["section_recall"] = sections(q, a)
        if q.get("nuggets"):
            row["nuggets"] = nuggets(q, a["answer"])
        if q.get("notes") or q.get("notes_any"):
            row["note_precision"], row["note_recall"] = notes(q, a)
        for measure, value in row.items():
            theirs.setdefault(measure, []).append(value)
    for measure, values in theirs.items():
        assert ours[measure]["value"] == pytest.approx(statistics.fmean(values), abs=5e-4), measure
        assert ours[measure]["questions"] == len(values), measure
    assert 0.2 < ours["nuggets"]["value"] < 0.9
    assert 0.2 < ours["evidence@800w"]["value"] < 0.9
