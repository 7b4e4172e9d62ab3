"""The rules that make claims, each with its reason, examples and near misses; the tests run every one of them.

Belongs here: what a rule is for, and sentences that show it. Does not: the cues
(seeds/reference/cues.csv, with an example each), or how a rule is carried out (`frames`, `quoted`, `labels`,
`contents`, `speakers`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what it must give: `speaker` and `content` (fragments joined by " … ") of one of its claims."""

    text: str
    speaker: str
    content: str
    mode: str = "indirect"
    level: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A way in which English news reports what somebody says. No claim may come from a near miss."""

    name: str
    reason: str
    examples: tuple[Example, ...]
    near_misses: tuple[str, ...] = ()


RULES = (
    Rule(
        "quotation with its cue behind",
        "the verb behind the marks names who says it; what is between two quotations and is only their cue joins them",
        (
            Example("“The bridge is safe,” the mayor said.", "the mayor", "The bridge is safe", "direct"),
            Example('"We lost," said Maria Okoro.', "Maria Okoro", "We lost", "direct"),
            Example('"Go Maria Okoro, go!," the mayor wrote.', "the mayor", "Go Maria Okoro, go!", "direct"),
            Example("«The bridge is safe», said the mayor.", "the mayor", "The bridge is safe", "direct"),
            Example("‘The bridge is safe,’ the mayor said.", "the mayor", "The bridge is safe", "direct"),
            Example(
                "“We lost,” Maria Okoro said, “but we will be back.” She left.",
                "Maria Okoro",
                "We lost … but we will be back",
                "direct",
            ),
            Example(
                "“We lost,” Maria Okoro said. “We will be back. It was close.”",
                "Maria Okoro",
                "We lost … We will be back. It was close",
                "direct",
            ),
            Example(
                "“Close the Bridge. Close It Now,” Ms Okoro said.",
                "Ms Okoro",
                "Close the Bridge. Close It Now",
                "direct",
            ),
            Example("“The bridge is safe” Ms Okoro said on Friday.", "Ms Okoro", "The bridge is safe", "direct"),
            Example("The steel had failed: “It was rotten,” Ms Okoro said.", "Ms Okoro", "It was rotten", "direct"),
            Example(
                "“We lost,” Maria Okoro said, adding of her rival, “He was lucky.”",
                "Maria Okoro",
                "He was lucky",
                "direct",
            ),
        ),
        (
            "She watched “News at Ten” and said goodnight.",
            "The so-called “wall of shame” came down.",
            "On “Good Morning Town” Ms Okoro smiled.",
        ),
    ),
    Rule(
        "quotation with its cue before",
        "a cue before the marks, with nothing of the content between",
        (
            Example(
                "The mayor said: “We will rebuild. It takes time.”",
                "The mayor",
                "We will rebuild. It takes time",
                "direct",
            ),
            Example(
                "In a speech on Friday, Ms Okoro declared:\n\n“We will rebuild.”",
                "Ms Okoro",
                "We will rebuild",
                "direct",
            ),
        ),
        ("Friends call the “Iron Duke” a quiet man.",),
    ),
    Rule(
        "those who are told between the cue and its quotation",
        "a relative clause about those who are told is none of the content",
        (
            Example(
                "But, she told the builders who had come to the river, “nobody should be afraid.”",
                "she",
                "nobody should be afraid",
                "direct",
            ),
        ),
    ),
    Rule(
        "quotation over several paragraphs",
        "marks are opened again at each paragraph and closed once; a paragraph that is all quotation goes on",
        (
            Example(
                "The mayor said: “We will rebuild.\n\n“We ask for patience.”\n\nThe council met.",
                "The mayor",
                "We will rebuild … We ask for patience",
                "direct",
            ),
            Example(
                "“We will rebuild,” the mayor said.\n\n“It was never in danger.”",
                "the mayor",
                "We will rebuild … It was never in danger",
                "direct",
            ),
        ),
    ),
    Rule(
        "read out",
        "who acts in the sentence before a quotation of several paragraphs reads it out",
        (
            Example(
                "Maria Okoro read from her notes.\n\n“I saw the crack in May.\n\n“I told nobody.”\n\nThe council met.",
                "Maria Okoro",
                "I saw the crack in May … I told nobody",
                "direct",
            ),
        ),
        ("Maria Okoro left.\n\n“The crack” was seen in May.",),
    ),
    Rule(
        "quotation behind a sentence about its speaker",
        "whole sentences in marks that end their paragraph are said by the person whom the sentence before is about",
        (
            Example(
                "Maria Okoro shook her head. “There is no second plan. There never was.”",
                "Maria Okoro",
                "There is no second plan. There never was",
                "direct",
            ),
        ),
        ("The bridge was shut. “No Entry Beyond This Point.”", "Maria Okoro smiled. “The crack” was mended."),
    ),
    Rule(
        "signed quotation",
        "a dash and a name under a quotation, or behind it, say whose words it holds",
        (
            Example(
                "“It was rotten from the start.”\n\n— Maria Okoro, engineer\n\nThe council met.",
                "Maria Okoro",
                "It was rotten from the start",
                "direct",
            ),
        ),
        ("“It was rotten” — that much is known.",),
    ),
    Rule(
        "block quote",
        "words set in behind a colon or above a name need no marks (more in tests/data/set_in.toml)",
        (
            Example(
                "In a statement, the council said:\n\n> The bridge is safe.\n\nThe bridge opened.",
                "the council",
                "The bridge is safe",
                "direct",
            ),
        ),
        ("The bridge in short:\n\n> It opened in May.\n\nThe council met.",),
    ),
    Rule(
        "subhead in marks",
        "a short paragraph in marks that does not end like a sentence is a subhead, and goes on with nothing",
        (
            Example(
                "“We will rebuild,” the mayor said.\n\n“Rotten steel”\n\nThe council met.",
                "the mayor",
                "We will rebuild",
                "direct",
            ),
        ),
        ("The council met.\n\n“Rotten steel”\n\nThe mayor said nothing.",),
    ),
    Rule(
        "quotation of an earlier cue",
        "a cue with a clause of its own behind it does not report the quotation before it as well",
        (
            Example(
                "The chairman called the charge “an insult”, and he asked why no weights were taken.",
                "he",
                "why no weights were taken",
            ),
            Example(
                "The mayor called the steel “rotten”, a day after engineers reported that it would hold.",
                "engineers",
                "that it would hold",
            ),
        ),
    ),
    Rule(
        "content that says something",
        "a content of nothing but a pronoun or a word for another cannot be read without its sentence",
        (Example("The council denied the charge.", "The council", "the charge"),),
        ("The council denied this.", "The builder promised the same thing.", "The mayor promised one."),
    ),
    Rule(
        "quotation left open",
        "a mark that nobody closes ends with its paragraph",
        (
            Example(
                "The mayor said: “We will rebuild.\n\nThe council met on Friday.",
                "The mayor",
                "We will rebuild",
                "direct",
            ),
        ),
    ),
    Rule(
        "quotation behind a colon",
        "a colon alone introduces a quotation; the one named last before it says it",
        (
            Example(
                "More from the report by the Bridge Board: “The steel is rotten.”",
                "the Bridge Board",
                "The steel is rotten",
                "direct",
            ),
        ),
    ),
    Rule(
        "that-clause",
        "the plainest report; that may be left out, the clause may stand before the cue or around it",
        (
            Example("The mayor said that the bridge was safe.", "The mayor", "that the bridge was safe"),
            Example("The mayor said the bridge was safe.", "The mayor", "the bridge was safe"),
            Example("The bridge was safe, the mayor said.", "the mayor", "The bridge was safe"),
            Example(
                "The old bridge, the mayor said, would be closed in May.",
                "the mayor",
                "The old bridge … would be closed in May",
            ),
            Example(
                "Sources close to the minister said the plan had failed.",
                "Sources close to the minister",
                "the plan had failed",
            ),
            Example(
                "A spokeswoman for the council said the plan had failed.",
                "A spokeswoman for the council",
                "the plan had failed",
            ),
        ),
        ("The mayor opened the bridge on Friday.", "The plans include a new bridge over the river."),
    ),
    Rule(
        "second that-clause",
        "two clauses of one cue are two claims where only one of them has the speaker's own words",
        (
            Example(
                "The mayor said that the school was “a disgrace” and that it would close.",
                "The mayor",
                "that the school was “a disgrace”",
                "mixed",
            ),
            Example(
                "The mayor said that the school was “a disgrace” and that it would close.",
                "The mayor",
                "that it would close",
            ),
        ),
    ),
    Rule(
        "second cue",
        "a verb joined to the cue has its subject",
        (
            Example(
                "Ms Okoro claimed that the plan would work and vowed that it would last.",
                "Ms Okoro",
                "that it would last",
            ),
        ),
    ),
    Rule(
        "second cue of another tense",
        "a verb joined to the reported one, in the tense of the cue and not in its own, reports one level up",
        (
            Example(
                "The council said that work would begin in May and blamed the builder for the delay.",
                "The council",
                "that work would begin in May",
            ),
            Example(
                "The leader urged people to use the bus and called on the state to pay.",
                "The leader",
                "the state to pay",
            ),
            Example(
                "Rebels deny that they shelled the market, and accuse the army of fraud.", "Rebels", "the army of fraud"
            ),
            Example(
                "He acknowledged that a letter had been sent but said that it was short.", "He", "that it was short"
            ),
        ),
    ),
    Rule(
        "contrast",
        "what somebody else says in contrast, or behind a semicolon, is no part of the claim before",
        (
            Example(
                "The lawyer alleged that the builder took the money; he denies theft.",
                "The lawyer",
                "that the builder took the money",
            ),
            Example(
                "Voters said the economy was bad, while economists said it was growing.",
                "Voters",
                "the economy was bad",
            ),
            Example(
                "The agency says 40,000 people have fled, while aid groups put the number at 60,000.",
                "The agency",
                "40,000 people have fled",
            ),
            Example(
                "Labour said the figures were “dire” while ministers dismissed them as “old news”.",
                "Labour",
                "the figures were “dire”",
                "mixed",
            ),
        ),
    ),
    Rule(
        "relative clause",
        "who, which and that stand for the noun before them; a noun that a report explains belongs to it",
        (
            Example("The council backed a move he says would help.", "he", "a move … would help"),
            Example("They met at a hotel which police said had been watched.", "police", "a hotel … had been watched"),
            Example(
                "Russia, which has warned that troops would be targets, sent a letter.",
                "Russia",
                "that troops would be targets",
            ),
        ),
    ),
    Rule(
        "clause behind the place of saying it",
        "said in a letter that: a that-clause that lacks nothing belongs to the cue, and not to the noun before it",
        (
            Example(
                "The clinic said in a letter that appointments were cancelled.",
                "The clinic",
                "that appointments were cancelled",
            ),
            Example(
                "The clinic told patients in a letter that appointments were cancelled.",
                "The clinic",
                "that appointments were cancelled",
            ),
            Example(
                "The mayor said in an interview taped before the vote that the bridge was safe.",
                "The mayor",
                "that the bridge was safe",
            ),
        ),
        ("The mayor spoke in a hall that he had built.",),
    ),
    Rule(
        "clause cut in two",
        "a subject behind a cue without that may look like its object, and the verb like one joined to the cue",
        (
            Example(
                "The surveyors found erosion of the sea wall by 2031 exceeded 4% of its old height.",
                "The surveyors",
                "erosion of the sea wall by 2031 exceeded 4% of its old height",
            ),
        ),
        ("The builder found the key and left.",),
    ),
    Rule(
        "infinitive",
        "promises, vows and demands are told with an infinitive",
        (
            Example("The minister vowed to lower the tax.", "The minister", "to lower the tax"),
            Example("The minister urged the council to lower the tax.", "The minister", "the council to lower the tax"),
        ),
        ("He stopped to lower the flag.",),
    ),
    Rule(
        "told to act",
        "of tell and warn the object is the one spoken to, and no part of what is said",
        (
            Example("The mayor told the council to act.", "The mayor", "to act"),
            Example("Builders told the inquest they had heard a crack.", "Builders", "they had heard a crack"),
            Example("The mayor warned residents about the river.", "The mayor", "the river"),
        ),
    ),
    Rule(
        "infinitive behind an act",
        "who uses, holds or writes something to say it says it; who is asked to say it does, too",
        (
            Example(
                "The mayor used a newspaper column to say that the bridge was safe.",
                "The mayor",
                "that the bridge was safe",
            ),
        ),
    ),
    Rule(
        "verdict",
        "to call, describe or denounce something as something is to say that it is so",
        (
            Example("Critics described the plan as a waste of money.", "Critics", "the plan as a waste of money"),
            Example("The mayor called the plan a disaster.", "The mayor", "the plan a disaster"),
            Example("The council accused the builder of fraud.", "The council", "the builder of fraud"),
            Example(
                "Plans for the bridge have been branded “a disgrace” by campaigners.",
                "campaigners",
                "Plans for the bridge … a disgrace",
                "mixed",
            ),
        ),
    ),
    Rule(
        "passive",
        "the one behind by says it",
        (Example("The builder was accused of fraud by the council.", "the council", "The builder … of fraud"),),
    ),
    Rule(
        "passive without its speaker",
        "that something is said is reported though the passive keeps silent about who says it",
        (
            Example("The builder was accused of fraud.", "", "The builder … of fraud"),
            Example("The bridge is said to be safe.", "", "The bridge … to be safe"),
            Example("Asked whether the bridge was safe, the mayor smiled.", "", "whether the bridge was safe"),
        ),
        ("The bridge is expected to open.", "The builder was criticised."),
    ),
    Rule(
        "as somebody notes",
        "a clause with as and a cue that reports nothing in it speaks of the main clause",
        (
            Example("As the mayor noted, the bridge is safe.", "the mayor", "the bridge is safe"),
            Example("As the mayor told reporters, the bridge is safe.", "the mayor", "the bridge is safe"),
        ),
        ("As the mayor left, the bridge closed.",),
    ),
    Rule(
        "report behind the first words of a sentence",
        "a cue with its speaker behind it may stand between a sentence’s subject and its verb",
        (
            Example(
                "The dam, engineers concede, may not last the decade.", "engineers", "The dam … may not last the decade"
            ),
            Example(
                "And Mr Dunn, said Ms Okoro, who remains friendly with him, doesn’t forgive.",
                "Ms Okoro",
                "Mr Dunn … doesn’t forgive",
            ),
        ),
    ),
    Rule(
        "estimate",
        "to put a cost or number at an amount is to state it",
        (
            Example("Valuers put the price of the set at £220,000.", "Valuers", "the price of the set at £220,000"),
            Example("The bank estimated the cost at £3bn.", "The bank", "the cost at £3bn"),
        ),
        ("The mayor put the lamp at the door.",),
    ),
    Rule(
        "according to",
        "the rest of the sentence is what the source says",
        (
            Example("The bridge is safe, according to the mayor.", "the mayor", "The bridge is safe"),
            Example("According to the mayor, the bridge is safe.", "the mayor", "the bridge is safe"),
            Example("According to research published in May, it is safe.", "research", "it is safe"),
            Example(
                "According to Ann Lee, who has written a history of it, only three bridges survive.",
                "Ann Lee",
                "only three bridges survive",
            ),
        ),
        ("She acted according to plan.", "It was built according to the way we live."),
    ),
    Rule(
        "in the words of",
        "the rest of the sentence is in the words of the one named",
        (
            Example("In the view of the court, the plan is too dear.", "the court", "the plan is too dear"),
            Example(
                "In the minister’s words, the plan is a waste of money.", "the minister", "the plan is a waste of money"
            ),
            Example(
                "The firm must pay because, in the words of the judgment, it had been careless.",
                "the judgment",
                "it had been careless",
            ),
        ),
        ("In other words, the plan is a waste of money.", "In view of the rain, the match was off."),
    ),
    Rule(
        "noun",
        "a claim, promise or warning has its owner and its content",
        (
            Example(
                "Residents heard the mayor’s claim that the bridge was safe.", "the mayor", "that the bridge was safe"
            ),
            Example(
                "They closed the school, despite warnings from teachers that children would suffer.",
                "teachers",
                "that children would suffer",
            ),
        ),
    ),
    Rule(
        "label",
        "headlines and transcripts name the speaker before a colon",
        (
            Example("Okoro: bridge is safe\n\nMayor Maria Okoro said so on Friday.", "Okoro", "bridge is safe"),
            Example("Mayor: ‘It was rotten’\n\nThe mayor spoke on Friday.", "Mayor", "It was rotten", "direct"),
            Example(
                "The mayor met Ann Lee.\n\nLEE: Is it safe?\n\nOKORO: Yes, it is. Lee and Okoro agreed.",
                "LEE",
                "Is it safe?",
                "direct",
            ),
        ),
        (
            "Update: the bridge is open.\n\nThe update came late.",
            "Shut for months\n\nRepairs: three are late.\n\nThe repairs end in May.",
        ),
    ),
    Rule(
        "cue and colon in a headline",
        "a headline names the speaker, those who are told, and behind a colon the words",
        (
            Example(
                "Engineer tells inquiry: I was ordered to stop\n\nThe inquiry sat on Friday.",
                "Engineer",
                "I was ordered to stop",
            ),
        ),
        ("Bridge shuts: what we know\n\nThe bridge shut on Friday.",),
    ),
    Rule(
        "answer",
        "in an interview the paragraphs behind the letter of an answer are the words of the one interviewed",
        (
            Example(
                "An interview with Maria Okoro\n\nQ: Is it safe?\n\nA: I think so.\n\nQ: Since when?\n\nA: Since May."
                "\n\nQ: Who paid?\n\nA: We did.\n\nThe talk was shortened.",
                "Maria Okoro",
                "We did",
                "direct",
            ),
        ),
        ("Maria Okoro opened the bridge.\n\nIs the bridge safe?\n\nThe bridge is new.",),
    ),
    Rule(
        "headline",
        "single marks quote in headlines, and the words before them belong to the report",
        (Example("Mayor to resign ‘within days’, says deputy", "deputy", "Mayor to resign ‘within days’", "mixed"),),
    ),
    Rule(
        "headline under its quotation",
        "a headline may open with a quotation and name behind a colon those who say it",
        (Example("‘We were lied to’: flood victims turn on insurer", "flood victims", "We were lied to", "direct"),),
        ("‘We were lied to’: how the insurer fell\n\nThe insurer fell in May.",),
    ),
    Rule(
        "claim inside a quotation",
        "who speaks in the marks may report another",
        (
            Example(
                "“The council says the bridge is safe,” Ms Okoro told the BBC.",
                "The council",
                "the bridge is safe",
                "direct",
                2,
            ),
        ),
    ),
)
