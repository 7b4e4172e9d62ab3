"""One document: names, titles, pronouns, offices and claims come to the right actor."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.cleaning.document import Place
from pipeline.extraction.names import find_caption_mentions, find_mentions
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.records import Claim, Mention, Span
from pipeline.resolution.article.document import resolve
from pipeline.resolution.article.records import Publication, Resolved


def resolved(
    text: str, claims: tuple[Claim, ...] = (), publisher: str | None = None, year: int | None = None
) -> Resolved:
    parsed = parse(text, paragraphs_of(text))
    published = datetime(year, 7, 15, tzinfo=UTC) if year else None
    return resolve(parsed, claims, find_mentions(parsed), (), Publication(publisher, published))


def stands_for(text: str, words: str, nth: int = 0, **given: object) -> str | None:
    """Name of the actor that the nth place of these words stands for."""
    found = resolved(text, **given)  # type: ignore[arg-type]
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    span = Span(start, start + len(words))
    return next((found.entities[m.entity].name for m in found.mentions if m.mention.span == span), None)


OFFICES = (
    ("Later Bill Holm, actor Karl Berg and others left.", "Karl Berg", None, None),
    ("She drew notice from critics of Norwegian President Ann Lowe.", "Ann Lowe", "Norwegian President", "Norway"),
    ("It was read by Secretary of State Ann Lowe.", "Ann Lowe", "Secretary of State", None),
    ("Ann Lowe, a lawyer for the Norwegian Refugee Council, left.", "Ann Lowe", None, "Norwegian Refugee Council"),
    ("Ann Lowe, Norway’s ambassador to the United Nations, left.", "Ann Lowe", None, "Norway"),
    ("James Holm, whose father, Jimmy, was a judge, left.", "James Holm", None, None),
)


@pytest.mark.parametrize(("text", "holder", "words", "body"), OFFICES)
def test_an_office_is_that_of_its_holder_and_body(text: str, holder: str, words: str | None, body: str | None) -> None:
    found = resolved(text)
    roles = [role for role in found.roles if found.entities[role.entity].name == holder]
    assert {role.entity for role in found.roles} == {role.entity for role in roles}
    assert [role.role for role in roles] == [words] if words else len(roles) <= 1
    bodies = [found.entities[role.organisation].name for role in roles if role.organisation is not None]
    assert bodies == ([body] if body else [])


TWO = "It rained on Gordon Brown and David Cameron.\n\nThe crowd cheered.\n\nThen the {} left."


@pytest.mark.parametrize(
    ("title", "year", "name"),
    [
        ("prime minister", 2009, "Gordon Brown"),
        ("British prime minister", 2013, "David Cameron"),
        ("French prime minister", 2013, None),
        ("former prime minister", 2013, None),
        ("prime minister", 2020, None),
        ("prime minister", None, None),
    ],
)
def test_a_title_is_the_holder_at_the_time_if_the_document_names_him(
    title: str, year: int | None, name: str | None
) -> None:
    assert stands_for(TWO.format(title), title, year=year) == name


def quotation(text: str, words: str, speaker: str) -> Claim:
    start, who = text.index(words), text.index(speaker)
    fragment = Span(start, start + len(words))
    return Claim((fragment,), "direct", "statement", "test", 1.0, speakers=(Span(who, who + len(speaker)),))


CASES = (
    ("Anna Berg won. Later Berg left.", "Berg", 1, "Anna Berg"),
    ("The Namib Broadcasting Corporation (NBC) met. Then the NBC voted.", "NBC", 1, "Namib Broadcasting Corporation"),
    ("Ann Lowe heads Isis (Institute of Sea and Ice Studies).", "Isis", 0, "Institute of Sea and Ice Studies"),
    ("Lukas Bloomberg won. Later Bloomberg left.", "Bloomberg", 1, "Lukas Bloomberg"),
    ("Anna Berg won. Later Anna left.", "Anna", 1, "Anna Berg"),
    ("John and Ruth Holm drew it. John F. Kennedy spoke. So did John Paul II.", "John", 0, "John"),
    ("Kenny Washington ran. Washington won the race.", "Washington", 1, "Kenny Washington"),
    ("Anna Berg told Philadelphia Magazine so. She left Philadelphia.", "Philadelphia", 1, "Philadelphia"),
    ("Vendrel Capital Management bid. A loan was given to Vendrel.", "Vendrel", 1, "Vendrel Capital Management"),
    ("Apple Capital Management bid. It bought an Orchard.", "Apple Capital Management", 0, "Apple Capital Management"),
    ("The White House agreed. The House voted against it.", "House", 1, "House"),
    ("Anna Berg met Peter Berg. Peter Berg smiled.", "Peter Berg", 1, "Peter Berg"),
    ("Anna Berg won the race. She was glad.", "She", 0, "Anna Berg"),
    ("Anna Berg met Peter Holm. He was glad.", "He", 0, "Peter Holm"),
    ("Peter Holm said that he would go.", "he", 0, "Peter Holm"),
    ("In his speech, Peter Holm thanked the nurses.", "his", 0, "Peter Holm"),
    ("Ruth Vane saw herself on the screen.", "herself", 0, "Ruth Vane"),
    ("The Northern Rivers Alliance (NRA) met. Then the NRA voted.", "NRA", 1, "Northern Rivers Alliance"),
    ("Finance minister Ann Lowe spoke first. Then the finance minister left.", "finance minister", 0, "Ann Lowe"),
    ("British ships left the harbour.", "British", 0, "United Kingdom"),
    ("The war with Moscow goes on.", "Moscow", 0, "Russia"),
    ("He was born in Moscow.", "Moscow", 0, "Moscow"),
    ("Kyiv rejected the offer.", "Kyiv", 0, "Ukraine"),
    ("It was John Healey.\n\nIt rained.\n\nThen the Defence Secretary left.", "Defence Secretary", 0, "John Healey"),
    ("The Minister for Ports, Ann Lowe, agreed.\n\nThen the minister left.", "minister", 0, "Ann Lowe"),
)


@pytest.mark.parametrize(("text", "words", "nth", "name"), CASES)
def test_words_stand_for_their_actor(text: str, words: str, nth: int, name: str) -> None:
    assert stands_for(text, words, nth) == name


SPEAKERS = (
    ("The Fossil Museum opened late. The museum said that it was sorry.", "The museum", "Fossil Museum"),
    ("The City Museum and the Fossil Museum met. The museum said that it was sorry.", "The museum", "The museum"),
    ("Veridian Robotics will move. The company said that it was sorry.", "The company", "Veridian Robotics"),
    ("The Rail Workers Union will move. The company said that it was sorry.", "The company", "The company"),
    ("The nurses' union said that it was sorry.", "The nurses' union", "The nurses' union"),
    ("A clerk for the port, who was cold, said that it was sorry.", "A clerk for the port", "A clerk for the port"),
    ("The owner of the mill, Ann Lowe, said that it was sorry.", "The owner of the mill, Ann Lowe,", "Ann Lowe"),
    ("The mayor of Oslo said that it was sorry.\n\nAnn Lowe spoke in the hall.", "The mayor of Oslo", "Ann Lowe"),
    (
        "The mayor of Oslo said that it was sorry.\n\nIn the hall Ann Lowe spoke.",
        "The mayor of Oslo",
        "The mayor of Oslo",
    ),
)


@pytest.mark.parametrize(("text", "words", "name"), SPEAKERS)
def test_a_speaker_without_a_name_is_whom_the_document_names_or_is_worded_in_full(
    text: str, words: str, name: str
) -> None:
    found = resolved(text, (quotation(text, "it was sorry", words),))
    assert [found.entities[number].name for number in found.claims[0].speakers] == [name]


def test_two_people_of_one_surname_stay_two() -> None:
    found = resolved("Anna Berg met Peter Berg at the station.")
    assert [entity.name for entity in found.entities if entity.kind == "person"] == ["Anna Berg", "Peter Berg"]


def test_i_is_who_speaks_the_quotation() -> None:
    text = "“I will go to Oslo,” Anna Berg told Peter Holm."
    claim = quotation(text, "I will go to Oslo,", "Anna Berg")
    assert stands_for(text, "I", claims=(claim,)) == "Anna Berg"


def test_he_in_a_quotation_is_not_its_speaker() -> None:
    text = "Peter Holm won. “Yesterday he was late,” Paul Stern said."
    claim = quotation(text, "Yesterday he was late,", "Paul Stern")
    assert stands_for(text, "he", claims=(claim,)) == "Peter Holm"


def test_an_unnamed_speaker_is_an_actor_of_the_document_and_never_linked() -> None:
    text = "“No,” a spokeswoman for the bank said."
    found = resolved(text, (quotation(text, "No,", "a spokeswoman"),))
    speaker = found.entities[found.claims[0].speakers[0]]
    assert (speaker.name, speaker.kind, speaker.is_named, speaker.wikidata_id) == (
        "a spokeswoman for the bank",
        "person",
        False,
        None,
    )


def test_a_text_that_says_something_is_no_actor() -> None:
    text = "The report said that prices rose."
    found = resolved(text, (quotation(text, "prices rose", "The report"),))
    assert found.claims[0].speakers == ()


def test_a_medium_calls_itself_by_a_part_of_its_name() -> None:
    text = "A union leader told the Star that she would go."
    assert stands_for(text, "Star", publisher="Morning Star") == "Morning Star"
    assert stands_for(text, "Star") == "Star"


def test_known_actors_have_their_links_and_others_have_none() -> None:
    found = resolved("Keir Starmer met Velda Quist in Brussels after NATO had voted.")
    links = {entity.name: entity.wikidata_id for entity in found.entities}
    assert links["Keir Starmer"] == "Q6383803"
    assert links["NATO"] == "Q7184"
    assert links["Velda Quist"] is None


def test_an_office_is_noted_with_its_words_and_body() -> None:
    text = "French president Emmanuel Macron met Ann Lowe, chair of the Charity Commission."
    found = resolved(text)
    held = {found.entities[r.entity].name: (r.role, r.organisation) for r in found.roles}
    assert held["Emmanuel Macron"][0] == "French president"
    role, body = held["Ann Lowe"]
    assert role.startswith("chair of the Charity Commission")
    assert body is not None
    assert found.entities[body].name == "Charity Commission"


def test_names_in_captions_count_and_point_into_the_source() -> None:
    source = "Menu\nAnna Berg at Leonex UK in Leeds\nAnna Berg won."
    mentions = find_caption_mentions(source, [Place(5, 36)])
    assert {source[m.span.start : m.span.end] for m in mentions} >= {"Anna Berg", "Leonex UK", "Leeds"}
    assert all(m.in_caption and m.canonical == source[m.span.start : m.span.end] for m in mentions)
    body = parse("Anna Berg won.", paragraphs_of("Anna Berg won."))
    found = resolve(body, (), (*find_mentions(body), *mentions), (), Publication())
    kinds = {entity.name: entity.kind for entity in found.entities}
    assert kinds["Anna Berg"] == "person"
    assert kinds["Leonex UK"] == "organisation"
    assert len([entity for entity in found.entities if entity.name == "Anna Berg"]) == 1


def test_an_empty_text_has_nobody() -> None:
    assert resolved("").entities == ()


def test_a_mention_that_nothing_is_known_of_is_left_out() -> None:
    text = "He left."
    parsed = parse(text, paragraphs_of(text))
    found = resolve(parsed, (), (Mention(Span(0, 2), "pronoun", "person"),), (), Publication())
    assert found.mentions == ()
