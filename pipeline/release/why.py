"""Why a row of a release is there: the chain from the source to the claim, for a person.

Belongs here: collecting what a release says of one id, and what the stage files beside it add. Does not: colours and
columns (`pipeline.console`), or anything that is not already in those files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import OnRecordError
from pipeline.release.files import SUMS
from pipeline.release.layout import release_tables
from pipeline.release.relations import show_all
from pipeline.release.version import Version
from pipeline.schema.fields import FIELDS
from pipeline.warehouse import connect

AROUND = 3
"""Removals that are shown on each side of a claim."""

Row = Mapping[str, Any]
Piece = tuple[str, str]
"""Words, and what they are: plain, quiet, strong, claim, speaker, cue, gone."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the explanation; a new `label` begins a new part of it."""

    label: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(words for words, _ in self.pieces)


def _line(label: str, *pieces: str | Piece) -> Line:
    return Line(label, tuple((piece, "plain") if isinstance(piece, str) else piece for piece in pieces))


def why(identifier: str, release: Path) -> list[Line]:
    """The chain behind a claim, actor, document or claim group, or what became of an id that has no row any more.

    Raises OnRecordError if `release` is none, or if it never knew the id; then the most similar ids are named.
    """
    if not (release / SUMS).is_file():
        raise OnRecordError(f"{release}: no release; run `onrecord build`, or name a folder such as releases/2026.11.0")
    with connect() as connection:
        show_all(connection, release_tables(release))
        book = _Book(connection, _stage_of(release))
        known = book.one("SELECT * FROM identifiers WHERE identifier = ?", identifier)
        if known is None:
            raise OnRecordError(f"{identifier}: no such id in {release.name}; {_near(book, identifier)}")
        if known["status"] != "current":
            return list(_fate(known))
        return list(_EXPLAINED[known["kind"]](book, identifier))


def _stage_of(release: Path) -> Path | None:
    """The cleaned inputs that the release was made from, if they are still beside it."""
    if Version.parse(release.resolve().name) is None:
        return None
    stage = release.resolve().parent.parent / "stages" / "cleaned.parquet"
    return stage if stage.is_file() else None


