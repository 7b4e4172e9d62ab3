"""The sections of the page, from top to bottom.

Belongs here: what each section says. Does not: figures (`figures`), drawing (`charts`), escaping (`html`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.release.archive import archive_name
from pipeline.release.checks import CheckResult
from pipeline.release.files import DATABASE, SUMS_APART
from pipeline.release.layout import by_month
from pipeline.release.page.charts import bars, columns
from pipeline.release.page.examples import first_rows
from pipeline.release.page.figures import Count, Figures, Sample
from pipeline.release.page.grids import folded, grid
from pipeline.release.page.html import Html, breakable, clipped, el, join, join_with
from pipeline.release.page.snippets import SNIPPETS
from pipeline.release.quality import MEASURES
from pipeline.release.relations import Tables
from pipeline.schema import dataset
from pipeline.schema.model import Column, Table, Vocabulary, inner_columns
from pipeline.schema.render.datapackage import FileFacts
from pipeline.schema.render.dictionary import meaning, type_name, vocabularies
from pipeline.schema.tables import SCHEMA_VERSION, TABLES
from pipeline.warehouse import connect

SECTIONS = {
    "overview": "Overview",
    "claims": "Claims",
    "use": "Use it",
    "dictionary": "Dictionary",
    "quality": "Checks",
    "files": "Files",
}
"""Anchors of the page and what the navigation calls them."""
WHOLE = "whole"
"""The anchor of the files that hold a whole release, in the list of all releases."""
_OF_INPUTS = ("inputs", "documents", "documents_with_claims")
_OF_CLAIMS = ("claims", "claims_with_speaker", "claims_with_named_speaker", "claims_with_linked_speaker")
_STATIC_CLAIMS = 12
"""Claims that stand in the page even where scripts are off."""


def masthead(version: str, date: str, counts: Mapping[str, int]) -> Html:
    """Title, what this is, and the numbers of the release."""
    numbers = [("documents", "documents"), ("claims", "claims"), ("actors", "actors"), ("mentions", "mentions")]
    numbers += [("claim_groups", "groups of equal claims"), ("quantities", "amounts and dates")]
    shown = (el("div", el("dt", words), el("dd", f"{counts[name]:,}")) for name, words in numbers)
    return el(
        "header",
        el("p", f"Release {version} · {date} · schema {SCHEMA_VERSION}", class_="eyebrow"),
        el("h1", "Who said what in the news"),
        el("p", dataset.DESCRIPTION, class_="lead"),
        el("dl", *shown, class_="numbers"),
    )


def navigation() -> Html:
    """Links to the sections; stays at the top of the screen."""
    items = (el("li", el("a", words, href=f"#{anchor}")) for anchor, words in SECTIONS.items())
    return el("nav", el("ul", *items), aria_label="Sections")


def overview(figures: Figures, quality: Mapping[str, Any]) -> Html:
    """The funnel and the charts."""
    funnels = (_funnel(quality["funnel"], names) for names in (_OF_INPUTS, _OF_CLAIMS))
    charts = (
        ("Claims by speaker", bars(figures.speakers, "claims")),
        ("Claims by outlet", bars(figures.outlets, "claims")),
        ("What the speaker does", bars(_readable(figures.acts), "claims")),
        ("Characters removed from the sources, by reason", bars(_readable(figures.removals), "characters")),
        ("How the words are reported", bars(figures.modes, "claims")),
        ("Inputs left out, by reason", bars(_readable(figures.exclusions), "inputs")),
    )
    times = columns(figures.times, "claims", figures.period)
    return _section(
        "overview",
        "From input to claim",
        "Every input is a document or an exclusion with its reason; every character of a document's source is kept or "
        "removed with its reason.",
        el("div", el("h3", "From all inputs to claims of linked speakers"), *funnels, class_="card funnel"),
        _figure(f"Claims by {figures.period} of publication", times),
        el("div", *(_figure(title, chart) for title, chart in charts), class_="grid"),
    )


def _figure(title: str, chart: Html) -> Html:
    return el("div", el("h3", title), chart, class_="card")


def _readable(counts: Sequence[Count]) -> list[Count]:
    return [(label.replace("_", " "), n) for label, n in counts]


def _funnel(counts: Mapping[str, int], names: Sequence[str]) -> Html:
    return bars(_readable([(name, counts[name]) for name in names]), "", whole=counts[names[0]])


def claims(sample: Sample) -> Html:
    """Search and filters over the claims in the page; the first of them without any script."""
    shown = len(sample.claims)
    words = f"All {shown:,} claims of this release."
    if shown < sample.total:
        words = (
            f"A sample: {shown:,} of {sample.total:,} claims, those that most documents carry and most actors take "
            "part in. The files have all."
        )
    status = el("p", el("span", f"{shown:,} claims", id="found-count", role="status"), class_="found scripted")
    cards = el("ol", *(_card(claim) for claim in sample.claims[:_STATIC_CLAIMS]), class_="claims", id="found-claims")
    more = el("button", "Show more", id="more", class_="more scripted", type="button")
    return _section("claims", "Look up a claim", words, _search_form(), status, cards, more)


def _search_form() -> Html:
    search = el("label", "Words of the claim, its speaker or its headline", _search_field(), class_="wide")
    typed = (_name_field(name, words) for name, words in (("speaker", "Anybody"), ("outlet", "Any outlet")))
    choices = (_choice(name) for name in ("mode", "act"))
    reset = el("button", "Clear", type="reset")
    one = el("input", type="hidden", name="claim")
    return el("form", search, *typed, *choices, reset, one, id="search", role="search", class_="scripted")


def _search_field() -> Html:
    return el("input", type="search", name="q", autocomplete="off", spellcheck="false", placeholder="Search")


def _name_field(name: str, words: str) -> Html:
    # A list of all names would hold thousands: the script offers those that match what was typed.
    offered = f"{name}-names"
    field = el("input", name=name, list=offered, autocomplete="off", spellcheck="false", placeholder=words)
    return el("label", name.capitalize(), field, el("datalist", id=offered))


def _choice(name: str) -> Html:
    return el("label", name.capitalize(), el("select", el("option", "any", value=""), name=name))


def _card(claim: Mapping[str, Any]) -> Html:
    cue = join(" ", el("span", clipped(claim["cue_text"]), class_="cue")) if claim["cue_text"] else None
    who = el("p", el("strong", el("bdi", claim["speaker"] or "speaker unknown")), cue, class_="who")
    kinds = {"publisher": "bdi", "day": "time", "title": "bdi"}
    places = [el(kind, claim[key]) for key, kind in kinds.items() if claim[key]]
    tags = el("span", el("span", claim["mode"]), " ", el("span", claim["act"]), class_="tags")
    where = el("p", join_with(" · ", places), " ", tags, class_="where")
    return el("li", who, el("blockquote", claim["text"]), where, class_=claim["mode"])


def use(months: Iterable[str]) -> Html:
    """Code to copy, for a release that has these tables by month."""
    blocks = (_snippet(tool, by_month(code, months)) for tool, code in SNIPPETS.items())
    words = "Each of these runs in the folder of the release and lists which named actors speak most."
    more = el("p", "More questions, and their SQL, are in ", el("a", "queries.sql", href="queries.sql"), ".")
    return _section("use", "Use it", words, el("div", *blocks, class_="grid"), more)


def _snippet(tool: str, code: str) -> Html:
    name = f"code-{tool.lower()}"
    copy = el("button", "Copy", el("span", f" the code for {tool}", class_="unseen"), type="button", data_copy=name)
    head = el("div", el("h3", tool), copy, class_="head")
    shown = el("pre", el("code", code, id=name), tabindex=0, role="region", aria_label=f"Code for {tool}")
    return el("div", head, shown, class_="card code")


def data_dictionary(tables: Tables) -> Html:
    """Tables with their columns and first rows, and the vocabularies."""
    with connect() as connection:
        first = {spec.name: first_rows(connection, spec, tables[spec.name]) for spec in TABLES}
    described = (_table(spec, tables[spec.name].num_rows, first[spec.name]) for spec in TABLES)
    terms = map(_terms, vocabularies(TABLES))
    words = (
        "A column name means the same in every table. Offsets count Unicode code points; an end is exclusive. Open a "
        "table for its columns and its first rows."
    )
    lists = el("div", *terms, class_="pairs")
    return _section("dictionary", "Data dictionary", words, *described, el("h3", "Vocabularies"), lists)


def _table(spec: Table, rows: int, first: Sequence[Sequence[str]]) -> Html:
    cells = (cell for column in spec.columns for cell in _column_rows(column, ""))
    described = grid(f"Columns of {spec.name}", ("column", "type", "null", "meaning"), cells)
    sample = grid(f"First rows of {spec.name}", spec.column_names, first, class_="sample")
    return folded(spec.name, f"{rows:,} rows", spec.description, described, sample if rows else None)


def _terms(vocabulary: Vocabulary) -> Html:
    rows = ((el("code", breakable(term.name)), term.meaning, ", ".join(term.same_as)) for term in vocabulary.terms)
    count = f"{len(vocabulary.terms)} values"
    values = grid(f"Values of {vocabulary.name}", ("value", "meaning", "same as"), rows)
    return folded(vocabulary.name, count, "a closed list", values)


def _column_rows(column: Column, outer: str) -> Iterator[tuple[str, ...]]:
    name = f"{outer}{column.name}"
    yield el("code", breakable(name)), type_name(column.type), "yes" if column.nullable else "no", meaning(column)
    for inner in inner_columns(column.type):
        yield from _column_rows(inner, f"{name}.")


def checks_and_quality(checks: Sequence[CheckResult], quality: Mapping[str, Any]) -> Html:
    """The result of every rule, measured scores, confidence, the rules of cleaning, and the rights."""
    passed = sum(check.passed for check in checks)
    words = f"{passed:,} of {len(checks):,} rules passed. A rule of severity error that fails forbids a release."
    failed = [check for check in checks if not check.passed]
    by_table = (_checks_of(table, list(group)) for table, group in groupby(checks, key=lambda check: check.table))
    charts = (
        (
            "Claims by confidence: how often such claims were right in other news",
            bars(_by_confidence(quality["confidence"]), "claims"),
        ),
        ("Documents by whether they are whole", bars(_listed(quality["truncation"]), "documents")),
    )
    return _section(
        "quality",
        "Checks and quality",
        words,
        _check_grid("Rules that did not pass", failed) if failed else None,
        el("div", *by_table, class_="pairs"),
        *(_scores(name, scores) for name, scores in quality["measured"].items()),
        el("h3", "Confidence and completeness"),
        el("div", *(_subfigure(title, chart) for title, chart in charts), class_="grid"),
        _calibration(quality["calibration"]),
        _cleaning_rules(quality["cleaning_rules"]),
        el("h3", "Rights"),
        el("p", _rights(quality["rights"]), class_="intro"),
    )


def _subfigure(title: str, chart: Html) -> Html:
    return el("div", el("h4", title), chart, class_="card")


def _by_confidence(bands: Sequence[Mapping[str, Any]]) -> list[Count]:
    return [(f"{band['at_least']:.1f} to {band['at_least'] + 0.1:.1f}", band["claims"]) for band in bands]


def _listed(rows: Sequence[Mapping[str, Any]]) -> list[Count]:
    """Counts from rows of two columns, a label and a number."""
    return _readable([(str(label), n) for label, n in (row.values() for row in rows)])


def _rights(rights: Mapping[str, Any]) -> str:
    cut = rights["claims_cut"]
    return (
        f"Of {rights['closed_documents']:,} articles that are not openly licensed, no text is published but the "
        f"claims. The most that they hold of such an article is {rights['largest_share']:.1%}; the bound is "
        f"{rights['share_bound']:.0%} of it, or {rights['free_characters']:,} characters where that is more. To keep "
        f"to it {cut['excerpts']:,} claims are cut to their first words, and the words of {cut['withheld']:,} are "
        "withheld."
    )


def _checks_of(table: str, checks: Sequence[CheckResult]) -> Html:
    passed = sum(check.passed for check in checks)
    note = f"all {passed:,} rules passed" if passed == len(checks) else f"{passed:,} of {len(checks):,} rules passed"
    return folded(table, note, "", _check_grid(f"Rules of {table}", checks))


def _check_grid(name: str, checks: Sequence[CheckResult]) -> Html:
    return grid(name, ("result", "table", "rule", "checked", "failed"), map(_check, checks), numbers=(3, 4))


def _check(check: CheckResult) -> tuple[Html | str, ...]:
    state, kind = ("passed", "good") if check.passed else (("failed", "bad") if check.blocks else ("warning", "warn"))
    words = join(el("code", breakable(check.rule)), el("br"), el("span", check.description, class_="quiet"))
    return el("span", state, class_=f"state {kind}"), check.table, words, f"{check.checked:,}", f"{check.failed:,}"


def _scores(name: str, scores: Mapping[str, Any]) -> Html:
    rows = [(measure, *map(_number, values)) for measure, values in _measures(scores, "")]
    table = grid(f"Scores on {name}", ("measure", "value", "precision", "recall", "F1"), rows, numbers=(1, 2, 3, 4))
    return join(el("h3", f"Measured on {name}"), el("p", MEASURES, class_="intro"), table)


def _measures(scores: Mapping[str, Any], outer: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for name, value in scores.items():
        words = f"{outer}{name}".replace("_", " ")
        if not isinstance(value, Mapping):
            yield words, (value, None, None, None)
        elif "precision" in value:
            yield words, (None, value["precision"], value["recall"], value["f1"])
        else:
            yield from _measures(value, f"{words}: ")


def _calibration(bands: Sequence[Mapping[str, Any]]) -> Html:
    """What confidence was worth on articles that people marked."""
    rows = ((f"{band['at_least']:.1f}", f"{band['claims']:,}", _number(band["right"])) for band in bands)
    words = "held against 84 annotated articles: of the claims at least so sure, and less sure than the line above"
    table = grid("What confidence was worth", ("confidence from", "claims", "share right"), rows, numbers=(0, 1, 2))
    return folded("What confidence was worth", f"{len(bands)} bands", words, table)


def _cleaning_rules(rules: Sequence[Mapping[str, Any]]) -> Html:
    """How often each rule of cleaning was right on pages that people marked."""
    held = [rule for rule in rules if rule["hits"]]
    rows = ((el("code", breakable(r["rule"])), r["reason"].replace("_", " "), *_hits(r)) for r in held)
    names = ("rule", "reason of the removal", "hits", "right", "precision")
    on = ", ".join(sorted({rule["measured_on"] for rule in held}))
    words = f"held against {on}" if held else "none had a hit on the pages that they were held against"
    note = f"{len(held):,} of {len(rules):,} measured"
    return folded("Rules of cleaning", note, words, grid("Rules of cleaning", names, rows, numbers=(2, 3, 4)))


def _hits(rule: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_number(rule[name]) for name in ("hits", "right", "precision"))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else f"{value:,}"


def files(facts: Mapping[str, FileFacts], version: str) -> Html:
    """Every file with its size and checksum."""
    rows = [
        _file(name, size(fact.size), el("span", fact.sha256, class_="hash")) for name, fact in sorted(facts.items())
    ]
    apart = el("a", SUMS_APART, href=SUMS_APART)
    listed = el("a", "list of all releases", href=f"../index.html#{WHOLE}")
    rows += [_file(name, "", join("see ", apart)) for name in (DATABASE, archive_name(version))]
    words = join(
        "Two builds of the same input give the same checksums. Prove a download with: sha256sum -c SHA256SUMS. The "
        "database and the archive are laid out anew by each build, so that their checksums stand apart: in ",
        apart,
        ", and with their sizes in the ",
        listed,
        ".",
    )
    return _section("files", "Files", words, grid("Files", ("file", "size", "SHA-256"), rows, numbers=(1,)))


def _file(name: str, room: str, digest: str) -> tuple[str, str, str]:
    return el("a", breakable(name), href=name), room, digest


def size(count: int) -> str:
    """A number of bytes for people: 812 B, 1.4 kB, 20.1 MB."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def colophon(version: str) -> Html:
    """Licence and citation."""
    cite = f"{dataset.CREATOR}. {dataset.TITLE}, version {version}."
    licence = el("a", dataset.LICENCE_TITLE, href=dataset.LICENCE_URL, rel="license")
    copy = el("button", "Copy citation", type="button", data_copy="citation")
    return el(
        "footer",
        el(
            "p",
            "The dataset is licensed under ",
            licence,
            "; texts of articles stay under their own licences (LICENSE).",
        ),
        el("p", "Cite as: ", el("span", cite, id="citation"), " ", copy),
        el("p", "It tells what articles report that somebody said; it does not tell whether it is true."),
    )


def _section(anchor: str, title: str, words: str, *children: Html | None) -> Html:
    return el("section", el("h2", title), el("p", words, class_="intro"), *children, id=anchor)
