"""One document: every mention gets the actor it stands for, every claim its speaker, addressee and medium.

Belongs here: the order of decisions within a document. Does not: how names, pronouns and offices are compared
(`naming`, `coreference`, `roles`), or actors across documents (`corpus`).
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import Known, gazetteer
from pipeline.extraction.parse import Parsed
from pipeline.extraction.records import Claim, Mention, Quantity, Span
from pipeline.extraction.repair.name import ORGANISED, is_honorific, is_office
from pipeline.resolution.article import naming, nominals, roles, terms
from pipeline.resolution.article.coreference import (
    GENDERS,
    ME,
    REACH,
    US,
    Candidate,
    Layout,
    Place,
    antecedent,
    gender_of,
)
from pipeline.resolution.article.records import Entity, Publication, Resolved, ResolvedClaim, ResolvedMention, Role

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

_MOST_NEAR = 100
"""Actors from which on no earlier sentence is searched for whom a pronoun means."""
_SUBJECTS = ("nsubj", "nsubjpass")


def resolve(
    parsed: Parsed,
    claims: tuple[Claim, ...],
    mentions: tuple[Mention, ...],
    quantities: tuple[Quantity, ...],
    publication: Publication,
) -> Resolved:
    """The actors of a document and who says, hears and publishes each claim.

    The document may call its own medium by a short name ("the Star"), and whoever held an office when it was published
    by the title alone.
    """
    draft = _Draft(parsed, list(mentions), claims, publication)
    draft.name_actors(publication.publisher)
    draft.note_offices()
    draft.walk()
    spoken = [draft.claim(claim) for claim in claims]
    return draft.result(spoken, quantities)


@dataclass
class _Draft:
    """What is decided so far. Actors are numbered as they come up; `of` gives the actor of each mention."""

    parsed: Parsed
    mentions: list[Mention]
    claims: Sequence[Claim]
    publication: Publication
    entities: list[Entity] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    of: dict[int, int] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    unnamed: dict[tuple[str, str | None], int] = field(default_factory=dict)
    """The first actor without a name for which these words stood, with what said of whom behind them, or with any."""
    in_sentence: dict[int, dict[int, None]] = field(default_factory=dict)
    """The actors that stand in each sentence."""

    def __post_init__(self) -> None:
        self.layout = Layout(self.parsed)
        self.texts = [self._text(mention) for mention in self.mentions]
        self._paragraphs = [paragraph.span for paragraph in self.parsed.paragraphs]
        self._first: dict[int, int] = {}
        self._people: dict[str, list[int]] = {}
        self._bodies: dict[int, set[int | None]] = {}
        self._role_at: dict[int, list[int]] = {}
        self._at_token: dict[int, list[int]] = {}
        for number in range(len(self.mentions)):
            self._index(number)
        self._called: dict[str, list[int]] = {}
        self._bearers: dict[str, dict[int, int]] = {}
        self._ends: list[tuple[int, int]] = []
        self._spoken: dict[int, list[Claim]] = {}
        for claim in self.claims:
            outside = claim.speakers and self.layout.quotation(claim.speakers[0])
            for quotation in self.layout.quotations_in(claim.fragments) if claim.speakers else ():
                if outside != quotation:
                    self._spoken.setdefault(quotation, []).append(claim)

    def _text(self, mention: Mention) -> str:
        if mention.in_caption:
            return naming.tidy(mention.canonical or "")
        return naming.tidy(self.parsed.text[mention.span.start : mention.span.end].replace("’", "'"))

    # --- names ---

    def name_actors(self, publisher: str | None) -> None:
        """Number the named actors and give each named mention its actor."""
        for cluster in naming.cluster_names(naming.surfaces(self.texts, self.mentions)):
            _own_name(cluster, publisher)
            known = cluster.known
            entity = Entity(
                cluster.name,
                known.kind if known else cluster.kind,
                is_named=True,
                wikidata_id=known.wikidata_id if known else None,
                country=known.country if known else None,
            )
            number = self._new(entity, gender_of(cluster.names, self._titles(cluster.members)))
            self.of.update(dict.fromkeys(cluster.members, number))
            in_text = [member for member in cluster.members if not self.mentions[member].in_caption]
            self._first[number] = min(in_text, default=-1)
            if entity.kind == "person":
                self._people.setdefault(entity.name, []).append(number)

    def _new(self, entity: Entity, gender: str | None) -> int:
        self.entities.append(entity)
        self.candidates.append(Candidate(len(self.entities) - 1, entity.kind, gender))
        return len(self.entities) - 1

    def _titles(self, members: Iterable[int]) -> list[str]:
        """The words before the names of an actor that may tell a person's gender."""
        found = []
        for number in members:
            tokens = self._tokens(self.mentions[number])
            before = self.parsed.doc[tokens[0] - 1] if tokens and tokens[0] else None
            if before is not None and (is_honorific(before) or before.pos_ in ("NOUN", "PROPN")):
                found.append(before.text)
        return found

    def _tokens(self, mention: Mention) -> tuple[int, int] | None:
        return None if mention.in_caption else self.layout.tokens(mention.span)

    # --- offices ---

    def note_offices(self) -> None:
        """Note the office beside each name of a person."""
        for number, mention in enumerate(self.mentions):
            tokens = self._tokens(mention)
            if tokens and number in self.of and self.entities[self.of[number]].kind == "person":
                for office in roles.offices(self.parsed.doc, *tokens):
                    span = office.span(self.parsed.doc)
                    self._note(self.of[number], span)

        for mention in self.mentions:
            if mention.form == "title" and (person := self._announced_by_title(mention.span)) is not None:
                self._note(person, Span(mention.span.start, self._phrase(mention.span).end))
        self._titles_held = roles.Titles([role.role for role in self.roles])

    def _note(self, person: int, span: Span) -> None:
        """Note the office of a person in the words at a span."""
        role = Role(person, self.parsed.text[span.start : span.end], span, self._body_at(span))
        self.roles.append(role)
        self._bodies.setdefault(person, set()).add(role.organisation)
        for i in range(*(self.layout.tokens(span) or (0, 0))):
            self._role_at.setdefault(i, []).append(len(self.roles) - 1)

    def _announced_by_title(self, title: Span) -> int | None:
        """Who opens the paragraph after one that opens with an office: news names the subject of its lead one later."""
        bounds = self._paragraphs
        here = max(0, bisect_right(bounds, Span(title.start, sys.maxsize)) - 1)
        head = self.layout.head(title)
        if here + 1 >= len(bounds) or not bounds[here].contains(title) or head is None or head.dep_ not in _SUBJECTS:
            return None
        opening = self.parsed.text[bounds[here].start : title.start].strip().lower()
        if opening != "the" or any(self._is_person(n) for n in self._touching(bounds[here])):
            return None
        return self._opens_with_person(bounds[here + 1])

    def _opens_with_person(self, paragraph: Span) -> int | None:
        """The person whose full name, found here first and without an office, is the subject that opens a paragraph."""
        first = [n for n in self._touching(Span(paragraph.start, paragraph.start + 1)) if self._is_person(n)]
        if not first or " " not in self.texts[first[0]]:
            return None
        person, head = self.of[first[0]], self.layout.head(self.mentions[first[0]].span)
        new = self._first[person] == first[0] and person not in self._bodies
        return person if new and head is not None and head.dep_ in _SUBJECTS else None

    def _is_person(self, number: int) -> bool:
        """True for the names of people."""
        named = number in self.of and self.mentions[number].form == "name"
        return named and self.entities[self.of[number]].kind == "person"

    def _body_at(self, span: Span) -> int | None:
        """The body named in the words of an office, or right before them, else the state; not that behind "to"."""
        near = [n for n in self._touching(Span(max(0, span.start - 3), span.end)) if n in self.of]
        text = self.parsed.text
        near = [n for n in near if not text.endswith((" to ", " to the "), 0, self.mentions[n].span.start)]
        found = [self.of[n] for n in near if self.entities[self.of[n]].kind not in ("person", "place", "group")]
        bodies = (entity for entity in found if self.entities[entity].kind in ORGANISED)
        return next(bodies, found[0] if found else None)

    # --- titles, common nouns, pronouns ---

    def walk(self) -> None:
        """Go through the text: names become candidates, titles and pronouns choose among them.

        Pronouns in quotations come last: who speaks them may be named after them.
        """
        places = {n: p for n, m in enumerate(self.mentions) if not m.in_caption and (p := self.layout.place(m.span))}
        quoted = {n for n, p in places.items() if p.quotation >= 0 and self.mentions[n].form == "pronoun"}
        for number in sorted(places, key=lambda n: (n in quoted, self.mentions[n].span)):
            place = places[number]
            if number not in self.of:
                entity = self._choose(number, self.mentions[number], place)
                if entity is None:
                    continue
                self.of[number] = entity
            if self.mentions[number].form != "demonym":
                self._place(self.of[number], place)
                self.in_sentence.setdefault(place.sentence, {})[self.of[number]] = None

    def _place(self, entity: int, place: Place) -> None:
        """Note a place of an actor, in order, and the last of its places among those of all actors."""
        places = self.candidates[entity].places
        if places:
            del self._ends[bisect_left(self._ends, (places[-1].token, entity))]
        insort(places, place)
        insort(self._ends, (places[-1].token, entity))

    def _choose(self, number: int, mention: Mention, place: Place) -> int | None:
        if mention.form == "pronoun":
            word, speaker = self.texts[number].lower(), self._speaker_around(mention.span)
            if word in US and speaker is not None and self.entities[speaker].kind == "person":
                return self._body_of(speaker)
            announced = self._announced(word, mention.span)
            if announced is not None:
                return announced
            apart = word in ME or (speaker is not None and self._is_sentence(mention.span))
            return antecedent(word, place, self._near(place, speaker), speaker if apart else None)
        return self._meant(number, mention, place)

    def _meant(self, number: int, mention: Mention, place: Place) -> int:
        """Whom a title or common noun means: the holder of the office, the body that is such a one, or the unnamed."""
        head = self.layout.head(mention.span)
        found = (
            self._holder(number, place) if head is not None and is_office(head) and mention.kind == "person" else None
        )
        if found is None and mention.form == "nominal":
            found = self._such_a_body(self.texts[number], place)
        return found if found is not None else self._unnamed(mention, self.texts[number])

    def _near(self, place: Place, speaker: int | None) -> list[Candidate]:
        """The actors that a pronoun may mean: those in its sentence and the few before, and who speaks around it."""
        found = dict.fromkeys([] if speaker is None else [speaker])
        for sentence in range(place.sentence, place.sentence - REACH - 1, -1):
            found |= self.in_sentence.get(sentence, {}) if len(found) < _MOST_NEAR else {}
        return [self.candidates[entity] for entity in found]

    def _such_a_body(self, text: str, place: Place) -> int | None:
        """The one body named before that "the museum" or "the company" can mean."""
        before = (self.candidates[e] for e in self._bodies_called(text.lower()))
        fitting = [c.entity for c in islice((c for c in before if c.places and c.places[0].token < place.token), 2)]
        return fitting[0] if len(fitting) == 1 else None

    def _bodies_called(self, text: str) -> Sequence[int]:
        """The named bodies of the document that these words can mean, in order."""
        if text not in self._called:
            bodies = ((n, e) for n, e in enumerate(self.entities) if e.is_named and e.kind in ORGANISED)
            can_mean = nominals.is_noun_for_body(text)
            self._called[text] = [n for n, e in bodies if nominals.is_such(text, e.name)] if can_mean else []
        return self._called[text]

    def _body_of(self, person: int) -> int | None:
        """The one body for which a person speaks, by the offices that the document gives."""
        bodies = self._bodies.get(person, set()) - {None}
        return bodies.pop() if len(bodies) == 1 else None

    def _announced(self, word: str, span: Span) -> int | None:
        """Whom "his" announces in "In his speech, X said …": the first person named in the sentence behind it."""
        head = self.layout.head(span)
        if head is None or head.dep_ != "poss" or word not in GENDERS:
            return None
        opening = self.layout.opening(head)
        words = [token for token in opening if token.is_alpha]
        if not words or words[0].tag_ not in ("VBG", "VBN", "IN") or any(t.dep_ in _SUBJECTS for t in opening):
            return None
        return next((e for e in self._people_after(head) if self.candidates[e].gender in (None, GENDERS[word])), None)

    def _people_after(self, head: Token) -> Iterator[int]:
        """The people named in the rest of a sentence, in order."""
        rest = self.layout.rest_of_sentence(head)
        for number in self._touching(rest):
            if self._is_person(number):
                yield self.of[number]

    def _is_sentence(self, span: Span) -> bool:
        """True if the quotation around begins like a sentence: then its speaker calls nobody else "I"."""
        start = self.layout.quotations[self.layout.quotation(span)].start
        return self.parsed.text[start : start + 3].strip("“\"‘' ")[:1].isupper()

    def _speaker_around(self, span: Span) -> int | None:
        """Who speaks the words around this place, if they are a quotation: the innermost claim's speaker."""
        quotation = self.layout.quotation(span)
        if quotation < 0:
            return None
        around = [
            claim
            for claim in self._spoken.get(quotation, ())
            if any(fragment.contains(span) for fragment in claim.fragments)
        ]
        around.sort(key=lambda claim: (-claim.level, len(claim.fragments)))
        return self._at(around[0].speakers[0]) if around else None

    def _holder(self, number: int, place: Place) -> int | None:
        """The person to whom the document gives this office: named in apposition, last before, or first after it."""
        title = self.texts[number]
        if (person := self._in_apposition(self.mentions[number].span)) is not None:
            return person
        tokens = self._tokens(self.mentions[number]) or (0, 0)
        own = [role for i in range(*tokens) for role in self._role_at.get(i, ())]
        if own:
            return self.roles[min(own)].entity
        fitting = self._bearers_of(title)
        before = self._named_last(fitting)
        if before is not None:
            return before
        if fitting and place.paragraph <= 1:
            return next(iter(fitting))
        return self._known_holder(title)

    def _bearers_of(self, title: str) -> dict[int, int]:
        """To whom the document gives an office of this title, numbered in order of the roles."""
        if title not in self._bearers:
            found = dict.fromkeys(self.roles[n].entity for n in self._titles_held.like(title))
            self._bearers[title] = {entity: number for number, entity in enumerate(found)}
        return self._bearers[title]

    def _named_last(self, actors: dict[int, int]) -> int | None:
        """Which of these actors stands last in the text so far; at the same word, the one with the least number."""
        last = next((token for token, entity in reversed(self._ends) if entity in actors), None)
        if last is None:
            return None
        here = self._ends[bisect_left(self._ends, (last, -1)) : bisect_left(self._ends, (last + 1, -1))]
        return min((entity for _, entity in here if entity in actors), key=actors.__getitem__)

    def _known_holder(self, title: str) -> int | None:
        """The one person named in the document who held this office when it was published."""
        published = self.publication.published_at
        names = terms.holders(title, published.date() if published else None)
        if not names:
            return None
        people = [person for name in names for person in self._people.get(name, ())]
        return people[0] if len(people) == 1 else None

    def _in_apposition(self, title: Span) -> int | None:
        """The person named after a title and what it governs: "the minister of the economy, X"."""
        tokens = self._tokens(Mention(title, "title", None))
        end = tokens[1] if tokens else len(self.parsed.doc)
        for token in self.parsed.doc[end : end + 8]:
            if token.text == ",":
                start = token.i + 1
                while start < len(self.parsed.doc) - 1 and is_honorific(self.parsed.doc[start]):
                    start += 1
                found = [n for n in self._at_token.get(start, ()) if n in self.of]
                return next((self.of[n] for n in found if self.entities[self.of[n]].kind == "person"), None)
            if token.pos_ not in ("ADP", "DET", "NOUN", "PROPN", "ADJ", "PART", "CCONJ"):
                return None
        return None

    def _unnamed(self, mention: Mention, text: str) -> int:
        """An actor without a name: a new one, or the one that the same words stood for before."""
        span = self._phrase(mention.span)
        tail = naming.fold(self.parsed.text[max(mention.span.end, span.start) : span.end])
        definite = text.split(maxsplit=1)[0].lower() not in ("a", "an", "one", "another", "some")
        tails = ("", tail) if tail else (None,)
        same = [self.unnamed.get((words, of_whom)) for words in _meant_by(text) for of_whom in tails]
        if definite and (known := [number for number in same if number is not None]):
            return min(known)
        name = naming.tidy(self.parsed.text[span.start : span.end].replace("’", "'"))
        number = self._new(Entity(name, mention.kind or "group", is_named=False), gender_of((), text.split()[-1:]))
        for words in (naming.fold(text), f"the … {text.lower().split()[-1]}"):
            for of_whom in (tail, None):
                self.unnamed.setdefault((words, of_whom), number)
        return number

    def _phrase(self, noun: Span) -> Span:
        """The noun phrase around a common noun, which never ends within a name."""
        span = nominals.phrase(self.parsed.doc, self.layout.head(noun), noun)
        names = [self.mentions[n].span.end for n in self._touching(span) if self.mentions[n].form == "name"]
        return Span(span.start, max(span.end, *names)) if names else span

    # --- claims ---

    def _at(self, span: Span) -> int | None:
        """The actor of the mention that has the same head as these words, or the same place."""
        head = self.layout.head(span)
        near = [number for number in self._touching(span) if number in self.of]
        near.sort(key=lambda n: (self.mentions[n].span != span, not self._covers(n, head), self.mentions[n].span))
        if near and (self.mentions[near[0]].span == span or self._covers(near[0], head)):
            return self.of[near[0]]
        return None

    def _touching(self, span: Span) -> list[int]:
        """The mentions in the text that overlap a span."""
        tokens = self.layout.tokens(span)
        return sorted({n for i in range(*tokens) for n in self._at_token.get(i, ())}) if tokens else []

    def _index(self, number: int) -> None:
        for i in range(*(self._tokens(self.mentions[number]) or (0, 0))):
            self._at_token.setdefault(i, []).append(number)

    def _covers(self, number: int, head: Token | None) -> bool:
        span = self.mentions[number].span
        return head is not None and span.start <= head.idx < span.end

    def _party(self, span: Span | None) -> int | None:
        """The actor at a claim's speaker, addressee or medium; words that are no mention yet become one."""
        if span is None:
            return None
        found, head = self._at(span), self.layout.head(span)
        if found is None or not self.entities[found].is_named:
            behind = self._named_behind(span)
            found = behind if behind is not None else found
        if found is not None or head is None or not _can_speak(head):
            return found
        mention = Mention(self._without_owner(span, head), "nominal", _kind_of(head))
        self.mentions.append(mention)
        self.texts.append(self._text(mention))
        self._index(len(self.mentions) - 1)
        place = self.layout.place(mention.span)
        number = len(self.mentions) - 1
        self.of[number] = self._meant(number, mention, place) if place else self._unnamed(mention, self.texts[-1])
        return self.of[number]

    def _named_behind(self, span: Span) -> int | None:
        """The person named behind a comma at the end of these words: "the owner of the mill, Ann Lee"."""
        for number in self._touching(span):
            start = (self._tokens(self.mentions[number]) or (0, 0))[0]
            while start > 0 and is_honorific(self.parsed.doc[start - 1]):
                start -= 1
            comma = start > 0 and self.parsed.doc[start - 1].text == "," and self.parsed.doc[start - 1].idx > span.start
            ends = self.parsed.text[self.mentions[number].span.end : span.end].strip(" ,") == ""
            if comma and ends and self._is_person(number):
                return self.of[number]
        return None

    def _without_owner(self, span: Span, head: Token) -> Span:
        """The words without a name that owns them: "government" in "the mayor's government"."""
        owner = next((child for child in head.children if child.dep_ == "poss"), None)
        first = self.parsed.doc[owner.right_edge.i + 1] if owner is not None else None
        return Span(first.idx, span.end) if first is not None and span.start < first.idx <= head.idx else span

    def claim(self, claim: Claim) -> ResolvedClaim:
        """The claim with the actors in its parts."""
        speakers = [entity for span in claim.speakers if (entity := self._party(span)) is not None]
        return ResolvedClaim(
            claim, tuple(dict.fromkeys(speakers)), self._party(claim.addressee), self._party(claim.medium)
        )

    # --- result ---

    def result(self, claims: Sequence[ResolvedClaim], quantities: tuple[Quantity, ...]) -> Resolved:
        """The records, without the unnamed actors that take no part in a claim, numbered by first mention."""
        parts = {e for c in claims for e in (*c.speakers, c.addressee, c.medium) if e is not None}
        order = sorted(self.of, key=lambda n: (self.mentions[n].in_caption, self.mentions[n].span))
        kept = dict.fromkeys(self.of[n] for n in order if self.entities[self.of[n]].is_named or self.of[n] in parts)
        number = {entity: new for new, entity in enumerate(kept)}
        return Resolved(
            tuple(self.entities[entity] for entity in kept),
            tuple(ResolvedMention(self.mentions[n], number[self.of[n]]) for n in order if self.of[n] in number),
            tuple(_renumbered(claim, number) for claim in claims),
            tuple(_renumbered_roles(self.roles, number)),
            quantities,
        )


