"""What to offer a party or the members of a group, and whom to offer a product: a run's ranking, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from algorithms.threshold import PPB
from api.services.answers import Because, PartyRef, many, stamp
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.opening_answer import (
    GroupOpenings,
    NotOffered,
    OpeningTold,
    OutcomeTold,
    PartyOpenings,
    ProductProspects,
    ProductRef,
)
from api.services.opening_input import RULES
from api.services.opening_outcomes import CLOSING, outcomes_of, state_since
from api.services.opening_rules import OpeningRules, read_opening_rules
from api.services.opening_words import reasons, why_not
from api.services.party import missing
from api.services.reasons import names_in, told
from graph.errors import BadInput, NotFound
from graph.store import View

DEFAULT, MOST = 50, 500
Row = Mapping[str, Any]


def party_openings(view: View, archive: Path, party_id: str) -> PartyOpenings:
    """The openings of one party. Raises NotFound for an unknown party and without a run or its tables, JoinedAway."""
    themselves = parties_seen(view, [party_id])
    if party_id not in themselves:
        raise missing(view, party_id)
    kept = KeptOpenings(view, archive)
    of_it = pl.col("party_id") == party_id
    found = kept.told(kept.rows("openings", of_it), kept.rows("openings_suppressed", of_it), themselves)
    counts = kept.table("openings_counts").filter(of_it).drop("party_id").collect().rows(named=True)
    return PartyOpenings(
        **kept.stamp(),
        because=kept.because(found.offered),
        party=themselves[party_id],
        openings=found.offered,
        not_offered=found.left_out,
        counts=counts[0] if counts else None,
        empty=None if found.offered else f"{kept.run_id} found nothing to offer it",
    )


def group_openings(view: View, archive: Path, group_id: str, limit: int = DEFAULT) -> GroupOpenings:
    """The openings of a group's members. Raises NotFound for an unknown group and without a run, BadInput for a limit
    that cannot be."""
    _check_page(limit, 0)
    ids = view.read("openings/members", group_id=group_id)[0]["ids"]
    if not ids:
        raise NotFound(f"No group has the id {group_id[:80]!r}.", field="group_id", value=group_id[:80])
    kept = KeptOpenings(view, archive)
    of_members = pl.col("party_id").is_in(ids)
    seen = parties_seen(view, ids)
    found = kept.told(kept.rows("openings", of_members), kept.rows("openings_suppressed", of_members), seen)
    total = len(found.offered)
    omitted = [f"openings capped at {limit} of {total:,}"] if total > limit else []
    return GroupOpenings(
        **kept.stamp(omitted),
        because=kept.because(found.offered[:limit]),
        group_id=group_id,
        members=len(ids),
        openings=found.offered[:limit],
        not_offered=dict(sorted(Counter(one.reason for one in found.left_out).items())),
        total=total,
        empty=None if total else f"{kept.run_id} found nothing to offer its members",
    )


def product_prospects(
    view: View, archive: Path, product: str, limit: int = DEFAULT, offset: int = 0
) -> ProductProspects:
    """Whom to offer a product, by id or code. Raises NotFound for an unknown product and without a run, BadInput where
    several systems use the code, and for a page that cannot be."""
    _check_page(limit, offset)
    one = find_product(view, product)
    kept = KeptOpenings(view, archive)
    of_it = pl.col("product_id") == one.product_id
    rows = kept.rows("openings", of_it)
    left_out = kept.table("openings_suppressed").filter(of_it).group_by("reason").len().collect()
    page = rows[offset : offset + limit]
    seen = parties_seen(view, [row["party_id"] for row in page])
    found = kept.told(page, [], seen)
    more = len(rows) - offset - len(page)
    hidden = len({row["party_id"] for row in page} - seen.keys())
    omitted = [f"{many(more, 'more party')}: ask with offset={offset + len(page)}"] if more > 0 else []
    omitted += [f"{many(hidden, 'party')} outside your scope"] if hidden else []
    closed = len(found.left_out)
    omitted += [f"{closed:,} that were refused or sold since the run"] if closed else []
    return ProductProspects(
        **kept.stamp(omitted),
        because=kept.because(found.offered),
        product=one,
        prospects=found.offered,
        not_offered=dict(sorted(left_out.rows())),
        total=len(rows),
        empty=None if rows else f"{kept.run_id} found nobody to offer it to",
    )


def find_product(view: View, product: str) -> ProductRef:
    """One product by its id or the bank's code."""
    rows = view.read("openings/product", product=product)
    if not rows:
        raise NotFound(
            f"No product has the id or code {product[:80]!r}; the section `products` of a 360 tells both.",
            field="product_id",
            value=product[:80],
        )
    if len(rows) > 1:
        ids = ", ".join(row["product"]["product_id"] for row in rows)
        raise BadInput(
            f"Several products have the code {product[:80]!r}: {ids}. Give one of the ids.",
            field="product_id",
            value=product[:80],
        )
    return product_ref(rows[0]["product"])


