"""The files in which people write what they decided: their columns, the words allowed, and every mistake by its line.

Belongs here: reading `curation/*.csv` into decisions. Does not: what a decision asks of the rows (`curation`), or
writing the questions of review.csv (`pipeline.release.review`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import OnRecordError
from pipeline.intake.table import read_rows
from pipeline.schema.fields import FIELDS
from pipeline.schema.tables import CLAIMS
from pipeline.schema.vocabulary import QUESTIONS

TARGETS = ("document", "claim", "actor")
SPAN = "span"
CORRECTABLE = ("act", "mode", "speaker_id", "addressee_id", "medium_id", "is_negated", "is_hedged", SPAN)
"""What a correction may set: columns of claims (an empty value takes an id away), and where a claim stands."""
SPANS = re.compile(r"[0-9]+-[0-9]+(\+[0-9]+-[0-9]+)*")
"""Spans of a claim's fragments: offsets into the document's text, `120-180`, several joined with +."""
DECIDED = ("reason", "decided_on", "decided_by")
REVIEW_COLUMNS = ("question", "target", "other", "document", "decision", *DECIDED)
"""Columns of review.csv that are read back."""
CONTEXT_COLUMNS = ("urgency", "words", "what", "context", "confidence", "outlet", "published_at", "url")
"""Columns of review.csv that only tell a person what the question is about."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `target` is what it is about; `field` and `value` say what of it becomes what.

    What they hold for each kind of decision stands in the data dictionary, at the table `decisions`.
    """

    decision: str
    target: str
    field: str = ""
    value: str = ""
    reason: str = ""
    decided_on: str = ""
    decided_by: str = ""
    place: str = ""
    """File and line, for messages."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What is decided on; two decisions of one key cannot both hold."""
        return self.decision, self.target, self.field


Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _File:
    """A kind of file: the columns that its first line must name, and the decisions that a row of it holds."""

    name: str
    columns: tuple[str, ...]
    decisions: Callable[[Cells], Sequence[Decision]]
    context: tuple[str, ...] = ()
    """Columns that only tell a person more, and are not read back."""


def _retraction(row: Cells) -> list[Decision]:
    return [Decision("retraction", row["id_or_file"], _one_of(row, "target", TARGETS))]


def _merge(row: Cells) -> list[Decision]:
    return [Decision("merge", row["merge_actor"], "actor_id", row["keep_actor"])]


def _split(row: Cells) -> list[Decision]:
    return [Decision("split", row["actor"], row["document"])]


def _link(row: Cells) -> list[Decision]:
    return [_linked(row["actor"], row["wikidata_id"])]


def _correction(row: Cells) -> list[Decision]:
    return [_corrected(row["claim_id"], _one_of(row, "field", CORRECTABLE), row["value"])]


def _reviewed(row: Cells) -> list[Decision]:
    _one_of(row, "question", QUESTIONS.names)
    return [_word(word.strip(), row) for word in row["decision"].split(";") if word.strip()]


FILES = (
    _File("retractions", ("target", "id_or_file", *DECIDED), _retraction),
    _File("merges", ("keep_actor", "merge_actor", *DECIDED), _merge),
    _File("splits", ("actor", "document", *DECIDED), _split),
    _File("links", ("actor", "wikidata_id", *DECIDED), _link),
    _File("corrections", ("claim_id", "field", "value", *DECIDED), _correction),
    _File("review", REVIEW_COLUMNS, _reviewed, CONTEXT_COLUMNS),
)
"""Every file of decisions; a missing one holds none."""

WORDS: Mapping[str, str] = {
    "right": "it is right as it is; it is not asked again",
    "retract": "it must not be published",
    "merge": "`other` is the same actor as `target`, whose id stays",
    "split": "in `document` it is somebody else of the same name",
    "link=Q…": "it is this Wikidata item",
    "column=value": f"of a claim, {', '.join(CORRECTABLE)}; speaker_id= alone takes the speaker away",
}
"""What may be written into the column `decision` of review.csv; several are joined with a semicolon."""


