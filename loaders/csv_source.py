"""CSV as it comes: any encoding and delimiter, ragged lines, bad bytes, huge fields, with the line each row begins on.

Python's own reader is used because it alone says on which line a row stands; rows are turned into columns in chunks.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
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
    with readable(path), _open(path, table) as stream:
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
        with readable(path), _open(path, table) as stream:
            rows = _rows(stream, table, len(names), path)
            if table.header:
                next(rows)
            yield from _chunks(rows, len(names), places, wanted, table)
    finally:
        csv.field_size_limit(old_limit)


_Row = tuple[int, list[str] | str, str]  # line, fields or broken text, what is wrong


def _rows(stream: IO[str], table: Table, width: int, path: Path) -> Iterator[_Row]:
    """The rows, the header first. Lines that a stray quote would swallow are read again, each as its own."""
    again: deque[str] = deque()
    held: list[str] = []
    reader = _reader(_lines(stream, again, held), table)
    line = 1
    while True:
        held.clear()
        fields, problem = _row(reader, line, path)
        if fields is None and not problem:
            return
        if len(held) > 1 and not problem and _are_rows(held, table.delimiter, width):
            problem = _swallows(line, len(held))
        if problem:
            yield line, held[0].rstrip("\r\n"), problem
            again.extendleft(reversed(held[1:]))
            line += 1
            continue
        if fields:
            yield line, fields, ""
        line += len(held)


def _lines(stream: IO[str], again: deque[str], held: list[str]) -> Iterator[str]:
    """The lines of `again`, then those of the stream; all given since `held` was cleared are in it."""
    while True:
        while again:
            held.append(again.popleft())
            yield held[-1]
        for line in stream:
            held.append(line)
            yield line
            if again:
                break
        else:
            return


def _row(reader: csv._reader, line: int, path: Path) -> tuple[list[str] | None, str]:  # type: ignore[name-defined]
    """The next row, or what is wrong with it; None where there are no more."""
    try:
        return next(reader, None), ""
    except csv.Error as err:
        if "unexpected end of data" in str(err):
            raise BadInput(
                f"{path.name}: a quoted field that begins on line {line} never ends. Close the quote, or write "
                '`quote: ""` in the mapping if quotes mean nothing in this file.',
                field="file",
            ) from err
        return None, f"is no CSV: {err}"


def _are_rows(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether the lines of one row, but for one in ten, are rows of the header's width: a quote that was none has
    swallowed them. In a text blanks follow commas, and its lines seldom have as many. One column tells nothing."""
    in_texts = f"{delimiter} " if delimiter in ",;" else "\n\n"  # which no line holds
    widths = [line.count(delimiter) - line.count(in_texts) + 1 for line in lines if line.strip()]
    return width > 1 and widths[0] == width and 10 * sum(count != width for count in widths) <= len(widths)


def _swallows(line: int, lines: int) -> str:
    return (
        f"opens a quote that ends on line {line + lines - 1} only, though each line is a row; this one was left out, "
        'the others were read. Close the quote or double it, or write `quote: ""` in the mapping'
    )


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


def _reader(stream: Iterable[str], table: Table) -> csv._reader:  # type: ignore[name-defined]
    if not table.quote:
        return csv.reader(stream, delimiter=table.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(stream, delimiter=table.delimiter, quotechar=table.quote, strict=True)


@contextmanager
def readable(path: Path) -> Iterator[None]:
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
    with readable(path), opened(path, "rb") as stream:
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
