"""Rules for actors, their names and their roles.

Belongs here: identity, links and counts of actors. Does not: the places where they are named (`mentions`).
"""

from __future__ import annotations

from expectations.rule import Query, Rule
from expectations.rules.minting import minted_otherwise
from pipeline.resolution.article.naming import tidy_sql

_SEEN_AT_ALL = """
    SELECT actor_id, document_id FROM mentions
    UNION ALL SELECT publisher_id, document_id FROM documents WHERE publisher_id IS NOT NULL
"""
_SEEN = f"SELECT DISTINCT actor_id, document_id FROM ({_SEEN_AT_ALL})"
_SEEN_FROM_TO = f"""
    SELECT actor_id, count(*) AS documents, min(published_at) AS first, max(published_at) AS last
    FROM ({_SEEN}) JOIN documents USING (document_id) GROUP BY actor_id
"""
_FIRST_PLACES = """
    SELECT actor_id, min(document_id) AS document, min(source_start) AS place FROM mentions
    GROUP BY actor_id HAVING min(document_id) = max(document_id)
"""
"""Where those actors are first mentioned whom only one document mentions."""
_MADE = "SELECT actor_id, count(DISTINCT claim_id) AS claims FROM claim_actors WHERE part = 'speaker' GROUP BY actor_id"


def _minted(who: str, population: str, otherwise: str) -> Rule:
    """`otherwise` is the SQL for the keys of those of `{actors}` that have another id."""
    return Rule(
        "actors",
        f"id_of_{who}_actor_can_be_computed_again",
        {
            "linked": "With a wikidata_id, actor_id is minted from it alone.",
            "named": "Without a link, actor_id is minted from kind and name (and a document, if two have one name).",
            "unnamed": "Of an unnamed actor, actor_id is minted from its one document and its first mention's place.",
        }[who],
        "An id that nobody can compute again is a row number in disguise.",
        Query(otherwise.format(actors=f"(SELECT * FROM actors WHERE {population})"), f"actors WHERE {population}"),
    )


