"""The one way from text to markup: everything that is shown passes through `clean` and is escaped.

Templates escape by themselves (Jinja's autoescape) and run `clean` on every value that is not markup
already. Markup is made only by templates and by the functions of this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from page import texts

__all__ = ["clean", "is_blank", "markdown", "render", "safe_url", "snippet"]

# Controls, and marks that change the direction of what follows: a reader sees the logical order.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
# Khmer and Vietnamese stack up to four marks on a letter; more only covers other lines.
_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
_BLANK = re.compile(r"[\s\u00ad\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069"
                    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*")  # fmt: skip
_LABEL = re.compile(r"\[(\d{1,3})\]")


def clean(value: object) -> str:
    """The text of `value` without controls and direction marks, and with at most four stacked accents."""
    return _STACKED.sub(r"\1", _CONTROLS.sub("", str(value)))


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen."""
    return _BLANK.fullmatch(clean(text)) is not None


def safe_url(url: str | None) -> str | None:
    """`url` if it leads to a web page (http or https, with a host and no password), else None."""
    if not url or _CONTROLS.search(url) or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if good else None


def render(template: str, **values: Any) -> Markup:
    """A template of `page/templates` filled with `values`, all of them escaped."""
    return Markup(_environment().get_template(f"{template}.html.j2").render(**values))


def markdown(text: str, chips: Mapping[str, str]) -> Markup:
    """An answer's Markdown as markup: paragraphs, lists, emphasis; labels as links to their evidence.

    `chips` gives the id of the evidence by label. HTML, links and images of the text stay text.
    """
    tokens = _parser().parse(clean(text))
    html = _Renderer(chips).render(tokens, _parser().options, {})
    return Markup(html)


def snippet(text: str, words: str, around: int = 260) -> Markup:
    """At most `around` characters of `text` near the first word of `words`, all of which are marked."""
    wanted = [w for w in re.findall(r"\w+", clean(words)) if len(w) > 2]
    text = " ".join(clean(text).split())
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, wanted)) + r")", re.IGNORECASE) if wanted else None
    first = pattern.search(text) if pattern else None
    start = max(0, (first.start() if first else 0) - around // 3)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    piece = text[start : start + around]
    if text[start + around :][:1].strip():  # cut within a word
        piece = piece.rpartition(" ")[0] or piece
    marked = Markup("").join(
        Markup("<mark>{}</mark>").format(part) if i % 2 else escape(part)
        for i, part in enumerate(pattern.split(piece) if pattern else [piece])
    )
    return Markup("{}{}{}").format(
        "… " if start else "", marked, " …" if start + len(piece) < len(text) else ""
    )


class _Renderer(RendererHTML):
    """Text is escaped by the base class; here labels become links, headings keep below the page's own."""

    def __init__(self, chips: Mapping[str, str]) -> None:
        super().__init__()
        self.chips = chips

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        parts = _LABEL.split(tokens[idx].content)
        return str(
            Markup("").join(self._chip(part) if i % 2 else escape(part) for i, part in enumerate(parts))
        )

    def _chip(self, label: str) -> Markup:
        if label not in self.chips:
            return escape(f"[{label}]")
        words = texts.gettext("Evidence {label}").format(label=label)
        return Markup('<a class="chip" href="#{}" data-evidence="{}" aria-label="{}">{}</a>').format(
            self.chips[label], self.chips[label], words, label
        )


@cache
def _parser() -> MarkdownIt:
    # "zero" knows plain paragraphs only: no HTML, link, image or automatic address can come of it.
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(["list", "emphasis", "newline"])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: (
            value if hasattr(value, "__html__") else ("" if value is None else clean(value))
        ),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # newstyle: the parameters of a message are escaped like any other value
    environment.install_gettext_callables(texts.gettext, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["safe_url"] = safe_url
    return environment
