"""The closed lists of values: reasons, modes, acts, kinds, parts, forms.

Belongs here: each value with its meaning and its counterpart in schema.org, Popolo or Wikidata. Does not: the rules
that choose a value.
"""

from __future__ import annotations

from pipeline.schema.model import Term, Vocabulary

REMOVAL_REASONS = Vocabulary(
    "removal_reason",
    (
        Term("navigation", "menus, skip links, breadcrumbs, search and account words"),
        Term("paywall", "a notice that more can be read only after paying or registering"),
        Term("subscription_appeal", "a request for money: donation, membership, support"),
        Term("newsletter", "an invitation to sign up for a newsletter, an alert or an app"),
        Term("cookie_notice", "a notice or question about cookies and consent"),
        Term("share", "buttons and lines that share, print, save or follow"),
        Term("related", "links to other articles: read more, most read, topics"),
        Term("caption", "a caption or credit of a picture, video or chart"),
        Term("byline", "the line that names the author; its content is in documents.byline"),
        Term("dateline", "the place and agency before the first words, or the line of publication dates"),
        Term("author_bio", "a note about the author"),
        Term("comment", "readers' comments and invitations to comment"),
        Term("advertisement", "advertisements and their labels"),
        Term("legal", "copyright, terms, disclaimers, complaints lines"),
        Term("pull_quote", "a sentence of the article shown a second time as ornament"),
        Term("timestamp", "times of updates in a live report, reading times"),
        Term("duplicate_block", "a block that stands in the article a second time, word for word"),
        Term("repeated_line", "a line that five or more documents of one outlet share"),
        Term("outside_article", "text of the page outside the article, where nothing more precise is known"),
        Term("blank", "white space and invisible characters between blocks"),
    ),
)

EXCLUSION_REASONS = Vocabulary(
    "exclusion_reason",
    (
        Term("unreadable", "the bytes are no text, no page, or a broken record"),
        Term("unsupported_format", "a kind of file that OnRecord does not read"),
        Term("empty", "no article text was found"),
        Term("not_english", "the article is in another language; only English is extracted"),
        Term("duplicate", "the same article as another document, which is kept"),
        Term("earlier_version", "an earlier version of an article whose newest version is kept"),
        Term("no_licence", "the publisher reserves text and data mining, so the article may not be processed"),
        Term("retracted", "a person decided that this document must not be published"),
        Term("too_large", "larger than the limit on one input"),
        Term("failed", "processing crashed or ran out of time; the detail says where"),
    ),
)

MODES = Vocabulary(
    "mode",
    (
        Term("direct", "all of it stands in quotation marks", ("https://schema.org/Quotation",)),
        Term("indirect", "told in the reporter's words", ("https://schema.org/Claim",)),
        Term("mixed", "told in the reporter's words with quoted pieces", ("https://schema.org/Claim",)),
    ),
)

ACTS = Vocabulary(
    "act",
    (
        Term("statement", "the speaker states that something is so"),
        Term("promise", "the speaker commits to do something: promise, pledge, vow, threat of own action"),
        Term("denial", "the speaker denies or rejects something"),
        Term("warning", "the speaker warns of something"),
        Term("demand", "the speaker asks, urges or orders somebody to do something"),
        Term("accusation", "the speaker blames or accuses somebody"),
        Term("praise", "the speaker praises, thanks or endorses"),
        Term("question", "the speaker asks something"),
        Term("announcement", "the speaker makes something known or declares it"),
        Term("admission", "the speaker concedes or confirms something against own interest"),
        Term("prediction", "the speaker says what will be"),
        Term("judgement", "the speaker calls or describes something as something"),
        Term("belief", "a reported belief or thought, no speech: think, believe, doubt"),
        Term("wish", "a reported hope, wish or intention, no speech: want, hope, plan"),
    ),
)

SECTIONS = Vocabulary(
    "section",
    (
        Term("headline", "the headline", ("https://schema.org/headline",)),
        Term("standfirst", "the introduction under the headline", ("https://schema.org/alternativeHeadline",)),
        Term("body", "the article body", ("https://schema.org/articleBody",)),
        Term("caption", "a caption: removed from the text, but its names count"),
    ),
)

ROLES = Vocabulary(
    "segment_role",
    (
        Term("headline", "the headline"),
        Term("standfirst", "the introduction under the headline"),
        Term("body", "a paragraph of the body"),
        Term("subhead", "a heading inside the body"),
        Term("quotation", "a paragraph of the body that the page sets in as a quotation (blockquote)"),
        Term(
            "emphasised", "a paragraph of the body that the page has all in bold type, such as an interview’s question"
        ),
        Term("note", "a correction or an editor's note"),
    ),
)

