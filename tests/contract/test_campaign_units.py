"""What came of a campaign by branch, team and manager of the hand-made bank."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.services.campaign_units import CampaignUnitsAnswer, campaign_units
from api.services.campaigns import campaign
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

CAMPAIGN, DAY = "hand:campaign:C1", 20_000


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    """It approached P-HOLD and P-LOG of YZ below NB, whom manager 7 of team 1 keeps, P-CHEN of NB and P-LIN of nowhere; C2 approached P-LIN alone."""
    with fill(connection) as store:
        bank = Bank()
        bank.node("Campaign", CAMPAIGN, name="新春", code="C1")
        bank.node("Team", "hand:team:1", name="第1团队")
        bank.link("PART_OF", "hand:team:1", "hand:branch:NB", "Team:Branch", hierarchy="rollup")
        bank.link("PART_OF", "hand:staff:7", "hand:team:1", "RelationshipManager:Team", hierarchy="rollup")
        bank.link("PART_OF", "hand:branch:YZ", "hand:branch:HO", "Branch:Branch", hierarchy="coverage")
        for party in ("P-HOLD", "P-LOG", "P-CHEN", "P-LIN"):
            bank.link("TARGETED_BY", party, CAMPAIGN, channel="call", at=DAY * 86_400_000, valid_from=DAY)
        bank.node("Campaign", "hand:campaign:C2", name="中秋", code="C2")
        bank.link("TARGETED_BY", "P-LIN", "hand:campaign:C2", channel="call", at=DAY * 86_400_000, valid_from=DAY)
        told: dict[str, Any] = {"at": (DAY + 1) * 86_400_000, "valid_from": DAY + 1}
        bank.link("RESPONDED_TO", "P-HOLD", CAMPAIGN, response="bought", value=500, currency="CNY", **told)
        bank.link("RESPONDED_TO", "P-CHEN", CAMPAIGN, response="refused", **told)
        bank.load(store, "campaign")
        yield store


def reached(found: CampaignUnitsAnswer) -> dict[str | None, tuple[int, int, int]]:
    return {row.name: (row.reached, row.answered, row.bought) for row in found.rows}


def test_a_unit_has_what_lies_below_it_once(store: Store) -> None:
    found = campaign_units(store.view(), "C1")
    assert reached(found) == {"总行": (3, 2, 1), "宁波分行": (3, 2, 1), "鄞州支行": (2, 1, 1), None: (1, 0, 0)}
    assert [row.level for row in found.rows] == [1, 2, 3, None]
    assert [one.amount for one in found.rows[0].value] == ["5.00"]
    whole = campaign(store.view(), "C1")
    assert (found.total.reached, found.total.answered, found.total.refused) == (4, whole.answered, whole.refused)
    coverage = campaign_units(store.view(), "C1", hierarchy="coverage")
    assert reached(coverage) == {"总行": (2, 1, 1), "鄞州支行": (2, 1, 1), "宁波分行": (1, 1, 0), None: (1, 0, 0)}
    assert reached(campaign_units(store.view(), "C1", level=2)) == {"宁波分行": (3, 2, 1)}


def test_a_level_at_which_nobody_was_reached_says_so(store: Store) -> None:
    found = campaign_units(store.view(), "C2", level=1)
    assert (found.rows, found.total.reached, found.empty) == ([], 1, "nobody at level 1")


def test_by_team_and_manager(store: Store) -> None:
    assert reached(campaign_units(store.view(), "C1", "team")) == {"第1团队": (2, 1, 1), None: (2, 1, 0)}
    found = campaign_units(store.view(), "C1", "manager")
    assert reached(found) == {"何伟": (2, 1, 1), None: (2, 1, 0)}
    assert {row.code for row in found.rows} == {"7", None}


def test_what_cannot_be_asked_and_who_is_not_seen(store: Store) -> None:
    view = store.view()
    for field, asked in (("by", ("colour",)), ("hierarchy", ("manager", "rollup")), ("level", ("branch", None, 9))):
        with pytest.raises(BadInput) as refused:
            campaign_units(view, "C1", *asked)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        campaign_units(view, "C9")
    hidden = campaign_units(store.view(scope=Scope(frozenset({"branch:none"}))), "C1")
    assert (hidden.rows, hidden.total.reached, hidden.empty) == ([], 0, "it approached nobody whom you may see")


def test_the_same_over_http(store: Store, tmp_path: Path) -> None:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        told = client.get("/v1/campaigns/C1/units?by=team").json()
        assert told == campaign_units(store.view(), "C1", "team").model_dump(mode="json")
