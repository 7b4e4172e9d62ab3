"""Results kept from earlier runs, addressed by content: (row, stage, code version of the stage) -> result.

Belongs here: which rows need no work again. Does not: the work itself (`embedded`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engine import embedded
from pipeline.engine.batches import Progress, Stage, silent
from pipeline.settings import Settings

_KEY = "key"


def run(stage: Stage, table: pa.Table, settings: Settings, progress: Progress = silent) -> pa.Table:
    """As `embedded.run`, but rows whose content and code version were seen before take their kept result."""
    path = settings.stages / "kept" / f"{stage.name}.parquet"
    keys = [_key(row, stage.version) for row in _plain_rows(table)]
    kept = _read(path, stage.schema)
    known = set(kept[_KEY].to_pylist())
    missing = [i for i, key in enumerate(keys) if key not in known]
    fresh = embedded.run(stage, table.take(missing), settings, progress) if missing else stage.schema.empty_table()
    both = pa.concat_tables([kept, fresh.append_column(_KEY, pa.array([keys[i] for i in missing], pa.string()))])
    at = {key: i for i, key in enumerate(both[_KEY].to_pylist())}
    result = both.take(pa.array([at[key] for key in keys], pa.int64()))
    if missing or kept.num_rows != result.num_rows:
        write_atomically(result, path)
    progress(stage.name, table.num_rows, table.num_rows)
    return result.drop_columns([_KEY])


def _plain_rows(table: pa.Table) -> list[dict[str, object]]:
    # The raw bytes are named by their hash already.
    return [dict(row) for row in table.drop_columns([c for c in ("content",) if c in table.column_names]).to_pylist()]


def _key(row: dict[str, object], version: str) -> str:
    return hashlib.sha256(repr((version, sorted(row.items()))).encode()).hexdigest()


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    expected = schema.append(pa.field(_KEY, pa.string()))
    try:
        kept = pq.read_table(path)
        return kept.cast(expected) if kept.schema.names == expected.names else expected.empty_table()
    except (OSError, pa.ArrowInvalid):  # none yet, of another shape, or damaged: then everything is computed again
        return expected.empty_table()


def write_atomically(table: pa.Table, path: Path) -> None:
    """Writes a Parquet file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)