KINDS = Vocabulary(
    "kind",
    (
        Term("person", "a human being", ("https://schema.org/Person", "popolo:person", "wikidata:Q5")),
        Term("state", "a sovereign state or a territory", ("https://schema.org/Country", "wikidata:Q6256")),
        Term(
            "government_body",
            "a government, ministry, court, parliament, force or agency",
            ("https://schema.org/GovernmentOrganization", "popolo:organization", "wikidata:Q327333"),
        ),
        Term(
            "organisation",
            "a company, party, charity, union, alliance, club",
            ("https://schema.org/Organization", "popolo:organization", "wikidata:Q43229"),
        ),
        Term(
            "media",
            "a newspaper, broadcaster, agency or platform",
            ("https://schema.org/NewsMediaOrganization", "popolo:organization", "wikidata:Q1193236"),
        ),
        Term("group", "people without a name of their own: critics, officials; never linked", ("wikidata:Q16334295",)),
        Term("place", "a town, region or continent that does not act", ("https://schema.org/Place", "popolo:area")),
    ),
)

PARTS = Vocabulary(
    "part",
    (
        Term("speaker", "who says it", ("https://schema.org/creator", "https://schema.org/spokenByCharacter")),
        Term("addressee", "to whom it is said", ("https://schema.org/recipient",)),
        Term("medium", "where it is said or published", ("https://schema.org/publisher",)),
        Term("about", "who is named in it", ("https://schema.org/about",)),
    ),
)

FORMS = Vocabulary(
    "form",
    (
        Term("name", "a proper name"),
        Term("title", "an office or rank that stands for its holder"),
        Term("acronym", "an acronym or short form in capitals"),
        Term("nominal", "a common noun phrase"),
        Term("pronoun", "a pronoun"),
        Term("metonym", "a capital or building that stands for a state or government"),
        Term("demonym", "an adjective or noun of belonging that points to a state"),
    ),
)

RELATIONS = Vocabulary(
    "relation",
    (
        Term("same_quote", "the same words, quoted in full or in part"),
        Term("same_statement", "the same statement in other words; a suggestion with its score"),
    ),
)

QUANTITY_KINDS = Vocabulary(
    "quantity_kind",
    (
        Term("money", "an amount of money", ("https://schema.org/MonetaryAmount",)),
        Term("percent", "a percentage", ("https://schema.org/QuantitativeValue",)),
        Term("count", "a number of things", ("https://schema.org/QuantitativeValue",)),
        Term("date", "a day, month or year", ("https://schema.org/Date",)),
    ),
)

TEXT_EXTENTS = Vocabulary(
    "text_extent",
    (
        Term("whole", "all words of the claim"),
        Term("excerpt", "its first words, as the claims of this closed article hold more of it than the bound allows"),
        Term("withheld", "no words: of this closed article even excerpts would hold more than the bound allows"),
    ),
)

DECISIONS = Vocabulary(
    "decision",
    (
        Term("retraction", "a document, claim or actor must not be published"),
        Term("merge", "the target is the same actor as another one, whose id stays"),
        Term("split", "in one document the actor is somebody else of the same name"),
        Term("link", "the actor is this Wikidata item"),
        Term("correction", "a value of a claim, or its place, is another one"),
        Term("confirmation", "somebody looked at it and found it right"),
    ),
)

QUESTIONS = Vocabulary(
    "question",
    (
        Term("unsure_claim", "is the claim right? Its rule is not sure of it"),
        Term("unlinked_name", "who is it? The actor is named often and has no Wikidata id"),
        Term("same_name", "are the two one? Two actors have the same name"),
        Term("unlike_names", "is it one actor? Its names have no word in common"),
        Term("redirect", "does the new id stand for the same thing? It took the place of one that was published"),
    ),
)
"""What `onrecord review` asks a person."""

IDENTIFIED = Vocabulary(
    "identified",
    (
        Term("document", "an id of documents"),
        Term("claim", "an id of claims"),
        Term("actor", "an id of actors"),
        Term("claim_group", "an id of claim_groups"),
    ),
)

STATUSES = Vocabulary(
    "status",
    (
        Term("current", "it has a row in this release"),
        Term("superseded", "another id stands in its place: superseded_by"),
        Term("retracted", "people decided that it must not be published; the reason is given"),
        Term("withdrawn", "it has no row any more, and nothing stands in its place"),
    ),
)

TRUNCATIONS = Vocabulary(
    "truncation",
    (
        Term("none", "the article looks complete"),
        Term("notice_present", "a notice of limited access stands on a complete article"),
        Term("suspected", "one sign says that text is missing"),
        Term("confirmed", "the source itself says, or several signs say, that text is missing"),
    ),
)