def _word(word: str, row: Cells) -> Decision:
    name, equals, value = (part.strip() for part in word.partition("="))
    kind = _kind_of(row["target"])
    if equals and name == "link" and kind == "actor":
        return _linked(row["target"], value)
    if equals and name in CORRECTABLE and kind == "claim":
        return _corrected(row["target"], name, value)
    if not equals and word in ("right", "retract"):
        asked = " ".join(filter(None, (row["question"], row["other"])))
        made = {"right": ("confirmation", asked), "retract": ("retraction", kind)}[word]
        return Decision(made[0], row["target"], made[1])
    if word == "merge" and row["other"]:
        return Decision("merge", row["other"], "actor_id", row["target"])
    if word == "split" and row["document"]:
        return Decision("split", row["target"], row["document"])
    raise ValueError(f"{word!r} is no decision on {kind} {row['target']}; use one of {', '.join(WORDS)}")


def _kind_of(target: str) -> str:
    kinds = {"doc_": "document", "clm_": "claim", "act_": "actor"}
    if target[:4] not in kinds:
        raise ValueError(f"target {target!r} is no id of a document, claim or actor")
    return kinds[target[:4]]


def _linked(actor: str, wikidata_id: str) -> Decision:
    if not re.fullmatch(FIELDS["wikidata_id"].pattern or "", wikidata_id):
        raise ValueError(f"{wikidata_id!r} is no wikidata_id; use one such as Q42")
    return Decision("link", actor, "wikidata_id", wikidata_id)


def _corrected(claim: str, field: str, value: str) -> Decision:
    """A correction whose value fits its column. Raises ValueError if it does not."""
    if field == SPAN:
        if not SPANS.fullmatch(value):
            raise ValueError(f"{value!r} is no {SPAN}; use offsets into the text such as 120-180 or 120-180+200-240")
    elif field.startswith("is_"):
        value = value.lower()
        if value not in ("true", "false"):
            raise ValueError(f"{field} is true or false, not {value!r}")
    elif (vocabulary := CLAIMS.column(field).vocabulary) and value not in vocabulary.names:
        raise ValueError(f"{value!r} is no {field}; use one of {', '.join(vocabulary.names)}")
    elif field.endswith("_id") and value and not re.fullmatch(FIELDS[field].pattern or "", value):
        raise ValueError(f"{value!r} is no id of an actor")
    return Decision("correction", claim, field, value)


def _one_of(row: Cells, column: str, allowed: Sequence[str]) -> str:
    if row[column] not in allowed:
        raise ValueError(f"{row[column]!r} is no {column}; use one of {', '.join(allowed)}")
    return row[column]


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """The decisions of a folder, in the order of FILES and lines; what is said twice counts once.

    Raises OnRecordError, with file and line, for wrong columns, an unknown word, a value that does not fit, and two
    decisions of which only one can hold.
    """
    found: dict[tuple[str, str, str], Decision] = {}
    for file in FILES:
        for decision in _decisions_in(folder / f"{file.name}.csv", file):
            first = found.setdefault(decision.key, decision)
            if first.value != decision.value:
                raise OnRecordError(
                    f"{decision.place}: {decision.target} gets {decision.field} {decision.value!r} here, but "
                    f"{first.value!r} in {first.place}; take one of them out"
                )
    return tuple(found.values())


def _decisions_in(path: Path, file: _File) -> Iterator[Decision]:
    if not path.is_file():
        return
    for row in read_rows(path, (*file.columns, *file.context), needed=file.columns):
        place = f"{path}, line {row.line}"
        try:
            for decision in file.decisions(row.cells):
                _check(decision, row.cells)
                yield replace(decision, **{name: row.cells[name] for name in DECIDED}, place=place)
        except ValueError as error:
            raise OnRecordError(f"{place}: {error}") from error


def _check(decision: Decision, row: Cells) -> None:
    if not decision.target:
        raise ValueError("it names nothing that it is about; fill the line in or take it out")
    if not row["reason"] and decision.decision != "confirmation":
        raise ValueError("it has no reason; say why, because the release will")
    if row["decided_on"] and not re.fullmatch(FIELDS["decided_on"].pattern or "", row["decided_on"]):
        raise ValueError(f"decided_on {row['decided_on']!r} is no date; write it like 2026-11-30")
