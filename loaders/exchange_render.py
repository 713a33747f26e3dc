"""Renders the exchange mapping and its page from the layout: `python -m loaders.exchange_render`."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from graph import model
from graph.model import Kind
from loaders.exchange_layout import (
    DAY_LISTS,
    FILES,
    LINK_COLUMNS,
    NODE_FILES,
    File,
    Link,
    Node,
    columns,
    properties,
    required,
)

MAPPING = Path("loaders/mappings/exchange.yaml")
PAGE = Path("docs/exchange.md")
_HEAD = "# Rendered from loaders/exchange_layout.py by `python -m loaders.exchange_render`; change it there.\n"
_DOUBLE = {"transfer": "date"}
_KEPT = {"keep_source_keys": True, "exact": True}  # what an export writes comes back as it was
_LIST = {"split": ";", "exact": True}
_KINDS = {
    Kind.TEXT: "text",
    Kind.TEXTS: "texts parted by `;`",
    Kind.INT: "whole number",
    Kind.INTS: "whole numbers parted by `;`",
    Kind.FLOAT: "number",
    Kind.FLOATS: "numbers parted by `;`",
    Kind.BOOL: "true or false",
    Kind.DAY: "date, 2024-12-31",
    Kind.MOMENT: "moment, 2024-12-31T09:30:00Z (without Z: Shanghai time)",
    Kind.MONEY: "amount, 1234.56",
    Kind.SHARE: "fraction 0 to 1",
    Kind.RATE: "number above 0",
}
_COMMON = {
    "valid_from": ("date, 2024-12-31", "first day it holds"),
    "valid_to": ("date, 2024-12-31", "first day it no longer holds"),
    "status": ("text", "confirmed (empty means that), flagged or rebutted"),
    "flags": ("texts parted by `;`", "what checks found doubtful"),
    "source": ("text", "source system, where it is not the one of the load"),
    "data_date": ("date, 2024-12-31", "the day the row speaks of"),
    "row_key": ("text", "what tells rows of equal ends apart: any text, another in each"),
}


def mapping() -> dict[str, Any]:
    """The exchange mapping as data."""
    tables = {file.name: _table(file) for file in FILES}
    entries = [entry for file in FILES for entry in _entries(file)]
    return {
        "name": "exchange",
        "doc": "Guanxi's own layout: files anybody can write, and what an export writes. See docs/exchange.md.",
        "sources": {"exchange": {"priority": 100, "currency": "CNY"}},
        "defaults": {"encoding": "auto", "optional": True, "optional_columns": True, **_KEPT},
        "checks": {"reference": "ignore"},  # what only links name is made
        "tables": tables,
        "entries": entries,
    }


def _table(file: File) -> dict[str, Any]:
    if file.key:
        return {"key": list(file.key)}
    words = {"one_of": file.words} if file.words else {}
    return ({"key": file.id_column} if file.node else {}) | words


def _entries(file: File) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if file.name == "party":
        found.append(_party(file))
    elif file.node:
        found.append({"node": file.node.label, "table": file.name, "distinct": True} | _key(file) | _node(file.node))
    if file.name == "identifier":
        found.append(_identifier())
    for link in file.links:
        found.append(_link(file, link))
        found += [_stub(file, link, end) for end in (link.start, link.end) if _needs_stub(file, end)]
    if file.name in _DOUBLE:
        found.append(_payments())
    return found


def _party(file: File) -> dict[str, Any]:
    assert file.node
    return {
        "party": {"column": "kind", "as": {"map": {"person": "person", "company": "company"}}},
        "table": "party",
        "roles_of": {"column": "roles", "as": dict(_LIST)},
        "same_as": {"ref": "party", "column": "same_as"},
        "party_id": "party_id",
        "priority": "priority",
        "flags": {"column": "flags", "as": dict(_LIST)},
        "data_date": "data_date",
        "properties": _values(file.node),
    }


def _key(file: File) -> dict[str, Any]:
    """Exports give every row an id; written by hand, some rows need none."""
    if not file.key:
        return {}
    stated = {"column": file.id_column, "optional": True}
    return {"key": {"first_of": [stated, {"columns": list(file.key)}]}}


def _node(node: Node) -> dict[str, Any]:
    return {"data_date": "data_date", "properties": _values(node)}


def _identifier() -> dict[str, Any]:
    return {
        "identifier": "kind",
        "table": "identifier",
        "of": {"ref": "party", "column": "party"},
        "value": "value",
        "use": "use",
    } | _common()


def _link(file: File, link: Link) -> dict[str, Any]:
    (start, start_label), (end, end_label) = link.start, link.end
    entry: dict[str, Any] = {
        "link": link.type,
        "table": file.name,
        "from": {"ref": NODE_FILES[start_label], "column": start},
        "to": {"ref": NODE_FILES[end_label], "column": end},
    }
    where = dict(link.where)
    if not link.whole or (file.node and link.whole):
        other = start if end == NODE_FILES[end_label] and file.name == end else end
        where[other] = {"present": True}
    entry["where"] = where
    entry["properties"] = _values(link) | {name: {"value": value} for name, value in link.fixed.items()}
    entry |= _common() if link.whole else {"data_date": "data_date"}
    if file.node:
        entry |= _key_of_node(file.name, file.id_column, stated=link.whole)
    return {name: value for name, value in entry.items() if value != {}}


def _key_of_node(file: str, column: str, *, stated: bool) -> dict[str, Any]:
    """Links of a file of nodes go by the node's id, so that a row with another end takes the place of the earlier one.
    Several rows of one node may name one end. stated: a row may have a key of its own, as exports write them; where
    not, a node has one such end, and others stand in the file made for them."""
    own = {"format": f"{file}:{{{column}}}"}
    key = {"first_of": ["row_key", own]} if stated else own
    return {"row_key": {**key, "whole": True}, "distinct": True} | ({} if stated else {"single": True})


def _values(of: Node | Link) -> dict[str, Any]:
    return {p.name: _value(p, of) for p in properties(of)}


def _value(prop: model.Property, of: Node | Link) -> Any:
    column = of.column(prop.name)
    if prop.name in of.refs:
        return {"ref": NODE_FILES[of.refs[prop.name][1]], "column": column}
    if isinstance(of, Node) and of.label == "Group" and prop.name == "kind":
        return {"first_of": [column, {"value": "declared"}]}
    if prop.kind in (Kind.TEXTS, Kind.INTS, Kind.FLOATS):
        item = "amount" if prop.name in model.MONEY_LISTS else "date" if prop.name in DAY_LISTS else None
        return {"column": column, "as": [dict(_LIST), item] if item else dict(_LIST)}
    return column


def _common() -> dict[str, Any]:
    return {
        "row_key": {"column": "row_key", "whole": True},
        **{name: name for name in ("valid_from", "valid_to", "status", "source", "data_date")},
        "flags": {"column": "flags", "as": dict(_LIST)},
    }


def _needs_stub(file: File, end: tuple[str, str]) -> bool:
    return end[1] != "Party" and not (file.node and end[0] == file.id_column)


def _stub(file: File, link: Link, end: tuple[str, str]) -> dict[str, Any]:
    """Nodes that only links name are made as well."""
    column, label = end
    return {
        "node": label,
        "table": file.name,
        "key": column,
        "key_of": NODE_FILES[label],
        "only_if_missing": True,
        "where": ({} if file.name in _DOUBLE else dict(link.where)) | {column: {"present": True}},
    }


def _payments() -> dict[str, Any]:
    """Rows of `transfer` that are one payment each."""
    account = NODE_FILES["Account"]
    return {
        "link": "TRANSFERS_TO",
        "table": "transfer",
        "from": {"ref": account, "column": "from_account"},
        "to": {"ref": account, "column": "to_account"},
        "where": {"date": {"present": True}, "month": {"present": False}},
        "properties": {
            "month": {"column": "date", "as": ["date", "month"]},
            "amount": {"column": "amount", "gather": "sum"},
            "currency": "currency",
            "count": {"gather": "count"},
            "days": {"column": "date", "as": "date", "gather": "list"},
            "amounts": {"column": "amount", "as": "amount", "gather": "list"},
        },
        "data_date": "data_date",
    }


def rendered_mapping() -> str:
    """The text of loaders/mappings/exchange.yaml."""
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(mapping(), out)
    return _HEAD + out.getvalue()


def rendered_page() -> str:
    """The text of docs/exchange.md."""
    return _INTRODUCTION + "\n".join(_section(file) for file in FILES)


_INTRODUCTION = (
    """# The exchange layout: your data in ten minutes

