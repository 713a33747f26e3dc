"""What a run reads of campaigns' approaches: of several answers of a party to a campaign the last counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.services.campaign_response import ResponseAsked, record_response
from api.services.openings import product_prospects
from graph import times
from graph.connect import Connection
from graph.store import Store, View
from tests.contract.answering import fill, make
from tests.handmade import Bank

pytestmark = pytest.mark.contract

CARD, FUND = "hand:product:CARD", "hand:product:FUND"
F, G = "hand:campaign:F", "hand:campaign:G"
DAY = 86_400_000


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    """Of P-0 to P-24 all hold the card and the fund; P-MIND and P-NO hold the card, and two campaigns offered them the
    fund a hundred days ago."""
    with fill(connection) as store:
        bank = Bank()
        for key, name in ((CARD, "金卡"), (FUND, "债券基金")):
            bank.node("Product", key, name=name, code=key[-4:], risk_class="1", segment="person")
        for n in range(25):
            bank.party(f"P-{n}", f"客户{n:02}", "person", roles=("Customer",))
            bank.link("HOLDS", f"P-{n}", CARD)
            bank.link("HOLDS", f"P-{n}", FUND)
        for campaign in (F, G):
            bank.node("Campaign", campaign, name=campaign[-1], product_id=FUND)
        for key in ("P-MIND", "P-NO"):
            bank.party(key, key, "person", roles=("Customer",))
            bank.link("HOLDS", key, CARD)
            for campaign in (F, G):
                bank.link("TARGETED_BY", key, campaign, valid_from=day_of(store) - 100)
        bank.load(store, "campaigns")
        yield store


def day_of(store: Store) -> int:
    return times.to_day(times.today(store.zone))


def answered(store: Store, key: str, campaign: str, response: str, ago: int, **told: Any) -> None:
    bank = Bank()
    bank.link("RESPONDED_TO", key, campaign, response=response, valid_from=day_of(store) - ago, **told)
    bank.load(store, f"answer {ago}")


def answers(view: View, since: int) -> list[str]:
    return sorted(filter(None, view.for_run().snapshot("snapshot/approaches", since=since)["response"].tolist()))


def test_a_corrected_refusal_keeps_nothing_from_being_offered(store: Store, tmp_path: Path) -> None:
    view = store.view()
    for key, first, last in (("P-MIND", "refused", "interested"), ("P-NO", "interested", "refused")):
        for response, ago in ((first, 90), (last, 80)):
            at = f"{view.as_of - timedelta(days=ago)}T10:00"
            record_response(view, F, ResponseAsked(key, response, at), "tester")
    make(store, tmp_path / "archive")
    prospects = product_prospects(store.view(), tmp_path / "archive", "FUND")
    assert [one.party.party_id for one in prospects.prospects if one.source == "similar"] == ["P-MIND"]
    assert prospects.not_offered == {"refused": 1}


def test_the_last_answer_is_by_when_it_was_given_then_by_when_it_was_told(store: Store) -> None:
    today = day_of(store)
    answered(store, "P-MIND", F, "refused", 90)
    before = store.view()
    assert answers(before, today - 180) == ["refused"]
    answered(store, "P-MIND", F, "interested", 90)  # of that day, too, and told later
    assert answers(store.view(), today - 180) == ["interested"]
    assert answers(before, today - 180) == ["refused"]
    answered(store, "P-MIND", F, "refused", 95, at=(today - 95) * DAY + 1)  # given earlier, though told last
    assert answers(store.view(), today - 180) == ["interested"]
    assert answers(store.view(as_of=before.as_of - timedelta(days=92)), today - 180) == ["refused"]
    answered(store, "P-MIND", G, "refused", 97)  # another campaign, of which it is the last
    assert answers(store.view(), today - 180) == ["interested", "refused"]
    assert answers(store.view(), today - 91) == ["interested"]
