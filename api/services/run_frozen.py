"""The frozen input of a run: written beside its tables, and read back by a replay."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import polars as pl

from algorithms.columns import IntArray, nothing
from algorithms.votes import Bases, Stakes
from api.services.client_input import COLUMNS as CLIENT_COLUMNS
from api.services.client_input import RULES as GRADING_RULES
from api.services.client_input import TABLES as CLIENT_TABLES
from api.services.digests import hash_texts
from api.services.household_input import COLUMNS as HOME_COLUMNS
from api.services.household_input import TABLES as HOME_TABLES
from api.services.opening_input import COLUMNS as OPENING_COLUMNS
from api.services.opening_input import RULES as OPENING_RULES
from api.services.opening_input import TABLES as OPENING_TABLES
from api.services.risk_input import PARTIES, RiskInput
from api.services.rule_sets import RuleFile, read_rule_set
from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_input import RunInput
from api.services.run_reading import GIVEN
from api.services.run_results import CONNECTED, CONTROL, FAMILY, HOUSEHOLD, Earlier, EarlierGroups
from api.services.segment_input import COLUMNS as SEGMENT_COLUMNS
from api.services.segment_input import FILTER_COLUMNS as SEGMENT_FILTER_COLUMNS
from api.services.segment_input import FILTERS as SEGMENT_FILTERS
from api.services.segment_input import TABLES as SEGMENT_TABLES

_EARLIER = ("group_id", "party_id", "dissolved")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "parties": ("party_id", "person"),
    "stakes": ("owner", "owned", "votes", "low", "high", "share"),
    "bases": ("controller", "controlled", "basis"),
    "couples": ("one", "other"),
    "rules": ("id", "origin", "digest", "text"),
    f"earlier_{CONTROL}": _EARLIER,
    f"earlier_{CONNECTED}": _EARLIER,
    f"earlier_{HOUSEHOLD}": _EARLIER,
    f"earlier_{FAMILY}": _EARLIER,
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
    "given_securities": (
        "facility",
        "collateral",
        "until",
        "kind",
        "value",
        "currency",
        "issuer",
        "secured",
        "secured_currency",
    ),
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
    "given_capital": ("day", "currency", "net_capital", "net_tier_1", "tier_1", "source"),
    "given_rates": ("from_currency", "to_currency", "day", "rate"),
    **{f"given_{name}": tuple(columns) for name, columns in HOME_COLUMNS.items()},
    **{f"given_{name}": tuple(columns) for name, columns in OPENING_COLUMNS.items()},
    OPENING_RULES: ("origin", "text"),
    **{f"given_{name}": tuple(columns) for name, columns in SEGMENT_COLUMNS.items()},
    SEGMENT_FILTERS: tuple(SEGMENT_FILTER_COLUMNS),
    **{f"given_{name}": tuple(columns) for name, columns in CLIENT_COLUMNS.items()},
    GRADING_RULES: ("origin", "text"),
}
"""The tables of a frozen input with their columns: what was frozen before one of them was added is refused."""


_CONTROL = ("parties", "stakes", "bases", "couples")


def freeze(
    tables: Archive,
    given: RunInput,
    risk: RiskInput,
    sets: Sequence[RuleFile],
    earlier: Earlier,
    before: Before | None = None,
) -> dict[str, str]:
    """Keep all that a run reads. The digests of it by part (`given_digests`).

    before: the run before, whose very tables are kept again where they are the same.
    """
    same = keep(tables, input_tables(given), before, "") | keep(tables, risk.tables, before)
    rows = [(one.rules.id, one.origin, one.digest, one.text) for one in sets]
    names = ("id", "origin", "digest", "text")
    tables.write("rules", pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    _freeze_earlier(tables, CONTROL, earlier.memory)
    _freeze_earlier(tables, CONNECTED, earlier.connected)
    found = before.kept.given if before else {}
    parts = (["parties"] if "parties" in same else []) + (["control"] if same.issuperset(_CONTROL) else [])
    known = {part: found[part] for part in parts}
    return given_digests(given, risk, known | kept_digests(before, same, PARTIES, known.get("parties")))


def keep(tables: Archive, frames: Mapping[str, pl.DataFrame], before: Before | None, prefix: str = GIVEN) -> set[str]:
    """Keep tables; the names of those that the run before kept just so. prefix: before their names, in the archive."""
    same = set()
    for table in frames:
        name = f"{prefix}{table}"
        if before and (name in before.same or before.holds(name, frames[table])):
            tables.take(name, before.tables)
            same.add(name)
        else:
            tables.write(name, frames[table])
    return same


def kept_digests(
    before: Before | None, same: Collection[str], tables: Mapping[str, Sequence[str]], parties: str | None
) -> dict[str, str]:
    """The digests of tables of what was read that are the same. Ordinals say the same only where all parties do.

    tables: by name, with their columns of ordinals. parties: the digest of all parties now; None: it may be another.
    """
    known = before.kept.given if before else {}
    same_parties = parties is not None and known.get("parties") == parties
    found = {name for name, ordinals in tables.items() if f"{GIVEN}{name}" in same and (same_parties or not ordinals)}
    return {name: known[name] for name in found & known.keys()}


def given_digests(given: RunInput, risk: RiskInput, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of the tables of lending, of `control` (holdings, declared control and couples) and of `parties`, who is a person
    among them. known: those that need not be worked out."""
    found = dict(known or {})
    if "control" not in found:
        found["control"] = given.digest()
    if "parties" not in found:
        hashed = hashlib.blake2b(np.packbits(given.persons).tobytes(), digest_size=16)
        hash_texts(hashed, given.ids)
        found["parties"] = hashed.hexdigest()
    return risk.digests(given.party_ids, found)


