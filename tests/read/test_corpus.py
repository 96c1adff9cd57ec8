"""A folder read into a corpus, and what is said of a folder that cannot be."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.corpus import DocumentEntry, corpus_checksum, load_corpus
from assistant.read.markdown import BOXES
from assistant.types import Corpus

from .conftest import CORPUS, SETTINGS, SMALL

Write = Callable[..., Path]


def refused(root: Path, **options: int) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        load_corpus(root, **options)
    return caught.value


def test_everything_that_corpus_toml_names_is_read(corpus: Corpus) -> None:
    (document,) = corpus.documents
    assert (document.id, document.language, corpus.language) == ("handbook", "en", "en")
    assert document.origin == "handbook/handbook.md"
    assert document.checksum == hashlib.sha256((CORPUS / document.origin).read_bytes()).hexdigest()
    assert len(document.references) == 92
    assert {g.acronym: g.section for g in document.glossary}["GBV"] == "1.1"
    assert "Colombia" in {e.name for e in document.entities}
    assert len(document.conflicts) >= 30
    assert len(corpus.checksum) == 64


def test_starters_by_audience(corpus: Corpus) -> None:
    assert [name for name, _ in corpus.starters] == [
        "Civil society",
        "Government",
        "Trainers",
        "Students and researchers",
        "Journalists",
    ]
    questions = [q for _, qs in corpus.starters for q in qs]
    assert len(questions) == len(set(questions)) == 25
    assert all(q.endswith("?") for q in questions)


def test_a_corpus_of_one_file(small_corpus: Write) -> None:
    corpus = load_corpus(small_corpus())
    (document,) = corpus.documents
    assert document.title == "Small"
    assert [n.chain for n in document.notes] == [("1",), ("2",), ("3",)]
    assert (document.references, document.questions, corpus.starters, corpus.care) == ((), (), (), {})


def test_files_that_are_named_but_not_there_are_left_out(small_corpus: Write) -> None:
    settings = SETTINGS + 'questions = "q.jsonl"\nconflicts = "c.toml"\nglossary = "g.json"\n'
    assert load_corpus(small_corpus(settings=settings)).documents[0].questions == ()


def test_the_checksum_follows_every_file_that_is_read(small_corpus: Write) -> None:
    first = load_corpus(small_corpus()).checksum
    assert load_corpus(small_corpus()).checksum == first
    assert load_corpus(small_corpus(README__md="not read")).checksum == first
    assert load_corpus(small_corpus(SMALL.replace("First", "1st"))).checksum != first
    assert load_corpus(small_corpus(settings=SETTINGS + "# note\n")).checksum != first


def test_line_ends_and_a_byte_order_mark_change_nothing(small_corpus: Write) -> None:
    text = load_corpus(small_corpus()).documents[0].text
    root = small_corpus()
    (root / "small.md").write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_corpus(root).documents[0].text == text


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("[^2]: Paper.\n", "", 3, "the marker [^2] has no note."),
        ("second", "[^9] second", 3, None),
        ("{#1.1}", "{#1}", 5, "the id 1 is used twice."),
        ("## Inside", "### Inside", 5, "the heading “Inside” jumps from level 1 to level 3."),
        ("{#1.1}", "", 5, "the heading “Inside” has no id."),
        ("[^3]: Talk.", "[^3]: Talk.\n\n[^1]: Again.", 20, "note 1 is given twice."),
    ],
)
def test_a_broken_document_is_refused(
    old: str, new: str, line: int, problem: str | None, small_corpus: Write
) -> None:
    markdown = SMALL.replace(old, new)
    if problem is None:
        problem = "the marker [^9] has no note."
        markdown = SMALL.replace("Second", "[^9] Second")
    error = refused(small_corpus(markdown))
    assert (error.problem, error.line) == (problem, line)
    assert error.path.endswith("small.md")
    assert error.remedy


def test_wrong_encoding_is_refused_with_its_line(small_corpus: Write) -> None:
    root = small_corpus()
    (root / "small.md").write_bytes(b"# A {#a}\n\ncaf\xe9\n")
    error = refused(root)
    assert (error.problem, error.line, error.remedy) == ("the file is not UTF-8.", 3, "Save it as UTF-8.")


def test_a_file_that_is_too_large_is_refused_unread(small_corpus: Write) -> None:
    root = small_corpus()
    with (root / "small.md").open("wb") as file:
        file.truncate(50_000_000)
    error = refused(root)
    assert error.problem == "the file has 50 MB, more than the 20 MB allowed."
    assert "max_file_mb" in error.remedy
    assert refused(small_corpus(), max_bytes=50).problem.startswith(
        "the file has 0 MB, more than the 5e-05 MB"
    )


@pytest.mark.parametrize("content", ["", "\n \n", "x\x00y"])
def test_empty_files_and_nul_are_refused(content: str, small_corpus: Write) -> None:
    error = refused(small_corpus(content))
    assert error.problem in ("the file is empty.", "the file holds a NUL character.")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("language = ", "not TOML"),
        ('language = "en"\n', "no document is named."),
        ('[[document]]\nid = "a"\n', "[[document]] 1: “title” is missing or no text."),
        (SETTINGS + 'sauce = "x"\n', "[[document]] 1 has an unknown entry “sauce”."),
        (SETTINGS + SETTINGS.partition("\n")[2], "two documents have the id “small”."),
        (SETTINGS.replace("small.md", "../small.md"), "“../small.md” leaves the corpus."),
        (SETTINGS.replace("small.md", "other.md"), "there is no such file."),
        (SETTINGS + '[[audience]]\nname = "All"\n', "[[audience]] 1 is not complete."),
        ("document = 3\n", "`document` is no list of tables."),
    ],
)
def test_a_broken_corpus_toml_is_refused(settings: str, problem: str, small_corpus: Write) -> None:
    error = refused(small_corpus(settings=settings))
    assert error.problem.startswith(problem)
    assert error.remedy


def test_no_corpus_at_all(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere")
    assert error.problem == "there is no corpus here."


def question(**changes: object) -> str:
    entry = {"id": "q1", "section": "1", "type": "factoid", "evidence": ["First sentence."], "notes": ["1"]}
    return json.dumps({**entry, "questions": ["What first?"], **changes}) + "\n"


def test_questions_are_placed_by_their_words(small_corpus: Write) -> None:
    settings = SETTINGS + 'questions = "q.jsonl"\nunanswered = "u.jsonl"\n'
    unanswered = {"question": "Why?", "nearest_section": None, "why": "not said", "asks_for": "reason"}
    root = small_corpus(settings=settings, q__jsonl=question(), u__jsonl=json.dumps(unanswered))
    (document,) = load_corpus(root).documents
    (entry,) = document.questions
    assert [document.text[a:b] for a, b in entry.spans] == ["First sentence.¹"]
    assert (entry.questions, entry.notes, entry.section) == (("What first?",), ("1",), "1")
    assert document.unanswered[0].asks_for == "reason"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (question(evidence=["Never said so."]), "quotation not found"),
        (question(section="9"), "there is no section 9."),
        (question(notes=["77"]), "there is no note 77."),
        (question(questions=[]), "“questions” is empty."),
        (question(evidence="First"), "“evidence” is no list of texts."),
        (question(id=None), "“id” is missing or no text."),
        ("{\n", "not JSON"),
        ("[1]\n", "not a JSON object."),
        (question() + question(), "the id q1 is used twice."),
    ],
)
def test_broken_questions_are_refused(line: str, problem: str, small_corpus: Write) -> None:
    root = small_corpus(settings=SETTINGS + 'questions = "q.jsonl"\n', q__jsonl=line)
    error = refused(root)
    assert error.problem.startswith(problem)
    assert error.line == (2 if "twice" in problem else 1)


def test_broken_references_are_refused(small_corpus: Write) -> None:
    root = small_corpus(settings=SETTINGS + 'references = "r.json"\n', r__json="[{},\n")
    error = refused(root)
    assert error.path.endswith("r.json")
    assert error.line == 2


def test_the_docs_describe_every_entry_and_box() -> None:
    docs = (CORPUS.parent / "docs" / "CORPUS.md").read_text(encoding="utf-8")
    for entry in fields(DocumentEntry):
        assert re.search(rf"\b{entry.name}\b", docs), entry.name
    for box in BOXES:
        assert f"`::: {box}`" in docs


def test_the_checksum_alone_is_the_corpus_s() -> None:
    root = Path(__file__).resolve().parents[2] / "corpus"
    assert corpus_checksum(root) == load_corpus(root).checksum
