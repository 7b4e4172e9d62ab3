"""The command line: what a person types, and nothing more than handing it on.

Belongs here: commands, options, their help, errors in one line. Does not: any work; slow packages are imported by the
commands that need them, so that --help answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import OnRecordError
from pipeline.settings import ENGINES, Settings

if TYPE_CHECKING:
    from pipeline.cleaning.document import Cleaned

_FILE = click.Path(path_type=Path)


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OnRecordError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            # The reader of a pipe has seen enough (head, less): that is no error.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            place = error.filename or "standard output"
            raise click.ClickException(
                f"{place}: {error.strerror or error}; make room or name another place"
            ) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
def main() -> None:
    """OnRecord: who said what in the news.

    Turns raw news articles into a checked dataset of attributed claims. Start with `onrecord build`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only shows “ as an escape


@main.command()
@click.option(
    "--documents",
    type=_FILE,
    default=lambda: Settings.from_environment().documents,
    show_default="seeds/documents",
    help="Folder of raw articles: .txt, .html, .jsonl, .parquet, .warc, also .gz and .zst. A manifest.csv in it may "
    "name publisher, url, published_at and licence of each file; without one all rights are taken as reserved.",
)
@click.option(
    "--output",
    type=_FILE,
    default=lambda: Settings.from_environment().output,
    show_default="output",
    help="Folder for the warehouse (onrecord.duckdb), the stages and the releases.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=lambda: Settings.from_environment().workers,
    show_default="1",
    help="Processes to use.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=lambda: Settings.from_environment().engine,
    show_default="embedded",
    help="Where articles are worked: in processes of this machine, or on Ray (on the cluster that RAY_ADDRESS names; "
    "without one, Ray is started here with as many CPUs as --workers). The release is the same.",
)
@click.option("--force", is_flag=True, help="Resolve, check and publish again even if nothing changed.")
def build(documents: Path, output: Path, workers: int, engine: str, *, force: bool) -> None:
    """Make a dataset release from a folder of articles.

    Cleans every article, extracts claims and actors, checks every rule and writes OUTPUT/releases/<version>/. What
    cannot be used is listed with its reason; a broken input never stops a build. The next build works what changed
    since; if nothing did, it says so and ends.
    """
    from expectations.run import load, run_checks
    from pipeline.build import build as build_release
    from pipeline.console import Terminal, progress_bars, show_summary

    settings = replace(Settings.from_environment(), documents=documents, output=output, workers=workers, engine=engine)
    console = Terminal()
    try:
        with progress_bars(console) as progress:
            built = build_release(settings, run_checks, progress, load, force=force)
    except KeyboardInterrupt as error:
        raise OnRecordError(
            f"stopped; nothing half-made is in {output}, and the next build goes on from here"
        ) from error
    show_summary(console, built, settings.warehouse)


@main.command()
@click.argument("folder", type=_FILE, default=lambda: Settings.from_environment().documents)
def fetch(folder: Path) -> None:
    """Ask the feeds and sitemaps of FOLDER for new articles.

    FOLDER/sources.csv names them, a line each: name, kind (feed or sitemap), url, and if you like publisher, licence,
    domains (others on which its articles lie, with ; between), pages (how many articles one poll asks for) and
    recheck_hours (when an article is asked for again). What is new or changed is kept as WARC in
    FOLDER/fetched/<name>/, where the next build finds it. robots.txt is obeyed, and each host has two seconds of rest
    between requests. Exit status 1 if a source could not be asked.
    """
    from pipeline.console import Terminal, show_polled
    from pipeline.intake.polling.poll import poll

    polled = poll(folder, replace(Settings.from_environment(), documents=folder))
    show_polled(Terminal(), polled)
    if any(source.problem for source in polled):
        raise SystemExit(1)


@main.command()
@click.argument("release", type=_FILE)
def verify(release: Path) -> None:
    """Prove that RELEASE (a folder) is whole and consistent.

    Checks every checksum, the schema of every file, keys, spans and counts, and that the previous release and the
    delta give this one. Exit status 1 if anything is wrong.
    """
    from pipeline.release.files import harmless_files
    from pipeline.release.verify import verify as problems_of
    from pipeline.warehouse import within

    with within(Settings.from_environment().database_bytes):
        problems = problems_of(release)
    for name in harmless_files(release):
        click.echo(f"{name}: left by a file manager, harmless, not looked at", err=True)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise OnRecordError(
            f"{release}: {len(problems)} problem{'s' if problems[1:] else ''}; download or build the release again"
        )
    click.echo(f"{release}: verified")


@main.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
def diff(old: Path, new: Path) -> None:
    """Show how the release NEW differs from the release OLD.

    For each table: rows added, changed (and in which columns) and removed, with examples. Exit status 1 if they differ,
    0 if they hold the same data.
    """
    from pipeline.release.diff import describe, differences
    from pipeline.warehouse import within

    for release in (old, new):
        _refuse_damaged(release)
    with within(Settings.from_environment().database_bytes):
        found = differences(old, new)
    click.echo(describe(found))
    if found:
        raise SystemExit(1)


def _refuse_damaged(release: Path) -> None:
    """A table that is missing or cut off must not look like rows that were removed."""
    from pipeline.release.files import SUMS
    from pipeline.release.verify import checksums

    if (release / SUMS).is_file():
        problem = next(checksums(release), None)
        if problem:
            raise OnRecordError(f"{release}: {problem}; see `onrecord verify`, and download or build it again")