def input_digest(parts: Mapping[str, str], sets: Sequence[RuleFile]) -> str:
    """Over what was read and the text of the rules; parties that nothing names make no difference.

    parts: the digests of what was read (`given_digests`, those of households, openings, segments and customers).
    """
    read = ("control", *PARTIES, *HOME_TABLES, *OPENING_TABLES, OPENING_RULES, *SEGMENT_TABLES, SEGMENT_FILTERS)
    told = [(part, parts[part]) for part in (*read, *CLIENT_TABLES, GRADING_RULES)]
    return hashlib.blake2b(repr((told, [one.digest for one in sets])).encode(), digest_size=16).hexdigest()


def input_tables(given: RunInput) -> dict[str, pl.DataFrame]:
    """Parties by ordinal, holdings, declared control, couples."""
    known = {"party_id": given.ids, "person": given.persons}
    s, b = given.stakes, given.bases
    held = {
        "owner": s.owner,
        "owned": s.owned,
        "votes": s.votes,
        "low": s.lower(),
        "high": s.upper(),
        "share": given.capital,
    }
    names = np.asarray([*b.names, ""], dtype=object)[b.basis].tolist()
    declared = {"controller": b.controller, "controlled": b.controlled, "basis": names}
    kinds = {"controller": pl.Int64, "controlled": pl.Int64, "basis": pl.String}
    couples = {"one": [a for a, _ in given.couples], "other": [b for _, b in given.couples]}
    found = (
        pl.DataFrame(known),
        pl.DataFrame(held),
        pl.DataFrame(declared, schema=kinds),
        pl.DataFrame(couples, schema={"one": pl.Int64, "other": pl.Int64}),
    )
    return dict(zip(_CONTROL, found, strict=True))


FOR_NO_GROUP = frozenset({"transfers", "outside_accounts", "paid_into", "referrals"})
"""The tables that only payment patterns and referral chains are found from: millions of rows."""


def thaw_risk(tables: Archive, without: frozenset[str] = frozenset()) -> RiskInput:
    """What was read of risk, as it was. without: tables of which no rows are wanted."""
    frames = {name: tables.scan(f"given_{name}", COLUMNS[f"given_{name}"]) for name in PARTIES}
    return RiskInput({name: (rows.head(0) if name in without else rows).collect() for name, rows in frames.items()})


def thaw_rules(tables: Archive) -> tuple[RuleFile, ...]:
    """The rules as they were."""
    rows = thaw_table(tables, "rules").select("text", "origin").iter_rows()
    return tuple(read_rule_set(text, origin) for text, origin in rows)


def _freeze_earlier(tables: Archive, kind: str, earlier: EarlierGroups) -> None:
    """Keep the earlier groups of a kind: a row a party, one without for a group that has none left or is dissolved."""
    parties_of = {id: some or (None,) for id, some in earlier.parties_of.items()}
    groups = pl.Series(list(parties_of), dtype=pl.String)
    sizes = [len(some) for some in parties_of.values()]
    going_on = pl.DataFrame(
        {
            "group_id": groups.gather(np.repeat(np.arange(len(sizes)), sizes)),
            "party_id": pl.Series(list(chain.from_iterable(parties_of.values())), dtype=pl.String),
        }
    )
    gone = pl.DataFrame({"group_id": pl.Series(list(earlier.dissolved), dtype=pl.String)})
    parts = [going_on.with_columns(dissolved=False), gone.with_columns(dissolved=True)]
    rows = pl.concat(parts, how="diagonal")
    tables.write(f"earlier_{kind}", rows.sort("dissolved", "group_id", "party_id"))


def thaw_input(tables: Archive) -> RunInput:
    """The input as it was read. It knows no nodes of the store, and counts no rows that were left out."""
    parties, held, declared, couples = (thaw_table(tables, name) for name in ("parties", "stakes", "bases", "couples"))
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
    return EarlierGroups.of(thaw_table(tables, f"earlier_{kind}"))


class Frozen(Mapping[str, pl.DataFrame]):
    """What a run read, by the names of the tables without `given_`: each is read back whenever it is asked for."""

    def __init__(self, tables: Archive) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pl.DataFrame:
        return thaw_table(self._tables, f"{GIVEN}{name}")

    def __iter__(self) -> Iterator[str]:
        return (name.removeprefix(GIVEN) for name in COLUMNS if name.startswith(GIVEN))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def thaw_table(tables: Archive, name: str) -> pl.DataFrame:
    """One of `COLUMNS`. Raises NotFound where an older Guanxi did not keep it."""
    return tables.scan(name, COLUMNS[name]).collect()


def _column(frame: pl.DataFrame, name: str) -> IntArray:
    return frame[name].to_numpy().astype(np.int64)