Rendered from `loaders/exchange_layout.py` by `python -m loaders.exchange_render`.

Write any of the files below as CSV (UTF-8, or GB18030; comma, a header line) or Parquet into one folder, then

    guanxi load exchange --from DIR

Every file is optional, and so is every column not marked *needed*. Columns may stand in any order. The load warns of
files and columns with other names, which it does not read; one that is nearly the name of a column that the file lacks
(`shares` for `share`) is refused before anything is written. Spreadsheets are not read: save each sheet as CSV UTF-8.

- An **id** is any text, the same wherever the thing is named. Parties, accounts, products … that only links name are
  made. An id of the form `source:table:key` is kept as it is; exports write ids so.
- **Amounts** are decimals with a `currency` beside them (ISO 4217; empty: two decimals), **shares** are fractions,
  **dates** `2024-12-31`.
- An **empty** field means not known, never zero; loaded again, it takes away what was known. A **column left out** says
  nothing: what is known stays (see [loading.md](loading.md)).
- A row without `row_key` that repeats an earlier one in everything its link says counts once more (a holding of 0.3
  told twice is 0.6) and is flagged `repeated`; the load tells how many there are, and where. Take such a row out, or
  give both a `row_key` of their own if they are two. Rows of `transfer` and `loan_payment` may well be equal, and are
  not flagged.
