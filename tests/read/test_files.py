"""Files read whole: as Windows saves them, as nobody should write them, and with names that are none."""

from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.conflicts import conflict_problems
from assistant.read.corpus import load_corpus
from assistant.read.files import CorpusFiles, json_entries, read_json, read_toml
from assistant.types import Corpus

DEEP = 100_000


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("\ufeff[1]", encoding="utf-8")
    (tmp_path / "a.toml").write_text("\ufeffx = 1", encoding="utf-8")
    assert read_json(tmp_path / "a.json", "") == [1]
    assert read_toml(tmp_path / "a.toml") == {"x": 1}
    assert CorpusFiles(tmp_path).toml("a.toml") == {"x": 1}


@pytest.mark.parametrize("text", ["[" * DEEP, "9" * 5000, '{"a": ' * DEEP])
def test_json_that_the_library_gives_up_on_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="not JSON"):
        read_json(path, "Mend it.")
    (tmp_path / "a.jsonl").write_text(f"{{}}\n{text}", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        CorpusFiles(tmp_path).json_lines("a.jsonl")
    assert caught.value.line == 2


@pytest.mark.parametrize("text", ["x = " + "[" * DEEP, "x = " + "9" * 5000])
def test_toml_that_the_library_gives_up_on_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="not TOML"):
        read_toml(path)


def test_a_toml_file_that_ends_too_soon_is_told_with_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('x = 1\ny = """\nno end\n', encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_toml(path)
    assert caught.value.line == 3


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    files = CorpusFiles(tmp_path)
    assert not files.has("x" * 300)
    assert not files.has("a\x00b")
    for name in ("x" * 300, "a\x00b", "."):
        with pytest.raises(CorpusError, match="cannot be read"):
            files.text(name)


@pytest.mark.parametrize("text", ["3", "[3]", '{"a": 1}', '[{"name": ["x"]}]'])
def test_entries_of_another_form_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="an entry has no|right form"):
        json_entries(path, lambda e: (e["name"], tuple(e["kinds"])), "Write it so.")


def test_conflicts_must_be_tables(tmp_path: Path, corpus: Corpus) -> None:
    path = tmp_path / "c.toml"
    path.write_text("conflict = [[]]", encoding="utf-8")
    (problem,) = conflict_problems(path, corpus.documents[0])
    assert "[[conflict]]" in problem.remedy


def test_no_corpus_at_all(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no corpus here"):
        load_corpus(tmp_path / "nowhere")
