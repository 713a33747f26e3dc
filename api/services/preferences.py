"""Product preference by segment: how much more often its customers hold a product than all customers do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.services.answers import many
from api.services.catalogue import why_empty
from api.services.figures import OVERLAP
from api.services.figures_answer import Preference, PreferencesAnswer
from api.services.kept_figures import KeptFigures
from api.services.organisation import organisation
from api.services.referrals import fraction
from api.services.run_figures import CUSTOMERS, EVERYONE, HOLDERS, SAVED, SEGMENT
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 50, 1_000
BY = (SEGMENT, SAVED)
FEWEST = 5
"""Holders of a segment below which a lift says nothing; such rows are left out, and counted."""


def preferences(
    view: View, archive: Path, by: str = SEGMENT, limit: int = DEFAULT, offset: int = 0
) -> PreferencesAnswer:
    """One page of products by segment, the highest lift first. by: segments of the source, or saved ones.

    The lift of a product p in a segment s is (holders in s / customers in s) / (holders / customers). Raises BadInput
    for another `by` and a page that cannot be, and what `KeptRun` raises.
    """
    if by not in BY:
        raise BadInput(f"by is {by[:50]!r}; give {' or '.join(BY)}.", field="by", value=by[:50])
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)
    kept = KeptFigures(view, archive)
    held = _held(kept, by)
    products = organisation(view, "rollup").known
    names = {row["segment"]["segment_id"]: row["segment"]["name"] for row in view.read("segments/all")}
    made = [_Pair(held, *pair) for pair, number in held.holders.items() if number >= FEWEST]
    made.sort(key=lambda one: (-one.lift, -one.holders, one.segment, one.product))
    few = len(held.holders) - len(made)
    left = len(made) - offset - limit
    omitted = [f"{many(few, 'pair')} of a segment and a product with fewer than {FEWEST} holders"] if few else []
    omitted += [f"{left:,} more: ask with offset={offset + limit}"] if left > 0 else []
    return PreferencesAnswer(
        **kept.stamp(omitted),
        because=[OVERLAP[by]] if by in OVERLAP else [],
        by=by,
        rows=[
            Preference(
                segment=one.segment,
                name=names.get(one.segment) if by == SAVED else None,
                product_id=one.product,
                product=products.get(one.product, {}).get("name"),
                customers=held.customers[one.segment],
                holders=one.holders,
                rate=fraction(one.holders, held.customers[one.segment]) or "",
                rate_of_all=fraction(held.of_all[one.product], held.everybody) or "",
                lift=f"{one.lift_hundredths // 100}.{one.lift_hundredths % 100:02d}",
            )
            for one in made[offset : offset + limit]
        ],
        total_rows=len(made),
        empty=None if made else why_empty(view, ("HOLDS",)),
    )


@dataclass(frozen=True)
class _Held:
    """holders: by (segment, product). customers: by segment. of_all: holders by product, over all customers."""

    holders: Mapping[tuple[str, str], int]
    customers: Mapping[str, int]
    of_all: Mapping[str, int]
    everybody: int


def _held(kept: KeptFigures, by: str) -> _Held:
    of_all: Counter[str] = Counter()
    customers: Counter[str] = Counter()
    for _, units, _, number in kept.rows(CUSTOMERS, by).iter_rows():
        customers.update({units[0]: number} if units else {})
    for _, _, product, number in kept.rows(HOLDERS, SEGMENT).iter_rows():  # by the source each is in one segment alone
        of_all[product] += number
    return _Held(
        holders={(segment, product): n for _, segment, product, n in kept.rows(HOLDERS, by).iter_rows()},
        customers=customers,
        of_all=of_all,
        everybody=sum(n for _, _, _, n in kept.rows(CUSTOMERS, EVERYONE).iter_rows()),
    )


class _Pair:
    """A segment and a product with its lift, exact to nine digits and to two, rounded down."""

    def __init__(self, held: _Held, segment: str, product: str) -> None:
        self.segment, self.product, self.holders = segment, product, held.holders[segment, product]
        part, whole = self.holders * held.everybody, held.customers[segment] * held.of_all[product]
        self.lift = part * 10**9 // whole
        self.lift_hundredths = part * 100 // whole
