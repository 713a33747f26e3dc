"""The frozen input of a run: written beside its tables, and read back by a replay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from algorithms.columns import IntArray, nothing
from algorithms.votes import Bases, Stakes
from api.services.risk_input import PARTIES, RiskInput
from api.services.rule_sets import RuleFile, read_rule_set
from api.services.run_archive import Archive
from api.services.run_input import RunInput
from api.services.run_results import CONNECTED, CONTROL, Earlier, EarlierGroups

_EARLIER = ("group_id", "party_id", "dissolved")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "parties": ("party_id", "person"),
    "stakes": ("owner", "owned", "votes", "low", "high", "share"),
    "bases": ("controller", "controlled", "basis"),
    "couples": ("one", "other"),
    "rules": ("id", "origin", "digest", "text"),
    f"earlier_{CONTROL}": _EARLIER,
    f"earlier_{CONNECTED}": _EARLIER,
    "given_facilities": (
        "facility_id",
        "limit_amount",
        "drawn_amount",
        "currency",
        "factor",
        "matures",
        "item_kind",
        "commitment_kind",
    ),
    "given_drawdowns": ("facility", "balance", "currency", "matures"),
    "given_borrowers": ("facility", "party"),
    "given_guarantees": ("link", "guarantor", "debtor", "amount", "currency", "day", "until", "facility"),
    "given_securities": ("facility", "collateral", "until", "kind", "value", "currency", "issuer"),
    "given_institutions": ("party", "institution", "exempt", "bank_role"),
    "given_dependence": ("link", "dependent", "provider", "criterion", "status", "by_run", "part", "whole"),
    "given_statements": ("party", "year", "single", "revenue", "expenditure", "equity", "currency"),
    "given_payments": ("payer", "payee", "amount", "currency"),
    "given_payment_months": ("month", "pairs"),
    "given_transfers": ("payer", "payee", "day", "amount", "currency"),
    "given_outside_accounts": ("account_id",),
    "given_paid_into": ("drawdown", "facility", "day", "amount", "currency", "payee"),
    "given_repayments": ("facility", "amount", "currency", "payer"),
    "given_kin": ("person", "relative", "relation"),
    "given_key_managers": ("person", "company", "post"),
    "given_declared": ("group_id", "party"),
    "given_referrals": (
        "link",
        "referrer",
        "referred",
        "day",
        "campaign",
        "product",
        "outcome",
        "value",
        "currency",
        "bought",
    ),
    "given_spouses": ("one", "other"),
    "given_capital": ("day", "currency", "net_capital", "net_tier_1", "tier_1", "source"),
    "given_rates": ("from_currency", "to_currency", "day", "rate"),
}
"""The tables of a frozen input with their columns: what was frozen before one of them was added is refused."""


def freeze(tables: Archive, given: RunInput, risk: RiskInput, sets: Sequence[RuleFile], earlier: Earlier) -> None:
    """Keep all that a run reads."""
    _freeze_input(tables, given)
    for name, frame in risk.tables.items():
        tables.write(f"given_{name}", frame)
    rows = [(one.rules.id, one.origin, one.digest, one.text) for one in sets]
    names = ("id", "origin", "digest", "text")
    tables.write("rules", pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    _freeze_earlier(tables, CONTROL, earlier.memory)
    _freeze_earlier(tables, CONNECTED, earlier.connected)


def input_digest(given: RunInput, risk: RiskInput, sets: Sequence[RuleFile]) -> str:
    """Over what was read and the text of the rules."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in (given.digest(), risk.digest(given.party_ids), *(one.digest for one in sets)):
        hashed.update(part.encode())
    return hashed.hexdigest()


