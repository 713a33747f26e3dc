"""A mapping: how source tables become parties, nodes and links. Written in YAML, explained in docs/mappings.md."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from graph import times
from graph.errors import BadInput
from loaders.mapping_schema import CHECKS
from loaders.mapping_yaml import Document, read_document

SHIPPED = Path(__file__).parent / "mappings"
Kind = Literal["party", "node", "link", "identifier"]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Ref:
    """To whom a value refers: a table, or one chosen by a value.

    targets: value of `by` -> (table, column); "" where the table is fixed; column None: the value is the table's key.
    """

    targets: dict[str, tuple[str, str | None]]
    by: Value | None = None


@dataclass(frozen=True)
class Value:
    """How one value is made; exactly one of the first seven says from what."""

    column: str | None = None
    columns: tuple[str, ...] = ()
    format: str | None = None
    concat: tuple[Value, ...] = ()
    first_of: tuple[Value, ...] = ()
    list: tuple[Value, ...] = ()
    fixed: str | float | bool | None = None
    joiner: str = "|"
    ref: Ref | None = None
    steps: tuple[tuple[str, Any, dict[str, Any]], ...] = ()  # name, argument, further settings
    nulls: tuple[str, ...] = ()
    otherwise: str | None = None
    where: dict[str, Any] | None = None
    gather: str | None = None
    optional: bool = False
    whole: bool = False
    place: Place = ()

    def parts(self) -> Iterator[Value]:
        """This value and those it is made of."""
        yield self
        for part in (*self.concat, *self.first_of, *self.list, *([self.ref.by] if self.ref and self.ref.by else [])):
            yield from part.parts()


@dataclass(frozen=True)
class DataDate:
    """The day the data speak of: fixed, given by the caller, or a value of the row."""

    day: date | None = None
    given: bool = False
    value: Value | None = None


@dataclass(frozen=True)
class Source:
    name: str
    priority: int = 100
    time_zone: str = times.DEFAULT_ZONE
    currency: str | None = None
    data_date: DataDate = DataDate()


@dataclass(frozen=True)
class Table:
    """One source table and how it is read."""

    name: str
    source: str
    files: tuple[str, ...]
    sql: str
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()
    named_only: bool = False
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    nulls: tuple[str, ...] = ("",)
    trim: bool = True
    ragged: str = "reject"
    bad_bytes: str = "reject"
    optional: bool = False
    optional_columns: bool = False
    keep_source_keys: bool = False
    exact: bool = False
    one_of: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Join:
    """Columns of another table. gather: what several rows make of a column; order: the columns that order them."""

    table: str
    on: dict[str, str]
    where: dict[str, Any] | None = None
    gather: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What the rows of one table become. `values` holds key, from, to, valid_from … by the language's own names."""

    kind: Kind
    target: str  # label, link type; `Party` for parties
    table: str
    place: Place
    values: dict[str, Value]
    properties: dict[str, Value]
    roles: tuple[tuple[str, dict[str, Any] | None], ...] = ()
    where: dict[str, Any] | None = None
    joins: tuple[Join, ...] = ()
    split_rows: tuple[str, str] | None = None
    key_of: str | None = None
    distinct: bool = False
    single: bool = False
    only_if_missing: bool = False
    checks: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How reports call it: `OWNS from CUSTOMER_RELATIVE`."""
        return f"{self.target} from {self.table}"

    def every_value(self) -> Iterator[Value]:
        """All values with all their parts."""
        for value in (*self.values.values(), *self.properties.values()):
            yield from value.parts()


@dataclass(frozen=True)
class Mapping:
    name: str
    doc: str
    reader: str
    sources: dict[str, Source]
    tables: dict[str, Table]
    entries: tuple[Entry, ...]
    document: Document

    def source_of(self, table: str) -> Source:
        return self.sources[self.tables[table].source]

    def tables_read(self) -> list[Table]:
        """The tables whose rows some entry takes, joins or looks up."""
        read = {entry.table for entry in self.entries} | {j.table for entry in self.entries for j in entry.joins}
        for value in (value for entry in self.entries for value in entry.every_value()):
            read |= {table for table, column in (value.ref.targets.values() if value.ref else ()) if column}
            read |= {argument["table"] for name, argument, _ in value.steps if name == "codes"}
        return [table for table in self.tables.values() if table.name in read]

    def owner(self, entry: Entry) -> Table:
        """The table in whose name an entry's keys are written: its own, or `key_of`."""
        return self.tables[entry.key_of or entry.table]


