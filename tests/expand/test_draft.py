"""The files of an expansion: nothing asked twice, nothing of a person's overwritten."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from assistant.errors import CorpusError, NotWritable
from assistant.expand.draft import Draft, name_in_corpus


def entry(name: str, question: str = "Which one?") -> dict[str, object]:
    return {"id": name, "section": "1", "type": "factoid", "evidence": ["It is."], "questions": [question]}


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "book.questions.jsonl"


def test_what_was_asked_is_remembered_at_once(path: Path) -> None:
    draft = Draft(path)
    assert (draft.begun, draft.done, draft.pending) == (False, frozenset(), ())
    draft.add("k1", [entry("x-1"), entry("x-2")])
    draft.add("k2", [])
    again = Draft(path)
    assert (again.begun, again.done) == (True, {"k1", "k2"})
    assert [e["id"] for e in again.pending] == ["x-1", "x-2"]
    assert not path.exists()


def test_a_transfer_empties_the_draft_and_keeps_what_was_asked(path: Path) -> None:
    draft = Draft(path)
    draft.add("k1", [entry("x-1")])
    assert draft.transfer() == 1
    assert ids(path) == ["x-1"]
    assert draft.path.read_text("utf-8") == '{"piece": "k1"}\n'
    assert draft.transfer() == 0
    again = Draft(path)
    assert (again.done, again.pending) == ({"k1"}, ())


def test_lines_that_a_person_changed_or_took_out_stay_so(path: Path) -> None:
    draft = Draft(path)
    draft.add("k1", [entry("x-1"), entry("x-2")])
    draft.transfer()
    mended = json.dumps(entry("x-2", "Mended?"))
    path.write_text(mended, encoding="utf-8")  # x-1 is out, and there is no line end
    draft = Draft(path)
    draft.add("k2", [entry("x-3")])
    draft.transfer()
    assert ids(path) == ["x-2", "x-3"]
    assert path.read_text("utf-8").startswith(mended + "\n")


def test_a_run_killed_while_transferring_adds_nothing_twice(path: Path) -> None:
    draft = Draft(path)
    draft.add("k1", [entry("x-1")])
    before = draft.path.read_bytes()
    draft.transfer()
    draft.path.write_bytes(before)  # killed between the two files
    assert Draft(path).transfer() == 1
    assert ids(path) == ["x-1"]


@pytest.mark.parametrize("keep", [1, 20, 60])
def test_a_line_that_is_cut_off_is_forgotten(path: Path, keep: int) -> None:
    draft = Draft(path)
    draft.add("k1", [])
    whole = draft.path.read_bytes()
    draft.add("k2", [entry("x-2")])
    draft.path.write_bytes(draft.path.read_bytes()[: len(whole) + keep])
    again = Draft(path)
    assert again.done == {"k1"}
    again.add("k3", [])
    assert Draft(path).done == {"k1", "k3"}


def test_a_draft_full_of_rubbish_is_an_empty_one(path: Path) -> None:
    path.parent.mkdir()
    Draft(path).path.write_bytes(
        b'\xff\xfe\n[1]\nnull\n{"piece": 5}\n{"piece": "k", "entries": [7, {"x": 1}]}\n'
    )
    draft = Draft(path)
    assert (draft.begun, draft.done, draft.pending) == (True, {"k"}, ())


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="cannot be written"):
        Draft(tmp_path / "file" / "questions.jsonl").add("k", [])


# ---------------------------------------------------------------- corpus.toml

HEAD = 'language = "en"\n\n'
FIRST = '[[document]]\nid = "a"\ntitle = "A"\npath = "a.md"  # a remark\n'
SECOND = '  [[ document ]]  # the second\n  id = "b"\n  title = "B"\n  path = "b.md"\n'


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("number", [0, 1])
def test_the_file_is_named_and_nothing_else_changes(tmp_path: Path, number: int, end: str) -> None:
    path = tmp_path / "corpus.toml"
    before = (HEAD + FIRST + "\n" + SECOND).replace("\n", end)
    path.write_bytes(before.encode())
    name_in_corpus(path, number, 'folder/é "x".jsonl')
    after = path.read_bytes().decode()
    assert tomllib.loads(after)["document"][number]["questions"] == 'folder/é "x".jsonl'
    added = [line for line in after.split(end) if line not in before.split(end)]
    assert len(added) == 1
    assert after.replace(added[0] + end, "", 1) == before


@pytest.mark.parametrize(
    "text",
    [
        'document = [{id = "a", title = "A", path = "a.md"}]\n',
        HEAD + 'x = """\n[[document]]\n"""\n' + FIRST,
        "[[document]]",
        FIRST + 'questions = "mine.jsonl"\n',
        "not TOML [",
        "",
    ],
)
def test_what_cannot_be_changed_safely_is_left_and_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "corpus.toml"
    path.write_text(text, encoding="utf-8")
    if text == "[[document]]":  # no line end after it
        path.write_text("[[document]] # end", encoding="utf-8")
        text = "[[document]] # end"
    with pytest.raises(CorpusError, match=r'Write under its \[\[document\]\]: questions = "q\.jsonl"'):
        name_in_corpus(path, 0, "q.jsonl")
    assert path.read_text("utf-8") == text


def test_a_missing_corpus_file_is_told_with_the_line_to_write(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match=r'Add to it: questions = "q\.jsonl"'):
        name_in_corpus(tmp_path / "corpus.toml", 0, "q.jsonl")
