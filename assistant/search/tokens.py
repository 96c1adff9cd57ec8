"""Counting tokens with tiktoken, by an encoding that the package carries.

tiktoken's own encodings are downloaded at first use and fail offline. This one is byte-level BPE,
trained on the corpus by `train` (`make tokens`); it measures the length of passages and prompts.
It is a measure, not a model's own: what a passage may hold is counted by the embedder.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

__all__ = ["ENCODING", "count_tokens", "encoding", "ranks_text", "train"]

ENCODING = "handbook-8k-1"  # change it when the ranks change
VOCABULARY = 8192

# How text is cut before merging: GPT-2's pattern, which every tokenizer library knows.
_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def count_tokens(text: str) -> int:
    """Tokens of `text`. Text that looks like a special token is counted as the text that it is."""
    return len(encoding().encode(text, disallowed_special=()))


@functools.cache
def encoding() -> tiktoken.Encoding:
    """The package's own encoding, loaded once; needs no network."""
    import tiktoken

    lines = (files("assistant.search") / "tokens.tiktoken").read_text(encoding="ascii").splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines)}
    return tiktoken.Encoding(ENCODING, pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})


def train(texts: Iterable[str], vocabulary: int = VOCABULARY) -> dict[bytes, int]:
    """Ranks of a byte-level BPE over `texts`: all 256 bytes first, then merges in order."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    alphabet = _byte_characters()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, initial_alphabet=list(alphabet), show_progress=False, min_frequency=1
    )
    tokenizer.train_from_iterator(texts, trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    ranks = {bytes([byte]): byte for byte in range(256)}
    for left, right in merges:
        token = bytes(alphabet[c] for c in left + right)
        ranks.setdefault(token, len(ranks))
    return ranks


def ranks_text(ranks: dict[bytes, int]) -> str:
    """Ranks in tiktoken's file form: one base64 token and its rank a line."""
    return "".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())


def _byte_characters() -> dict[str, int]:
    """The printable stand-in of each byte in byte-level BPE (Radford et al. 2019), character to byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    table.update({chr(256 + i): byte for i, byte in enumerate(others)})
    return table


def main(corpus: Path, target: Path) -> None:
    """Train on the documents of `corpus` and write the ranks to `target`."""
    from assistant.read.corpus import load_corpus

    texts = [document.text for document in load_corpus(corpus).documents]
    target.write_text(ranks_text(train(texts)), encoding="ascii")


if __name__ == "__main__":
    main(Path("corpus"), Path(__file__).with_name("tokens.tiktoken"))
