"""BEIR folders (Thakur et al., NeurIPS 2021): corpus.jsonl, queries.jsonl, qrels/<split>.tsv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.errors import InputError
from eval.formats.trec import Qrels
from eval.items import Evidence, Item
from eval.jsonl import dump, read_lines, write_text

__all__ = ["BeirSet", "beir_items", "is_beir", "read_beir", "write_beir"]


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Texts of documents (title and text) and queries by id, and the relevance of a split."""

    corpus: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    qrels: Qrels


def is_beir(path: Path) -> bool:
    """Whether a folder looks like a BEIR set."""
    return (path / "corpus.jsonl").is_file() and (path / "queries.jsonl").is_file()


def read_beir(folder: Path, split: str = "test") -> BeirSet:
    """Reads one split. Raises InputError for missing files, fields, and ids that are in no file."""
    corpus = {key: (str(row.get("title", "")), text) for key, text, row in _texts(folder / "corpus.jsonl")}
    queries = {key: text for key, text, _ in _texts(folder / "queries.jsonl")}
    qrels: Qrels = {}
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        raise InputError("no such file.", path, remedy="Name another split, or check the folder.")
    with path.open(encoding="utf-8", newline="") as stream:
        for number, fields in enumerate(csv.reader(stream, delimiter="\t"), 1):
            if number == 1 and fields[-1:] == ["score"]:
                continue
            if len(fields) != 3 or not fields[2].lstrip("-").isdigit():
                raise InputError(
                    "not `query-id corpus-id score`.", path, number, "Separate three fields by tabs."
                )
            query, document, grade = fields
            for key, known, name in ((query, queries, "queries.jsonl"), (document, corpus, "corpus.jsonl")):
                if key not in known:
                    raise InputError(
                        f'the id "{key}" is not in {name}.', path, number, "Add it there, or remove the line."
                    )
            qrels.setdefault(query, {})[document] = int(grade)
    return BeirSet(corpus, queries, qrels)


def beir_items(folder: Path, split: str = "test") -> tuple[Item, ...]:
    """The split's queries as questions: each relevant document is a piece of needed evidence.

    Its "section" is the document's id. Queries without a relevant document are left out.
    """
    data = read_beir(folder, split)
    items = []
    for query, grades in data.qrels.items():
        relevant = [d for d, grade in grades.items() if grade > 0]
        evidence = tuple(Evidence(" ".join(data.corpus[d]).strip(), (d,)) for d in relevant)
        if evidence:
            items.append(Item(query, data.queries[query], "factoid", evidence=evidence, set=folder.name))
    return tuple(items)


def write_beir(folder: Path, data: BeirSet, split: str = "test") -> None:
    """Writes the three files, in the order of the mappings."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    documents = (dump({"_id": k, "title": t, "text": x}) + "\n" for k, (t, x) in data.corpus.items())
    write_text(folder / "corpus.jsonl", "".join(documents))
    write_text(
        folder / "queries.jsonl", "".join(dump({"_id": k, "text": t}) + "\n" for k, t in data.queries.items())
    )
    lines = (f"{q}\t{d}\t{grade}\n" for q, row in data.qrels.items() for d, grade in row.items())
    write_text(folder / "qrels" / f"{split}.tsv", "query-id\tcorpus-id\tscore\n" + "".join(lines))


def _texts(path: Path) -> list[tuple[str, str, dict[str, object]]]:
    found = []
    for number, row in read_lines(path):
        key, text = row.get("_id"), row.get("text")
        if not isinstance(key, str) or not isinstance(text, str):
            raise InputError('"_id" and "text" must be texts.', path, number, "Add or mend them.")
        found.append((key, text, row))
    return found
