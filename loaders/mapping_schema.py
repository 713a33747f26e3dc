"""The mapping language as JSON Schema; `python -m loaders.mapping_docs` renders docs/mapping.schema.json.

Shapes are told apart by type (`"column"` or `{column: …}`), never by `oneOf`, so that an error names the part at fault.
What a schema cannot say (does the table exist, does the model know the property) is checked in `mapping_check`.
"""

from __future__ import annotations

import json
from typing import Any

from graph import model

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1}
VALUE: Schema = {"$ref": "#/$defs/value"}
WHERE: Schema = {"$ref": "#/$defs/where"}
ACTIONS = ("reject", "flag", "ignore")
GATHERS = ("sum", "count", "list", "min", "max", "first", "last")
JOIN_GATHERS = ("sum", "list", "first", "last")
CHECKS: dict[str, tuple[str, str]] = {
    "value": (
        "flag",
        "a value that cannot be converted (no date, no amount, no number), an amount below zero that cannot be (of a "
        "guarantee, security, contract, drawdown, payment, purchase or collateral, revenue, expenditure; single rows "
        "of a sum may be: reversals), a day or moment of what has happened (birth, registration, first day as a "
        "customer, opening, appraisal, event, referral, answer, signature) after today and after the day of the data; "
        "flagged ones stay unknown",
    ),
    "code": (
        "flag",
        "a code that the look-up does not know, a role or status that is none; flagged ones stay unknown",
    ),
    "share": ("reject", "a share outside 0..1"),
    "identifier": (
        "flag",
        "a check digit that is wrong, a certificate without its type; a flagged identifier is kept in the flag and "
        "joins nobody",
    ),
    "duplicate": (
        "reject",
        "a key that an earlier row has (in `distinct` entries: flagged, where it tells otherwise); for links "
        "with a row key, the key and ends of an earlier one, or (`single`) the key alone",
    ),
    "repeated": (
        "flag",
        "a row of a link without a row key that says what an earlier one says (ends, properties, period, status): both "
        "are links, and holdings or amounts count twice. Payments (`TRANSFERS_TO`, `PAID_INTO`, `REPAID_FROM`) may "
        "well be equal: they are never flagged so, nor are rows that a mapping sums",
    ),
    "reference": ("flag", "an end that the table referred to does not have"),
    "self_link": ("flag", "a link whose two ends are one and the same"),
    "kind": (
        "reject",
        "an end that is a person where only a company can be (owned, controlled, represented, with posts), a company "
        "where only a person can be (kin)",
    ),
    "above_one": ("flag", "holdings of one company that sum above 1; never `reject`"),
    "period": ("flag", "a period that ends before it begins"),
    "unknown": (
        "flag",
        "a holding without share or votes, a guarantee without amount, an exchange rate without rate, figures of "
        "capital without any; never `reject`",
    ),
}
"""Each check: what it does unless the mapping says otherwise, and what it finds."""


def _object(properties: dict[str, Schema], required: tuple[str, ...] = (), **more: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    } | more


def _enum(*values: str) -> Schema:
    return {"enum": list(values)}


_NEVER_REJECTED = ("above_one", "unknown")
_CHECKS = _object(
    {
        name: {**_enum(*(ACTIONS[1:] if name in _NEVER_REJECTED else ACTIONS)), "description": doc}
        for name, (_, doc) in CHECKS.items()
    }
)

_SOURCE = _object(
    {
        "doc": TEXT,
        "priority": {
            "type": "integer",
            "minimum": 0,
            "maximum": 999_999,
            "description": "order among sources: the smallest wins; default 100",
        },
        "time_zone": {"type": "string", "description": "IANA name; default Asia/Shanghai"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217, where no column says"},
        "data_date": {
            "type": ["string", "object"],
            "description": "the day the data speak of: `2024-12-31`, `given` (by --data-date), or a value of the row",
        },
    }
)

_READING: dict[str, Schema] = {
    "encoding": {"type": "string", "description": "utf-8 (default), gb18030, …, or auto: UTF-8, else GB18030"},
    "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
    "quote": {"type": "string", "maxLength": 1, "description": 'default "; empty: quotes mean nothing'},
    "header": {"type": "boolean", "description": "false: the first line is data, and `columns` names the columns"},
    "nulls": {"type": "array", "items": {"type": "string"}, "description": "texts that mean no value"},
    "trim": {"type": "boolean", "description": "cut blanks around values, full-width ones too; default true"},
    "ragged": {**_enum("reject", "fill"), "description": "lines with fewer fields: reject (default) or fill"},
    "bad_bytes": _enum("reject", "flag"),
    "optional": {"type": "boolean", "description": "the table may be absent"},
    "optional_columns": {"type": "boolean", "description": "columns outside the key may be absent"},
    "keep_source_keys": {"type": "boolean", "description": "a key that is already `source:table:key` stays as it is"},
    "exact": {"type": "boolean", "description": "texts that exports mark with `json:` are read back exactly"},
}

_TABLE = _object(
    {
        "doc": TEXT,
        "source": {"type": "string", "description": "which of `sources`; may be left out where there is one"},
        "file": {**TEXTS, "description": "file name(s), with or without .csv, .csv.gz, .parquet; default: the table's"},
        "sql": {"type": "string", "description": "table or SELECT in a database; default: the table's name"},
        "columns": {"type": "array", "items": TEXT, "minItems": 1, "description": "names, where header is false"},
        "key": {**TEXTS, "description": "column(s) that make the row's key, joined by `|`"},
        "named_only": {"type": "boolean", "description": "no such table: its keys occur only in other tables"},
        "one_of": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": TEXT, "minItems": 1},
            "description": "column -> the words it takes; a row with another, or with none, is rejected",
        },
    }
    | _READING
)