- A list of months or payments may end early; an empty part before its end makes the whole list unknown, with a flag,
  since no month may take another's place.

What is loaded goes the other way with

    guanxi export exchange --out DIR            # CSV; --format parquet for Parquet

which writes everything loaded and current, whatever its day and status, and nothing that a run has derived. Loading it
into an empty home gives the same parties under the same ids, and the same links. So it is a way to another
installation, and an example of each file with one's own data.

- Parties stand as the **source records** that describe them, one row each, joined by `party_id`; a record without a
  kind of its own has its party's.
- Links that a file of things makes beside them (its `branch`, `borrower`, `party` …) go by the thing's id: loaded again
  with another end it takes the place of the earlier one. Within one file a thing has one such end; a further row of it
  with another is rejected: several stand in the file made for them (`borrower`, `account_holder`, `involvement` …).
- Each link stands in the file made for it: an export fills `account_holder` and leaves `party` in `account` empty.
- A text that a plain field would spoil (blanks at its ends, a `;` within a list) stands as JSON behind `json:`, as in
  `json:" two blanks  "` or `json:["a;b","c"]`, and is read back so.
- Not in it: earlier versions, redirects of party ids that were joined away, and people's decisions: a link that was
  decided on has the status that its source gives, and the export says how many there are. Loaded where it came from,
  the export leaves decisions as they are.

Files whose rows are links also take these columns:

| column | type | meaning |
| --- | --- | --- |
"""
    + "".join(f"| `{name}` | {kind} | {doc} |\n" for name, (kind, doc) in _COMMON.items())
    + "\n"
)


def _section(file: File) -> str:
    needed = set(required(file))
    common = set(LINK_COLUMNS) if any(link.whole for link in file.links) or file.name == "identifier" else set()
    described = _described(file)
    rows = [
        f"| `{name}` | {described[name][0]} | {described[name][1]}{', *needed*' if name in needed else ''} |"
        for name in columns(file)
        if name not in common
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([list(file.example), list(file.example.values())])
    table = "\n".join(["| column | type | meaning |", "| --- | --- | --- |", *rows])
    return f"## `{file.name}`\n\n{file.doc}\n\n{table}\n\n```csv\n{out.getvalue()}```\n"


def _described(file: File) -> dict[str, tuple[str, str]]:
    found = dict(_COMMON)
    for link in file.links:
        for column, label in (link.start, link.end):
            found[column] = ("id", f"id of a {_thing(label)}")
    for of in ([file.node] if file.node else []) + [link for link in file.links if link.whole]:
        for prop in properties(of):
            kind = _KINDS[prop.kind]
            kind = "amounts parted by `;`" if prop.name in model.MONEY_LISTS else kind
            kind = "dates parted by `;`" if prop.name in DAY_LISTS else kind
            kind = "id" if prop.name in of.refs else kind
            found[of.column(prop.name)] = (kind, prop.doc)
    if file.node:
        told = f"; without one it is made of {', '.join(f'`{c}`' for c in file.key)}" if file.key else ""
        found[file.id_column] = ("id", f"id of the {_thing(file.node.label)}{told}")
    return found | {name: ("text", doc) for name, doc in file.more.items()}


def _thing(label: str) -> str:
    named = {
        "RelationshipManager": "member of staff",
        "YearFigures": "row of figures",
        "CapitalFigures": "row",
        "ExchangeRate": "row",
    }
    return named.get(label, label.lower())


if __name__ == "__main__":
    MAPPING.write_text(rendered_mapping(), encoding="utf-8")
    PAGE.write_text(rendered_page(), encoding="utf-8")
