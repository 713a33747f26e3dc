"""What a run reads of lending, given by hand: only the rows that a test speaks of."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.services.risk_input import RiskInput
from graph import times

_DEFAULTS: dict[str, dict[str, Any]] = {
    "facilities": {
        "facility_id": "F",
        "limit_amount": -1,
        "drawn_amount": -1,
        "currency": "CNY",
        "factor": -1,
        "matures": 20_000,
        "item_kind": "loan",
        "commitment_kind": "",
    },
    "drawdowns": {"facility": 0, "balance": -1, "currency": "CNY", "matures": -1},
    "borrowers": {"facility": 0, "party": 0},
    "guarantees": {
        "link": "L",
        "guarantor": 0,
        "debtor": 0,
        "amount": -1,
        "currency": "CNY",
        "day": times.SINCE_EVER,
        "until": times.UNTIL_FURTHER,
        "facility": -1,
    },
    "securities": {
        "facility": 0,
        "collateral": "K",
        "until": times.UNTIL_FURTHER,
        "kind": "",
        "value": -1,
        "currency": "CNY",
        "issuer": -1,
        "secured": -1,
        "secured_currency": "CNY",
    },
    "institutions": {"party": 0, "institution": "", "exempt": "", "bank_role": ""},
    "dependence": {
        "link": "D",
        "dependent": 0,
        "provider": 0,
        "criterion": "receipts",
        "status": 0,
        "by_run": 0,
        "part": -1,
        "whole": -1,
    },
    "statements": {
        "party": 0,
        "year": 2024,
        "single": 1,
        "revenue": -1,
        "expenditure": -1,
        "equity": -9_007_199_254_740_991,
        "currency": "CNY",
    },
    "payments": {"payer": -1, "payee": -1, "amount": 0, "currency": "CNY"},
    "payment_months": {"month": 202412, "pairs": 1},
    "transfers": {"payer": -1, "payee": -1, "day": -1, "amount": -1, "currency": "CNY"},
    "outside_accounts": {"account_id": ""},
    "paid_into": {"drawdown": "W", "facility": 0, "payee": -1, "day": -1, "amount": -1, "currency": "CNY"},
    "repayments": {"facility": 0, "payer": -1, "amount": -1, "currency": "CNY"},
    "kin": {"person": 0, "relative": 0, "relation": ""},
    "key_managers": {"person": 0, "company": 0, "post": ""},
    "declared": {"group_id": "GR", "party": 0},
    "referrals": {
        "link": "L",
        "referrer": 0,
        "referred": 0,
        "day": -1,
        "campaign": "",
        "product": "",
        "outcome": "",
        "value": -1,
        "currency": "CNY",
        "bought": -1,
    },
    "capital": {"day": 20_000, "currency": "CNY", "net_capital": -1, "net_tier_1": -1, "tier_1": -1, "source": "x"},
    "rates": {"from_currency": "USD", "to_currency": "CNY", "day": 20_000, "rate": 10**9},
}


def risk(**given: list[dict[str, Any]]) -> RiskInput:
    """Tables by name, each row with the columns that matter."""
    unknown = {(table, name) for table, rows in given.items() for row in rows for name in row.keys() - _DEFAULTS[table]}
    assert not unknown
    tables = {}
    for table, defaults in _DEFAULTS.items():
        schema = {name: pl.String if isinstance(value, str) else pl.Int64 for name, value in defaults.items()}
        tables[table] = pl.DataFrame([{**defaults, **row} for row in given.get(table, [])], schema=schema)
    return RiskInput(tables)
