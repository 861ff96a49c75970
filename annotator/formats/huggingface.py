"""A Hugging Face dataset: a folder with a Parquet file a split, a row a layer, with the columns of native JSONL.

Every column has its type in every file, also where all values are null. A row takes the same way in as a line.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from annotator.formats import jsonl
from annotator.formats.columns import Column, Kind, ListOf, columns
from annotator.records import EVERYTHING, NO_OPTIONS, Format, LayerRecord, Options, Problem, Read

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

FOLDER = "data"
UNSPLIT = "train"  # what a dataset without a split is called
_ROWS, _CHARACTERS = 1_000, 1 << 22  # of a row group: it is held in memory
_encode = msgspec.json.Encoder().encode


def recognise(path: Path, _beginning: bytes) -> bool:
    """Tell a folder that has Parquet files where a dataset has them."""
    return any((path / FOLDER).glob("*.parquet"))


def read(path: Path, _options: Options = NO_OPTIONS) -> Iterator[Read]:
    """Yield the layer in every row of every file; of a problem, the line is that of the row."""
    import pyarrow as pa
    from pyarrow import parquet

    done = 0
    for file in sorted((path / FOLDER).glob("*.parquet")):
        name = file.relative_to(path).as_posix()
        try:
            with parquet.ParquetFile(file) as table:
                rows = max(table.metadata.num_rows, 1)
                size = file.stat().st_size
                for number, row in enumerate(_rows(table), 1):
                    position = done + size * number // rows
                    yield from _found(row, name, number, position)
        except (pa.ArrowException, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno:  # of the system; Arrow raises it for broken files too
                raise
            yield Read(Problem(file=name, what=f"not a Parquet file that can be read ({_first_line(error)})"))
        done += file.stat().st_size


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _rows(table: "parquet.ParquetFile") -> Iterator[dict[str, object]]:
    for batch in table.iter_batches(batch_size=100):
        yield from batch.to_pylist()


def _found(row: dict[str, object], file: str, number: int, position: int) -> Iterator[Read]:
    if not isinstance(row.get("text"), str):
        what = f"left out: a row without a text; what it has are {', '.join(row)[:200]}"
        yield Read(Problem(file=file, line=number, what=what), number, position)
        return
    try:
        line = _encode({"schema": "source-annotator/1", **{key: row[key] for key in row if row[key] is not None}})
    except (TypeError, ValueError) as error:
        what = f"left out: a row that is not JSON ({error})"
        yield Read(Problem(file=file, line=number, what=what), number, position)
        return
    yield from jsonl.decoded(line, file, number, position)


def write_folder(layers: Iterable[LayerRecord], folder: Path) -> None:
    """Write `data/SPLIT-00000.parquet` for every split; what has none is training data."""
    from pyarrow import parquet

    schema = arrow_schema()
    place = folder / FOLDER
    place.mkdir()
    shards: dict[str, _Shard] = {}
    for layer in layers:
        name = file_name(layer.split)
        if name not in shards:
            shards[name] = _Shard(parquet.ParquetWriter(place / name, schema), schema)
        shards[name].add(layer)
    if not shards:
        shards[""] = _Shard(parquet.ParquetWriter(place / file_name(None), schema), schema)
    for shard in shards.values():
        shard.close()


def file_name(split: str | None) -> str:
    """Return the name of the file of a split."""
    return f"{re.sub(r'[^0-9A-Za-z]+', '_', split or UNSPLIT)}-00000.parquet"


class _Shard:
    """A file that rows are gathered for, a row group at a time."""

    def __init__(self, file: "parquet.ParquetWriter", schema: "pa.Schema") -> None:
        self._file, self._schema = file, schema
        self._rows: list[object] = []
        self._characters = 0

    def add(self, layer: LayerRecord) -> None:
        self._rows.append(msgspec.to_builtins(layer))
        self._characters += len(layer.text)
        if len(self._rows) >= _ROWS or self._characters >= _CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._file.write_table(pa.Table.from_pylist(self._rows, self._schema))
        self._rows.clear()
        self._characters = 0

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._file.close()


def arrow_schema() -> "pa.Schema":
    """Return the types of a row."""
    import pyarrow as pa

    return pa.schema([_field(column) for column in columns()])


def _field(column: Column) -> "pa.Field":
    import pyarrow as pa

    return pa.field(column.name, _type(column.kind))


def _type(kind: Kind) -> "pa.DataType":
    import pyarrow as pa

    if isinstance(kind, str):
        return pa.type_for_alias(kind)
    return pa.list_(_type(kind.item)) if isinstance(kind, ListOf) else pa.struct([_field(each) for each in kind])


FORMAT = Format(
    name="huggingface",
    title="Hugging Face dataset",
    suffixes=(),
    recognise=recognise,
    read=read,
    write_folder=write_folder,
    carries=EVERYTHING,
    is_isolated=True,
    extra="parquet",
    needs=("pyarrow",),
)
