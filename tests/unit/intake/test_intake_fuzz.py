"""Mutated files of every format: each gives snapshots, none an exception. `make fuzz` tries ten thousand."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.batch import to_batch
from pipeline.intake.encoding import decode
from pipeline.schema.vocabulary import EXCLUSION_REASONS
from tests.unit.intake.builders import ARTICLE, PAGE, read, response, warc_record, zipped

RECORDS = [{"text": ARTICLE, "authors": [{"name": "Ann Lee"}], "date": number} for number in range(5)]
LINES = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()
WARC = [
    warc_record("warcinfo", "x", b"software: x\r\n", "application/warc-fields"),
    response("https://post.example/1", PAGE.encode(), "text/html; charset=utf-8"),
    response("https://post.example/2", zipped(PAGE.encode()), headers="Content-Encoding: gzip\r\n"),
    response("https://post.example/3", b"5\r\nhello\r\n0\r\n\r\n", headers="Transfer-Encoding: chunked\r\n"),
]


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": [ARTICLE] * 5, "authors": [["Ann Lee"]] * 5, "date": range(5)}), file)
    return file.getvalue()


FILES = {
    "a.txt": ARTICLE.encode(),
    "b.txt": ARTICLE.encode("utf-16"),
    "a.html": b"<meta charset=gbk>" + PAGE.encode(),
    "a.html.gz": zipped(PAGE.encode()),
    "a.jsonl": LINES,
    "a.jsonl.zst": zstandard.compress(LINES),
    "a.parquet": parquet(),
    "a.warc": b"".join(WARC),
    "a.warc.gz": b"".join(map(zipped, WARC)),
    "none": LINES,
    "manifest": WARC[1],
}


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file with a few pieces of it replaced, left out or put in."""
    name = draw(st.sampled_from(sorted(FILES)))
    content = FILES[name]
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.one_of(st.integers(start, min(start + 20, len(content))), st.just(len(content))))
        content = content[:start] + draw(st.binary(max_size=8)) + content[end:]
    return name, content


@settings(deadline=None)
@given(mutated())
def test_no_file_stops_a_build(file: tuple[str, bytes]) -> None:
    name, content = file
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), {name: content}, limit=4000)
    assert to_batch(found).num_rows == len(found) >= 1
    for snapshot in found:
        assert snapshot.source_name.split("#")[0] == name
        assert snapshot.problem in {None, *EXCLUSION_REASONS.names}
        assert bool(snapshot.problem) == bool(snapshot.detail) == (not snapshot.content)
        assert len(snapshot.content) <= 4000
        assert snapshot.problem or decode(snapshot.content, snapshot.media_type, snapshot.charset)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["text", "html", "url", "author", "date"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "x"]), inner, max_size=2)
            ),
            max_leaves=6,
        ),
    )
)
def test_no_record_stops_a_build(record: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), {"a.jsonl": json.dumps(record) + "\n"})
    assert to_batch(found).num_rows == 1
