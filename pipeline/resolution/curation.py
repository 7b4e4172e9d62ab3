"""What people decided: merges and splits of actors, corrections of claims, retractions. Decisions win over every rule.

Belongs here: reading the decisions of `seeds/curation` and what each asks for. Does not: applying them to rows
(`corpus`, and for documents the stage before extraction).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipeline.errors import OnRecordError
from pipeline.extraction.gazetteer import read_table
from pipeline.schema.tables import CLAIMS
from pipeline.warehouse import Warehouse

TARGETS = ("document", "claim", "actor")
CORRECTABLE = ("act", "mode", "speaker_id", "addressee_id", "medium_id", "is_negated", "is_hedged")
"""Columns of claims that a correction may set; an empty value takes an id away."""
_DECIDED = ("reason", "decided_on", "decided_by")
_COLUMNS = {
    "retractions": ("target", "id_or_file", *_DECIDED),
    "merges": ("keep_actor", "merge_actor", *_DECIDED),
    "splits": ("actor", "document", *_DECIDED),
    "corrections": ("claim_id", "field", "value", *_DECIDED),
}

Rows = tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Curation:
    """The decisions, a row each, as the files give them."""

    retractions: Rows = ()
    merges: Rows = ()
    splits: Rows = ()
    corrections: Rows = ()
    _merged: Mapping[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_merged", _closed({row["merge_actor"]: row["keep_actor"] for row in self.merges}))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The decisions in a folder; a missing file holds none.

        Raises OnRecordError for wrong columns, an unknown target or field, a value that does not fit, and merges in
        a circle.
        """
        found = {name: _rows(folder / f"{name}.csv", columns) for name, columns in _COLUMNS.items()}
        _check(folder / "retractions.csv", found["retractions"], "target", TARGETS)
        _check(folder / "corrections.csv", found["corrections"], "field", CORRECTABLE)
        for row in found["corrections"]:
            corrected(row["field"], row["value"])
        return cls(**found)

    def retracted_documents(self) -> dict[str, str]:
        """Reason by document id, canonical URL, SHA-256 or name of the source, whichever the decision names."""
        return self._retracted("document")

    def retracted_claims(self) -> dict[str, str]:
        """Reason by claim id."""
        return self._retracted("claim")

    def retracted_actors(self) -> dict[str, str]:
        """Reason by actor id."""
        return self._retracted("actor")

    def _retracted(self, target: str) -> dict[str, str]:
        return {row["id_or_file"]: row["reason"] for row in self.retractions if row["target"] == target}

    def kept(self, actor: str) -> str:
        """The actor that this one was merged into, or itself."""
        return self._merged.get(actor, actor)

    def is_split(self, actor: str, document: str) -> bool:
        """True if in this document the actor is somebody else of the same name."""
        return any(row["actor"] == actor and row["document"] == document for row in self.splits)

    def unmatched(self, warehouse: Warehouse) -> tuple[str, ...]:
        """Decisions that match nothing in the warehouse, a line for each."""
        claims = set(warehouse.read("claims", ["claim_id"])["claim_id"].to_pylist())
        actors = set(warehouse.read("actors", ["actor_id"])["actor_id"].to_pylist())
        mentioned = warehouse.query("SELECT DISTINCT document_id FROM mentions")["document_id"].to_pylist()
        return tuple(self._without_match(claims, actors, set(mentioned), _retracted_inputs(warehouse)))

    def _without_match(
        self, claims: set[str], actors: set[str], documents: set[str], retracted: set[str]
    ) -> Iterator[str]:
        for row in self.corrections:
            if row["claim_id"] not in claims:
                yield f"corrections.csv: no claim {row['claim_id']}"
        for row in self.merges:
            if self.kept(row["keep_actor"]) not in actors:
                yield f"merges.csv: no actor {row['keep_actor']}"
        for row in self.splits:
            if row["document"] not in documents:
                yield f"splits.csv: no document {row['document']}"
        for row in self.retractions:
            if row["target"] == "document" and row["reason"] not in retracted:
                yield f"retractions.csv: no document {row['id_or_file']}"


def _retracted_inputs(warehouse: Warehouse) -> set[str]:
    """The reasons under which inputs are excluded as retracted."""
    found = warehouse.query("SELECT detail FROM exclusions WHERE reason = 'retracted'")["detail"].to_pylist()
    return {str(detail) for detail in found}


def corrected(name: str, value: str) -> str | bool | None:
    """The value of a correction in the type of its column. Raises OnRecordError if it does not fit."""
    if name.startswith("is_"):
        if value.lower() not in ("true", "false"):
            raise OnRecordError(f"corrections.csv: {name} is true or false, not {value!r}; mend the row")
        return value.lower() == "true"
    vocabulary = CLAIMS.column(name).vocabulary
    if vocabulary and value not in vocabulary.names:
        raise OnRecordError(f"corrections.csv: {value!r} is no {name}; use one of {', '.join(vocabulary.names)}")
    return value or None


def _rows(path: Path, columns: tuple[str, ...]) -> Rows:
    if not path.is_file():
        return ()
    try:
        rows = read_table(path)
        header = path.read_text(encoding="utf-8").splitlines()[:1]
    except UnicodeDecodeError as error:
        raise OnRecordError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8") from error
    if header != [",".join(columns)]:
        raise OnRecordError(f"{path}: the first line must be {','.join(columns)}")
    return tuple(rows)


def _check(path: Path, rows: Iterable[Mapping[str, str]], column: str, allowed: tuple[str, ...]) -> None:
    for row in rows:
        if row[column] not in allowed:
            raise OnRecordError(f"{path}: {row[column]!r} is no {column}; use one of {', '.join(allowed)}")


def _closed(merges: dict[str, str]) -> dict[str, str]:
    """Each merged actor with the last one of its chain. Raises OnRecordError if merges go in a circle."""
    closed = {}
    for actor, kept in merges.items():
        seen, last = {actor}, kept
        while last in merges:
            if last in seen:
                raise OnRecordError(f"merges.csv: {actor} is merged in a circle; take one of the rows out")
            seen.add(last)
            last = merges[last]
        closed[actor] = last
    return closed
