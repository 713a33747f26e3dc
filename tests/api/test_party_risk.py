"""Signs of risk as items of a 360: what each row is told as."""

from __future__ import annotations

from typing import Any

import pytest

from api.services.party_risk import PARTS, RiskItem, signs
from graph import times

LINK = {
    "id": "BORROWS-1", "source": "hand", "row_key": "1", "from_key": "a", "to_key": "b", "status": "confirmed",
    "seq_in": 1, "valid_from": times.SINCE_EVER, "valid_to": times.UNTIL_FURTHER, "data_day": 0, "flags": [],
}  # fmt: skip


def told(part: str, type_: str, **node: Any) -> RiskItem:
    """One row of a part, as it is told."""
    found: dict[str, Any] = {name: {"rows": []} for name in PARTS}
    found[part] = {"rows": [{"link": LINK, "type": type_, "other": node}]}
    (item,) = signs(found)
    return item


@pytest.mark.parametrize(
    ("classification", "overdue_days", "sign"),
    [
        ("doubtful", 0, "classification"),
        ("doubtful", 40, "classification"),  # both: what it is classified says more
        ("pass", 40, "overdue"),
        ("normal", 40, "overdue"),
        (None, 40, "overdue"),
    ],
)
def test_a_drawdown_is_overdue_or_classified(classification: str | None, overdue_days: int, sign: str) -> None:
    own = {"classification": classification, "overdue_days": overdue_days}
    item = told("risk_loans", "BORROWS", drawdown_id="D1", balance=5_00, drawn_amount=9_00, currency="CNY", **own)
    assert (item.sign, item.number, item.classification, item.overdue_days) == (
        sign, "D1", classification, overdue_days
    )  # fmt: skip
    assert item.amount
    assert item.amount.amount == "5.00"


def test_a_contract_owes_what_is_drawn_and_what_is_not_known_stays_so() -> None:
    item = told("risk_loans", "BORROWS", facility_id="F1", classification="loss", balance=5_00, currency="CNY")
    assert (item.sign, item.number, item.amount) == ("classification", "F1", None)
