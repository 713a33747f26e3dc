"""Members of segments as tables of a run: what was read and what the run found, in one filter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from api.services import segment_facts
from api.services.client_input import COLUMNS as CLIENTS
from api.services.household_input import COLUMNS as HOMES_READ
from api.services.opening_input import COLUMNS as OFFERED
from api.services.run_segments import find_segments
from api.services.segment_facts import FactSource
from api.services.segment_input import COLUMNS, FILTER_COLUMNS, TABLES, SegmentInput, no_segments
from graph import times
from tests.api.risk_tables_given import risk as no_risk
from tests.api.worlds import rows_of, world

LENT = {name: dict(no_risk().tables[name].schema) for name in ("facilities", "borrowers", "drawdowns")}
SCHEMAS: dict[str, Any] = {**COLUMNS, **CLIENTS, **HOMES_READ, **OFFERED, **LENT}
BANK = world("a b c d B C", [("a", "B", 60)])
"""Persons a to d."""
GROUPS = [("a", "G-1", "control"), ("B", "G-1", "control"), ("C", "hand:G", "declared")]
HOMES = [("a", "H-1"), ("b", "H-1")]
GRADES = [("a", "A"), ("b", "B")]
DAY = date(2025, 3, 31)


def given(tables: dict[str, list[dict[str, Any]]], **filters: dict[str, Any]) -> SegmentInput:
    """tables: rows in which parties stand by name; columns that a row leaves out are not told."""
    saved = [(id, 3, json.dumps(filter)) for id, filter in sorted(filters.items())]
    told = dict(no_segments().tables) | {name: frame(name, rows) for name, rows in tables.items() if name in TABLES}
    return SegmentInput(told, pl.DataFrame(saved, schema=FILTER_COLUMNS, orient="row"))


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = SCHEMAS[name]
    at = [{**row, **({"party": BANK.at(row["party"])} if "party" in row else {})} for row in rows]
    found = pl.DataFrame([{one: row.get(one) for one in schema} for row in at], schema=schema)
    return found.with_columns(pl.col(pl.String).fill_null(""))


def source(segments: SegmentInput, tables: dict[str, list[dict[str, Any]]]) -> FactSource:
    read = {name: frame(name, tables.get(name, [])) for name in SCHEMAS} | dict(segments.tables)

    def lived(rows: Sequence[tuple[str, ...]], schema: dict[str, Any]) -> pl.DataFrame:
        return pl.DataFrame([(BANK.at(row[0]), *row[1:]) for row in rows], schema=schema, orient="row")

    return FactSource(
        table=lambda name: read[name].lazy(),
        groups=lambda: lived(GROUPS, segment_facts.GROUPS),
        homes=lambda: lived(HOMES, segment_facts.HOMES),
        grades=lambda: lived(GRADES, segment_facts.GRADED),
        persons=BANK.given.persons,
        as_of=DAY,
    )


def found(tables: dict[str, list[dict[str, Any]]], **filters: dict[str, Any]) -> dict[str, pl.DataFrame]:
    segments = given(tables, **filters)
    return find_segments(source(segments, tables), segments, BANK.given.party_ids)


def born(age: int) -> int:
    return times.to_day(date(DAY.year - age, 1, 1))


def test_what_was_read_and_what_was_found_decide_together() -> None:
    told: dict[str, list[dict[str, Any]]] = {
        "fact_parties": [{"party": "a", "birth_day": born(30)}, {"party": "b", "birth_day": born(20)}],
        "fact_tags": [{"party": "a", "tag": "golf"}, {"party": "a", "tag": "tea"}],
    }
    tables = found(
        told,
        elders={"all": [{"field": "age", "at_least": 30}, {"field": "household_size", "is": 2}]},
        owners={"field": "group_kind", "is": "control"},
        sober={"not": {"field": "tag", "in": ["golf", "wine"]}},
        single={"all": [{"field": "household_size", "is": 1}, {"not": {"field": "age", "at_least": 18}}]},
    )
    members = rows_of(tables["segment_members"], "segment_id", "party_id")
    assert [party for segment, party in members if segment == "elders"] == ["a"]
    assert [party for segment, party in members if segment == "owners"] == ["B", "a"]
    assert [party for segment, party in members if segment == "sober"] == ["B", "C", "b", "c", "d"]
    counts = {segment: (n, unknown) for segment, _, n, unknown in tables["segment_counts"].iter_rows()}
    assert counts == {
        "elders": (1, 2),  # of companies neither age nor household is known; of b to d one says no
        "owners": (2, 0),
        "sober": (5, 0),
        "single": (0, 4),  # of c and d no age is known; of companies neither
    }


@pytest.mark.parametrize(
    ("asked", "members", "undecided"),
    [
        ({"field": "role", "is": "customer"}, "ab", 0),
        ({"field": "role", "in": ["referrer", "prospect"]}, "Ba", 0),
        ({"field": "industry", "is": "J66"}, "B", 5),
        ({"field": "opted_out", "is": True}, "b", 4),
        ({"field": "listed", "is": False}, "B", 5),
        ({"field": "branch", "is": "HO"}, "ab", 0),
        ({"field": "branch", "is": "YZ"}, "b", 0),
        ({"field": "manager", "is": "m"}, "a", 0),
        ({"field": "manager", "is": "past"}, "", 0),
        ({"field": "product", "in": ["p", "q"]}, "Ba", 0),
        ({"field": "product_family", "is": "loan"}, "a", 0),
        ({"field": "products_held", "at_least": 2}, "a", 0),
        ({"field": "balance", "at_least": "0.06", "currency": "CNY"}, "a", 1),  # an account of b is unknown
        ({"field": "balance", "at_most": "0.00", "currency": "USD"}, "BCabd", 0),
        ({"field": "credit_limit", "at_least": "0.30", "currency": "CNY"}, "BC", 1),  # a limit of a is unknown
        ({"field": "credit_drawn", "at_least": "0.10", "currency": "CNY"}, "Ba", 0),  # C has drawn nothing
        ({"field": "credit_drawn", "at_least": "0.01", "currency": "USD"}, "C", 0),
        ({"field": "revenue", "at_least": "0.12", "currency": "CNY"}, "a", 4),
        ({"field": "revenue", "at_most": "0.12", "currency": "CNY"}, "ab", 4),
        ({"field": "grade", "in": ["A", "C"]}, "a", 4),
        ({"field": "household", "is": "H-1"}, "ab", 0),
        ({"field": "group", "is": "hand:G"}, "C", 0),
        ({"field": "household_size", "known": False}, "BC", 0),
        ({"field": "customer_since", "at_least": "2024-01-01"}, "a", 5),
    ],
)
def test_what_each_field_finds(asked: dict[str, Any], members: str, undecided: int) -> None:
    day = times.to_day(DAY)
    told: dict[str, list[dict[str, Any]]] = {
        "fact_parties": [
            {"party": "a", "customer": 1, "referrer": 1, "marketing_opt_out": 0, "customer_since": day - 100},
            {"party": "b", "customer": 1, "marketing_opt_out": 1},
            {"party": "B", "prospect": 1, "industry": "J66", "listed": 0},
        ],
        "fact_branches": [{"branch": "YZ", "above": "YZ"}, {"branch": "YZ", "above": "HO"}, {"branch": "HO", "above": "HO"}],
        "client_branches": [{"party": "a", "branch": "HO"}, {"party": "b", "branch": "YZ"}],
        "client_managers": [
            {"party": "a", "manager": "m", "main": 0, "since": day, "until": day + 1},
            {"party": "a", "manager": "past", "main": 1, "since": day - 9, "until": day},
        ],
        "home_products": [{"party": party, "product": product} for party, product in ("ap", "aq", "Bq")],
        "offer_products": [{"product": "p", "family": "loan"}, {"product": "q"}],
        "home_balances": [
            {"party": "a", "currency": "CNY", "amount": 4, "count": 1, "unknown": 0},
            {"party": "b", "currency": "CNY", "amount": 900, "count": 2, "unknown": 1},
            {"party": "c", "currency": "USD", "amount": 1, "count": 1, "unknown": 0},
        ],
        "facilities": [
            {"limit_amount": 30, "drawn_amount": 7, "currency": "CNY"},  # of B and a
            {"limit_amount": -1, "drawn_amount": 10, "currency": "CNY"},  # of a
            {"limit_amount": 40, "drawn_amount": 9, "currency": "CNY"},  # of C, with a drawdown in dollars
        ],
        "borrowers": [
            {"facility": 0, "party": "B"}, {"facility": 0, "party": "a"}, {"facility": 1, "party": "a"},
            {"facility": 2, "party": "C"},
        ],
        "drawdowns": [
            {"facility": 0, "balance": 12, "currency": "CNY"}, {"facility": 2, "balance": 3, "currency": "USD"}
        ],
        "client_years": [
            {"party": "a", "year": 2024, "currency": "CNY", "bank_revenue": [1] * 12},
            {"party": "b", "year": 2023, "currency": "CNY", "bank_revenue": [100] * 12},  # before its last twelve months
            {"party": "b", "year": 2025, "currency": "CNY", "bank_revenue": [3]},
            {"party": "b", "year": 2024, "currency": "USD", "bank_revenue": [9] * 12},
            {"party": "d", "year": 2024, "currency": "USD", "bank_revenue": [9]},
        ],
        "home_joint_balances": [{"account": 0, "party": "a", "currency": "CNY", "amount": 2}],
    }  # fmt: skip
    tables = found(told, asked=asked)
    assert "".join(tables["segment_members"]["party_id"]) == members
    assert tables["segment_counts"]["undecided"].to_list() == [undecided]


def test_without_a_filter_there_is_nothing() -> None:
    assert {name: table.height for name, table in found({}).items()} == {"segment_members": 0, "segment_counts": 0}


def test_a_digest_tells_filters_and_facts_apart() -> None:
    one = given({"fact_tags": [{"party": "a", "tag": "golf"}]}, x={"field": "age", "is": 30})
    facts = given({"fact_tags": [{"party": "a", "tag": "tea"}]}, x={"field": "age", "is": 30})
    filters = given({"fact_tags": [{"party": "a", "tag": "golf"}]}, x={"field": "age", "is": 31})
    party_ids = BANK.given.party_ids
    told = one.digests(party_ids)
    changed = [
        {name for name, digest in other.digests(party_ids).items() if digest != told[name]}
        for other in (facts, filters)
    ]
    assert changed == [{"fact_tags"}, {"segment_filters"}]
