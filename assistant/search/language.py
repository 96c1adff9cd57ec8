"""What is known of a language, from `assistant/languages/CODE.toml`; an unknown language knows nothing.

The code asks this object and holds no word of any language itself.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

__all__ = ["Language", "load_language"]

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Language:
    """Compiled patterns by table and key; an absent key is an empty tuple."""

    code: str
    patterns: Mapping[str, Mapping[str, Patterns]] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    shorthand: Mapping[str, str] = field(default_factory=dict)  # of words, all in lower case

    def get(self, table: str, key: str) -> Patterns:
        """The patterns of `key`, none where the language has none."""
        return self.patterns.get(table, {}).get(key, ())

    def keys(self, table: str) -> Iterable[str]:
        """The keys of a table in the order of the file."""
        return self.patterns.get(table, {}).keys()

    def matches(self, table: str, key: str, text: str) -> re.Match[str] | None:
        """The first match of any pattern of `key` in `text` (compared in lower case), or None."""
        lowered = text.lower()
        return next((found for p in self.get(table, key) if (found := p.search(lowered))), None)

    def say(self, key: str, **values: str) -> str:
        """The phrase `key` with its values; empty where the language has none."""
        return self.phrases.get(key, "").format_map(values)


_WORD_TABLES = {"words"}
_WORD_KEYS = {"pronouns", "possessives", "locatives", "ordinals"}


@functools.cache
def load_language(code: str) -> Language:
    """The language of an ISO 639-1 code."""
    path = files("assistant") / "languages" / f"{code}.toml"
    if not re.fullmatch(r"[a-z]{2,3}", code) or not path.is_file():
        return Language(code)
    raw: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    phrases = {str(k): str(v) for k, v in raw.pop("phrases", {}).items()}
    shorthand = {str(k): str(v) for k, v in raw.pop("shorthand", {}).items()}
    patterns: dict[str, dict[str, Patterns]] = {}
    words: dict[str, frozenset[str]] = {}
    for table, keys in raw.items():
        for key, values in keys.items():
            if table in _WORD_TABLES or key in _WORD_KEYS:
                words[key] = frozenset(values)
            else:
                patterns.setdefault(table, {})[key] = tuple(re.compile(value) for value in values)
    return Language(code, patterns, words, phrases, shorthand)
