"""Product preference by segment: how much more often its customers hold a product than all customers do."""

from __future__ import annotations

from collections import Counter

from api.services.answers import stamp
from api.services.catalogue import why_empty
from api.services.figures_answer import Preference, PreferencesAnswer
from api.services.organisation import organisation
from api.services.referrals import fraction
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 50, 1_000
FEWEST = 5
"""Holders of a segment below which a lift says nothing; such rows are left out, and counted."""


def preferences(view: View, limit: int = DEFAULT, offset: int = 0) -> PreferencesAnswer:
    """One page of products by segment, the highest lift first. Raises BadInput for a page that cannot be.

    The lift of a product p in a segment s is (holders in s / customers in s) / (holders / customers).
    """
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)
    segments = view.read("figures/preferences")
    names = organisation(view, "rollup").known
    holders: Counter[str] = Counter()
    for row in segments:
        holders.update(dict(row["held"]))
    everybody = sum(row["customers"] for row in segments)
    made = [
        (number * everybody, row["customers"] * holders[product], row, product, number)
        for row in segments
        for product, number in row["held"]
        if number >= FEWEST
    ]
    made.sort(key=lambda one: (-(one[0] * 10**9 // one[1]), -one[4], one[2]["segment"], one[3]))
    few = sum(len(row["held"]) for row in segments) - len(made)
    left = len(made) - offset - limit
    omitted = [f"{few:,} pairs of a segment and a product with fewer than {FEWEST} holders"] if few else []
    omitted += [f"{left:,} more: ask with offset={offset + limit}"] if left > 0 else []
    return PreferencesAnswer(
        **stamp(view, omitted),
        rows=[
            Preference(
                segment=row["segment"],
                product_id=product,
                product=names.get(product, {}).get("name"),
                customers=row["customers"],
                holders=number,
                rate=fraction(number, row["customers"]) or "",
                rate_of_all=fraction(holders[product], everybody) or "",
                lift=f"{part * 100 // whole // 100}.{part * 100 // whole % 100:02d}",
            )
            for part, whole, row, product, number in made[offset : offset + limit]
        ],
        total_rows=len(made),
        empty=None if made else why_empty(view, ("HOLDS",)),
    )