@main.command()
@click.argument("identifier")
@click.argument("release", type=_FILE, required=False)
def why(identifier: str, release: Path | None) -> None:
    """Tell why a row is there: the chain from the source to the claim IDENTIFIER.

    Shows source and licence, the place in it, what cleaning removed around it, the sentence, the rule with its reason,
    how the speaker was resolved, what people decided, and its group. IDENTIFIER may be an actor's, a document's or a
    group's id too, or one that has no row any more. RELEASE is a folder; without one the latest is asked.
    """
    from pipeline.console import Terminal, show_lines
    from pipeline.release.why import why as chain
    from pipeline.warehouse import within

    settings = Settings.from_environment()
    with within(settings.database_bytes):
        show_lines(Terminal(), chain(identifier, release or settings.releases / "latest"))


@main.command()
@click.argument("release", type=_FILE, required=False)
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Questions to ask at most.")
def review(release: Path | None, limit: int) -> None:
    """List what most needs a person's eye, as a CSV file to be filled in.

    Unsure claims, frequent names without a Wikidata id, two actors of one name, one actor of unlike names, ids that
    took the place of others; the most urgent first. Write one of the `words` into the column `decision`, put the file
    into the folder of decisions (seeds/curation, or `curation` beside the documents) as review.csv, and the next build
    applies it. RELEASE is a folder; without one the latest is asked.
    """
    from pipeline.release.review import review as questions
    from pipeline.warehouse import within

    settings = Settings.from_environment()
    with within(settings.database_bytes):
        found = questions(release or settings.releases / "latest", limit)
    click.echo(found.encode(), nl=False)


@main.command()
@click.option(
    "--output",
    type=_FILE,
    default=lambda: Settings.from_environment().output,
    show_default="output",
    help="Folder of the releases.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def serve(output: Path, port: int) -> None:
    """Show the releases in a browser on this machine.

    Serves OUTPUT/releases on the loopback address, with byte ranges, so that DuckDB can query a release by its URL.
    Ctrl-C ends it.
    """
    from pipeline.release.serve import make_server

    server = make_server(output / "releases", port)
    click.echo(f"{server.address}/  (Ctrl-C ends it)")
    with suppress(KeyboardInterrupt):
        server.run()


@main.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Show a person what was kept and what was removed, and why.")
def clean(files: tuple[Path, ...], *, explain: bool) -> None:
    """Clean FILES (text or HTML) and print a JSON line for each article.

    `-` is standard input. Each line has title, standfirst, text (standfirst and body), metadata, and the removals with
    their reasons and offsets into source_text. An input that gives no article has `problem` and `detail` instead. The
    text may be in any language; only `onrecord build` asks for English.
    """
    from pipeline.batches import clean_one
    from pipeline.intake.folder import read_file

    settings = Settings.from_environment()
    for path in files:
        for snapshot in read_file(path, settings):
            _show_cleaned(clean_one(snapshot, settings, any_language=True), explain=explain)


def _show_cleaned(cleaned: Cleaned, *, explain: bool) -> None:
    if explain:
        from pipeline.console import Terminal, show_cleaning

        show_cleaning(Terminal(), cleaned)
    else:
        from pipeline.cleaning.jsonlines import to_json

        _print_line(to_json(cleaned))


@main.command()
@click.argument("files", type=click.Path(path_type=Path, allow_dash=True), nargs=-1)
def annotate(files: tuple[Path, ...]) -> None:
    """Find claims, names and actors in texts: JSON lines in, JSON lines out.

    Each line of FILES (or of standard input) is {"doc_id": ..., "text": ...}. Out come the same lines, in order, with
    `attributions`, `mentions` and `actors`; offsets are code points into the text as given. Nothing is cleaned. A text
    that cannot be annotated, such as one of more than 300,000 characters or 30,000 tokens, has `problem` and `detail`.
    """
    from pipeline.intake.lines import STDIN, read_texts

    for path in files or (STDIN,):
        for record in read_texts(path):
            _print_line(record | _annotated(record) | {"text": record["text"]})


def _annotated(record: dict[str, Any]) -> dict[str, Any]:
    """The annotation of a text. A text that has none is told at once: in a long output nobody would see it."""
    from pipeline.batches import annotate_one
    from pipeline.intake.origin import characters

    found = annotate_one(record["doc_id"], characters(record["text"]))
    if "problem" in found:
        click.echo(f"Warning: {record['doc_id']} could not be annotated: {found['detail']}", err=True)
    return found


def _print_line(record: dict[str, Any]) -> None:
    """JSON lines are UTF-8 whatever the locale; a lone surrogate, which UTF-8 cannot hold, is written as its escape."""
    click.echo(json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace"))


@main.command()
@click.argument("gold", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def evaluate(gold: Path, *, as_json: bool) -> None:
    """Score extraction against GOLD, a file of JSON lines in the shape that `onrecord annotate` prints.

    A claim counts as found when at least half of its words agree (Dice) and its speaker overlaps. Prints precision,
    recall and F1 in all and by mode.
    """
    from pipeline.console import Terminal, show_scores
    from pipeline.extraction.scoring import score
    from pipeline.intake.lines import read_key

    records = read_key(gold)
    scores = score(records, [{"doc_id": record["doc_id"]} | _annotated(record) for record in records])
    if as_json:
        click.echo(json.dumps(asdict(scores)))
    else:
        show_scores(Terminal(), scores)


@main.command()
def dictionary() -> None:
    """Print the data dictionary: every table, column and allowed value, in Markdown."""
    from pipeline.schema.render.dictionary import dictionary as rendered

    click.echo(rendered())
