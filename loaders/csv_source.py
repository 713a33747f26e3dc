"""CSV as it comes: any encoding and delimiter, ragged lines, bad bytes, huge fields, with the line each row begins on.

Python's own reader is used because it alone says on which line a row stands; rows are turned into columns in chunks.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from graph.errors import BadInput
from loaders.mapping import Table

LINE = "__line"
CHUNK_ROWS = 50_000
_CHUNK_CHARS = 64_000_000
_LARGEST_FIELD = 256_000_000
_REPLACEMENT = "\ufffd"


@dataclass
class Chunk:
    """Some rows: a frame of texts with `__line`, and the lines that are no rows: (line, text, reason).

    spoilt: rows taken although bytes of theirs are no characters: (place in the frame, text).
    """

    frame: pl.DataFrame
    broken: list[tuple[int, str, str]] = field(default_factory=list)
    spoilt: list[tuple[int, str]] = field(default_factory=list)


def csv_columns(path: Path, table: Table) -> list[str]:
    """The column names of a file, in order. Raises BadInput where the file is empty or repeats a name."""
    if not table.header:
        return list(table.columns)
    with _readable(path), _open(path, table) as stream:
        try:
            header = next(_reader(stream, table), None)
        except csv.Error as err:
            raise BadInput(f"{path.name}: the header line cannot be read: {err}.", field="file") from err
    if not header:
        raise BadInput(f"{path.name} is empty: not even a header line. Leave the file out, or write the header.")
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"{path.name} names the column {twice[0]!r} twice in its header line.", field=twice[0])
    return names


def read_csv(path: Path, table: Table, wanted: list[str]) -> Iterator[Chunk]:
    """The rows of a file in chunks, only the wanted columns. Raises BadInput for a quoted field that never ends."""
    names = csv_columns(path, table)
    places = [names.index(name) for name in wanted]
    old_limit = csv.field_size_limit(_LARGEST_FIELD)
    try:
        with _readable(path), _open(path, table) as stream:
            reader = _reader(stream, table)
            if table.header:
                next(reader)
            yield from _chunks(_rows(reader, path), len(names), places, wanted, table)
    finally:
        csv.field_size_limit(old_limit)


_Row = tuple[int, list[str] | str, str]  # line, fields or broken text, what is wrong


def _rows(reader: csv._reader, path: Path) -> Iterator[_Row]:  # type: ignore[name-defined]
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as err:
            if "unexpected end of data" in str(err):
                raise BadInput(
                    f"{path.name}: a quoted field that begins on line {line} never ends. Close the quote, or write "
                    '`quote: ""` in the mapping if quotes mean nothing in this file.',
                    field="file",
                ) from err
            yield line, "", f"is no CSV: {err}"
            continue
        if fields:
            yield line, fields, ""


def _chunks(rows: Iterator[_Row], width: int, places: list[int], wanted: list[str], table: Table) -> Iterator[Chunk]:
    taken: list[list[str]] = []
    lines: list[int] = []
    broken: list[tuple[int, str, str]] = []
    chars = 0
    for line, fields, problem in rows:
        if isinstance(fields, str):
            broken.append((line, fields, problem))
            continue
        if len(fields) != width:
            if len(fields) < width and table.ragged == "fill":
                fields = fields + [""] * (width - len(fields))
            else:
                shown = table.delimiter.join(fields)[:200]
                broken.append((line, shown, f"has {len(fields)} fields where the header has {width}"))
                continue
        taken.append([fields[place] for place in places])
        lines.append(line)
        chars += sum(map(len, taken[-1])) if width < 4 else len(taken[-1][0])
        if len(taken) >= CHUNK_ROWS or chars > _CHUNK_CHARS:
            yield _chunk(taken, lines, wanted, broken, table)
            taken, lines, broken, chars = [], [], [], 0
    yield _chunk(taken, lines, wanted, broken, table)


def _chunk(
    taken: list[list[str]], lines: list[int], wanted: list[str], broken: list[tuple[int, str, str]], table: Table
) -> Chunk:
    columns = zip(*taken, strict=True) if taken else [[] for _ in wanted]
    data = [pl.Series(name, list(values), dtype=pl.String) for name, values in zip(wanted, columns, strict=True)]
    frame = pl.DataFrame([pl.Series(LINE, lines, dtype=pl.Int64), *data])
    if not wanted:
        return Chunk(frame, broken)
    bad = frame.select(
        pl.any_horizontal(pl.col(name).str.contains(_REPLACEMENT, literal=True) for name in wanted)
    ).to_series()
    shown = [
        (place, frame[LINE][place], next(text for text in frame.row(place)[1:] if _REPLACEMENT in (text or "")))
        for place in bad.arg_true()
    ]
    if table.bad_bytes == "flag":
        return Chunk(frame, broken, [(place, text) for place, _, text in shown])
    broken += [(line, text[:200], spoilt_reason(table)) for _, line, text in shown]
    return Chunk(frame.filter(~bad) if shown else frame, broken)


def spoilt_reason(table: Table) -> str:
    """What a report says of bytes that are no characters."""
    hint = "" if table.encoding == "auto" else "; if the file has another `encoding`, name it in the mapping"
    return f"holds bytes that are no {encoding_name(table)}{hint}"


def encoding_name(table: Table) -> str:
    """The encoding as a reader of errors knows it."""
    return "UTF-8 or GB18030" if table.encoding == "auto" else table.encoding.upper()


def _reader(stream: IO[str], table: Table) -> csv._reader:  # type: ignore[name-defined]
    if not table.quote:
        return csv.reader(stream, delimiter=table.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(stream, delimiter=table.delimiter, quotechar=table.quote, strict=True)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Names the file that cannot be unpacked: EOFError and its like do not."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as err:
        raise BadInput(f"{path.name} is damaged or cut short: {err}. Fetch it again.", field="file") from err


def _open(path: Path, table: Table) -> IO[str]:
    encoding = _encoding(path, table)
    opened = gzip.open if path.suffix == ".gz" else open
    return opened(path, "rt", encoding=encoding, errors="replace", newline="")


def _encoding(path: Path, table: Table) -> str:
    name = table.encoding if table.encoding != "auto" else ("utf-8" if _is_utf8(path) else "gb18030")
    return "utf-8-sig" if codecs.lookup(name).name == "utf-8" else name


def refuse_utf8(path: Path, table: Table) -> None:
    """Raises BadInput for UTF-8 that the mapping takes for another encoding: its texts would be garbled unseen."""
    if table.encoding == "auto" or codecs.lookup(table.encoding).name.startswith(("utf", "ascii")):
        return
    opened = gzip.open if path.suffix == ".gz" else open
    with _readable(path), opened(path, "rb") as stream:
        start = stream.read(1 << 16)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return
    if sum(not letter.isascii() for letter in text) >= _SURELY:
        raise BadInput(
            f"{path.name} is UTF-8, but the mapping reads it as {encoding_name(table)}. Write `encoding: utf-8`, or "
            "`auto`, which takes UTF-8 and GB18030.",
            field="encoding",
        )


_SURELY = 10
"""Letters beyond ASCII that are no UTF-8 by chance."""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as stream:
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
