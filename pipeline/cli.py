"""The command line: what a person types, and nothing more than handing it on.

Belongs here: commands, options, their help, errors in one line. Does not: any work; slow packages are imported by the
commands that need them, so that --help answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import OnRecordError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.cleaning.document import Cleaned

_DEFAULT = Settings.from_environment()
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


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
def main() -> None:
    """OnRecord: who said what in the news.

    Turns raw news articles into a checked dataset of attributed claims. Start with `onrecord build`.
    """


@main.command()
@click.option(
    "--documents",
    type=_FILE,
    default=_DEFAULT.documents,
    show_default="seeds/documents",
    help="Folder of raw articles: .txt, .html, .jsonl, .parquet, .warc, also .gz and .zst. A manifest.csv in it may "
    "name publisher, url, published_at and licence of each file; without one all rights are taken as reserved.",
)
@click.option(
    "--output",
    type=_FILE,
    default=_DEFAULT.output,
    show_default="output",
    help="Folder for the warehouse (onrecord.duckdb), the stages and the releases.",
)
@click.option(
    "--workers", type=click.IntRange(1), default=_DEFAULT.workers, show_default=True, help="Processes to use."
)
def build(documents: Path, output: Path, workers: int) -> None:
    """Make a dataset release from a folder of articles.

    Cleans every article, extracts claims and actors, checks every rule and writes OUTPUT/releases/<version>/. What
    cannot be used is listed with its reason; a broken input never stops a build. A second build of the same input
    does no work twice and makes no second release.
    """
    from rich.console import Console

    from expectations.run import load, run_checks
    from pipeline.build import build as build_release
    from pipeline.console import progress_bars, show_summary

    settings = Settings(documents=documents, output=output, workers=workers)
    console = Console()
    with progress_bars(console) as progress:
        built = build_release(settings, run_checks, progress, load)
    show_summary(console, built, settings.warehouse)


@main.command()
@click.argument("release", type=_FILE)
def verify(release: Path) -> None:
    """Prove that RELEASE (a folder) is whole and consistent.

    Checks every checksum, the schema of every file, keys, spans and counts, and that the previous release and the
    delta give this one. Exit status 1 if anything is wrong.
    """
    from pipeline.release.verify import verify as problems_of

    problems = problems_of(release)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise OnRecordError(f"{release}: {len(problems)} problems; download or build the release again")
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

    found = differences(old, new)
    click.echo(describe(found))
    if found:
        raise SystemExit(1)


@main.command()
@click.option("--output", type=_FILE, default=_DEFAULT.output, show_default="output", help="Folder of the releases.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def serve(output: Path, port: int) -> None:
    """Show the releases in a browser on this machine.

    Serves OUTPUT/releases on the loopback address, with byte ranges, so that DuckDB can query a release by its URL.
    Ctrl-C ends it.
    """
    from pipeline.release.serve import make_server

    with make_server(output / "releases", port) as server:
        click.echo(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends it)")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


@main.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Show a person what was kept and what was removed, and why.")
def clean(files: tuple[Path, ...], *, explain: bool) -> None:
    """Clean FILES (text or HTML) and print a JSON line for each article.

    Each line has title, standfirst, text (standfirst and body), metadata, and the removals with their reasons and
    offsets into source_text. An input that gives no article has `problem` and `detail` instead. The text may be in any
    language; only `onrecord build` asks for English.
    """
    from pipeline.batches import clean_one
    from pipeline.intake.folder import read_file

    settings = Settings.from_environment()
    for path in files:
        for snapshot in read_file(path, settings):
            _show_cleaned(clean_one(snapshot, settings, any_language=True), explain=explain)


def _show_cleaned(cleaned: Cleaned, *, explain: bool) -> None:
    if explain:
        from rich.console import Console

        from pipeline.console import show_cleaning

        show_cleaning(Console(), cleaned)
    else:
        from pipeline.cleaning.jsonlines import to_json

        click.echo(json.dumps(to_json(cleaned), ensure_ascii=False))


@main.command()
@click.argument("files", type=click.Path(path_type=Path, allow_dash=True), nargs=-1)
def annotate(files: tuple[Path, ...]) -> None:
    """Find claims, names and actors in texts: JSON lines in, JSON lines out.

    Each line of FILES (or of standard input) is {"doc_id": ..., "text": ...}. Out come the same lines, in order, with
    `attributions`, `mentions` and `actors`; offsets are code points into the text as given. Nothing is cleaned.
    """
    from pipeline.batches import annotate_one

    for record in _json_lines(files):
        click.echo(json.dumps(record | annotate_one(record["doc_id"], record["text"]), ensure_ascii=False))


@main.command()
@click.argument("gold", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def evaluate(gold: Path, *, as_json: bool) -> None:
    """Score extraction against GOLD, a file of JSON lines in the shape that `onrecord annotate` prints.

    A claim counts as found when at least half of its words agree (Dice) and its speaker overlaps. Prints precision,
    recall and F1 in all and by mode.
    """
    from rich.console import Console

    from pipeline.batches import annotate_one
    from pipeline.console import show_scores
    from pipeline.extraction.scoring import score

    records = list(_json_lines((gold,), "attributions"))
    scores = score(records, [annotate_one(record["doc_id"], record["text"]) for record in records])
    if as_json:
        click.echo(json.dumps(asdict(scores)))
    else:
        show_scores(Console(), scores)


@main.command()
def dictionary() -> None:
    """Print the data dictionary: every table, column and allowed value, in Markdown."""
    from pipeline.schema.render.dictionary import dictionary as rendered

    click.echo(rendered())


def _json_lines(files: tuple[Path, ...], *needed: str) -> Iterator[dict[str, Any]]:
    for path in files or (Path("-"),):
        name = "standard input" if str(path) == "-" else str(path)
        try:
            with click.open_file(str(path), encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        yield _record(line, f"{name}, line {number}", ("doc_id", "text", *needed))
        except (OSError, UnicodeDecodeError) as error:
            raise OnRecordError(f"{name}: cannot be read ({error}); give a file of JSON lines in UTF-8") from error


def _record(line: str, where: str, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        record: Any = json.loads(line)
    except ValueError as error:
        raise OnRecordError(f"{where}: no JSON ({error}); each line must be one object") from error
    if not isinstance(record, dict):
        raise OnRecordError(f"{where}: no JSON object; see `onrecord annotate --help`")
    missing = [key for key in needed if key not in record]
    if missing or not isinstance(record["text"], str):
        raise OnRecordError(
            f"{where}: {', '.join(missing) or 'text'} is missing or no text; see `onrecord annotate --help`"
        )
    return record
