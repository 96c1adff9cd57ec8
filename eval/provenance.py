"""What scores were made of: files by hash, the system by its own word, versions, commit. No times."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from eval.jsonl import dump

__all__ = ["file_sha256", "provenance_of"]

_PACKAGES = ("handbook-assistant", "ir_measures", "numpy", "scipy")


def file_sha256(path: Path) -> str:
    """The sha256 of a file as hexadecimal digits, read a piece at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def provenance_of(
    files: Mapping[str, Sequence[Path]],
    answers: Iterable[Mapping[str, Any]],
    settings: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Each line of "how this was made": given files by role, what the answers say of their system, versions.

    Equal inputs on an equal installation give equal lines.
    """
    lines: dict[str, str] = {}
    for role, paths in files.items():
        lines[role] = "; ".join(f"{path.name} (sha256 {file_sha256(path)[:16]})" for path in paths)
    lines.update(_said(answers))
    for name, value in (settings or {}).items():
        lines[name] = str(value)
    lines["versions"] = ", ".join([f"python {platform.python_version()}", *_versions()])
    lines["commit"] = _commit()
    return lines


def _said(answers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Values of the answers' `provenance`, each once; more than one tells that systems were mixed."""
    found: dict[str, dict[str, None]] = {}
    for answer in answers:
        given = answer.get("provenance")
        for key, value in given.items() if isinstance(given, Mapping) else ():
            if key != "confidence":
                text = value if isinstance(value, str) else dump(value)
                found.setdefault(str(key), {})[text] = None
    return {f"answers: {key}": "; ".join(list(values)[:5]) for key, values in sorted(found.items())}


def _versions() -> list[str]:
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            found.append(f"{package} not installed")
    return found


def _commit() -> str:
    """The checkout's commit, told when files differ from it; "unknown" outside a checkout."""
    folder = Path(__file__).resolve().parent.parent

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()

    try:
        commit = git("rev-parse", "HEAD")
        changed = git("status", "--porcelain", "--", "assistant", "eval", "corpus")
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return commit + (" with changes" if changed else "")
