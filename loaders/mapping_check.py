"""Is a mapping itself right? Shape by JSON Schema, meaning against the model; every error names its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonschema

from graph import model
from graph.errors import BadInput
from graph.model import Kind
from loaders.mapping import Entry, Mapping, Place, Value
from loaders.mapping_schema import SCHEMA
from loaders.mapping_yaml import Document
from loaders.steps import STEPS

_VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
_SOURCE_NAME = re.compile(r"[\w.-]+")
_COMMON = ("row_key", "valid_from", "valid_to", "status", "flags", "source", "data_date")
_ALLOWED = {
    "party": {"key", "same_as", "party_id", "roles_of", "priority", "kind", "source", "data_date", "flags"},
    "node": {"key", "source", "data_date"},
    "link": {"from", "to", *_COMMON},
    "identifier": {"of", "value", "use", "kind", *_COMMON},
}
_NEEDED = {"party": (), "node": (), "link": ("from", "to"), "identifier": ("of", "value")}
_SOURCES_OF_A_VALUE = ("column", "columns", "format", "concat", "first_of", "list", "fixed")


def near(word: str, words: Iterable[str]) -> str:
    """`Did you mean x?`, or the words to choose from."""
    choices = sorted(words)
    close = difflib.get_close_matches(word, choices, 1, 0.6)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(choices)}."


def check_shape(document: Document) -> None:
    """Raises BadInput for the first part that the schema does not allow."""
    errors = sorted(_VALIDATOR.iter_errors(document.data), key=_first_fault)
    if not errors:
        _check_entry_heads(document)
        return
    error = errors[0]
    place = tuple(error.absolute_path)
    raise document.error(_deeper(place, error), _explained(error))


def _first_fault(error: jsonschema.ValidationError) -> tuple[list[str], bool]:
    """By place; a misspelt name before what it leaves missing."""
    return [str(part) for part in error.absolute_path], error.validator != "additionalProperties"


def _deeper(place: Place, error: jsonschema.ValidationError) -> Place:
    """The unknown name itself, where that is the fault."""
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        unknown = [name for name in error.instance if name not in _known(error)]
        return (*place, unknown[0]) if unknown else place
    return place


def _known(error: jsonschema.ValidationError) -> set[str]:
    return set(error.schema.get("properties", {})) if isinstance(error.schema, dict) else set()


def _explained(error: jsonschema.ValidationError) -> str:
    here = error.absolute_path[-1] if error.absolute_path else "the mapping"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        unknown = next(name for name in error.instance if name not in _known(error))
        return f"{unknown!r} is not known here. {near(unknown, _known(error))}"
    expected: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        missing = [name for name in expected if name not in instance]
        return f"{here!r} lacks {', '.join(repr(m) for m in missing)}."
    if error.validator == "enum":
        return f"{error.instance!r} is not possible for {here!r}. {near(str(error.instance), expected)}"
    if error.validator == "type" and isinstance(error.instance, int | float | bool):
        return f"{here!r} is {error.instance!r}, which is no text: write it in quotes."
    return f"{here!r}: {error.message}."


def _check_entry_heads(document: Document) -> None:
    for index, body in enumerate(document.data.get("entries", [])):
        heads = [kind for kind in _ALLOWED if kind in body]
        if len(heads) != 1:
            raise document.error(
                ("entries", index),
                "an entry makes exactly one of `party`, `node`, `link`, `identifier`; this one has "
                f"{' and '.join(heads) or 'none'}.",
            )


def check_meaning(mapping: Mapping) -> None:
    """Raises BadInput for the first part that names what does not exist."""
    _check_sources(mapping)
    _check_tables(mapping)
    if mapping.reader == "tables" and not mapping.entries:
        raise mapping.document.error((), "a mapping of tables needs `entries`.")
    parties: dict[str, Entry] = {}
    for entry in mapping.entries:
        check = _EntryCheck(mapping, entry)
        check.run()
        if entry.kind == "party" and not entry.only_if_missing and parties.setdefault(entry.table, entry) is not entry:
            raise check.error((), f"the table {entry.table!r} already has a party entry; a row is one record.")


def _check_sources(mapping: Mapping) -> None:
    for name, source in mapping.sources.items():
        if name in model.OWN_SOURCES or not _SOURCE_NAME.fullmatch(name):
            fault = "is Guanxi's own" if name in model.OWN_SOURCES else "holds a ':', a '/', a blank or the like"
            message = f"the source name {name!r} {fault}. Give another, of letters, digits, '.', '_' and '-'."
            raise mapping.document.error(("sources", name), message)
        try:
            ZoneInfo(source.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as err:
            place = ("sources", name, "time_zone")
            message = f"{source.time_zone!r} is no time zone. Write an IANA name such as Asia/Shanghai."
            raise mapping.document.error(place, message) from err


def _check_tables(mapping: Mapping) -> None:
    for name, table in mapping.tables.items():
        place = ("tables", name)
        if ":" in name or "." in name:
            raise mapping.document.error(place, f"the table name {name!r} may hold neither ':' nor '.'.")
        if table.source not in mapping.sources:
            what = f"the source {table.source!r} is not declared" if table.source else "the table names no source"
            raise mapping.document.error((*place, "source"), f"{what}. {near(table.source, mapping.sources)}")
        if not table.header and not table.columns:
            raise mapping.document.error(place, "a table without a header line needs `columns`.")
        try:
            "".encode(table.encoding if table.encoding != "auto" else "utf-8")
        except LookupError as err:
            message = f"{table.encoding!r} is no encoding. Write utf-8, gb18030, or auto."
            raise mapping.document.error((*place, "encoding"), message) from err


class _EntryCheck:
    """The checks of one entry."""

    def __init__(self, mapping: Mapping, entry: Entry) -> None:
        self.mapping, self.entry = mapping, entry

    def error(self, place: Place, message: str) -> BadInput:
        return self.mapping.document.error((*self.entry.place, *place), message)

    def run(self) -> None:
        self._check_table(self.entry.table, ("table",))
        self._check_table(self.entry.key_of or self.entry.table, ("key_of",))
        self._check_values()
        self._check_properties()
        for value in self.entry.every_value():
            self._check_value(value)
        for index, join in enumerate(self.entry.joins):
            self._check_table(join.table, ("join", index, "table"))
        if self.entry.kind in ("link", "identifier"):
            self._check_ends()

    def _check_table(self, name: str, place: Place) -> None:
        if name not in self.mapping.tables:
            raise self.error(place, f"the table {name!r} is not declared. {near(name, self.mapping.tables)}")

    def _check_values(self) -> None:
        entry = self.entry
        for name in entry.values:
            if name not in _ALLOWED[entry.kind]:
                raise self.error((name,), f"{name!r} means nothing to a {entry.kind}.")
        for name in _NEEDED[entry.kind]:
            if name not in entry.values:
                raise self.error((), f"a {entry.kind} needs {name!r}.")
        makes_key = entry.kind in ("party", "node")
        if entry.single and "row_key" not in entry.values:
            raise self.error(("single",), "`single` is for links with a `row_key`.")
        if "source" in entry.values and entry.values["source"].fixed in model.OWN_SOURCES:
            raise self.error(("source",), f"{entry.values['source'].fixed!r} is Guanxi's own. Give another source.")
        if makes_key and "key" not in entry.values and not self.mapping.tables[entry.table].key:
            raise self.error((), f"the table {entry.table!r} has no `key`; say which columns make it.")

    def _check_properties(self) -> None:
        known = {p.name: p for p in target_properties(self.entry)}
        for name in self.entry.properties:
            if name not in known:
                message = f"{self.entry.target} has no property {name!r}. {near(name, known)}"
                raise self.error(("properties", name), message)
        money = [name for name in self.entry.properties if is_money(known[name])]
        source = self.mapping.source_of(self.entry.table)
        if money and "currency" in known and "currency" not in self.entry.properties and not source.currency:
            message = f"{money[0]!r} is money: give the entry a `currency` property, or the source a `currency`."
            raise self.error(("properties", money[0]), message)

    def _check_value(self, value: Value) -> None:
        document = self.mapping.document
        given = [name for name in _SOURCES_OF_A_VALUE if getattr(value, name) not in (None, ())]
        counts = value.gather == "count" and not given
        if len(given) != 1 and not counts:
            message = "a value comes from exactly one of column, columns, format, concat, first_of, list, value"
            raise document.error(value.place, f"{message}; this one has {' and '.join(given) or 'none'}.")
        for name, argument, more in value.steps:
            if name not in STEPS:
                raise document.error((*value.place, "as"), f"there is no step {name!r}. {near(name, STEPS)}")
            self._check_step(value, name, argument, more)
        if value.ref:
            for table, _ in value.ref.targets.values():
                if table not in self.mapping.tables:
                    known = near(table, self.mapping.tables)
                    raise document.error((*value.place, "ref"), f"the table {table!r} is not declared. {known}")

    def _check_step(self, value: Value, name: str, argument: Any, more: dict[str, Any]) -> None:
        problem = STEPS[name].problem(argument, more)
        if problem is None and name == "codes" and argument.get("table") not in self.mapping.tables:
            problem = f"the table {argument.get('table')!r} is not declared."
        if problem:
            raise self.mapping.document.error((*value.place, "as"), f"step {name!r}: {problem}")

    def _check_ends(self) -> None:
        try:
            self.mapping_ends()
        except ValueError as err:
            raise self.error((), str(err)) from err

    def mapping_ends(self) -> tuple[str, str]:
        return link_ends(self.mapping, self.entry)


def is_money(prop: model.Property) -> bool:
    """Whether a currency has to stand beside it."""
    return prop.kind is Kind.MONEY or prop.name in model.MONEY_LISTS


def target_properties(entry: Entry) -> tuple[model.Property, ...]:
    """The properties an entry may give."""
    if entry.kind == "party":
        return model.PARTY_ATTRIBUTES
    if entry.kind == "node":
        found_by_runs = {p.name for p in model.GROUP_FIGURES} if entry.target == "Group" else set()
        bookkept = {"source", "data_day"} | found_by_runs
        return tuple(p for p in model.node_type(entry.target).properties if p.name not in bookkept)
    return model.link_type(entry.target).properties if entry.kind == "link" else ()


def label_of(mapping: Mapping, table: str, allowed: tuple[str, ...]) -> str:
    """The label that a table's keys stand for, among those a link type allows. Raises ValueError."""
    made = {e.target for e in mapping.entries if e.kind in ("party", "node") and mapping.owner(e).name == table}
    fitting = [label for label in allowed if label in made]
    if len(fitting) == 1:
        return fitting[0]
    if not made and "Party" in allowed:
        return "Party"
    if not fitting and len(allowed) == 1:
        return allowed[0]
    raise ValueError(
        f"what {table!r} refers to is not clear: one of {', '.join(allowed)}, but it makes {sorted(made)}."
    )


def link_ends(mapping: Mapping, entry: Entry) -> tuple[str, str]:
    """The labels at both ends of a link entry. Raises ValueError where a reference leads to no fitting label."""
    if entry.kind == "identifier":
        return _end_label(mapping, entry.values["of"], ("Party",)), "Identifier"
    link = model.link_type(entry.target)
    return _end_label(mapping, entry.values["from"], link.sources), _end_label(
        mapping, entry.values["to"], link.targets
    )


def _end_label(mapping: Mapping, value: Value, allowed: tuple[str, ...]) -> str:
    tables = [t for part in value.parts() if part.ref for t, _ in part.ref.targets.values()]
    if not tables:
        raise ValueError("`from`, `to` and `of` are references: say `ref: TABLE`.")
    labels = {label_of(mapping, table, allowed) for table in tables}
    if len(labels) > 1:
        raise ValueError(f"one end leads to {' and '.join(sorted(labels))}: write an entry for each, with `where`.")
    return labels.pop()