_ACTORS = (
    _minted(
        "linked",
        "wikidata_id IS NOT NULL AND is_named",
        minted_otherwise("actor_id", "{actors}", "mint_linked_actor_id(wikidata_id)"),
    ),
    _minted(
        "named",
        "wikidata_id IS NULL AND is_named",
        # Few share their name with another, so that the documents of few are looked at.
        f"""
        WITH unlike AS MATERIALIZED (
            {minted_otherwise("actor_id", "{actors}", "mint_named_actor_id(kind, name, '')", "kind", "name")}
        )
        SELECT actor_id FROM unlike a WHERE NOT EXISTS (
            SELECT 1 FROM ({_SEEN_AT_ALL}) s SEMI JOIN unlike USING (actor_id)
            WHERE s.actor_id = a.actor_id AND mint_named_actor_id(a.kind, a.name, s.document_id) = a.actor_id
        )
        """,
    ),
    _minted(
        "unnamed",
        "NOT is_named",
        minted_otherwise(
            "actor_id",
            f"{{actors}} LEFT JOIN ({_FIRST_PLACES}) USING (actor_id)",
            "mint_unnamed_actor_id(document, place)",
        ),
    ),
    Rule(
        "actors",
        "unnamed_actors_are_never_linked",
        "An actor without a name, and a group, has no wikidata_id.",
        "Two articles that speak of critics do not speak of the same people.",
        Query(
            "SELECT actor_id FROM actors WHERE (NOT is_named OR kind = 'group') AND wikidata_id IS NOT NULL",
            "actors WHERE NOT is_named OR kind = 'group'",
        ),
    ),
    Rule(
        "actors",
        "one_actor_for_a_wikidata_id",
        "No two actors have the same wikidata_id.",
        "Two actors for one item split its claims in two.",
        Query(
            """
            SELECT actor_id FROM actors WHERE wikidata_id IN (
                SELECT wikidata_id FROM actors GROUP BY wikidata_id HAVING count(*) > 1
            )
            """,
            "actors WHERE wikidata_id IS NOT NULL",
        ),
    ),
    Rule(
        "actors",
        "claim_count_is_right",
        "claim_count is the number of claims in which the actor is a speaker.",
        "The figure is what actors are ranked by.",
        Query(
            f"SELECT actor_id FROM actors a LEFT JOIN ({_MADE}) USING (actor_id) "
            "WHERE a.claim_count <> coalesce(claims, 0)",
            "actors",
        ),
    ),
    Rule(
        "actors",
        "document_count_is_right",
        "document_count is the number of documents that mention the actor or that it published.",
        "The figure is what actors are ranked by.",
        Query(
            f"SELECT actor_id FROM actors a LEFT JOIN ({_SEEN_FROM_TO}) USING (actor_id) "
            "WHERE a.document_count <> greatest(1, coalesce(documents, 0))",
            "actors",
        ),
    ),
    Rule(
        "actors",
        "first_and_last_seen_are_right",
        "first_seen and last_seen are the earliest and latest published_at of those documents.",
        "The time in which somebody is in the news must be that of the articles.",
        Query(
            f"SELECT actor_id FROM actors a LEFT JOIN ({_SEEN_FROM_TO}) s USING (actor_id) "
            "WHERE (a.first_seen, a.last_seen) IS DISTINCT FROM (s.first, s.last)",
            "actors",
        ),
    ),
    Rule(
        "actors",
        "actor_occurs_somewhere",
        "Every actor is mentioned, takes part in a claim, published a document, or is where an office is held.",
        "An actor that no row refers to is an invention.",
        Query(
            """
            SELECT actor_id FROM actors ANTI JOIN mentions USING (actor_id) ANTI JOIN claim_actors USING (actor_id)
            WHERE actor_id NOT IN (
                SELECT publisher_id FROM documents WHERE publisher_id IS NOT NULL
                UNION SELECT organisation_id FROM roles WHERE organisation_id IS NOT NULL
            )
            """,
            "actors",
        ),
    ),
    Rule(
        "actors",
        "named_actor_has_a_name",
        "Every named actor has at least one row in actor_names.",
        "An actor that no name leads to cannot be found.",
        Query(
            "SELECT actor_id FROM actors ANTI JOIN actor_names USING (actor_id) WHERE is_named", "actors WHERE is_named"
        ),
    ),
)

_NAMES_AND_ROLES = (
    Rule(
        "actor_names",
        "mention_count_is_right",
        "mention_count is the number of the actor's mentions with that name and form.",
        "The most frequent name is the one that people know the actor by.",
        Query(
            f"""
            SELECT concat_ws(' ', n.actor_id, n.name, n.form) FROM actor_names n LEFT JOIN (
                SELECT actor_id, {tidy_sql("surface")} AS name, form, sum(mentions) AS mentions
                FROM (SELECT actor_id, surface, form, count(*) AS mentions FROM mentions GROUP BY ALL) GROUP BY ALL
            ) m ON m.actor_id = n.actor_id AND m.name = n.name AND m.form = n.form
            WHERE n.mention_count <> coalesce(m.mentions, 0)
            """,
            "actor_names",
        ),
    ),
    Rule(
        "roles",
        "role_stands_in_the_text",
        "The office is worded as the document's text says from start to end.",
        "An office that nobody printed is an invention.",
        Query(
            """
            SELECT concat_ws(' ', r.document_id, r."start", r.actor_id)
            FROM roles r JOIN documents d USING (document_id)
            WHERE r.role IS DISTINCT FROM slice(d.text, r."start", r."end")
            """,
            "roles",
        ),
    ),
    Rule(
        "roles",
        "role_is_as_of_its_document",
        "as_of is the publication time of the document that gives the office.",
        "People change office; the row says only what one article says at its time.",
        Query(
            """
            SELECT concat_ws(' ', r.document_id, r."start", r.actor_id)
            FROM roles r JOIN documents d USING (document_id)
            WHERE r.as_of IS DISTINCT FROM d.published_at
            """,
            "roles",
        ),
    ),
)

RULES = (*_ACTORS, *_NAMES_AND_ROLES)
