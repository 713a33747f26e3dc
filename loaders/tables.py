"""The source tables of one load: found in a folder or a database, read once, kept on disk as columns meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from graph.errors import BadInput
from loaders.csv_source import LINE, csv_columns, read_csv, refuse_utf8, spoilt_reason
from loaders.exact import BLANKS, plain, read
from loaders.mapping import Mapping, Table
from loaders.mapping_check import near
from loaders.misread import left_aside, may_be_table, misspelt, read_otherwise, spreadsheets
from loaders.rejects import ROW, RejectLog
from loaders.sql_source import NO_TEXT, Database, is_url
from loaders.steps.base import text_of
from loaders.values import condition

_SUFFIXES = (".parquet", ".csv", ".csv.gz", ".txt", ".txt.gz", "")
_TEXTS = (pl.String, pl.Categorical, pl.Enum)
_NO_TEXTS = (pl.Binary, pl.Struct, pl.Array, pl.Object)


class Tables:
    """Gives each table as a frame of the columns asked for, with `__row` (ordinal) and `__line`.

    CSV and SQL are read once and spooled to Arrow files in a temporary folder; Parquet is read where it lies.
    wanted: by table, the columns that any entry needs.
    """

    def __init__(self, mapping: Mapping, location: Path | str, rejects: RejectLog, wanted: dict[str, set[str]]) -> None:
        self._mapping, self._rejects, self._wanted = mapping, rejects, wanted
        self._folder = check_location(location)
        self._database = Database(str(location)) if is_url(location) else None
        self._spool = tempfile.TemporaryDirectory(prefix="guanxi-load-")
        self._parts: dict[str, list[Path]] = {}
        self._columns: dict[str, list[str]] = {}
        self._spoilt: list[tuple[int, int, str]] = []

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        self._spool.cleanup()
        if self._database:
            self._database.close()

    def present(self, name: str) -> bool:
        """Whether the table is there. Raises BadInput where it must be and is not."""
        table = self._mapping.tables[name]
        if table.named_only:
            return False
        found = self._database.has(table.sql) if self._database else self._find(table) is not None
        if not found and not table.optional:
            raise BadInput(self._missing(table), field=name)
        return found

    def columns(self, name: str) -> list[str]:
        """The columns a table has."""
        if name not in self._columns:
            table = self._mapping.tables[name]
            if self._database:
                self._columns[name] = self._database.columns(table.sql)
            else:
                self._columns[name] = _file_columns(self._file(table), table)
        return self._columns[name]

    def frame(self, name: str, columns: set[str], where: dict[str, Any] | None = None) -> pl.DataFrame:
        """The rows of a table: `__row`, `__line` and the columns, blanks trimmed and null texts made null.

        where: only rows for which it holds, of columns among those asked for; the others are then read for these alone.
        """
        parts = self._spooled(name)
        table = self._mapping.tables[name]
        frames = _scan(parts[0], ROW) if len(parts) == 1 else pl.concat(map(_scan, parts)).with_row_index(ROW)
        schema = frames.collect_schema()
        if LINE not in schema:
            frames = frames.with_columns((pl.col(ROW).cast(pl.Int64) + 1).alias(LINE))
        wanted = sorted(columns)
        self._refuse_no_texts(name, schema, wanted)
        texts = [column for column in wanted if isinstance(schema[column], _TEXTS)]
        if where:
            cleaned = {column: _cleaned(column, table) if column in texts else pl.col(column) for column in where}
            frames = frames.filter(condition(where, schema, cleaned))
        frame = self._collected(name, frames.select(ROW, LINE, *wanted))
        lists = [column for column in wanted if schema[column] == pl.List(pl.String)]
        return frame.with_columns(
            *(_cleaned(column, table) for column in texts),
            *(pl.col(column).list.eval(plain(pl.element())) for column in lists),
        )

    def _refuse_no_texts(self, name: str, schema: pl.Schema, columns: Iterable[str]) -> None:
        for column in columns:
            if isinstance(schema[column], _NO_TEXTS):
                raise BadInput(
                    f"{self.called(name)}: the column {column!r} holds {str(schema[column]).split('(')[0].lower()} "
                    "values, which nobody can read as texts or numbers. Write it as texts.",
                    field=column,
                )

    def _collected(self, name: str, frame: pl.LazyFrame) -> pl.DataFrame:
        """Raises BadInput for a file whose data cannot be read, though its description can."""
        try:
            return frame.collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as err:
            if self._parts[name][0].suffix != ".parquet":
                raise
            reason = str(err).strip().split("\n")[0]
            raise BadInput(f"{self.called(name)} is damaged: {reason}. Write it anew.", field="file") from err

    def require(self, name: str, columns: set[str], why: str) -> None:
        """Raises BadInput where the table lacks a column that an entry needs."""
        missing = sorted(columns - set(self.columns(name)))
        if missing:
            table = self._mapping.tables[name]
            otherwise = None if self._database else read_otherwise(self._file(table), table, columns)
            raise BadInput(
                f"{self.called(name)} has no column {missing[0]!r}, which {why} needs. "
                f"{otherwise or near(missing[0], self.columns(name))}",
                field=missing[0],
            )

    def _spooled(self, name: str) -> list[Path]:
        if name not in self._parts:
            wanted = sorted(self._wanted[name] & set(self.columns(name)))
            self._parts[name] = list(self._read(self._mapping.tables[name], wanted))
            heights = [self._collected(name, _scan(part).select(pl.len())) for part in self._parts[name]]
            height = sum(each.item() for each in heights)
            self._rejects.open_table(name, height)
            self._flag_spoilt(self._mapping.tables[name])
            self._refuse_words(self._mapping.tables[name])
        return self._parts[name]

    def _read(self, table: Table, wanted: list[str]) -> Iterator[Path]:
        if self._database:
            chunks = self._database.rows(table, wanted)
        elif (file := self._file(table)).suffix == ".parquet":
            yield file
            return
        else:
            refuse_utf8(file, table)
            chunks = read_csv(file, table, wanted)
        before = 0
        for index, chunk in enumerate(chunks):
            self._rejects.broken(table.source, table.name, chunk.broken)
            for place, text in chunk.spoilt:
                self._spoilt.append((before + place, chunk.frame[LINE][place], text))
            before += chunk.frame.height
            yield self._write(table.name, index, chunk.frame)

    def _flag_spoilt(self, table: Table) -> None:
        """Flags the rows read last whose bytes are no characters, where the table takes such rows."""
        if self._spoilt:
            rows = pl.DataFrame(self._spoilt, schema={ROW: pl.UInt32, LINE: pl.Int64, "value": pl.String}, orient="row")
            self._rejects.flag(table.name, "bytes", rows[ROW])
            reason = NO_TEXT if self._database else spoilt_reason(table)
            self._rejects.tell_flagged(table.source, table.name, "", reason, rows)
            self._spoilt.clear()

    def _refuse_words(self, table: Table) -> None:
        """Rejects the rows whose words no entry of the table would take; those of an absent column are empty."""
        for column, words in table.one_of.items():
            there = {column} & set(self.columns(table.name))
            rows = self.frame(table.name, there)
            value = text_of(pl.col(column), rows.schema[column]) if there else pl.lit(None, pl.String)
            other = rows.select(ROW, LINE, value=value).filter(~pl.col("value").is_in(words).fill_null(value=False))
            if other.height:
                reason = f"is none of {', '.join(words)}"
                self._rejects.reject(table.source, table.name, column, reason, other)

    def _write(self, name: str, index: int, frame: pl.DataFrame) -> Path:
        path = Path(self._spool.name) / f"{name}-{index}.arrow"
        frame.write_ipc(path, compression="lz4")
        return path

    def _file(self, table: Table) -> Path:
        found = self._find(table)
        if found is None:
            raise BadInput(self._missing(table), field=table.name)
        return found

    def _find(self, table: Table) -> Path | None:
        """The file of a table, if there is one. Raises BadInput for two of them: which is meant nobody can tell."""
        if self._folder is None:
            return None
        names = {f"{name}{suffix}".lower() for name in table.files for suffix in _SUFFIXES}
        if self._folder.is_file():  # named after a table it is that table; else it can only be the one there is
            alone = sum(not other.named_only for other in self._mapping.tables.values()) == 1
            fits = self._folder.name.lower() in names or (alone and not self.spreadsheets())
            return self._folder if fits else None
        found = [file for file in self._files({table.source}) if file.name.lower() in names]
        if len(found) > 1:
            one, other = (file.relative_to(self._folder) for file in found[:2])
            raise BadInput(
                f"{self._folder} holds two files for the table {table.name}: {one} and {other}. Leave one of them.",
                field=table.name,
            )
        return found[0] if found else None

    def _files(self, sources: set[str]) -> list[Path]:
        """The files of the folder and of the sources' own folders in it."""
        assert self._folder is not None
        folders = [self._folder, *(self._folder / source for source in sorted(sources))]
        return [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if path.is_file()]

    def unread(self) -> list[str]:
        """Warnings of files that no entry reads, and of columns where something optional may have been misspelt.

        Raises BadInput for a column that is nearly one that the file lacks: what it holds would be left aside.
        """
        found = [self._unread_columns(t) for t in self._mapping.tables.values() if t.optional_columns]
        return [*self.spreadsheets(), *self._left_aside(), *(warning for warning in found if warning)]

    def spreadsheets(self) -> list[str]:
        """Warnings of spreadsheets that lie among the tables."""
        if self._folder is None:
            return []
        sources = {table.source for table in self._mapping.tables.values()}
        return spreadsheets([self._folder] if self._folder.is_file() else self._files(sources))

    def _left_aside(self) -> list[str]:
        """Warnings of files, or tables of the database, that the mapping does not read."""
        tables = self._mapping.tables_read()
        if self._database:
            there, absent = self._database.others([table.sql for table in tables])
            return left_aside(self._mapping.name, there, absent)
        assert self._folder is not None
        if self._folder.is_file():
            return []
        found = {table.name: self._find(table) for table in tables}
        files = self._files({table.source for table in self._mapping.tables.values()})
        names = [file.name for file in files if file not in found.values() and may_be_table(file)]
        absent = [name for table in tables if found[table.name] is None for name in table.files]
        return left_aside(self._mapping.name, names, absent)

    def _unread_columns(self, table: Table) -> str | None:
        if not self.present(table.name):
            return None
        unread = [name for name in self.columns(table.name) if name not in self._wanted[table.name]]
        if not unread:
            return None
        if found := misspelt(self.columns(table.name), self._wanted[table.name]):
            raise BadInput(
                f"{self.called(table.name)} has no column {found[1]!r} but one named {found[0]!r}, which nobody reads. "
                f"If it is meant, name it {found[1]!r}; if it is something else, take it out or give it a name that is "
                "less alike. Nothing was loaded.",
                field=found[0],
            )
        hint = near(unread[0], self._wanted[table.name])
        return f"{self.called(table.name)}: nobody reads the column(s) {', '.join(unread)}. {hint}"

    def called(self, name: str) -> str:
        """What errors call a table: its file's name, where it has one."""
        return f"the table {name}" if self._database else self._file(self._mapping.tables[name]).name

    def _missing(self, table: Table) -> str:
        if self._database:
            return f"The database has no table {table.sql!r}, which the mapping {self._mapping.name} needs."
        looked = " or ".join(f"{name}.csv, .csv.gz, .parquet" for name in table.files)
        told = (
            f"{self._folder} holds no {table.name}: looked for {looked}, there and in {table.source}/. Give the right "
            "folder with --from, or mark the table `optional: true` in the mapping."
        )
        return " ".join([told, *self.spreadsheets()])


