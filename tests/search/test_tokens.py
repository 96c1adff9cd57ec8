"""The carried encoding: offline, lossless, and blind to special tokens."""

from __future__ import annotations

import subprocess
import sys

import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from assistant.search import tokens


def test_a_word_of_the_corpus_is_one_token() -> None:
    assert tokens.count_tokens(" security") == 1
    assert tokens.count_tokens(" peace and security") == 3


def test_nothing_is_nothing() -> None:
    assert tokens.count_tokens("") == 0


def test_special_tokens_are_plain_text() -> None:
    assert tokens.count_tokens("<|endoftext|>") > 1


@given(st.text())
def test_decoding_gives_the_text_back(text: str) -> None:
    encoding = tokens.encoding()
    assert encoding.decode(encoding.encode(text, disallowed_special=())) == text


def test_training_merges_what_is_frequent() -> None:
    ranks = tokens.train(["abab abab abab"], vocabulary=259)
    # 256 bytes, then a+b, then ab+ab; " abab" comes third.
    assert [token for token, _ in sorted(ranks.items(), key=lambda item: item[1])[256:]] == [
        b"ab",
        b"abab",
        b" abab",
    ]
    trained = tiktoken.Encoding("t", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={})
    assert len(trained.encode("abab")) == 1


def test_ranks_survive_their_file_form() -> None:
    assert tokens.ranks_text({b"a": 0, b"\xff": 1}) == "YQ== 0\n/w== 1\n"


def test_it_loads_without_torch() -> None:
    code = (
        "import sys; from assistant.search.tokens import count_tokens; "
        "count_tokens('a'); print('torch' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