def _own_name(cluster: naming.Cluster, publisher: str | None) -> None:
    """A document that names its own medium by a part of its name means that medium (the Star in the Morning Star)."""
    if publisher and cluster.kind == "media" and cluster.known is None:
        words = naming.fold(naming.without_note(publisher)).split()
        if any(naming.fold(name).split() == words[-len(name.split()) :] for name in cluster.names):
            cluster.known = gazetteer().by_name.get(publisher) or Known(publisher, "media")


def _meant_by(text: str) -> Iterator[str]:
    """Under which words a definite noun's actor was kept: the same, or "the spokeswoman" after "an STW spokeswoman"."""
    yield naming.fold(text)
    words = text.lower().split()
    if len(words) == 2 and words[0] == "the":
        yield f"the … {words[1]}"


def _can_speak(head: Token) -> bool:
    """False for pronouns and for texts (a poll, a letter): they say things, but they are no actors."""
    return head.pos_ in ("NOUN", "PROPN", "ADJ", "NUM", "DET") and head.lower_ not in gazetteer().words("text_noun")


def _kind_of(head: Token) -> str:
    words = gazetteer().words
    if head.lower_ in words("body_noun"):
        return words("body_noun")[head.lower_] or "organisation"
    if head.lower_ in words("person_noun") or head.lower_ in words("office"):
        return "person"
    return "group"


def _renumbered(claim: ResolvedClaim, number: dict[int, int]) -> ResolvedClaim:
    return replace(
        claim,
        speakers=tuple(number[entity] for entity in claim.speakers),
        addressee=None if claim.addressee is None else number[claim.addressee],
        medium=None if claim.medium is None else number[claim.medium],
    )


def _renumbered_roles(found: Iterable[Role], number: dict[int, int]) -> Iterable[Role]:
    seen = set()
    for role in sorted(found, key=lambda r: (r.span, r.entity)):
        if (role.span.start, role.entity) not in seen:
            seen.add((role.span.start, role.entity))
            body = number.get(role.organisation) if role.organisation is not None else None
            yield replace(role, entity=number[role.entity], organisation=body)
