"""The table of rules, in the order in which they are applied, and the small engine that applies them.

Belongs here: which rule follows which, why it is there, and examples. Does not: how a rule works (`bounds`, `kinds`,
`overlooked`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extraction.repair import bounds, kinds, overlooked
from pipeline.extraction.repair.name import Name, Names

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc

MODEL_KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}
"""The model's labels that can be actors; its other labels (EVENT, PRODUCT …) are left out."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A step of the repair.

    An example is a text, then "|", then the names that the whole table must find in it, each as `name/kind`, joined
    with "; ". A near miss, an example that the rule must leave alone, is written in the same way.
    """

    reason: str
    apply: Callable[[Doc, Names], Names]
    examples: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.apply.__name__


RULES: tuple[Rule, ...] = (
    Rule(
        "articles, possessives and line ends are no part of a name",
        bounds.trim_edges,
        (
            "It was said by the United Nations’ office in Nairobi.|United Nations/organisation; Nairobi/place",
            "Reporters followed Maria Lopez’s car to the airport.|Maria Lopez/person",
        ),
    ),
    Rule(
        "a word that opens a sentence has a capital like a name",
        bounds.opening_verbs,
        (
            "Then she asked: will it rain? Will Torvald pay?|Torvald/person",
            "Follow Anna Berg on the web. Wearing Torvald again, she left.|Anna Berg/person; Torvald/person",
            "Ernst Lindqvist left.|Ernst Lindqvist/person",
        ),
    ),
    Rule(
        "a title stands before the name of a person, an office behind that of a body",
        bounds.strip_titles,
        (
            "The speech by President Barack Obama lasted an hour.|Barack Obama/person",
            "He met the founder of Corvane Robotics.|Corvane Robotics/organisation",
            "The hall was opened by Councillor Aziz Anwar MBE.|Aziz Anwar/person",
            "It was read by Defence Inspector General Mary Ashdown.|Mary Ashdown/person",
            "Neighbour Amy Vance waved. Fan Weimin waved too.|Amy Vance/person; Fan Weimin/person",
        ),
    ),
    Rule(
        "days, offices, products, units and events are no actors",
        bounds.drop_words,
        (
            "She will return on Monday with a new iPhone.|",
            "He paid 300 USD for Windows and an Xbox last Christmas.|",
        ),
    ),
    Rule(
        "in a headline in title case every word looks like a name",
        bounds.trust_the_body,
        (
            "Council Plans Bigger Harbour Despite Northmoor Vote.\nIt was made by Anna Berg.|Anna Berg/person",
            "Council Plans Bigger Harbour Despite Vote\nIt was shown to Anna Berg, who lives there.|Anna Berg/person",
        ),
    ),
    Rule(
        "states, bodies, media and office holders are known by name",
        kinds.known_names,
        (
            "Kenya and France signed it at NATO.|Kenya/state; France/state; NATO/organisation",
            "The book was written by Jordan Peters.|Jordan Peters/person",
            "The money came from Lukas Bloomberg. Later Bloomberg left.|Lukas Bloomberg/person; Bloomberg/person",
            "WHO WILL HELP THE POOR?\nThe answer came from Oslo.|Oslo/place",
        ),
    ),
    Rule(
        "what follows Mr is a person",
        overlooked.after_title,
        ("Later Mr Okonkwo and Dame Ruth Bell left the hall.|Okonkwo/person; Ruth Bell/person",),
    ),
    Rule(
        "the model takes foreign names of people for bodies and places",
        kinds.given_names,
        ("The prize went to Cristina Bardem on Friday.|Cristina Bardem/person",),
    ),
    Rule(
        "the model takes bare surnames for bodies",
        kinds.surnames,
        ("It was the third time that Parker had missed the vote.|Parker/person",),
    ),
    Rule(
        "the noun before a name says what it is",
        kinds.class_nouns,
        (
            "Shares of the airline Condovia fell.|Condovia/organisation",
            "She writes for the magazine Nordlicht.|Nordlicht/media",
        ),
    ),
    Rule(
        "the noun before a name, or the prize behind it, says that it names a work or a ship",
        kinds.works,
        (
            "They sang the song Marigold Avenue. On Friday Marigold Avenue was a hit.|",
            "She directed the Oscar-winning film.|",
            "They praised the singer Mary Gold.|Mary Gold/person",
        ),
    ),
    Rule(
        "a medium's name before some nouns names no actor",
        bounds.modifiers,
        (
            "He deleted old Facebook posts.|",
            "She said that Facebook had answered.|Facebook/media",
        ),
    ),
    Rule(
        "the model cuts people's names at hyphens",
        bounds.hyphens,
        ("The mayor, Hau Lung-bin, opened the fair.|Hau Lung-bin/person",),
    ),
    Rule(
        "the model leaves out given names that it does not know",
        overlooked.whole_people,
        (
            "It was over. Branwed Hughes, who led the choir, said no.|Branwed Hughes/person",
            "In the end Chairman Hughes said no.|Hughes/person",
            "The hall was drawn by Donald Wendovar.|Donald Wendovar/person",
        ),
    ),
    Rule(
        "nouns for people, who and an age stand beside names of people only",
        kinds.told_people,
        (
            "In the end Tormund, who sold the farm, moved away.|Tormund/person",
            "The driver, Velasko, 43, was not hurt.|Velasko/person",
            "Ifeoma Castellane, president of the club, left.|Ifeoma Castellane/person",
            "They met Brigadier Piers Lattimore there.|Piers Lattimore/person",
            "On Friday Orlando Mayor Buddy Szevior left.|Orlando/place; Buddy Szevior/person",
        ),
    ),
    Rule(
        "who speaks under a name of no English words is a person",
        kinds.unworded,
        (
            "“I did not know,” Prakash Wendovar said.|Prakash Wendovar/person",
            "Eric Robinson and Colton Szevior also scored.|Eric Robinson/person; Colton Szevior/person",
        ),
    ),
    Rule(
        "a name of English words is hardly a person's",
        kinds.worded,
        (
            "He founded Meridian Tidal and sold it.|Meridian Tidal/organisation",
            "Owner and tenant disagree about the roof.|",
        ),
    ),
    Rule(
        "cafés, hotels and stations say what they are before their names",
        kinds.opening_words,
        (
            "She met him at Café Rosalie on Friday.|Café Rosalie/organisation",
            "It was heard on Radio Ostrava.|Radio Ostrava/media",
            "Yesterday Rosalie Caffrey opened it.|Rosalie Caffrey/person",
        ),
    ),
    Rule(
        "a single word behind the article is a team or a band",
        kinds.articled,
        (
            "The game was lost by the Dodgers, who were late.|Dodgers/organisation",
            "The house belongs to the Brandt family.|Brandt/person",
        ),
    ),
    Rule(
        "teams have the names of animals and trades in the plural",
        kinds.plurals,
        (
            "It was a poor game for Raiders fans.|Raiders/organisation",
            "It was a poor game for Amy Waters. Only Waters knew it.|Amy Waters/person; Waters/person",
        ),
    ),
    Rule(
        "airports and stadiums are named after people",
        kinds.place_nouns,
        ("They landed at Ann Lowe airport.|Ann Lowe/place",),
    ),
    Rule(
        "states are written with two letters behind their cities",
        kinds.state_codes,
        (
            "It began in Houston, TX, on Friday.|Houston/place; TX/place",
            "It ended in Columbia, S.C., on Monday.|Columbia/place; S.C./place",
        ),
    ),
    Rule(
        "the model takes cities for people and bodies",
        kinds.cities,
        ("Trains from Leipzig to Wuppertal were late.|Leipzig/place; Wuppertal/place",),
    ),
    Rule(
        "University of X and Office for National Statistics are one name each",
        overlooked.of_phrase,
        (
            "The Office for National Statistics agrees.|Office for National Statistics/government_body",
            "The Ministry of Trade, Industry and Energy met.|Ministry of Trade, Industry and Energy/government_body",
            "The Ministry of Defence, Anna Berg and others left.|Ministry of Defence/government_body; Anna Berg/person",
            "The University of Lund and Malmo College won.|University of Lund/organisation; Malmo College/organisation",
        ),
    ),
    Rule(
        "a run of capitals that ends in Ministry, Union or Times is a body",
        overlooked.organisation_head,
        (
            "It was in the Northmoor Gazette.|Northmoor Gazette/media",
            "It was told by the Rail Workers Union.|Rail Workers Union/organisation",
            "The Mill Road Bakers’ Guild denied it.|Mill Road Bakers' Guild/organisation",
            "They met at the bakers’ house.|",
            "It rained. Some White House staff left.|White House/government_body",
        ),
    ),
    Rule(
        "a company is called by the first word of its name",
        kinds.short_firms,
        (
            "They flew with Alpina Airways. Alpina said it was late.|Alpina Airways/organisation; Alpina/organisation",
        ),
    ),
    Rule(
        "a company's name and a state's short form name its branch there",
        overlooked.own_branch,
        ("The factory belongs to Veridian UK now.|Veridian UK/organisation",),
    ),
    Rule(
        "newspapers are called by one word of their names",
        overlooked.papers,
        (
            "She told the Star that she would go.|Star/media",
            "A star of the show told us that she would go.|",
        ),
    ),
    Rule(
        "a field of government before an office is no name",
        bounds.before_office,
        ("Yesterday the Foreign Secretary went home.|",),
    ),
    Rule(
        "X Street and X Airport are places",
        kinds.place_head,
        ("Police closed Miller Street for an hour.|Miller Street/place",),
    ),
    Rule(
        "an acronym in brackets spells the name before it",
        overlooked.abbreviated,
        (
            "But Rivers Without Dams (RWD) objected.|Rivers Without Dams/organisation; RWD/organisation",
            "In May Ann Lowe (who was late) spoke first.|Ann Lowe/person",
        ),
    ),
    Rule(
        "an acronym in brackets after a name names the same",
        overlooked.acronyms,
        (
            "The Northern Rivers Alliance (NRA) met in May.|Northern Rivers Alliance/organisation; NRA/organisation",
        ),
    ),
    Rule(
        "the model overlooks bare surnames",
        overlooked.subjects,
        (
            "Then Quill shrugged and walked away.|Quill/person",
            "Owner denies that the roof leaks.|",
        ),
    ),
    Rule(
        "the model overlooks bodies that are named by capitals",
        overlooked.capitals,
        (
            "A plan by the RZPB would help.|RZPB/organisation",
            "He watched TV and a DVD.|",
        ),
    ),
    Rule(
        "the model overlooks names in lists",
        overlooked.siblings,
        ("Boeing, Airbus and Lumo bid for it.|Boeing/organisation; Airbus/organisation; Lumo/organisation",),
    ),
    Rule(
        "the model overlooks capitals of states where they act",
        overlooked.capital_cities,
        (
            "Kyiv rejected the offer.|Kyiv/place",
            "The speech by Mr Paris was short.|Paris/person",
        ),
    ),
    Rule(
        "parliaments have names of one word",
        overlooked.single_bodies,
        (
            "The bill goes back to the Senate.|Senate/government_body",
            "In the diet of most people there is too much salt.|",
        ),
    ),
    Rule(
        "a body is called by the head of its name",
        overlooked.short_heads,
        (
            "The Bank of Carrow agreed. Clerks of the Bank met.|Bank of Carrow/organisation; Bank/organisation",
        ),
    ),
    Rule(
        "who is called by a surname has a full name somewhere",
        kinds.full_names,
        (
            "It was led by Alano Wendovar. “I did,” Wendovar said.|Alano Wendovar/person; Wendovar/person",
            "It belonged to Wendovar Ltd. “I did,” Wendovar said.|Wendovar Ltd./organisation; Wendovar/organisation",
        ),
    ),
    Rule(
        "one name has one kind in one text",
        kinds.vote,
        (
            "Amy Vance left early. The parents of Vance were surprised.|Amy Vance/person; Vance/person",
        ),
    ),
    Rule(
        "a name once found is found everywhere",
        overlooked.repeat,
        (
            "Ian Moro lost. What Ian knew is that Moro was out.|Ian Moro/person; Ian/person; Moro/person",
        ),
    ),
)  # fmt: skip


def repaired_names(doc: Doc) -> tuple[Name, ...]:
    """The names of a text after all rules: in order, none overlapping another."""
    names = [Name(e.start, e.end, MODEL_KINDS[e.label_], "model") for e in doc.ents if e.label_ in MODEL_KINDS]
    for rule in RULES:
        names = rule.apply(doc, names)
    return tuple(sorted(names))
