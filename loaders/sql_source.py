"""Tables of a database by SQLAlchemy URL, read in batches; every value as text, exactly as the database holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from graph.errors import BadInput
from loaders.csv_source import LINE, Chunk
from loaders.mapping import Table

_BATCH = 50_000


def is_url(location: Path | str) -> bool:
    """Whether a location is a database's URL rather than a folder."""
    return isinstance(location, str) and "://" in location


class Database:
    """A connection that only reads. Raises BadInput, without the password, where it cannot be had."""

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        try:
            self._engine = sa.create_engine(_reading(parsed), poolclass=sa.NullPool)
            self._connection = self._engine.connect()
        except (SQLAlchemyError, ImportError, ValueError) as err:
            shown = without_password(url)
            reason = str(getattr(err, "orig", None) or err).strip().split("\n")[0]
            raise BadInput(f"The database {shown} cannot be reached: {reason}.", field="from", value=shown) from err
        self._columns: dict[str, list[str]] = {}

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()
        self._engine.dispose()

    def has(self, query: str) -> bool:
        """Whether a table exists; a SELECT is taken at its word."""
        if _is_select(query):
            return True
        schema, name = _split(query)
        inspector = sa.inspect(self._engine)
        return inspector.has_table(name, schema) or name in inspector.get_view_names(schema)

    def columns(self, query: str) -> list[str]:
        """The columns of a table or SELECT."""
        if query not in self._columns:
            result = self._run(sa.select(sa.text("*")).select_from(self._source(query)).limit(0), query)
            self._columns[query] = list(result.keys())
            result.close()
        return self._columns[query]

    def others(self, queries: Sequence[str]) -> tuple[list[str], list[str]]:
        """The tables, in the schemas that are read from, which none of the tables or SELECTs names; and those of the
        queries' own tables that are not there."""
        selects = " ".join(query.lower() for query in queries if _is_select(query))
        own = [_split(query) for query in queries if not _is_select(query)]
        named = {name.lower() for _, name in own} | set(re.findall(r"\w+", selects))
        try:
            inspector = sa.inspect(self._engine)
            default = inspector.default_schema_name
            schemas = {default, *(schema or default for schema, _ in own)}
            there = [
                (schema, name) for schema in sorted(schemas, key=str) for name in inspector.get_table_names(schema)
            ]
        except SQLAlchemyError:  # who may read tables may not be allowed to list them
            return [], []
        others = [(schema, name) for schema, name in there if name.lower() not in named]
        absent = [query for query in queries if not self.has(query)]
        return [name if schema == default else f"{schema}.{name}" for schema, name in others], absent

    def rows(self, table: Table, wanted: list[str]) -> Iterator[Chunk]:
        """The wanted columns in chunks, at least one (it may be empty); `__line` is the place in the answer.

        Rows with bytes that are no text are broken, or spoilt where the table takes such rows.
        """
        picked: list[Any] = [sa.column(name) for name in wanted] or [sa.literal(1).label("__one")]
        result = self._run(sa.select(*picked).select_from(self._source(table.sql)), table.sql)
        read = 0
        with _told(table.sql, "cannot answer to the end"):
            for rows in result.partitions(_BATCH):
                yield _chunk(table, wanted, rows, read)
                read += len(rows)
        if not read:
            yield _chunk(table, wanted, [], read)

    def _source(self, query: str) -> Any:
        if _is_select(query):
            return sa.text(query.strip().rstrip(";")).columns().subquery("source")
        schema, name = _split(query)
        return sa.table(name, schema=schema)

    def _run(self, statement: sa.Select[Any], query: str) -> sa.CursorResult[Any]:
        with _told(query, "cannot answer"):
            return self._connection.execution_options(stream_results=True).execute(statement)


@contextmanager
def _told(query: str, problem: str) -> Iterator[None]:
    """Raises BadInput with what a database says is wrong."""
    try:
        yield
    except SQLAlchemyError as err:
        reason = str(getattr(err, "orig", None) or err).strip().split("\n")[0]
        raise BadInput(f"The database {problem} for {query!r}: {reason}.", field="sql", value=query) from err


def _chunk(table: Table, names: list[str], rows: Sequence[sa.Row[Any]], before: int) -> Chunk:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    data = [
        pl.Series(name, [_text(v) for v in values], dtype=pl.String)
        for name, values in zip(names, columns, strict=False)
    ]
    frame = pl.DataFrame([pl.int_range(before + 1, before + 1 + len(rows), eager=True).alias(LINE), *data])
    found = {
        place: series[place]
        for series, values in zip(data, columns, strict=False)
        for place, value in enumerate(values)
        if not _is_text(value)
    }
    if table.bad_bytes == "flag":
        return Chunk(frame, spoilt=sorted(found.items()))
    broken = [(before + 1 + place, text, NO_TEXT) for place, text in sorted(found.items())]
    return Chunk(frame.filter(~pl.int_range(pl.len()).is_in(list(found))) if found else frame, broken)


NO_TEXT = "holds bytes that are no UTF-8; give them as text, by a SELECT under `sql` in the mapping"


def _is_text(value: Any) -> bool:
    """Whether a value can be told in letters: all can, but for bytes that are none."""
    if not isinstance(value, bytes | memoryview):
        return True
    try:
        bytes(value).decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    return str(value)


def _reading(url: sa.URL) -> sa.URL:
    """The URL, of SQLite such that a file is read and never made or changed."""
    file = url.database or ""
    if url.get_backend_name() != "sqlite" or file in ("", ":memory:") or file.startswith("file:"):
        return url
    if not Path(file).is_file():
        raise ValueError(f"there is no file {file}")
    return url.set(database=f"file:{quote(file)}", query={**url.query, "mode": "ro", "uri": "true"})


def _parsed(url: str) -> sa.URL:
    """Raises BadInput for what is no URL of a database, without telling it: a password may stand anywhere in it."""
    authority, *_ = re.split(r"[/?]", address := url.partition("://")[2], maxsplit=1)
    if authority and ("@" in address.removeprefix(authority) or authority.count("@") > 1):
        raise BadInput(
            "The database's URL holds an @ beside the one before its host. In a user's name, a password or a setting "
            "write @ as %40, / as %2F and ? as %3F.",
            field="from",
        )
    try:
        return sa.make_url(url)
    except ValueError:
        told = "The port in the database's URL is no number. Write dialect://user:password@host:5432/database."
        raise BadInput(told, field="from") from None
    except SQLAlchemyError:
        told = "The database's URL cannot be read. Write dialect://user:password@host:5432/database."
        raise BadInput(told, field="from") from None


def _is_select(query: str) -> bool:
    return query.lstrip()[:7].lower() in ("select ", "select\n") or query.lstrip()[:5].lower() == "with "


def _split(name: str) -> tuple[str | None, str]:
    schema, _, table = name.rpartition(".")
    return schema or None, table


def without_password(url: str) -> str:
    """A database's URL as it may be shown: some drivers take a password among the settings too."""
    try:
        return sa.make_url(url).set(query={}).render_as_string(hide_password=True)
    except (SQLAlchemyError, ValueError):
        return url.split("://")[0] + "://…"
