"""What a run reads of openings: products, customers with segment, rating and wishes, what matures, whom campaigns
approached, what persons did about openings, who holds which post, and since when somebody is a customer and holds what
(for who is likely to refer). Kept as tables whose parties are ordinals, in an order of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import IntArray, distinct
from api.services.digests import digests_of_tables
from api.services.key_person_rules import finance_posts
from api.services.linkage_input import COLUMNS as LINKAGE_COLUMNS
from api.services.linkage_input import READ as LINKAGE_READ
from api.services.linkage_input import TABLES as LINKAGE
from api.services.linkage_input import linkage_tables
from api.services.opening_outcomes import all_outcomes
from api.services.opening_rules import OpeningRules, OpeningsFile, opening_rules
from api.services.run_input import RunInput
from api.services.run_reading import Part, Reading
from api.services.segment_input import FACTS, SegmentInput
from api.services.snapshots import Columns
from graph import times
from graph.store import View

TABLES: Mapping[str, tuple[str, ...]] = {
    "offer_products": (),
    "offer_clients": ("party",),
    "offer_maturing": ("party",),
    "offer_approaches": ("party",),
    "offer_outcomes": ("party",),
    "offer_finance_posts": (),
    "refer_holdings": ("party",),
    "refer_clients": ("party",),
    **LINKAGE,
}
"""The tables, each with its columns of party ordinals."""
COLUMNS: Mapping[str, dict[str, type[pl.DataType]]] = {
    "offer_products": {"product": pl.String, "family": pl.String, "risk": pl.String, "segment": pl.String},
    "offer_clients": {
        "party": pl.Int64, "customer": pl.Int64, "segment": pl.String, "rating": pl.String, "opted_out": pl.Int64
    },
    "offer_maturing": {"party": pl.Int64, "product": pl.String, "due": pl.Int64},
    "offer_approaches": {"party": pl.Int64, "product": pl.String, "day": pl.Int64, "response": pl.String},
    "offer_outcomes": {"party": pl.Int64, "product": pl.String, "day": pl.Int64, "outcome": pl.String},
    "offer_finance_posts": {"post": pl.String},
    "refer_holdings": {"party": pl.Int64, "since": pl.Int64},
    "refer_clients": {"party": pl.Int64, "since": pl.Int64},
    **LINKAGE_COLUMNS,
}  # fmt: skip
"""Their columns. Days since 1970. `outcome`: each that was written down, in turn."""
RULES = "opening_rules"
READ = ("products", "holding_days", *LINKAGE_READ)


@dataclass(frozen=True)
class OpeningInput:
    """Tables by name, see `COLUMNS`, and the rules asked for."""

    tables: Mapping[str, pl.DataFrame]
    file: OpeningsFile

    @property
    def rules(self) -> OpeningRules:
        """The rules themselves."""
        return self.file.rules

    def column(self, table: str, name: str) -> IntArray:
        """A column of whole numbers."""
        return self.tables[table][name].to_numpy().astype(np.int64)

    @property
    def opted_out(self) -> IntArray:
        """Who asked not to be approached, ascending."""
        rows = self.tables["offer_clients"].filter(pl.col("opted_out") == 1)
        return distinct(rows["party"].to_numpy().astype(np.int64))

    def digests(self, party_ids: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of each table, and of the rules. known: those of tables that need not be worked out."""
        told = digests_of_tables(self.tables, TABLES, party_ids, known)
        return told | {RULES: self.file.digest}


def no_openings() -> OpeningInput:
    """Nothing read: nothing is offered."""
    return OpeningInput({name: pl.DataFrame(schema=schema) for name, schema in COLUMNS.items()}, opening_rules())


def read_opening_input(reading: Reading, given: RunInput, file: OpeningsFile, segments: SegmentInput) -> OpeningInput:
    """Read what openings are found from. Only a view of everything may be read.

    segments: as read from the same; what it tells of parties themselves is gone through once.
    """
    view = reading.view
    posts = pl.DataFrame({"post": sorted(finance_posts())}, schema=COLUMNS["offer_finance_posts"])
    part = reading.part(
        "openings",
        READ,
        (file.digest, view.as_of),
        lambda rows: _made(reading, rows, given, file, segments.tables["fact_parties"]),
        after=FACTS,
        anew={"offer_outcomes": _outcomes(view, given), "offer_finance_posts": posts},
    )
    return OpeningInput(part.tables, file)


def _made(reading: Reading, rows: dict[str, Columns], given: RunInput, file: OpeningsFile, facts: pl.DataFrame) -> Part:
    """facts: what is told of parties themselves."""
    view, days = reading.view, file.rules.days
    approached = reading.of("approaches", since=view.day - max(days.quiet, days.refused))
    day = approached["day"].astype(np.int64)
    dated = approached["at"].astype(np.int64) >= 0
    day[dated] = [times.day_of(at, view.store.zone) for at in approached["at"][dated].tolist()]
    told = {
        "offer_products": rows["products"],
        "offer_maturing": reading.of("maturing", until=view.day + days.maturing),
        "offer_approaches": {**approached, "day": day},
        "refer_holdings": rows["holding_days"],
    }
    tables = {name: _table(name, columns, given) for name, columns in told.items()}
    return Part(tables | _clients(facts) | linkage_tables(rows, given, facts))


def _clients(facts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Customers, and others who asked not to be approached; since when customers are so, where a source says it."""
    opted_out, customer = pl.col("marketing_opt_out"), pl.col("customer") == 1
    told = {
        "offer_clients": facts.filter(customer | (opted_out == 1)).with_columns(
            rating="risk_class", opted_out=opted_out
        ),
        "refer_clients": facts.filter(customer & (pl.col("customer_since") > 0)).with_columns(since="customer_since"),
    }
    return {name: frame.select(list(COLUMNS[name])).sort(list(COLUMNS[name])) for name, frame in told.items()}


def _table(name: str, rows: Columns, given: RunInput) -> pl.DataFrame:
    """Rows whose parties the view knows, in an order of their own values."""
    columns: dict[str, Any] = {}
    for one, kind in COLUMNS[name].items():
        values = given.ordinal_of(rows[one]) if one in TABLES[name] else rows[one]
        columns[one] = values.tolist() if kind == pl.String else values
    frame = pl.DataFrame(columns, schema=COLUMNS[name])
    known = frame.filter(pl.all_horizontal(pl.col(end) >= 0 for end in TABLES[name])) if TABLES[name] else frame
    return known.sort(known.columns)


def _outcomes(view: View, given: RunInput) -> pl.DataFrame:
    """What persons did up to the view; of parties that are gone, and were joined into no other, nothing."""
    ordinal = {party_id: at for at, party_id in enumerate(given.party_ids)}
    found = [
        (ordinal[row["party_id"]], row["product_id"] or "", times.day_of(at, view.store.zone), outcome)
        for row in all_outcomes(view, ordinal)
        for outcome, at, seq in zip(row["outcomes"], row["at"], row["seqs"], strict=True)
        if seq <= view.seq
    ]
    return pl.DataFrame(found, schema=COLUMNS["offer_outcomes"], orient="row")