def product_ref(row: Row) -> ProductRef:
    """A product from its few columns."""
    return ProductRef(
        product_id=row["product_id"],
        **{name: row.get(name) for name in ("name", "name_en", "code", "family")},
    )


def products_named(view: View, ids: Iterable[str | None]) -> dict[str, ProductRef]:
    """Products by id."""
    wanted = sorted({one for one in ids if one})
    found = view.read("openings/products", ids=wanted)[0]["found"] if wanted else []
    return {row["product_id"]: product_ref(row) for row in found}


def _check_page(limit: int, offset: int) -> None:
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)


class Found:
    """Rows as told, the best first. offered: what can be offered still; left_out: what cannot, by now."""

    def __init__(self) -> None:
        self.offered: list[OpeningTold] = []
        self.left_out: list[NotOffered] = []


class KeptOpenings(KeptRun):
    """The openings that the run of a view's day keeps. Raises what KeptRun raises."""

    def __init__(self, view: View, archive: Path) -> None:
        super().__init__(view, archive)
        self._asked = view
        text = self.table(RULES).collect().row(0, named=True)
        self.opening_rules: OpeningRules = read_opening_rules(text["text"], text["origin"]).rules

    def rows(self, name: str, chosen: pl.Expr) -> list[dict[str, Any]]:
        """Rows of a table, the best first, ties by party."""
        order = [pl.col("score"), pl.col("party_id"), pl.col("product_id")]
        frame = self.table(name).filter(chosen).sort(order, descending=[True, False, False], nulls_last=True)
        return frame.collect().rows(named=True)

    def stamp(self, omitted: Sequence[str] = ()) -> dict[str, Any]:
        """The fields of `Answer`."""
        return {**stamp(self._asked, omitted), "run_id": self.run_id}

    def told(self, rows: Sequence[Row], suppressed: Sequence[Row], seen: Mapping[str, PartyRef]) -> Found:
        """Rows of both tables as told; those of parties that are not seen are left out."""
        view, found = self._asked, Found()
        rows, suppressed = ([row for row in some if row["party_id"] in seen] for some in (rows, suppressed))
        done = outcomes_of(view, [row["party_id"] for row in (*rows, *suppressed)])
        ids = [row[name] for row in rows for name in ("product_id", "like_id")]
        products = products_named(view, [*ids, *(row["product_id"] for row in suppressed)])
        linked = parties_seen(view, [row["linked_id"] for row in rows])
        names = {one.party_id: one.called for one in (*seen.values(), *linked.values())}

        def called(product_id: str | None) -> str:
            return products[product_id].called if product_id in products else product_id or ""

        for row in rows:
            steps, party = done.get(row["opening_id"], []), seen[row["party_id"]]
            product = _product(products, row["product_id"])
            state = state_since(steps, self.input_seq)
            if state in CLOSING:
                found.left_out.append(_closed(row, party, product, steps))
                continue
            kept = reasons(row, called, party.kind == "person")
            found.offered.append(
                OpeningTold(
                    opening_id=row["opening_id"],
                    party=party,
                    product=product,
                    place=row["place"],
                    score=_score(row["score"]),
                    source=row["source"],
                    reasons=told(kept, names_in(view, kept, names)),
                    matures_on=row["matures_on"],
                    linked_to=linked.get(row["linked_id"] or ""),
                    state=state,
                    outcomes=steps,
                )
            )
        found.left_out += [
            NotOffered(
                opening_id=row["opening_id"],
                party=seen[row["party_id"]],
                product=_product(products, row["product_id"]),
                reason=row["reason"],
                text=why_not(row["reason"], self.opening_rules.days),
                outcomes=done.get(row["opening_id"], []),
            )
            for row in suppressed
        ]
        return found

    def because(self, offered: Iterable[OpeningTold]) -> list[Because]:
        """The rule of the ranking, and the reasons of each opening."""
        weights = self.opening_rules.weights
        parts = ", ".join(f"{name} {getattr(weights, name)}" for name in type(weights).model_fields)
        told = f"openings are ranked by the sum of what speaks for each, from 0 to 1, times its weight: {parts}"
        return [
            Because(rule="openings.ranking", text=told),
            *(Because(rule=f"openings.{one.source}", text=reason) for one in offered for reason in one.reasons[:1]),
        ]


def _product(products: Mapping[str, ProductRef], product_id: str | None) -> ProductRef | None:
    return (products.get(product_id) or ProductRef(product_id=product_id)) if product_id else None


def _closed(row: Row, party: PartyRef, product: ProductRef | None, steps: list[OutcomeTold]) -> NotOffered:
    last = steps[-1]
    return NotOffered(
        opening_id=row["opening_id"],
        party=party,
        product=product,
        reason=last.outcome,
        text=f"{last.outcome} on {last.day}, as {last.user} wrote down",
        outcomes=steps,
    )


def _score(ppb: int) -> str:
    return f"{ppb // PPB}.{ppb % PPB:09d}"
