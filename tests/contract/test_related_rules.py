"""What a purpose asks of links, held against the definition taken literally, on a star of links of every kind it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest

from api.services import related as related_service
from api.services.related import related, related_batch
from api.services.related_rules import Direction, Purpose, RelatedRules, Step, Where, related_rules
from graph import times
from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store, View
from tests.contract.conftest import empty
from tests.handmade import Bank

pytestmark = pytest.mark.contract

SHARES = (None, 0.0, 0.1 + 0.2, 0.2, 0.199999999, 0.2000000001, 0.35 + 0.10 + 0.05, 0.5, 0.499999999, 1.0)
RELATIONS = ("spouse", "parent", "cousin", None)
PPB = 10**9


@pytest.fixture(scope="module")
def view(connection: Connection) -> Iterator[View]:
    bank = Bank()
    bank.party("P-MID", "中心公司")
    for number, share in enumerate(SHARES):
        for key, ends in (
            (f"P-UP{number}", (f"P-UP{number}", "P-MID")),
            (f"P-DOWN{number}", ("P-MID", f"P-DOWN{number}")),
        ):
            bank.party(key, f"公司{key}")
            bank.link("OWNS", *ends, share=share)
    for number, relation in enumerate(RELATIONS):
        bank.party(f"P-KIN{number}", f"亲属{number}", "person")
        bank.link("KIN_OF", f"P-KIN{number}", "P-MID", relation=relation)
    today = times.to_day(times.today("UTC"))
    bank.party("P-GONE", "已退出股东")
    bank.link("OWNS", "P-GONE", "P-MID", share=1.0, _status="rebutted")
    bank.link("OWNS", "P-GONE", "P-MID", share=1.0, valid_to=today - 7)
    bank.link("OWNS", "P-MID", "P-GONE", share=1.0, valid_from=today + 7)
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        bank.load(store)
        yield store.view()


def found(view: View, *steps: Step) -> set[str]:
    """Who is related at one step."""
    purpose = Purpose(title="t", source="s", depth=1, most=100, steps=steps)
    rules = RelatedRules(version=1, purposes={"asked": purpose})
    return {one.party_id for one in related(view, "P-MID", "asked", rules).related}


def passing(least: float, unknown: bool, *sides: str) -> set[str]:
    """The definition: a share passes where it is at least the threshold, both to the part per billion."""
    return {
        f"P-{side}{number}"
        for number, share in enumerate(SHARES)
        for side in sides
        if (unknown if share is None else round(Fraction(share) * PPB) >= round(Fraction(least) * PPB))
    }


@pytest.mark.parametrize("least", [0.3, 0.2, 0.5, 0.000000001, 1.0])
@pytest.mark.parametrize("unknown", [False, True])
@pytest.mark.parametrize(("direction", "sides"), [("both", ("UP", "DOWN")), ("in", ("UP",)), ("out", ("DOWN",))])
def test_shares_are_compared_exactly(
    view: View, least: float, unknown: bool, direction: Direction, sides: tuple[str, ...]
) -> None:
    step = Step(kind="OWNS", direction=direction, where=Where(share_at_least=least, unknown=unknown))
    assert found(view, step) == passing(least, unknown, *sides)


def test_a_link_that_does_not_hold_relates_nobody(view: View) -> None:
    assert "P-GONE" not in found(view, Step(kind="OWNS"))
    ago = view.store.view(as_of=view.as_of - timedelta(days=30))
    assert "P-GONE" in found(ago, Step(kind="OWNS"))


def test_chunks_of_a_batch_are_answered_in_the_order_asked(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_service, "CHUNK", 2)
    ids = [f"P-{side}{number}" for number in range(len(SHARES)) for side in ("DOWN", "UP")]
    first, *entries = related_batch(view, ids, "group_risk", related_rules())
    assert first["seq"] == view.seq
    assert [entry["id"] for entry in entries] == [entry["party_id"] for entry in entries] == ids
    assert [entry["id"] for entry in entries if entry["related"]] != []


def test_a_link_passes_where_any_step_lets_it(view: View) -> None:
    steps = (
        Step(kind="OWNS", direction="in", where=Where(share_at_least=0.5)),
        Step(kind="OWNS", where=Where(share_at_least=1.0, unknown=True)),
    )
    assert found(view, *steps) == passing(0.5, False, "UP") | passing(1.0, True, "UP", "DOWN")


def test_a_text_must_be_one_of_those_named(view: View) -> None:
    step = Step(kind="KIN_OF", where=Where(any_of={"relation": ("spouse", "cousin")}))
    assert found(view, step) == {"P-KIN0", "P-KIN2"}
    assert found(view, Step(kind="KIN_OF")) == {f"P-KIN{number}" for number in range(len(RELATIONS))}
