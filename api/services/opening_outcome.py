"""What a person did about an opening, written down: taken up, offered, refused, sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from api.services.acting import acting_user
from api.services.answers import stamp
from api.services.known import parties_seen
from api.services.opening_answer import OpeningAnswer, ProductRef
from api.services.opening_outcomes import outcomes, state_of
from api.services.opening_words import reasons
from api.services.openings import KeptOpenings, products_named
from api.services.reasons import names_in, told
from graph import times
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once, answered_again, write_once
from graph.store import Tx, View
from loaders.currencies import CURRENCIES, minor_digits, minor_units

Row = Mapping[str, Any]
OUTCOMES = ("taken_up", "offered", "refused", "sold")
LONGEST_NOTE = 2_000
DEFAULT_CURRENCY = "CNY"


@dataclass(frozen=True)
class OutcomeAsked:
    """value: what was sold is worth, a decimal in major units; currency: of that, CNY where none is given."""

    outcome: str
    note: str | None = None
    value: str | None = None
    currency: str | None = None


@answered_again
def record_outcome(
    view: View, archive: Path, opening_id: str, asked: OutcomeAsked, user: str | None, once: Once | None = None
) -> str:
    """Write down what was done; it counts at once. Returns the opening's id.

    Raises NotFound for an opening that no run of the view's day offers and on which nothing was done, BadInput naming
    the field for what cannot be, Conflict for one that is sold.
    """
    who = acting_user(user)
    outcome = _outcome(asked, who)
    opening, rested = _opening(view, archive, opening_id)

    def work(tx: Tx) -> str:
        for row in tx.run("openings/last", opening_id=opening_id):
            if row["outcome"] == "sold" and row["seq"] > rested:
                raise Conflict(
                    f"Opening {opening_id} is sold, and closed by that until a run offers the product to the party "
                    "again."
                )
        tx.run("openings/keep", opening_id=opening_id, opening=opening, outcome={**outcome, "seq": tx.number})
        return opening_id

    return write_once(view.store, who, work, f"{asked.outcome} of {opening_id}", once)


def opening(view: View, opening_id: str) -> OpeningAnswer:
    """An opening on which something was done. Raises NotFound, also where its party is not visible."""
    rows = view.read("openings/one", opening_id=opening_id)
    row: Row = rows[0]["opening"] if rows else {"party_id": None}
    seen = parties_seen(view, [row["party_id"]])
    if not seen:
        raise NotFound(
            f"Nothing was done about an opening {opening_id[:80]!r}; the openings of a party tell their ids.",
            field="opening_id",
            value=opening_id[:80],
        )
    product_id = row.get("product_id")
    products = products_named(view, [product_id])
    steps = outcomes(row, view)
    return OpeningAnswer(
        **stamp(view),
        opening_id=opening_id,
        party=seen[row["party_id"]],
        product=(products.get(product_id) or ProductRef(product_id=product_id)) if product_id else None,
        source=row["source"],
        reasons=told(row["because"], names_in(view, row["because"], {})),
        state=state_of(steps),
        outcomes=steps,
    )


def _opening(view: View, archive: Path, opening_id: str) -> tuple[dict[str, Any], int]:
    """What is kept of it when something is first done, and up to which number a sale of it has rested, -1 for none: the
    run that offers it knew of it. Raises NotFound where it is none."""
    kept = KeptOpenings(view, archive)
    rows = kept.rows("openings", pl.col("opening_id") == opening_id)
    seen = parties_seen(view, [row["party_id"] for row in rows])
    if not seen:
        known = view.read("openings/one", opening_id=opening_id)
        if known and parties_seen(view, [known[0]["opening"]["party_id"]]):
            return {}, -1
        raise NotFound(
            f"{kept.run_id} offers no opening {opening_id[:80]!r}; the openings of a party tell their ids.",
            field="opening_id",
            value=opening_id[:80],
        )
    row = rows[0]
    products = products_named(view, [row["product_id"], row["like_id"]])

    def called(product_id: str | None) -> str:
        return products[product_id].called if product_id in products else product_id or ""

    found = {
        "party_id": row["party_id"],
        "product_id": row["product_id"],
        "source": row["source"],
        "because": reasons(row, called, seen[row["party_id"]].kind == "person"),
        "run_id": kept.run_id,
    }
    return {name: value for name, value in found.items() if value is not None}, kept.input_seq


def _outcome(asked: OutcomeAsked, who: str) -> dict[str, Any]:
    if asked.outcome not in OUTCOMES:
        raise BadInput(
            f"outcome is {asked.outcome[:50]!r}; give {', '.join(OUTCOMES)}.", field="outcome", value=asked.outcome[:50]
        )
    note = (asked.note or "").strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"note has {len(note):,} letters; give at most {LONGEST_NOTE:,}.", field="note")
    value, currency = _value(asked)
    return {
        "outcome": asked.outcome,
        "at": times.now_ms(),
        "user": who,
        "note": note,
        "value": value,
        "currency": currency,
    }


def _value(asked: OutcomeAsked) -> tuple[int, str]:
    """Minor units, -1 where no value is told, and its currency."""
    value, currency = value_given(asked.value, asked.currency, asked.outcome, "sold")
    return (-1, "") if value is None else (value, currency or "")


def value_given(value: str | None, currency: str | None, done: str, closing: str) -> tuple[int | None, str | None]:
    """What was sold is worth: minor units and currency, None where no value is told.

    value: a decimal in major units. done: what is written down; a value is of `closing` alone. Raises BadInput.
    """
    if value is None:
        if currency:
            raise BadInput("currency is of a value; give `value`, too, or leave it out.", field="currency")
        return None, None
    if done != closing:
        raise BadInput(f"value is of what is {closing}; leave it out of {done}.", field="value", value=value)
    currency = currency or DEFAULT_CURRENCY
    if currency not in CURRENCIES:
        raise BadInput(
            f"currency is {currency[:20]!r}; give a code of ISO 4217 such as CNY.",
            field="currency",
            value=currency[:20],
        )
    minor = minor_units(value, currency)
    if minor is None or minor < 0:
        raise BadInput(
            f"value is {value[:50]!r}; give an amount in major units with at most {minor_digits(currency)} "
            "decimals, not below zero, such as 1250.00.",
            field="value",
            value=value[:50],
        )
    return minor, currency
