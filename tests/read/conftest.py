"""The handbook as the corpus holds it, read once; and small corpora to break."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.read.corpus import load_corpus
from assistant.read.document import build_document
from assistant.read.markdown import read_markdown
from assistant.types import Corpus, Document

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"

SMALL = """\
# One {#1 page=3 kicker="Chapter 1"}

First sentence.[^1] Second **bold** one[^2].

## Inside {#1.1}

> “Said so.”[^3]
>
> {.attribution}
> A. Person

# Sources {#sources}

[^1]: Book.

[^2]: Paper.

[^3]: Talk.
"""

SETTINGS = """\
language = "en"

[[document]]
id = "small"
title = "Small"
path = "small.md"
"""


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus(CORPUS)


@pytest.fixture(scope="session")
def handbook(corpus: Corpus) -> Document:
    return corpus.documents[0]


@pytest.fixture
def small_corpus(tmp_path: Path) -> Callable[..., Path]:
    """Write a corpus with one small document; `files` replaces or adds files by name."""

    def write(markdown: str = SMALL, settings: str = SETTINGS, **files: str) -> Path:
        (tmp_path / "small.md").write_text(markdown, encoding="utf-8")
        (tmp_path / "corpus.toml").write_text(settings, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture(scope="session")
def laid_out() -> Callable[[str], Document]:
    """The document of a piece of Markdown."""

    def lay_out(markdown: str) -> Document:
        return build_document(read_markdown(markdown, "t.md"), id="t", title="T", language="en")

    return lay_out