def _freeze_input(tables: Archive, given: RunInput) -> None:
    """Keep parties by ordinal, holdings, declared control, couples."""
    known = {"party_id": pl.Series(given.party_ids, dtype=pl.String), "person": given.persons}
    tables.write("parties", pl.DataFrame(known))
    s, b = given.stakes, given.bases
    held = {
        "owner": s.owner,
        "owned": s.owned,
        "votes": s.votes,
        "low": s.lower(),
        "high": s.upper(),
        "share": given.capital,
    }
    tables.write("stakes", pl.DataFrame(held))
    names = np.asarray([*b.names, ""], dtype=object)[b.basis].tolist()
    declared = {"controller": b.controller, "controlled": b.controlled, "basis": names}
    kinds = {"controller": pl.Int64, "controlled": pl.Int64, "basis": pl.String}
    tables.write("bases", pl.DataFrame(declared, schema=kinds))
    couples = {"one": [a for a, _ in given.couples], "other": [b for _, b in given.couples]}
    tables.write("couples", pl.DataFrame(couples, schema={"one": pl.Int64, "other": pl.Int64}))


FOR_NO_GROUP = frozenset({"transfers", "outside_accounts", "paid_into", "referrals"})
"""The tables that only payment patterns and referral chains are found from: millions of rows."""


def thaw_risk(tables: Archive, without: frozenset[str] = frozenset()) -> RiskInput:
    """What was read of risk, as it was. without: tables of which no rows are wanted."""
    frames = {name: tables.scan(f"given_{name}", COLUMNS[f"given_{name}"]) for name in PARTIES}
    return RiskInput({name: (rows.head(0) if name in without else rows).collect() for name, rows in frames.items()})


def thaw_rules(tables: Archive) -> tuple[RuleFile, ...]:
    """The rules as they were."""
    rows = _thaw(tables, "rules").select("text", "origin").iter_rows()
    return tuple(read_rule_set(text, origin) for text, origin in rows)


def _freeze_earlier(tables: Archive, kind: str, earlier: EarlierGroups) -> None:
    """Keep the earlier groups of a kind: a row a party, one without for a group that has none left or is dissolved."""
    rows: list[tuple[str, str | None]] = []
    for group_id, parties in sorted(earlier.parties_of.items()):
        rows += [(group_id, party) for party in sorted(parties)] or [(group_id, None)]
    rows += [(group_id, None) for group_id in sorted(earlier.dissolved)]
    frame = pl.DataFrame(rows, schema={"group_id": pl.String, "party_id": pl.String}, orient="row")
    tables.write(f"earlier_{kind}", frame.with_columns(dissolved=pl.col("group_id").is_in(sorted(earlier.dissolved))))


def thaw_input(tables: Archive) -> RunInput:
    """The input as it was read. It knows no nodes of the store, and counts no rows that were left out."""
    parties, held, declared, couples = (_thaw(tables, name) for name in ("parties", "stakes", "bases", "couples"))
    names, code = np.unique(declared["basis"].to_numpy().astype(str), return_inverse=True)
    stakes = Stakes(*(_column(held, name) for name in ("owner", "owned", "votes", "low", "high")))
    return RunInput(
        party_ids=parties["party_id"].to_list(),
        nodes=nothing(),
        ordinals=nothing(),
        stakes=stakes,
        bases=Bases(
            _column(declared, "controller"),
            _column(declared, "controlled"),
            code.astype(np.int64),
            tuple(names.tolist()),
        ),
        couples=tuple(couples.iter_rows()),
        rows=held.height,
        merged=0,
        unseen=0,
        share=_column(held, "share"),
        person=parties["person"].to_numpy(),
    )


def thaw_earlier(tables: Archive, kind: str) -> EarlierGroups:
    """The earlier groups as they were."""
    frame = _thaw(tables, f"earlier_{kind}")
    parties_of: dict[str, set[str]] = {}
    for group_id, party_id in frame.filter(~pl.col("dissolved")).select("group_id", "party_id").iter_rows():
        parties_of.setdefault(group_id, set()).update([party_id] if party_id else [])
    dissolved = frame.filter("dissolved")["group_id"].to_list()
    return EarlierGroups({k: frozenset(v) for k, v in parties_of.items()}, frozenset(dissolved))


def _thaw(tables: Archive, name: str) -> pl.DataFrame:
    return tables.scan(name, COLUMNS[name]).collect()


def _column(frame: pl.DataFrame, name: str) -> IntArray:
    return frame[name].to_numpy().astype(np.int64)
