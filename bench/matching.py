"""How long matching takes, and how right it is: the records of the demo bank's own tables, no database in between.

Measured is all that a matching computes: names folded and read, pairs compared, chances learnt, pairs scored, clusters
made. How right: pairs that no identifier joins, against those planted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import polars as pl

from api.services.match_evaluate import MatchFigures, evaluate_demo
from api.services.match_records import prepared
from api.services.match_rules import Kind, shipped_match_rules
from api.services.match_tables import planted_bank
from api.services.matching import joined, match
from bench.bank import Bank
from bench.figures import Figure, Limit

KINDS: tuple[Kind, ...] = ("person", "company")


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds for each kind of party, then precision and recall."""
    bank.made()
    records = planted_bank(bank.files).records
    for kind in KINDS:
        own = records.filter(pl.col("kind") == kind)
        rules = shipped_match_rules(kind)
        begun = time.perf_counter()
        matching = match(prepared(own, rules), rules)
        joined(matching)
        seconds = time.perf_counter() - begun
        told = f"{matching.pairs.height:,} pairs likely enough to show"
        yield Figure(f"match {own.height:,} records, each of a {kind}", seconds, "s", beside=told)
    for told_of in evaluate_demo(bank.files).evaluations:
        found = next(one for one in told_of.figures if one.what == "joined")
        for name, limit in (("precision", 99.0), ("recall", None)):
            asked = None if limit is None else Limit(limit, "at least")
            value = 100 * float(getattr(found, name) or 0)
            yield Figure(f"{name} of joined likenesses, {told_of.kind}", value, "%", asked, _told(found))


def _told(found: MatchFigures) -> str:
    return f"{found.there} pairs planted, {found.pairs} joined, {found.right} of both"
