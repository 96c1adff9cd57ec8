"""The documents say what there is: every command, option, setting and file that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from assistant import Assistant
from assistant.serve.cli import cli
from assistant.serve.text import render_answer
from assistant.settings import ENV_PREFIX, Settings

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def pages(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md"), root / "index" / "README.md"]


def commands() -> Iterator[tuple[str, click.Command]]:
    yield from sorted(cli.commands.items())


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(root: Path, name: str) -> None:
    text = (root / "docs" / "SETTINGS.md").read_text(encoding="utf-8")
    row = next((line for line in text.splitlines() if line.startswith(f"| `{name}` |")), None)
    assert row, f"docs/SETTINGS.md has no row for {name}"
    default = Settings.model_fields[name].default
    if isinstance(default, (int, float)):
        assert f"`{default:g}`" in row
    elif isinstance(default, str) and default:
        assert f"`{default}`" in row


def test_no_setting_is_documented_that_does_not_exist(root: Path) -> None:
    text = (root / "docs" / "SETTINGS.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_and_option_is_documented(root: Path, name: str, command: click.Command) -> None:
    text = (root / "docs" / "COMMANDS.md").read_text(encoding="utf-8")
    section = re.search(rf"^## assistant {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"docs/COMMANDS.md has no section “assistant {name}”"
    common = ("--corpus", "--index", "--model", "--log-level")
    for parameter in command.params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            if isinstance(parameter, click.Option):
                assert f"`{option}" in (text if option in common else section[1]), f"{name} {option}"


def test_no_command_is_documented_that_does_not_exist(root: Path) -> None:
    text = (root / "docs" / "COMMANDS.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## assistant (\w+)$", text, re.MULTILINE)) == set(cli.commands)


def test_every_make_target_that_is_named_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in pages(root):
        for target in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8")):
            assert target in targets, f"{page.name}: make {target}"


def test_every_link_leads_to_a_file(root: Path) -> None:
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages(root)
        for target, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_variable_that_is_named_exists(root: Path) -> None:
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields} | {"ASSISTANT_CONFIG"}
    for page in pages(root):
        for variable in re.findall(r"\bASSISTANT_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")):
            assert variable in known, f"{page.name}: {variable}"


def test_the_examples_of_the_readme_are_real(root: Path, handbook: Assistant) -> None:
    """The printed answer is the one that the command gives, and the Python example runs."""
    text = (root / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```console\n\$ \S+ ask \"(.+)\"\n(.+?)```", text, re.DOTALL)
    assert example
    answer = handbook.ask(example[1])
    for block in example[2].strip().split("\n\n"):
        assert " ".join(block.split()) in " ".join(render_answer(answer).split())
    code = re.search(r"```python\n(.+?)```", text, re.DOTALL)
    assert code
    shown: list[tuple[object, ...]] = []
    lines = [line for line in code[1].splitlines() if not line.startswith(("from ", "assistant = "))]
    exec("\n".join(lines), {"assistant": handbook, "print": lambda *words: shown.append(words)})
    assert shown[0] == (answer.answer,)
    assert shown[1][0] == answer.citations[0].section
