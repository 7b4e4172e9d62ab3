"""Records to Arrow and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipeline.cleaning.batch import SCHEMA, from_row, to_batch
from pipeline.cleaning.document import Cleaned

TEXT = (
    "Council votes to save the harbour\nBy Olive Penhallow\n"
    "The harbour will stay open for another year, councillors decided after talks that lasted until dawn on Friday.\n"
    "Photo: Idris Vann\n"
    "“Nobody in this room wants to be the one who closed the harbour,” said the leader of the council, Thora Quillan."
)


def test_there_and_back(read: Callable[..., Cleaned]) -> None:
    records = [
        read(TEXT, published_at=datetime(2026, 3, 1, 7, 15), url="https://quay.example/h"),  # noqa: DTZ001
        read("", source_name="empty.txt"),
    ]
    batch = to_batch(records)
    assert batch.schema == SCHEMA
    assert [from_row(row) for row in batch.to_pylist()] == records
    assert records[0].captions


def test_an_empty_batch_has_the_schema() -> None:
    assert to_batch([]).schema == SCHEMA
