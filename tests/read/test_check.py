"""`check_corpus` tells everything at once: what, where, and how to mend it."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.check import check_corpus
from assistant.read.corpus import load_corpus
from assistant.read.problems import Finding, raise_first, where

from .conftest import CORPUS, SETTINGS, SMALL

Write = Callable[..., Path]


def told(root: Path, level: str = "error") -> list[tuple[str, str]]:
    """(file:line, problem) of the findings of one level."""
    found = check_corpus(root)
    assert all(f.remedy for f in found if f.level != "info")
    return [(f.where.replace(f"{root}/", ""), f.problem) for f in found if f.level == level]


def test_the_handbook_has_nothing_wrong() -> None:
    found = check_corpus(CORPUS)
    assert [f for f in found if f.level == "error"] == []
    (summary,) = [f for f in found if f.level == "info"]
    assert summary.problem == "100 sections, 935 sentences, 94 notes, 93 markers."


def test_a_whole_corpus_has_nothing_to_tell_but_its_size(small_corpus: Write) -> None:
    assert check_corpus(small_corpus()) == (
        Finding("info", str(small_corpus() / "small.md"), "3 sections, 7 sentences, 3 notes, 3 markers."),
    )


def test_all_mistakes_are_told_at_once(small_corpus: Write) -> None:
    broken = SMALL.replace("{#1.1}", "{#1}").replace("[^2]: Paper.\n", "").replace("“Said", "[^8] “Said")
    assert told(small_corpus(broken)) == [
        ("small.md:5", "the id 1 is used twice."),
        ("small.md:3", "the marker [^2] has no note."),
        ("small.md:7", "the marker [^8] has no note."),
    ]


def test_a_note_without_marker_is_told_unless_corpus_toml_says_why(small_corpus: Write) -> None:
    markdown = SMALL.replace("one[^2]", "one")
    assert told(small_corpus(markdown), "warning") == [("small.md:16", "note 2 has no marker.")]
    excused = SETTINGS + '\n[document.unmarked]\n"2" = "lost"\n'
    assert told(small_corpus(markdown, excused), "warning") == []
    assert told(small_corpus(SMALL, excused), "warning") == [
        ("corpus.toml", "note 2 has a marker after all.")
    ]
    unknown = SETTINGS + '\n[document.unmarked]\n"7" = "lost"\n'
    assert told(small_corpus(SMALL, unknown), "warning") == [("corpus.toml", "there is no note 7.")]


def test_text_is_looked_through(small_corpus: Write) -> None:
    markdown = SMALL.replace("First sentence.", "See <https://x y> and <https://nowhere> and³.")
    markdown = markdown.replace("{#1.1}", '{#1.1 illustrates="9"}')
    assert told(small_corpus(markdown)) == [
        ("small.md:3", "the address 'https://nowhere' is not well formed."),
        ("small.md:5", "there is no section 9."),
    ]
    assert told(small_corpus(markdown), "warning") == [
        ("small.md:3", "a superscript figure stands as plain text.")
    ]


def test_references_must_be_the_notes(small_corpus: Write) -> None:
    settings = SETTINGS + 'references = "r.json"\n'
    entries = [
        {"id": f"ref-{n}", "number": n, "printed": printed, "csl": {"type": "book"}}
        for n, printed in (("1", "Book."), ("2", "Papers."), ("4", "Else."))
    ]
    root = small_corpus(settings=settings, r__json=json.dumps(entries))
    assert told(root) == [("r.json", "there is no note 4."), ("r.json", "“printed” of ref-2 is not note 2.")]
    assert told(root, "warning") == [("r.json", "note 3 has no entry.")]


def test_questions_asked_twice_or_also_unanswered(small_corpus: Write) -> None:
    entry = {"section": "1", "type": "factoid", "evidence": ["First sentence."], "notes": []}
    lines = [
        json.dumps({**entry, "id": "a", "questions": ["What is it?", "Who?", "Why?"]}),
        json.dumps({**entry, "id": "b", "questions": ["what is it", "Not said", "Or is it?"]}),
    ]
    nothing = {"question": "Who?", "nearest_section": "1", "why": "x", "asks_for": "person"}
    root = small_corpus(
        settings=SETTINGS + 'questions = "q.jsonl"\nunanswered = "u.jsonl"\n',
        q__jsonl="\n".join(lines),
        u__jsonl=json.dumps(nothing),
    )
    assert told(root, "warning") == [("q.jsonl:2", "“what is it” is asked twice (line 1).")]
    assert told(root) == [("q.jsonl:1", "“Who?” is also among the unanswered questions.")]


def test_a_bank_is_looked_through(small_corpus: Write) -> None:
    entry = {"id": "a", "section": "1", "type": "factoid", "evidence": ["First sentence."]}
    lines = [
        json.dumps({**entry, "questions": ["Who?"]}),
        json.dumps({**entry, "questions": ["When?", "Where?", "Why?"]}),
        json.dumps({**entry, "id": "b", "section": "9", "questions": ["What?", "How?", "Whence?"]}),
        json.dumps({**entry, "id": "c", "notes": ["7"], "evidence": ["Gone."], "questions": ["Which?"]}),
    ]
    root = small_corpus(
        settings=SETTINGS + 'questions = "q.jsonl"\nunanswered = "u.jsonl"\n',
        q__jsonl="\n".join(lines),
        u__jsonl=json.dumps({"question": "How far?", "nearest_section": "9", "asks_for": "metres"}),
    )
    assert told(root) == [
        ("q.jsonl:2", "the id a is used twice."),
        ("q.jsonl:3", "there is no section 9."),
        ("q.jsonl:4", "there is no note 7."),
        ("u.jsonl:1", "there is no section 9."),
    ]
    assert told(root, "warning") == [
        ("q.jsonl:1", "a has 1 of the 3 questions that it needs."),
        ("q.jsonl:4", "c has 1 of the 3 questions that it needs."),
        ("u.jsonl:1", "“How far?” has no “why”."),
        ("u.jsonl:1", "“asks_for” is 'metres'."),
    ]


def test_files_that_are_named_but_not_there_are_told(small_corpus: Write) -> None:
    root = small_corpus(settings=SETTINGS + 'questions = "q.jsonl"\nedits = "e.toml"\n')
    assert told(root, "warning") == [
        ("e.toml", "there is no such file."),
        ("q.jsonl", "there is no such file."),
    ]


def test_files_that_are_made_are_told_with_the_command_that_makes_them(small_corpus: Write) -> None:
    root = small_corpus(settings=SETTINGS + 'names = "n.toml"\nglossary = "g.json"\n', n__toml="[person]\n")
    (missing,) = [f for f in check_corpus(root) if f.level == "warning"]
    command = f"python -m assistant.read.entities {root}"
    assert missing.remedy == f"Make it ({command}), or take `glossary` out of corpus.toml."
    (root / "g.json").write_text('[{"acronym": "A", "expansions": ["Aa"], "section": "1"}]')
    (stale,) = [f for f in check_corpus(root) if f.level == "warning"]
    assert (stale.problem, stale.remedy) == ("it is not what the text gives.", f"Make it anew: {command}")


def test_each_broken_file_is_told_and_the_others_are_looked_at(small_corpus: Write) -> None:
    settings = (
        SETTINGS + 'questions = "q.jsonl"\nconflicts = "c.toml"\nreferences = "r.json"\nglossary = "g.json"\n'
    )
    root = small_corpus(settings=settings, q__jsonl="{", c__toml="x =\n", r__json="[{},\n", g__json="[1]")
    assert [place for place, _ in told(root)] == ["r.json:2", "g.json", "c.toml:1", "q.jsonl:1"]


def test_one_mistake_is_told_once_and_before_what_follows_from_it(small_corpus: Write) -> None:
    settings = SETTINGS + 'references = "r.json"\nentities = "en.json"\nnames = "n.toml"\n'
    root = small_corpus(settings=settings, r__json="[{},\n", en__json="[]", n__toml="[person]\n")
    assert [place for place, _ in told(root)] == ["r.json:2"]
    entry = {
        "id": "a",
        "section": "1",
        "type": "who",
        "evidence": ["Second bold one."],
        "questions": ["Who?"],
    }
    settings = SETTINGS + 'original = "o.txt"\nedits = "e.toml"\nquestions = "q.jsonl"\n'
    plain = SMALL.replace(' kicker="Chapter 1"', "").replace("Second **bold** one", "One")
    files = {"o__txt": SUPPLIED + REST, "e__toml": HASH + EDIT, "q__jsonl": json.dumps(entry)}
    root = small_corpus(plain, settings, **files)
    assert [place for place, _ in told(root)] == ["small.md:3", "q.jsonl:1"]
    assert check_corpus(root)[0].remedy == "Undo it, or declare it in e.toml (line 3 of the original)."


RULE = '[[rule]]\nid = "a"\nkind = "b"\naction = "note"\nbefore = "c"\npatterns = [{ all_of = [["d"]] }]\n'
SUPPLIED = "One\n\nFirst sentence.¹ Second **bold** one[2].\n\nInside\n\n“Said so.”³\n\nA. Person\n"
REST = "\nSources\n1. Book.\n2. Paper.\n3. Talk.\n"
EDIT = '[[group]]\nreason = "form"\nedit = [{ line = 3, old = "[2]", new = "²" }]\n'


HASH = f'sha256 = "{hashlib.sha256((SUPPLIED + REST).encode()).hexdigest()}"\n'


def replayed(write: Write, markdown: str, edits: str = EDIT) -> list[tuple[str, str]]:
    settings = SETTINGS + 'original = "o.txt"\nedits = "e.toml"\n'
    plain = markdown.replace(' kicker="Chapter 1"', "")
    return told(write(plain, settings, o__txt=SUPPLIED + REST, e__toml=edits))


def test_undeclared_changes_are_told_with_their_line(small_corpus: Write) -> None:
    assert replayed(small_corpus, SMALL) == []
    changed = SMALL.replace("Second", "Third").replace("A. Person", "B. Person")
    assert replayed(small_corpus, changed) == [
        ("small.md:3", "“Second” of the original reads “Third”: not declared."),
        ("small.md:10", "“A.” of the original reads “B.”: not declared."),
    ]


def test_edits_that_do_not_fit_are_told(small_corpus: Write) -> None:
    assert replayed(small_corpus, SMALL, EDIT.replace("line = 3", "line = 1")) == [
        ("e.toml", "line 1 of the original does not hold '[2]'.")
    ]


def test_kept_words_that_are_gone_are_told(small_corpus: Write) -> None:
    kept = HASH + EDIT + '\n[[kept]]\nreason = "slip"\nplace = [{ quote = "Second bolt", note = "bold" }]\n'
    settings = SETTINGS + 'original = "o.txt"\nedits = "e.toml"\n'
    plain = SMALL.replace(' kicker="Chapter 1"', "")
    root = small_corpus(plain, settings, o__txt=SUPPLIED + REST, e__toml=kept)
    assert told(root, "warning") == [("e.toml", "kept words are gone: “Second bolt”.")]


def test_words_that_are_gone_or_new_are_told_as_such(small_corpus: Write) -> None:
    assert replayed(small_corpus, SMALL.replace("First sentence.", "First.")) == [
        ("small.md:3", "“First sentence.¹” of the original reads “First.¹”: not declared.")
    ]
    assert replayed(
        small_corpus, SMALL.replace("# Inside", "# Well inside").replace("A. Person", "Person")
    ) == [
        ("small.md:5", "“Inside” of the original reads “Well inside”: not declared."),
        ("small.md:10", "“A.” of the original is missing here: not declared."),
    ]
    assert replayed(small_corpus, SMALL.replace("Second", "Then second, Second")) == [
        ("small.md:3", "“Then second,” stands here and not in the original: not declared.")
    ]
    long = " ".join(["word"] * 100)
    ((_, told_long),) = replayed(small_corpus, SMALL.replace("Second", f"{long} Second"))
    assert len(told_long) < 250


def test_edits_without_a_reason_or_without_the_hash_of_their_original_are_told(small_corpus: Write) -> None:
    settings = SETTINGS + 'original = "o.txt"\nedits = "e.toml"\n'
    plain = SMALL.replace(' kicker="Chapter 1"', "")
    edits = EDIT.replace('reason = "form"\n', "")
    root = small_corpus(plain, settings, o__txt=SUPPLIED + REST, e__toml=edits)
    assert told(root, "warning") == [
        ("e.toml", "[[group]] 1 gives no reason."),
        ("e.toml", "a change of the original would not be found."),
    ]
    assert HASH.strip() in check_corpus(root)[1].remedy
    root = small_corpus(plain, settings, o__txt=SUPPLIED + REST, e__toml=HASH + EDIT)
    assert told(root, "warning") == []


def test_a_csl_item_says_what_is_printed(small_corpus: Write) -> None:
    csl = {
        "type": "book",
        "title": "Book",
        "author": [{"family": "Roe", "given": "A."}],
        "issued": {"date-parts": [[1999]]},
    }
    entries = [
        {"id": "ref-1", "number": "1", "printed": "Book.", "csl": csl},
        {"id": "ref-2", "number": "2", "printed": "Paper."},
        {"id": "ref-3", "number": "3", "printed": "Talk.", "points_to": "1"},
    ]
    root = small_corpus(settings=SETTINGS + 'references = "r.json"\n', r__json=json.dumps(entries))
    assert told(root, "warning") == [
        ("r.json", "ref-1: its author Roe is not printed."),
        ("r.json", "ref-1: its year 1999 is not printed."),
        ("r.json", "ref-2 has no csl, and points at no other note."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("## Inside {#1.1}", "##Inside {#1.1}", 5, "a line begins with # and is no heading."),
        ("one[^2].", "one[^ 2].", 3, "“[^” is no note marker here."),
        ("**bold**", "**bold **", 3, "“**” stands as text: the bold is not closed, or has a space inside."),
        ("First", ":::\n\nFirst", 3, "“:::” opens or closes nothing here."),
        ("First", "| a | b |\n|---|---|\n\nFirst", 3, "tables are not read."),
        ("First", "<!-- later -->\n\nFirst", 3, "HTML is not interpreted."),
    ],
)
def test_markup_that_is_none_is_told(
    small_corpus: Write, old: str, new: str, line: int, problem: str
) -> None:
    assert (f"small.md:{line}", problem) in told(small_corpus(SMALL.replace(old, new)), "warning")


@pytest.mark.parametrize(
    ("care", "problem"),
    [
        ('[[rule]]\nid = "a"\n', "rule 1, kind: is missing."),
        ("x = [", "not TOML: Invalid value."),
        (f'{RULE}signposts = ["s"]\n', "rule a: there is no signpost s."),
        (RULE.replace("note", "shout"), "rule 1, action: should be 'refuse', 'note' or 'reply'."),
        (RULE, None),
    ],
)
def test_care_rules_that_no_answer_could_follow_are_told(
    small_corpus: Write, care: str, problem: str | None
) -> None:
    root = small_corpus(settings='care = "care.toml"\n' + SETTINGS, care__toml=care)
    assert [p for _, p in told(root)][:1] == ([problem] if problem else [])


def test_corpus_toml_is_looked_through(small_corpus: Write) -> None:
    assert told(small_corpus(settings='calld = "x"\n' + SETTINGS), "warning") == [
        ("corpus.toml", "unknown entry “calld”.")
    ]
    assert told(small_corpus(settings="called = 3\n" + SETTINGS)) == [("corpus.toml", "“called” is no text.")]
    long = SETTINGS + f'questions = "{"q" * 300}"\n'
    assert [problem for _, problem in told(small_corpus(settings=long), "warning")] == [
        "there is no such file."
    ]


# ---------------------------------------------------------------- the handbook, broken in every way

HANDBOOK = (CORPUS / "handbook" / "handbook.md").read_text(encoding="utf-8")


def _line(text: str) -> int:
    return HANDBOOK[: HANDBOOK.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("[^43]: Gordon", "Gordon", _line("[^43]."), "the marker [^43] has no note."),
        ("agenda[^1].", "agenda[^111].", _line("agenda[^1]."), "the marker [^111] has no note."),
        ("{#3.1.2 ", "{#3.1.1 ", _line("{#3.1.2 "), "the id 3.1.1 is used twice."),
        ("### Europe", "##### Europe", _line("### Europe"), "jumps from level 2 to level 5."),
        ("[^5]: ", "[^4]: ", _line("[^5]: "), "note 4 is given twice."),
    ],
)
def test_a_broken_handbook_is_told_and_refused(
    old: str, new: str, line: int, problem: str, tmp_path: Path
) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(CORPUS, root)
    assert HANDBOOK.count(old) == 1
    (root / "handbook" / "handbook.md").write_text(HANDBOOK.replace(old, new), encoding="utf-8")
    assert any(
        place == f"handbook/handbook.md:{line}" and found.endswith(problem) for place, found in told(root)
    )
    with pytest.raises(CorpusError) as caught:
        load_corpus(root)
    assert caught.value.line is not None
    assert caught.value.remedy


def test_the_first_error_is_raised_with_its_place() -> None:
    raise_first([Finding("warning", "a.md:3", "look")])
    with pytest.raises(CorpusError) as caught:
        raise_first([Finding("info", "a.md", "x"), Finding("error", "b.md:7", "broken.", "Mend it.")])
    assert (caught.value.path, caught.value.line, str(caught.value)) == (
        "b.md",
        7,
        "b.md:7: broken. Mend it.",
    )
    assert where("a.md", 3) == "a.md:3"
    assert where("a.md") == "a.md"