_VALUE = {
    "type": ["string", "object"],
    "description": "a column's name, or how the value is made",
    "properties": {
        "column": TEXT,
        "columns": {"type": "array", "items": TEXT, "minItems": 1, "description": "joined by `with`"},
        "with": {"type": "string", "description": "what joins them; default |"},
        "format": {"type": "string", "description": "text with {COLUMN} in it; empty where one of them is"},
        "concat": {"type": "array", "items": VALUE, "minItems": 2, "description": "values joined by `with`"},
        "first_of": {"type": "array", "items": VALUE, "minItems": 2, "description": "the first that is not empty"},
        "list": {"type": "array", "items": VALUE, "minItems": 1, "description": "a list of values, such as 12 months"},
        "value": {"type": ["string", "number", "boolean"], "description": "the same for every row"},
        "ref": {
            "type": ["string", "object"],
            "description": "`TABLE` or `TABLE.COLUMN`: the value becomes that row's source key; or chosen by a column",
            "properties": {
                "by": VALUE,
                "tables": {"type": "object", "additionalProperties": TEXT, "minProperties": 1},
            },
            "required": ["by", "tables"],
            "additionalProperties": False,
        },
        "as": {"type": ["string", "object", "array"], "description": "conversion step(s), in order"},
        "nulls": {"type": "array", "items": {"type": "string"}, "description": "texts that mean no value here"},
        "else": {**_enum(*ACTIONS), "description": "what to do when it cannot be converted"},
        "where": WHERE,
        "gather": {**_enum(*GATHERS), "description": "over the rows of one node or link"},
        "optional": {"type": "boolean", "description": "the column may be absent"},
        "whole": {
            "type": "boolean",
            "description": "row_key only: a key that names a table, as TABLE:KEY, stays as it is",
        },
    },
    "additionalProperties": False,
}

_WHERE = {
    "type": "object",
    "description": "only rows where each column has the value, one of the values, or (`not`) none of them",
    "minProperties": 1,
    "additionalProperties": {
        "type": ["string", "array", "object"],
        "items": {"type": "string"},
        "properties": {"not": TEXTS, "present": {"type": "boolean"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
}

_JOIN = _object(
    {
        "table": TEXT,
        "on": {
            "type": "object",
            "additionalProperties": TEXT,
            "minProperties": 1,
            "description": "this table's column: the other's",
        },
        "where": WHERE,
        "gather": {
            "type": "object",
            "additionalProperties": _enum(*JOIN_GATHERS),
            "minProperties": 1,
            "description": "column: what becomes of it where several rows belong to one; others are of the first row",
        },
        "order": {**TEXTS, "description": "column(s) of the other table by which one row is the first"},
    },
    ("table", "on"),
    description="columns of another table, as TABLE.COLUMN; with neither gather nor order several rows are flagged",
)

_ENTRY = _object(
    {
        "doc": TEXT,
        "table": TEXT,
        "party": {**VALUE, "description": "person, company, unknown, or a value that yields them"},
        "node": _enum(*[n.label for n in model.NODES if n.origin is model.Origin.LOADED]),
        "link": _enum(*[link.type for link in model.LINKS if link.origin is model.Origin.LOADED]),
        "identifier": {**VALUE, "description": "phone, address, email, or a value that yields them"},
        "where": WHERE,
        "join": {"type": "array", "items": _JOIN},
        "split_rows": _object({"column": TEXT, "by": TEXT}, ("column", "by"), description="one row for each part"),
        "key": VALUE,
        "key_of": {"type": "string", "description": "the key is one of this other table's (it may be `named_only`)"},
        "roles": {
            "type": "array",
            "items": {
                "type": ["string", "object"],
                "properties": {"role": _enum(*model.ROLES), "where": WHERE},
                "required": ["role", "where"],
                "additionalProperties": False,
            },
        },
        "same_as": VALUE,
        "roles_of": VALUE,
        "priority": VALUE,
        "party_id": VALUE,
        "properties": {"type": "object", "additionalProperties": VALUE},
        "from": VALUE,
        "to": VALUE,
        "of": VALUE,
        "value": VALUE,
        "use": VALUE,
        "row_key": VALUE,
        "valid_from": VALUE,
        "valid_to": VALUE,
        "status": VALUE,
        "flags": VALUE,
        "source": VALUE,
        "data_date": VALUE,
        "distinct": {"type": "boolean", "description": "several rows may tell of one node or link; the first is taken"},
        "single": {"type": "boolean", "description": "links: one a `row_key`; further ends are duplicates"},
        "only_if_missing": {"type": "boolean", "description": "only nodes that no other entry makes"},
        "checks": {"$ref": "#/$defs/checks"},
    },
    ("table",),
)

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Guanxi mapping",
    "description": "How source tables become parties, nodes and links. See docs/mappings.md.",
    **_object(
        {
            "name": {"type": "string", "pattern": "^[A-Za-z0-9_]+$"},
            "doc": TEXT,
            "reader": {**_enum("tables", "bods"), "description": "bods: statements in JSON, no tables"},
            "sources": {"type": "object", "additionalProperties": {"$ref": "#/$defs/source"}, "minProperties": 1},
            "defaults": _object(_READING, description="for every table that does not say otherwise"),
            "checks": {"$ref": "#/$defs/checks"},
            "tables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/table"}},
            "entries": {"type": "array", "items": {"$ref": "#/$defs/entry"}, "minItems": 1},
        },
        ("name", "sources"),
    ),
    "$defs": {
        "source": _SOURCE,
        "table": _TABLE,
        "entry": _ENTRY,
        "value": _VALUE,
        "where": _WHERE,
        "checks": _CHECKS,
    },
}


def rendered() -> str:
    """The text of docs/mapping.schema.json."""
    return json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
