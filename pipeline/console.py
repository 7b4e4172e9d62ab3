"""What a person sees in the terminal: progress while a build runs, and its summary.

Belongs here: rich tables and bars. Does not: any figure that is not read from the warehouse or the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from pipeline.cleaning.document import Cleaned, Document
from pipeline.engine.batches import Progress as Told
from pipeline.engine.progress import Lines
from pipeline.extraction.scoring import Score
from pipeline.intake.polling.poll import Polled
from pipeline.release.why import Line
from pipeline.unchanged import Built
from pipeline.warehouse import Warehouse

_EVERY = 10.0
"""Seconds between two lines of a step where there is no terminal."""
_STEPS = {
    "look": "Looking for changes",
    "read": "Reading inputs",
    "clean": "Cleaning",
    "brief": "Comparing lines",
    "sketch": "Comparing articles",
    "extract": "Extracting claims and names",
    "resolve": "Resolving actors",
    "meet": "Finding claims to compare",
    "compare": "Comparing claims",
    "load": "Filling the warehouse",
    "check": "Checking every rule",
    "publish": "Publishing the release",
}

_FOUND = """
    SELECT (SELECT count(*) FROM claims) AS claims,
           (SELECT count(*) FROM claims WHERE mode = 'direct') AS direct,
           (SELECT count(*) FROM claims WHERE mode = 'mixed') AS mixed,
           (SELECT count(*) FROM claims WHERE mode = 'indirect') AS indirect,
           (SELECT count(*) FROM actors WHERE is_named) AS named,
           (SELECT count(*) FROM actors WHERE NOT is_named) AS unnamed,
           (SELECT count(*) FROM actors WHERE wikidata_id IS NOT NULL) AS linked,
           (SELECT count(*) FROM claim_groups) AS groups,
           (SELECT count(*) FROM quantities) AS quantities
"""
_DOCUMENTS = """
    SELECT count(*) AS kept, coalesce(sum(word_count), 0) AS words, count(*) FILTER (is_truncated) AS truncated,
           coalesce(sum(source_length), 0) AS characters
    FROM documents
