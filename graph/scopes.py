"""The tokens that say who may see a party: those of branches and managers follow from links, others are the runs'."""

from __future__ import annotations

from collections.abc import Iterable

from graph import times
from graph.store import Row, Tx

LINKED = ("branch", "manager")
"""Kinds of tokens that follow from links."""


def linked(row: Row) -> set[str]:
    """The tokens that follow from the links of a party, as `plan/scope_tokens` tells them."""
    return {f"branch:{branch}" for branch in row["branches"]} | {f"manager:{manager}" for manager in row["managers"]}


def scope_now(row: Row) -> list[str]:
    """All tokens of a party, as `plan/scope_tokens` tells it: those of its links, and what else it has."""
    return sorted({token for token in row["scope"] if token.split(":", 1)[0] not in LINKED} | linked(row))


def scopes_now(tx: Tx, party_ids: Iterable[str], zone: str) -> dict[str, list[str]]:
    """The tokens of parties by the links that are open and hold today."""
    keys = [{"key": party_id} for party_id in party_ids]
    if not keys:
        return {}
    found = tx.run("plan/scope_tokens", rows=keys, day=times.to_day(times.today(zone)))
    return {row["party_id"]: scope_now(row) for row in found}
