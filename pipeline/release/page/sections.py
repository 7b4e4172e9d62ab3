"""The sections of the page, from top to bottom.

Belongs here: what each section says. Does not: figures (`figures`), drawing (`charts`), escaping (`html`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.release.archive import archive_name
from pipeline.release.checks import CheckResult
from pipeline.release.files import DATABASE, SUMS_APART
from pipeline.release.page.charts import bars, columns
from pipeline.release.page.figures import Figures, Sample
from pipeline.release.page.html import Html, el, join
from pipeline.release.page.snippets import SNIPPETS
from pipeline.release.quality import MEASURES
from pipeline.schema import dataset
from pipeline.schema.model import Column, Table, Vocabulary, inner_columns
from pipeline.schema.render.datapackage import FileFacts
from pipeline.schema.render.dictionary import meaning, type_name, vocabularies
from pipeline.schema.tables import SCHEMA_VERSION, TABLES

SECTIONS = {
    "overview": "Overview",
    "claims": "Claims",
    "use": "Use it",
    "dictionary": "Dictionary",
    "quality": "Checks",
    "files": "Files",
}
"""Anchors of the page and what the navigation calls them."""
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
        ("Claims by month of publication", columns(figures.months, "claims")),
        ("How the words are reported", bars(figures.modes, "claims")),
        ("What the speaker does", bars(figures.acts, "claims")),
        ("Removed from the sources, in characters", bars(figures.removals, "characters")),
        ("Inputs left out, by reason", bars(figures.exclusions, "inputs")),
    )
    return _section(
        "overview",
        "From input to claim",
        "Every input is a document or an exclusion with its reason; every character of a document's source is kept or "
        "removed with its reason.",
        el("div", *funnels, class_="card funnel"),
        el("div", *(el("figure", el("h3", title), chart, class_="card") for title, chart in charts), class_="grid"),
    )


def _funnel(counts: Mapping[str, int], names: Sequence[str]) -> Html:
    return bars([(name.replace("_", " "), counts[name]) for name in names], "")


def claims(sample: Sample) -> Html:
    """Search and filters over the claims in the page; the first of them without any script."""
    shown = len(sample.claims)
    words = f"All {shown:,} claims of this release."
    if shown < sample.total:
        words = (
            f"{shown:,} of {sample.total:,} claims: those that most documents carry and most actors take part in. "
            "The files have all."
        )
    status = el("p", el("span", f"{shown:,} claims", id="found-count", role="status"), class_="found")
    cards = el("ol", *(_card(claim) for claim in sample.claims[:_STATIC_CLAIMS]), class_="claims", id="found-claims")
    more = el("button", "Show more", id="more", class_="more", type="button")
    return _section("claims", "Look up a claim", words, _search_form(), status, cards, more)


def _search_form() -> Html:
    search = el("label", "Words of the claim, its speaker or its headline", _search_field(), class_="wide")
    choices = (_choice(name) for name in ("speaker", "outlet", "mode", "act"))
    reset = el("button", "Clear", type="reset")
    return el("form", search, *choices, reset, el("input", type="hidden", name="claim"), id="search", role="search")


def _search_field() -> Html:
    return el("input", type="search", name="q", autocomplete="off", spellcheck="false", placeholder="Search")


def _choice(name: str) -> Html:
    return el("label", name.capitalize(), el("select", el("option", "any", value=""), name=name))


def _card(claim: Mapping[str, Any]) -> Html:
    place = " · ".join(str(claim[key]) for key in ("publisher", "day", "title") if claim[key])
    tags = el("span", el("span", claim["mode"]), el("span", claim["act"]), class_="tags")
    about = el("p", el("strong", claim["speaker"] or "speaker unknown"), f" — {place} " if place else " ", tags)
    return el("li", el("blockquote", claim["text"]), about, class_="direct" if claim["mode"] == "direct" else None)


def use() -> Html:
    """Code to copy."""
    blocks = (_snippet(tool, code) for tool, code in SNIPPETS.items())
    words = "Each of these runs in the folder of the release and lists who speaks most."
    return _section("use", "Use it", words, el("div", *blocks, class_="grid"))


def _snippet(tool: str, code: str) -> Html:
    name = f"code-{tool.lower()}"
    copy = el("button", "Copy", type="button", data_copy=name, aria_label=f"Copy the code for {tool}")
    return el("div", el("h3", tool, copy), el("pre", el("code", code, id=name), tabindex=0), class_="card code")


def data_dictionary(counts: Mapping[str, int]) -> Html:
    """Tables with their columns, and the vocabularies."""
    tables = (_table(table, counts[table.name]) for table in TABLES)
    terms = map(_terms, vocabularies(TABLES))
    words = "A column name means the same in every table. Offsets count Unicode code points; an end is exclusive."
    return _section("dictionary", "Data dictionary", words, *tables, el("h3", "Vocabularies"), *terms)


def _table(table: Table, rows: int) -> Html:
    cells = (cell for column in table.columns for cell in _column_rows(column, ""))
    grid = _grid(("column", "type", "null", "meaning"), cells)
    return _details(table.name, f"{rows:,} rows", table.description, grid)


def _terms(vocabulary: Vocabulary) -> Html:
    rows = ((el("code", term.name), term.meaning, ", ".join(term.same_as)) for term in vocabulary.terms)
    count = f"{len(vocabulary.terms)} values"
    return _details(vocabulary.name, count, "a closed list", _grid(("value", "meaning", "same as"), rows))


def _column_rows(column: Column, outer: str) -> Iterator[tuple[str, ...]]:
    name = f"{outer}{column.name}"
    yield el("code", name), type_name(column.type), "yes" if column.nullable else "no", meaning(column)
    for inner in inner_columns(column.type):
        yield from _column_rows(inner, f"{name}.")


def checks_and_quality(checks: Sequence[CheckResult], quality: Mapping[str, Any]) -> Html:
    """Measured scores if there are any, the rights, and the result of every rule."""
    passed = sum(check.passed for check in checks)
    rights, cut = quality["rights"], quality["rights"]["claims_cut"]
    words = f"{passed:,} of {len(checks):,} rules passed. A rule of severity error that fails forbids a release."
    grid = _grid(("result", "table", "rule", "checked", "failed"), map(_check, checks), numbers=(3, 4))
    share = (
        f"Of {rights['closed_documents']:,} articles that are not openly licensed, no text is published but the "
        f"claims. The most that they hold of such an article is {rights['largest_share']:.1%}; the bound is "
        f"{rights['share_bound']:.0%} of it, or {rights['free_characters']:,} characters where that is more. To keep "
        f"to it {cut['excerpts']:,} claims are cut to their first words, and the words of {cut['withheld']:,} are "
        "withheld."
    )
    return _section(
        "quality",
        "Checks and quality",
        words,
        *(_scores(name, scores) for name, scores in quality["measured"].items()),
        el("p", share, class_="intro"),
        el("div", grid, class_="scroll") if checks else None,
    )


def _check(check: CheckResult) -> tuple[Html | str, ...]:
    state, kind = ("passed", "good") if check.passed else (("failed", "bad") if check.blocks else ("warning", "warn"))
    words = join(el("code", check.rule), el("br"), el("span", check.description, class_="quiet"))
    return el("span", state, class_=f"state {kind}"), check.table, words, f"{check.checked:,}", f"{check.failed:,}"


def _scores(name: str, scores: Mapping[str, Any]) -> Html:
    rows = [(measure, *map(_figure, values)) for measure, values in _measures(scores, "")]
    grid = _grid(("measure", "value", "precision", "recall", "F1"), rows, numbers=(1, 2, 3, 4))
    head = el("h3", f"Measured on {name}")
    return join(head, el("p", MEASURES, class_="intro"), el("div", grid, class_="scroll"))


def _measures(scores: Mapping[str, Any], outer: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for name, value in scores.items():
        words = f"{outer}{name}".replace("_", " ")
        if not isinstance(value, Mapping):
            yield words, (value, None, None, None)
        elif "precision" in value:
            yield words, (None, value["precision"], value["recall"], value["f1"])
        else:
            yield from _measures(value, f"{words}: ")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else f"{value:,}"


def files(facts: Mapping[str, FileFacts], version: str) -> Html:
    """Every file with its size and checksum."""
    rows = [
        _file(name, size(fact.size), el("span", fact.sha256, class_="hash")) for name, fact in sorted(facts.items())
    ]
    rows += [_file(name, "", f"see {SUMS_APART}") for name in (DATABASE, archive_name(version))]
    words = "Two builds of the same input give the same checksums. Prove a download with: sha256sum -c SHA256SUMS"
    grid = _grid(("file", "size", "SHA-256"), rows, numbers=(1,))
    return _section("files", "Files", words, el("div", grid, class_="scroll"))


def _file(name: str, room: str, digest: str) -> tuple[str, str, str]:
    return el("a", name, href=name), room, digest


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


def _details(name: str, note: str, words: str, grid: Html) -> Html:
    head = el("summary", el("code", name), " ", el("span", f"{note} · {words}"))
    return el("details", head, el("div", grid, class_="scroll"))


def _grid(heads: Sequence[str], rows: Any, numbers: tuple[int, ...] = ()) -> Html:
    kinds = ["n" if i in numbers else None for i in range(len(heads))]
    head = el("tr", *(el("th", h, class_=kind, scope="col") for h, kind in zip(heads, kinds, strict=True)))
    body = (el("tr", *(el("td", c, class_=kind) for c, kind in zip(row, kinds, strict=True))) for row in rows)
    return el("table", el("thead", head), el("tbody", *body))