"""
_BY_REASON = "SELECT reason, count(*) AS n, {measure} AS size FROM {table} GROUP BY reason ORDER BY n DESC, reason"


class Terminal(Console):
    """A console that leaves it to the command what it means when the reader of a pipe has gone."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class _Rate(ProgressColumn):
    """Rows a second, once there is something to tell."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.1f}/s" if speed else "", style="progress.data.speed")


@contextmanager
def progress_bars(console: Console) -> Iterator[Told]:
    """A bar for each step with its rate and the time that is left; what it gives back is told of every batch.

    Where there is no terminal, plain lines come now and then instead.
    """
    if not console.is_terminal:
        yield Lines(lambda line: console.print(line, soft_wrap=True, highlight=False), _EVERY, _STEPS, monotonic)
        return
    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def told(stage: str, done: int, total: int | None, /) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STEPS.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield told


def show_summary(console: Console, built: Built, warehouse: Path) -> None:
    """What was kept, removed, excluded and found, where the files are, and a query to try."""
    with Warehouse.open(warehouse, read_only=True) as opened:
        documents = opened.query(_DOCUMENTS).to_pylist()[0]
        found = opened.query(_FOUND).to_pylist()[0]
        removed = opened.query(
            _BY_REASON.format(measure="sum(source_end - source_start)", table="removals")
        ).to_pylist()
        excluded = opened.query(_BY_REASON.format(measure="count(*)", table="exclusions")).to_pylist()
    console.print(
        f"\n[bold]Kept[/] {documents['kept']} documents ({documents['words']:,} words"
        f", {documents['truncated']} of them truncated in their source)"
    )
    _show_reasons(console, "Removed", "spans", "characters", removed)
    _show_reasons(console, "Excluded", "inputs", "", excluded)
    console.print(
        f"[bold]Found[/] {found['claims']} claims ({found['direct']} direct, {found['mixed']} mixed, "
        f"{found['indirect']} indirect), {found['named']} named actors ({found['linked']} with a Wikidata id), "
        f"{found['unnamed']} unnamed, {found['groups']} claim groups, {found['quantities']} quantities"
    )
    _show_release(console, built, warehouse)


def _show_reasons(console: Console, title: str, what: str, size: str, rows: list[dict[str, int]]) -> None:
    table = Table(title=f"{title} ({sum(row['n'] for row in rows)} {what})", title_justify="left", box=None)
    table.add_column("reason")
    table.add_column(what, justify="right")
    if size:
        table.add_column(size, justify="right")
    for row in rows:
        table.add_row(str(row["reason"]), f"{row['n']:,}", *([f"{row['size']:,}"] if size else []))
    console.print(table if rows else f"[bold]{title}[/] nothing")


def _show_release(console: Console, built: Built, warehouse: Path) -> None:
    passed = sum(check.passed for check in built.checks)
    console.print(f"[bold]Checked[/] {passed} of {len(built.checks)} rules passed")
    for check in built.checks:
        if not check.passed:
            console.print(f"  [yellow]{check.severity}[/] {check.table}: {escape(check.description)} ({check.failed})")
    for decision in built.unmatched:
        console.print(f"  [yellow]warning[/] a decision of people matches nothing: {escape(decision)}")
    release = built.release
    word = "Release" if release.is_new else "Nothing changed since release"
    console.print(f"\n[bold]{word} {release.version}[/] {release.path}", soft_wrap=True)
    console.print(f"[bold]Warehouse[/] {warehouse}", soft_wrap=True)
    console.print("\nOpen index.html there in a browser, or ask DuckDB who speaks most:\n")
    console.print(
        f"  duckdb.sql(\"SELECT name, kind, claim_count FROM '{release.path}/actors.parquet' "
        'ORDER BY claim_count DESC LIMIT 10").show()',
        soft_wrap=True,
        markup=False,
        highlight=False,
    )


def show_polled(console: Console, polled: Sequence[Polled]) -> None:
    """A line for each source, then what went wrong."""
    table = Table(box=None)
    table.add_column("source")
    for heading in ("listed", "new", "changed", "unchanged", "failed"):
        table.add_column(heading, justify="right")
    for one in polled:
        counts = (one.listed, one.new, one.changed, one.unchanged, len(one.failed))
        table.add_row(escape(one.source), *(f"{count:,}" for count in counts))
    console.print(table)
    for one in polled:
        for url, why in one.failed:
            console.print(f"  [yellow]warning[/] {escape(url)}: {escape(why)}", soft_wrap=True)
        if one.problem:
            console.print(f"  [red]problem[/] {escape(one.source)}: {escape(one.problem)}", soft_wrap=True)


def show_scores(console: Console, scores: Score) -> None:
    """A line for all claims and one for each mode."""
    table = Table(box=None)
    for heading in ("claims", "precision", "recall", "F1"):
        table.add_column(heading, justify="left" if heading == "claims" else "right")
    for name, rates in {"all": scores.joint, **scores.by_mode, "content exact": scores.content_exact}.items():
        table.add_row(name, *(f"{100 * value:.1f}" for value in (rates.precision, rates.recall, rates.f1)))
    console.print(table)
    console.print(f"right speaker on {100 * scores.source_accuracy:.1f} % of the contents found")


_STYLES = {
    "quiet": "dim",
    "strong": "bold",
    "claim": "green",
    "speaker": "bold cyan",
    "addressee": "cyan",
    "medium": "cyan",
    "cue": "magenta",
    "gone": "red",
}


def show_lines(console: Console, lines: Sequence[Line]) -> None:
    """An explanation part by part: its label in front, and what is what in colours; in a pipe line by line."""
    if not console.is_terminal:
        width = max(len(line.label) for line in lines)
        for line in lines:
            console.print(f"{line.label:{width}}  {line.text}", soft_wrap=True, markup=False, highlight=False)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold blue", no_wrap=True)
    grid.add_column(overflow="fold")
    for line in lines:
        pieces = ((words, _STYLES.get(what, "")) for words, what in line.pieces)
        grid.add_row(line.label, Text.assemble(*pieces))
    console.print(grid)


def show_cleaning(console: Console, cleaned: Cleaned) -> None:
    """The source text of one input, span by span: + kept in a role, - removed (struck through) with reason and rule."""
    console.rule(escape(cleaned.source_name))
    if cleaned.document is None:
        console.print(f"[red]excluded: {cleaned.problem}[/] {escape(cleaned.detail or '')}")
        return
    source = cleaned.source_text or ""
    kept = [(s.source_start, s.source_end, s.role, "") for s in cleaned.document.segments]
    gone = [(r.source_start, r.source_end, r.reason, r.rule) for r in cleaned.removals if r.reason != "blank"]
    grid = Table.grid(padding=(0, 2))
    for no_wrap in (True, True, False):
        grid.add_column(no_wrap=no_wrap, overflow="fold")
    for start, end, label, rule in sorted(kept + gone):
        words = escape(source[start:end].strip())
        if rule:
            grid.add_row("[red]-[/]", f"[red]{label}[/]", f"[strike]{words}[/] [dim]({escape(rule)})[/]")
        else:
            grid.add_row("[green]+[/]", f"[green]{label}[/]", words)
    console.print(grid)
    console.print()
    console.print(_cleaning_facts(cleaned.document, len(gone)))


def _when(at: datetime | None, offset: int | None) -> str | None:
    """A time for a person: as the source declares it where it declares an offset, and in UTC."""
    if at is None:
        return None
    if not offset:
        return f"{at.isoformat(' ')} UTC"
    declared = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=offset)))
    return f"{declared.isoformat(' ')} ({at.isoformat(' ')} UTC)"


def _cleaning_facts(document: Document, removed: int) -> Table:
    """What is known of the article, a line for each fact that there is."""
    facts = {
        "title": document.title,
        "byline": document.byline,
        "section": document.article_section,
        "published": _when(document.published_at, document.published_offset),
        "modified": _when(document.modified_at, document.modified_offset),
        "language": document.language,
        "kept": f"{document.word_count:,} words; {removed:,} spans removed",
        "truncation": ": ".join(filter(None, (document.truncation, document.truncation_evidence))),
    }
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, fact in facts.items():
        if fact:
            table.add_row(name, escape(fact))
    return table