class _Book:
    """The release as something to look rows up in, and the source texts beside it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stage: Path | None) -> None:
        self._connection = connection
        self._stage = stage

    def all(self, sql: str, *values: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._connection.sql(sql, params=values).to_arrow_table().to_pylist()
        return rows

    def one(self, sql: str, *values: object) -> dict[str, Any] | None:
        return next(iter(self.all(sql, *values)), None)

    def there(self, sql: str, *values: object) -> dict[str, Any]:
        """A row that a verified release has."""
        row = self.one(sql, *values)
        if row is None:
            raise OnRecordError(f"the release is damaged ({values[0]} leads nowhere); see `onrecord verify`")
        return row

    def source(self, document: Row) -> dict[str, Any] | None:
        """Source text and text of a document from the stage files, if they are there and say what the release says."""
        if self._stage is None:
            return None
        sql = """SELECT source_text, document."text" AS text FROM read_parquet(?)
                 WHERE source_name = ? AND source_sha256 = ? AND sha256(document."text") = ?"""
        values = (document[name] for name in ("source_name", "source_sha256", "text_sha256"))
        try:
            return self.one(sql, str(self._stage), *values)
        except duckdb.Error:
            return None  # a stage that another build is writing, or of other code, adds nothing


def _near(book: _Book, identifier: str) -> str:
    ids = [row["identifier"] for row in book.all("SELECT identifier FROM identifiers ORDER BY identifier")]
    near = get_close_matches(identifier, ids, n=3, cutoff=0.7)
    return f"did you mean {' or '.join(near)}?" if near else "ids stand in the table identifiers of the release"


def _fate(known: Row) -> Iterator[Line]:
    yield _line("Id", (known["identifier"], "strong"), f" ({known['kind']})")
    yield _line(
        "Status", (known["status"], "gone"), f"; issued in {known['first_release']}, last in {known['last_release']}"
    )
    if known["superseded_by"]:
        yield _line("Now", (known["superseded_by"], "strong"))
    if known["reason"]:
        yield _line("Reason", known["reason"])


# --- a claim ---


def _claim(book: _Book, claim_id: str) -> Iterator[Line]:
    claim = book.there("SELECT * FROM claims WHERE claim_id = ?", claim_id)
    document = book.there("SELECT * FROM documents WHERE document_id = ?", claim["document_id"])
    source = book.source(document)
    yield _line("Claim", (claim["text"], "claim"))
    yield _line("", f"{claim['mode']} {claim['act']}", *_marks(claim), (f"  {claim_id}", "quiet"))
    yield from _source(document)
    yield from _place(claim, source)
    yield from _removals(book, claim, source)
    yield from _sentence(claim, document, source)
    yield from _rule(claim)
    yield from _confidence(book, claim)
    for part in ("speaker", "addressee", "medium"):
        yield from _actor_of(book, claim, part)
    yield from _people(
        book, claim_id, claim["document_id"], *(claim[f"{part}_id"] for part in ("speaker", "addressee"))
    )
    yield from _group_of(book, claim)


def _marks(claim: Row) -> Iterator[str]:
    marks = {"is_negated": ", which the speaker is said not to have made", "is_hedged": ", told with reserve"}
    yield from (words for name, words in marks.items() if claim[name])
    if claim["level"] == 2:
        yield ", inside the words of another claim"
    if claim["text_extent"] != "whole":
        yield f"; its words are given as {claim['text_extent']}, as the claims of this closed article hold much of it"


def _source(document: Row) -> Iterator[Line]:
    open_ = "may be published" if document["text_is_open"] else "may not be published, only short claims"
    yield _line("Source", (document["source_name"], "strong"), f", {document['licence']} (its text {open_})")
    known = (document["publisher"], document["published_at"], document["url"])
    yield _line("", ", ".join(str(value) for value in known if value) or "neither publisher nor address is known")
    if document["title"]:
        yield _line("", f"“{document['title']}”")
    yield _line("", (f"{document['document_id']}, SHA-256 {document['source_sha256']}", "quiet"))


def _place(claim: Row, source: Row | None) -> Iterator[Line]:
    line = ""
    if source and source["source_text"]:
        line = f"line {source['source_text'].count(chr(10), 0, claim['source_start']) + 1} of the source text, "
    yield _line(
        "Place",
        f"{line}characters {claim['source_start']} to {claim['source_end']} of the source, "
        f"{claim['start']} to {claim['end']} of the document's text ({claim['section']})",
    )


def _removals(book: _Book, claim: Row, source: Row | None) -> Iterator[Line]:
    for side, test, order in (
        ("before", "source_end <= ?", "source_end DESC"),
        ("after", "source_start >= ?", "source_start"),
    ):
        at = claim["source_start"] if side == "before" else claim["source_end"]
        rows = book.all(
            f"SELECT * FROM removals WHERE document_id = ? AND {test} AND reason <> 'blank' "
            f"ORDER BY {order} LIMIT {AROUND}",
            claim["document_id"],
            at,
        )
        for number, row in enumerate(rows):
            gone = at - row["source_end"] if side == "before" else row["source_start"] - at
            words = _short(source["source_text"][row["source_start"] : row["source_end"]]) if source else ""
            yield _line(
                f"Removed {side}" if number == 0 else "",
                f"{row['reason']}, {gone:,} characters away ",
                (f"(rule {row['rule']}) ", "quiet"),
                (words, "gone"),
            )


def _short(text: str, room: int = 60) -> str:
    words = " ".join(text.split())
    return words if len(words) <= room else f"{words[: room - 1]}…"


def _sentence(claim: Row, document: Row, source: Row | None) -> Iterator[Line]:
    text = document["text"] or (source["text"] if source else None)
    if text is None:
        yield _line("Sentence", ("the licence keeps the text out of the release, and the source is not here", "quiet"))
        return
    segment = next(s for s in document["segments"] if s["start"] <= claim["start"] < s["end"])
    spans = {(f["start"], f["end"]): "claim" for f in claim["fragments"]}
    spans |= {
        (claim[f"{part}_start"], claim[f"{part}_end"]): part for part in ("speaker", "cue") if claim[f"{part}_text"]
    }
    inside = sorted(span for span in spans if segment["start"] <= span[0] and span[1] <= segment["end"])
    yield Line("Sentence", tuple(_marked(text, segment, [(*span, spans[span]) for span in inside])))
    if not document["text_is_open"]:
        yield _line("", ("from the stage files on this machine; no release holds it", "quiet"))


def _marked(text: str, segment: Row, spans: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    """The sentences of a paragraph from the first marked span to the last, with what is marked."""
    first, last = min(s[0] for s in spans), max(s[1] for s in spans)
    at = max([segment["start"], *(m.end() for m in _ENDS.finditer(text, segment["start"], first))])
    stop = next((m.start() for m in _ENDS.finditer(text, last, segment["end"])), segment["end"])
    for start, end, what in spans:
        if start >= at:  # a mark inside another one is left to it
            yield text[at:start], "plain"
            yield text[start:end], what
            at = end
    yield text[at:stop].rstrip(), "plain"


_ENDS = re.compile(r"(?<=[.!?])[”’\"')\]]*\s+")


def _rule(claim: Row) -> Iterator[Line]:
    from pipeline.extraction.cues import lexicon
    from pipeline.extraction.rules import RULES

    lemma, _, frame = claim["rule"].partition(": ")
    family = next((name for pattern, name in FAMILIES if re.fullmatch(pattern, frame or claim["rule"])), None)
    rule = next((rule for rule in RULES if rule.name == family), None)
    yield _line("Rule", (claim["rule"], "strong"), f": {rule.reason}" if rule else "")
    cue = lexicon().get((lemma, frame))
    example = cue.example if cue else rule.examples[0].text if rule and rule.examples else None
    if example:
        yield _line("", f"as in: {_short(example, 200)}")
    if claim["cue_text"]:
        yield _line("Cue", (claim["cue_text"], "cue"), f" ({claim['cue_lemma']})")


FAMILIES = (
    (r"that|wh|ing|for|of|about|on|to|at|with|against|as", "that-clause"),
    (r"inf|obj inf|on inf", "infinitive"),
    (r"obj( .*)?", "verdict"),
    (r"noun .*", "noun"),
    (r"according", "according to"),
    (r"in words", "in the words of"),
    (r"cue-after-.*", "quotation with its cue behind"),
    (r"(cue|verdict)-before-quotation", "quotation with its cue before"),
    (r"colon-before-quotation", "quotation behind a colon"),
    (r"read-out", "read out"),
    (r"label-in-.*", "label"),
    (r"cue-and-colon-in-headline", "cue and colon in a headline"),
    (r"answer", "answer"),
)
"""For rules as claims name them (behind the cue's lemma the frame): the rule that tells its reason and has examples."""


def _confidence(book: _Book, claim: Row) -> Iterator[Line]:
    counted = book.there(
        "SELECT count(*) AS claims, count(*) FILTER (confidence >= ?) AS as_sure FROM claims", claim["confidence"]
    )
    share = f"{counted['as_sure']:,} of the {counted['claims']:,} claims of this release are as sure"
    yield _line("Confidence", (f"{claim['confidence']:.2f}", "strong"), f"; {share}")
    yield _line("", (FIELDS["confidence"].description, "quiet"))


def _actor_of(book: _Book, claim: Row, part: str) -> Iterator[Line]:
    actor_id = claim[f"{part}_id"]
    words = claim.get(f"{part}_text")
    label = part.capitalize()
    if actor_id is None:
        if words:
            yield _line(label, (words, part), " stands for nobody that the document tells of")
        return
    actor = book.there("SELECT * FROM actors WHERE actor_id = ?", actor_id)
    said = ((words, part), " is ") if words else ()
    yield _line(label, *said, (actor["name"], "strong"), f", {_identity(actor)}", (f"  {actor_id}", "quiet"))
    if words:
        yield from _mentions(book, claim, actor_id)


def _identity(actor: Row) -> str:
    named = "" if actor["is_named"] else "unnamed "
    link = f", Wikidata {actor['wikidata_id']}" if actor["wikidata_id"] else ""
    return f"{named}{actor['kind']}{link}"


def _mentions(book: _Book, claim: Row, actor_id: str) -> Iterator[Line]:
    own = book.all(
        """SELECT surface, form, start FROM mentions WHERE document_id = ? AND actor_id = ?
           AND start >= ? AND "end" <= ? ORDER BY start""",
        claim["document_id"],
        actor_id,
        claim["speaker_start"],
        claim["speaker_end"],
    )
    others = book.all(
        """SELECT surface, form, count(*) AS times FROM mentions WHERE document_id = ? AND actor_id = ?
           GROUP BY ALL ORDER BY times DESC, surface, form LIMIT 6""",
        claim["document_id"],
        actor_id,
    )
    if own:
        yield _line("", "through " + ", ".join(f"“{row['surface']}” ({row['form']})" for row in own))
    named = ", ".join(f"“{row['surface']}” ({row['form']}, {row['times']})" for row in others)
    yield _line("", f"in this document: {named}" if named else "no mention of its own in this document")


def _people(book: _Book, *targets: str | None) -> Iterator[Line]:
    ids = sorted(set(filter(None, targets)))
    rows = book.all(
        """SELECT * FROM decisions WHERE is_applied AND (list_contains(?, target) OR list_contains(?, new_value)
           OR target IN (SELECT identifier FROM identifiers WHERE list_contains(?, superseded_by)))
           ORDER BY decision, target, field""",
        ids,
        ids,
        ids,
    )
    for number, row in enumerate(rows):
        who = ", ".join(filter(None, (row["decided_by"], row["decided_on"])))
        sets = f" {row['field']} {row['new_value'] or ''}".rstrip()
        why_ = f": {row['reason']}" if row["reason"] else ""
        yield _line(
            "" if number else "People", f"{row['decision']} of {row['target']},{sets}{why_}", (f" ({who})", "quiet")
        )
    if not rows:
        yield _line("People", ("nobody has changed anything here", "quiet"))


def _group_of(book: _Book, claim: Row) -> Iterator[Line]:
    if claim["claim_group_id"]:
        yield from _group(book, claim["claim_group_id"], apart_from=claim["claim_id"])


def _group(book: _Book, group_id: str, apart_from: str = "") -> Iterator[Line]:
    group = book.there("SELECT * FROM claim_groups WHERE claim_group_id = ?", group_id)
    size = f"{group['claim_count']} claims in {group['document_count']} documents"
    yield _line("Group", f"{group['relation']}, score {group['score']:.2f}: {size}", (f"  {group_id}", "quiet"))
    for row in book.all(
        """SELECT claim_id, c.text, publisher FROM claims AS c JOIN documents USING (document_id)
           WHERE claim_group_id = ? AND claim_id <> ? ORDER BY claim_id""",
        group_id,
        apart_from,
    ):
        yield _line(
            "",
            f"{row['publisher'] or '(unknown)'}: ",
            (_short(row["text"], 90), "claim"),
            (f"  {row['claim_id']}", "quiet"),
        )


# --- an actor, a document ---


def _actor(book: _Book, actor_id: str) -> Iterator[Line]:
    actor = book.there("SELECT * FROM actors WHERE actor_id = ?", actor_id)
    yield _line("Actor", (actor["name"], "strong"), f", {_identity(actor)}", (f"  {actor_id}", "quiet"))
    yield _line("", FIELDS["actor_id"].description)
    yield _line("", f"{actor['claim_count']:,} claims, {actor['document_count']:,} documents")
    names = book.all(
        "SELECT * FROM actor_names WHERE actor_id = ? ORDER BY mention_count DESC, name, form LIMIT 12", actor_id
    )
    yield _line("Names", ", ".join(f"“{row['name']}” ({row['form']}, {row['mention_count']})" for row in names))
    for number, row in enumerate(
        book.all(
            """SELECT DISTINCT role, source_name FROM roles JOIN documents USING (document_id)
               WHERE actor_id = ? ORDER BY ALL""",
            actor_id,
        )
    ):
        yield _line("" if number else "Offices", f"{row['role']} ({row['source_name']})")
    older = book.all("SELECT identifier FROM identifiers WHERE superseded_by = ? ORDER BY 1", actor_id)
    if older:
        yield _line("Took over", ", ".join(row["identifier"] for row in older))
    yield from _people(book, actor_id)
    for number, row in enumerate(
        book.all(
            "SELECT claim_id, text FROM claims WHERE speaker_id = ? ORDER BY confidence DESC, claim_id LIMIT 5",
            actor_id,
        )
    ):
        yield _line("" if number else "Claims", (_short(row["text"], 90), "claim"), (f"  {row['claim_id']}", "quiet"))


def _document(book: _Book, document_id: str) -> Iterator[Line]:
    document = book.there("SELECT * FROM documents WHERE document_id = ?", document_id)
    yield from _source(document)
    kept = sum(segment["source_end"] - segment["source_start"] for segment in document["segments"])
    yield _line("Kept", f"{kept:,} of {document['source_length']:,} characters, {document['word_count']:,} words")
    for number, row in enumerate(
        book.all(
            """SELECT reason, rule, count(*) AS spans, sum(source_end - source_start) AS size FROM removals
               WHERE document_id = ? AND reason <> 'blank' GROUP BY ALL ORDER BY size DESC, reason, rule""",
            document_id,
        )
    ):
        yield _line(
            "" if number else "Removed",
            f"{row['reason']}: {row['spans']} spans, {row['size']:,} characters",
            (f" (rule {row['rule']})", "quiet"),
        )
    claims = book.there("SELECT count(*) AS n FROM claims WHERE document_id = ?", document_id)
    yield _line("Claims", f"{claims['n']:,}")
    yield from _people(book, document_id, document["url"], document["source_name"], document["source_sha256"])


_EXPLAINED = {"claim": _claim, "actor": _actor, "document": _document, "claim_group": _group}
