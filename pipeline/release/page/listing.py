"""releases/index.html: the list of the releases, in the dress of their pages.

Belongs here: how the list looks. Does not: which releases there are (`pipeline.release.index`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from string import Template
from typing import Any

from pipeline.release.page.grids import grid
from pipeline.release.page.html import Html, breakable, el, join
from pipeline.release.page.render import policy, template_part
from pipeline.release.page.sections import WHOLE, size
from pipeline.schema import dataset
from pipeline.schema.render.datapackage import FileFacts

_COUNTED = ("documents", "claims", "actors")


def render_listing(releases: Sequence[Mapping[str, Any]], apart: Mapping[str, Mapping[str, FileFacts]]) -> str:
    """The list as HTML that needs nothing but itself.

    `releases` are the entries of index.json, newest first; `apart` has for each version the files that its own page
    cannot give size and checksum of.
    """
    head = el(
        "header",
        el("p", "All releases", class_="eyebrow"),
        el("h1", "Who said what in the news"),
        el("p", dataset.DESCRIPTION, class_="lead"),
    )
    style = template_part("page.css")
    return Template(template_part("listing.html")).substitute(
        policy=policy(style),
        title=escape(dataset.TITLE),
        description=escape(dataset.DESCRIPTION),
        style=style,
        body=join(head, el("main", *_sections(releases, apart))),
    )


def _sections(releases: Sequence[Mapping[str, Any]], apart: Mapping[str, Mapping[str, FileFacts]]) -> list[Html]:
    if not releases:
        return [_none()]
    return [_newest(releases[0]), _all(releases), _whole(releases, apart)]


def _none() -> Html:
    return el("p", "There is no release yet.", class_="intro")


def _newest(release: Mapping[str, Any]) -> Html:
    """The release that most visitors come for, with its numbers."""
    shown = (el("div", el("dt", name), el("dd", f"{release['rows'][name]:,}")) for name in _COUNTED)
    to_page = el("a", "Open its page", href=f"{release['path']}index.html", class_="button")
    title = el("h2", f"Newest: {release['version']}")
    when = el("p", f"{release['date']} · schema {release['schema_version']}", class_="intro")
    return el("section", title, when, el("dl", *shown, class_="numbers"), el("p", to_page, class_="calls"))


def _all(releases: Sequence[Mapping[str, Any]]) -> Html:
    heads = ("release", "date", *_COUNTED, "schema", "changes")
    rows = map(_row, releases)
    return el("section", el("h2", "Every release"), grid("Every release", heads, rows, numbers=(2, 3, 4)))


def _row(release: Mapping[str, Any]) -> tuple[str, ...]:
    page = el("a", release["version"], href=f"{release['path']}index.html")
    changes = el(
        "a", "changes", el("span", f" of {release['version']}", class_="unseen"), href=f"{release['path']}CHANGELOG.md"
    )
    numbers = (f"{release['rows'][name]:,}" for name in _COUNTED)
    return page, el("time", release["date"]), *numbers, str(release["schema_version"]), changes


def _whole(releases: Sequence[Mapping[str, Any]], apart: Mapping[str, Mapping[str, FileFacts]]) -> Html:
    """The files that hold a whole release, with what proves them."""
    rows = [
        (
            release["version"],
            el("a", breakable(name), href=f"{release['path']}{name}"),
            size(facts.size),
            el("span", facts.sha256, class_="hash"),
        )
        for release in releases
        for name, facts in sorted(apart[release["version"]].items())
    ]
    words = (
        "A database with all tables, and an archive of all other files. Each build lays them out anew, so that a "
        "release's own page cannot name their checksums; SHA256SUMS.apart in its folder does."
    )
    table = grid("Whole releases", ("release", "file", "size", "SHA-256"), rows, numbers=(2,))
    return el("section", el("h2", "A whole release in one file"), el("p", words, class_="intro"), table, id=WHOLE)