def shipped_mappings() -> list[str]:
    """Names of the mappings that come with Guanxi."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_mapping(name_or_path: str | Path) -> Mapping:
    """A shipped mapping by name, or one from a file.

    Raises BadInput naming file, line, what is wrong and the way out.
    """
    text = str(name_or_path)
    path = SHIPPED / f"{text}.yaml"
    if "/" in text or text.endswith((".yaml", ".yml")) or not path.is_file():
        path = Path(text)
    if not path.is_file():
        raise BadInput(
            f"There is no mapping {text!r}: give a file, or one of {', '.join(shipped_mappings())}.",
            field="mapping",
            value=text,
        )
    return parse_mapping(read_document(path, origin=path.name if path.parent == SHIPPED else None))


def parse_mapping(document: Document) -> Mapping:
    """A mapping from its YAML. Raises BadInput as `load_mapping` does."""
    from loaders.mapping_check import check_meaning, check_shape

    check_shape(document)
    data = document.data
    sources = {name: _source(name, body or {}) for name, body in data["sources"].items()}
    defaults = data.get("defaults", {})
    only = next(iter(sources)) if len(sources) == 1 else ""
    tables = {name: _table(name, defaults | (body or {}), only) for name, body in data.get("tables", {}).items()}
    checks = {name: action for name, (action, _) in CHECKS.items()} | data.get("checks", {})
    entries = tuple(_entry(body, ("entries", i), checks) for i, body in enumerate(data.get("entries", [])))
    reader = data.get("reader", "tables")
    mapping = Mapping(data["name"], data.get("doc", ""), reader, sources, tables, entries, document)
    check_meaning(mapping)
    return mapping


def _texts(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _source(name: str, body: Dict[str, Any]) -> Source:
    settings = {key: body[key] for key in ("priority", "time_zone", "currency") if key in body}
    return Source(name, data_date=_data_date(body.get("data_date"), ("sources", name, "data_date")), **settings)


def _data_date(body: Any, place: Place) -> DataDate:
    if body is None:
        return DataDate()
    if body == "given":
        return DataDate(given=True)
    if isinstance(body, str):
        return DataDate(day=date.fromisoformat(body))
    return DataDate(value=_value(body, place))


def _table(name: str, body: Dict[str, Any], only_source: str) -> Table:
    plain = {k: body[k] for k in body if k not in ("doc", "source", "file", "sql", "key", "columns", "nulls", "one_of")}
    return Table(
        name=name,
        source=body.get("source", only_source),
        files=_texts(body.get("file", name)),
        sql=body.get("sql", name),
        key=_texts(body.get("key")),
        columns=_texts(body.get("columns")),
        nulls=_texts(body.get("nulls", [""])),
        one_of={column: _texts(words) for column, words in body.get("one_of", {}).items()},
        **plain,
    )


_ENTRY_VALUES = (
    *("key", "same_as", "party_id", "roles_of", "priority"),
    *("from", "to", "of", "value", "use", "row_key"),
    *("valid_from", "valid_to", "status", "flags", "source", "data_date"),
)


def _entry(body: dict[str, Any], place: Place, checks: dict[str, str]) -> Entry:
    kind: Kind = next(k for k in ("party", "node", "link", "identifier") if k in body)
    values = {name: _value(body[name], (*place, name)) for name in _ENTRY_VALUES if name in body}
    target = {"party": "Party", "identifier": "Identifier"}.get(kind) or str(body[kind])
    if kind in ("party", "identifier"):
        values["kind"] = _kind_value(kind, body[kind], (*place, kind))
    split = body.get("split_rows")
    return Entry(
        kind=kind,
        target=target,
        table=body["table"],
        place=place,
        values=values,
        properties={n: _value(v, (*place, "properties", n)) for n, v in body.get("properties", {}).items()},
        roles=tuple((r, None) if isinstance(r, str) else (r["role"], r["where"]) for r in body.get("roles", [])),
        where=body.get("where"),
        joins=tuple(
            Join(j["table"], j["on"], j.get("where"), j.get("gather", {}), _texts(j.get("order")))
            for j in body.get("join", [])
        ),
        split_rows=(split["column"], split["by"]) if split else None,
        key_of=body.get("key_of"),
        distinct=body.get("distinct", False),
        single=body.get("single", False),
        only_if_missing=body.get("only_if_missing", False),
        checks=checks | body.get("checks", {}),
    )


def _kind_value(kind: str, body: Any, place: Place) -> Value:
    """`party: company` and `identifier: phone` name the kind itself, not a column."""
    words = {"party": ("person", "company", "unknown"), "identifier": ("phone", "address", "email")}[kind]
    return Value(fixed=body, place=place) if body in words else _value(body, place)


def _value(body: Any, place: Place) -> Value:
    if isinstance(body, str):
        return Value(column=body, place=place)
    return Value(
        column=body.get("column"),
        columns=tuple(body.get("columns", ())),
        format=body.get("format"),
        concat=tuple(_value(part, (*place, "concat", i)) for i, part in enumerate(body.get("concat", ()))),
        first_of=tuple(_value(part, (*place, "first_of", i)) for i, part in enumerate(body.get("first_of", ()))),
        list=tuple(_value(part, (*place, "list", i)) for i, part in enumerate(body.get("list", ()))),
        fixed=body.get("value"),
        joiner=body.get("with", "" if "concat" in body else "|"),
        ref=_ref(body["ref"], (*place, "ref")) if "ref" in body else None,
        steps=_steps(body.get("as", ())),
        nulls=tuple(body.get("nulls", ())),
        otherwise=body.get("else"),
        where=body.get("where"),
        gather=body.get("gather"),
        optional=body.get("optional", False),
        whole=body.get("whole", False),
        place=place,
    )


def _ref(body: Any, place: Place) -> Ref:
    if isinstance(body, str):
        return Ref({"": _target(body)})
    return Ref({k: _target(v) for k, v in body["tables"].items()}, by=_value(body["by"], (*place, "by")))


def _target(text: str) -> tuple[str, str | None]:
    table, _, column = text.partition(".")
    return table, column or None


def _steps(body: Any) -> tuple[tuple[str, Any, dict[str, Any]], ...]:
    found: list[tuple[str, Any, dict[str, Any]]] = []
    for step in body if isinstance(body, list | tuple) else [body]:
        if isinstance(step, str):
            found.append((step, None, {}))
        else:
            (name, argument), *rest = step.items()
            found.append((name, argument, dict(rest)))
    return tuple(found)
