"""One text with its attributions, mentions and actors, as the command `onrecord annotate` gives them.

Belongs here: the shape of that answer. Does not: any rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.extraction.claims import find_claims
from pipeline.extraction.names import find_mentions
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.quantities import find_quantities
from pipeline.extraction.records import Span
from pipeline.resolution.article.document import resolve
from pipeline.resolution.article.records import Entity, Publication, Resolved, ResolvedClaim, ResolvedMention

TYPES = {
    "person": "PERSON",
    "organisation": "ORG",
    "government_body": "ORG",
    "media": "ORG",
    "state": "GPE",
    "place": "GPE",
    "group": "GROUP",
}
"""Kinds of actors as the names of entity types that are usual for annotated corpora."""
KINDS = {"name": "name", "acronym": "name", "metonym": "name", "demonym": "name"}


def annotate(doc_id: str, text: str) -> dict[str, Any]:
    """The attributions, mentions and actors of a text, by offsets into it.

    Gives `{"doc_id", "text", "attributions": [{"content", "cue", "source", "type", "act", "speaker_id"}], "nested": [as
    these], "mentions": [{"start", "end", "type", "kind", "entity_id"}], "actors": [{"entity_id", "canonical", "type",
    "qid"}]}`; spans are half open. `nested` are claims inside the words of another claim.
    """
    parsed = parse(text, paragraphs_of(text))
    found = resolve(parsed, find_claims(parsed), find_mentions(parsed), find_quantities(parsed, None), Publication())
    return {
        "doc_id": doc_id,
        "text": text,
        "attributions": [_attribution(claim) for claim in found.claims if claim.claim.level == 1],
        "nested": [_attribution(claim) for claim in found.claims if claim.claim.level > 1],
        "mentions": [_mention(mention, found) for mention in found.mentions],
        "actors": [_actor(number, entity) for number, entity in enumerate(found.entities)],
    }


def _spans(spans: Iterable[Span | None]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans if span]


def _attribution(claim: ResolvedClaim) -> dict[str, Any]:
    return {
        "content": _spans(claim.claim.fragments),
        "cue": _spans([claim.claim.cue]),
        # The pronoun of a relative clause stands for its speaker, and is what some annotations mark.
        "source": _spans([*claim.claim.speakers, claim.claim.via]),
        "type": claim.claim.mode,
        "act": claim.claim.act,
        "speaker_id": f"e{claim.speakers[0]}" if claim.speakers else None,
    }


def _mention(found: ResolvedMention, document: Resolved) -> dict[str, Any]:
    mention = found.mention
    kind = document.entities[found.entity].kind
    return {
        "start": mention.span.start,
        "end": mention.span.end,
        "type": "NORP" if mention.form == "demonym" else TYPES[kind],
        "kind": KINDS.get(mention.form, mention.form),
        "entity_id": f"e{found.entity}",
    }


def _actor(number: int, entity: Entity) -> dict[str, Any]:
    return {
        "entity_id": f"e{number}",
        "canonical": entity.name,
        "type": TYPES[entity.kind],
        "qid": entity.wikidata_id,
        "wikipedia": entity.name if entity.wikidata_id else None,
    }
