"""The main job on the command line, in a process of its own, on the real handbook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from assistant import Assistant

QUESTION = "How many peacekeepers has Cambodia deployed?"


def command(root: Path, handbook: Assistant, *arguments: str) -> str:
    folders = ("--corpus", str(handbook.settings.corpus), "--index", str(handbook.settings.index))
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments, *folders],
        capture_output=True, text=True, cwd=root, check=True,
    ).stdout  # fmt: skip


def test_a_question_leads_to_section_words_note_and_source(root: Path, handbook: Assistant) -> None:
    answer = json.loads(command(root, handbook, "ask", "--json", QUESTION))
    assert (answer["status"], answer["refused"], answer["reason"]) == ("answered", False, None)
    first = answer["citations"][0]
    assert (first["label"], first["section"]) == ("1", "3.1.2")
    assert "deploying over 9,197 personnel" in first["quote"]
    (exported,) = json.loads(command(root, handbook, "export"))["documents"]
    for citation in answer["citations"]:
        assert citation["quote"] == exported["text"][citation["start"] : citation["end"]]
    (note,) = first["notes"]
    assert (note["number"], note["chain"]) == ("65", ["65"])
    assert note["reference"].startswith("Som, S., 'Woman officer to lead Blue Helmets to S Sudan,'")
    assert note["csl"]["title"] == "Woman officer to lead Blue Helmets to S Sudan"
    assert note["url"].startswith("https://www.khmertimeskh.com/501627935/")


def test_what_an_answer_names_can_be_shown(root: Path, handbook: Assistant) -> None:
    section = json.loads(command(root, handbook, "show", "3.1.2", "--json"))
    assert "9,197 personnel" in section["text"]
    note = command(root, handbook, "show", "65")
    assert "Woman officer to lead Blue Helmets to S Sudan" in note
    assert "3.1.2" in note
    assert "Khmer Times" in command(root, handbook, "show", "ref-65")