def check_location(location: Path | str) -> Path | None:
    """The folder or file of a location, None for a database's URL. Raises BadInput where it does not exist."""
    if is_url(location):
        return None
    path = Path(location)
    if not path.exists():
        raise BadInput(f"{path} does not exist: give the folder that holds the tables.", field="from", value=str(path))
    return path


def _file_columns(file: Path, table: Table) -> list[str]:
    if file.suffix == ".parquet":
        try:
            return list(pl.read_parquet_schema(file))
        except (pl.exceptions.PolarsError, OSError) as err:
            raise BadInput(f"{file.name} is no Parquet file, or a damaged one: {err}.", field="file") from err
    return csv_columns(file, table)


def _scan(path: Path, row: str | None = None) -> pl.LazyFrame:
    """A file's rows, with their ordinals in the column `row`, if one is named."""
    if path.suffix == ".parquet":
        return pl.scan_parquet(path, row_index_name=row)
    return pl.scan_ipc(path, row_index_name=row)


def _cleaned(name: str, table: Table) -> pl.Expr:
    text = plain(pl.col(name).cast(pl.String))
    if table.trim:
        text = text.str.strip_chars(BLANKS)
    for token in table.nulls:
        text = pl.when(text != token).then(text)
    if table.exact:
        text = plain(text.map_batches(read, return_dtype=pl.String))
    return text.alias(name)
