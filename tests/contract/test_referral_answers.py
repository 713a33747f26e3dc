"""Referrals asked of the hand-made bank after a run: DOMAIN.md 8.1 to 8.3, an outsider, a second referrer, a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.services.likely_referrers import likely_referrers
from api.services.party import party
from api.services.referrals import party_referrals
from api.services.referrer_page import referrer
from api.services.referrers import campaign_referrals, referrers
from api.services.related_rules import related_rules
from api.services.replay import replay
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store
from tests.contract.answering import fill, make
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

DAY = 19_000
MS = 86_400_000
CAMPAIGN, SECOND = "hand:campaign:1", "hand:campaign:2"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "archive"


@pytest.fixture(scope="module")
def store(connection: Connection, archive: Path) -> Iterator[Store]:
    with fill(connection) as store:
        more().load(store, "more")
        make(store, archive)
        yield store


def more() -> Bank:
    """R1 brought R2 and R2 R3, who bought for 9.00; an outsider brought R1. What else is told of them earns nothing.

    In the second campaign R6 brought R9, who had bought before, and R9 R10, who bought for 1.00; R8 referred R7, whom R6
    had referred already.
    """
    bank = Bank()
    for name in ("R1", "R2", "R3", "R4", "R6", "R7", "R8", "R9", "R10"):
        bank.party(f"P-{name}", name, "person", roles=("Customer",), scope=["branch:1"])
    bank.party("P-OUT", "牵线人", "person", roles=("Referrer",), scope=["branch:2"])
    _employ(bank)
    bank.node("Campaign", CAMPAIGN, name="新春理财", code="CP1", starts_on=DAY, ends_on=DAY + 60)
    bank.link("KIN_OF", "P-R4", "P-R1", relation="spouse")
    told = {"campaign_id": CAMPAIGN, "outcome": "converted", "currency": "CNY"}
    _refer(bank, "OUT", "R1", 0)
    _refer(bank, "R1", "R2", 10, **told)
    _refer(bank, "R2", "R3", 41, value=900, bought_on=DAY + 100, **told)
    _refer(bank, "R3", "OUT", 70)
    _refer(bank, "R1", "R4", 75, **told)
    _refer(bank, "R4", "R3", 80)
    bank.node("Campaign", SECOND, name="老带新", code="CP2", starts_on=DAY, ends_on=DAY + 60)
    told["campaign_id"] = SECOND
    _refer(bank, "R6", "R7", 5)
    _refer(bank, "R8", "R7", 20, value=900, bought_on=DAY + 25, **told)
    _refer(bank, "R6", "R9", 30, value=500, bought_on=DAY + 20, **told)
    _refer(bank, "R9", "R10", 35, value=100, bought_on=DAY + 35, **told)
    fee: dict[str, Any] = {"fee_rule": "首笔存款的千分之五", "fee_rate": 0.005, "signed_on": DAY - 9}
    bank.link("AGREED_WITH", "P-OUT", "hand:branch:NB", valid_from=DAY, agreement="A1", **fee)
    ended: dict[str, Any] = {"valid_from": DAY - 900, "valid_to": DAY, "amount": 100_00, "currency": "CNY"}
    bank.link("AGREED_WITH", "P-OUT", "hand:branch:YZ", agreement="A0", **ended)
    bank.link("AGREED_WITH", "P-OUT", "hand:branch:HO", _status="rebutted", agreement="A2")
    return bank


def _employ(bank: Bank) -> None:
    """P-STAFF is a member of staff and P-CHIEF has a post at the bank; P-GONE has left, P-LIKE has but the number."""
    for key, name, number, told in (
        ("P-STAFF", "员工", "71", {}),
        ("P-GONE", "离职", "72", {"left_on": DAY}),
        ("P-LIKE", "同号", "73", {}),
    ):
        bank.party(key, name, "person", roles=("Customer",))
        bank.node("SourceRecord", f"hand:person:{number}", table="person", key=number, kind="person", name=name)
        bank.link("IDENTIFIES", f"hand:person:{number}", key, by="certificate", _ends="SourceRecord:Party")
        bank.node(
            "RelationshipManager", f"hand:staff:{number}", name="别人" if key == "P-LIKE" else name, code=number, **told
        )
    bank.party("P-CHIEF", "行长", "person", roles=("Customer",))
    bank.party("P-BANK", "本行", bank_role="self")
    bank.link("EXECUTIVE_OF", "P-CHIEF", "P-BANK", post="行长")


def _refer(bank: Bank, one: str, other: str, after: int, **told: Any) -> None:
    bank.link("REFERRED", f"P-{one}", f"P-{other}", at=(DAY + after) * MS, valid_from=DAY + after, **told)


def on(after: int) -> date:
    return times.EPOCH + timedelta(days=DAY + after)


def test_chain_tree_and_totals_of_a_party(store: Store, archive: Path) -> None:
    found = party_referrals(store.view(), archive, "P-R1")
    assert [(one.referrer.called, one.referred_at) for one in found.chain if one.referrer] == [("牵线人", on(0))]
    assert [(one.step, one.referred.called) for one in found.tree if one.referred] == [(1, "R2"), (2, "R3")]
    assert found.totals
    credited = [found.totals.nearest.amount, found.totals.even.amount, found.totals.halving.amount]
    assert credited == ["0.00", "3.00", "2.57"]
    assert (found.totals.conversion, found.totals.size, found.totals.depth) == ("1.000000000", 2, 2)
    (own,) = found.flagged
    assert (own.flag, own.text) == ("self_referral", "R1 and R4 are of one household: this referral earns nothing")
    assert own.link in {link for one in found.because for link in one.links}
    shallow = party_referrals(store.view(), archive, "P-R1", depth=1)
    assert [one.step for one in shallow.tree] == [1]
    assert shallow.omitted == ["tree capped at 1 step: 1 referral at the next; ask with more depth"]


def test_flags_say_what_they_stand_on(store: Store, archive: Path) -> None:
    told = {one.flag: one.text for one in party_referrals(store.view(), archive, "P-R3").flagged}
    assert told == {
        "loop": "R3 was itself brought by 牵线人 (牵线人 → R1 → R2 → R3), and the referral closes the loop: "
        "this referral earns nothing",
        "not_first": f"R2 had referred R3 on {on(41)} already: this referral earns nothing",
    }


@pytest.mark.parametrize(
    ("party_id", "who"), [("P-STAFF", "staff"), ("P-CHIEF", "staff"), ("P-GONE", "customer"), ("P-LIKE", "customer")]
)
def test_staff_are_known_by_their_records_and_posts(store: Store, archive: Path, party_id: str, who: str) -> None:
    assert referrer(store.view(), archive, party_id).who == who


def test_nobody_outside_the_scope_is_named(store: Store, archive: Path) -> None:
    view = store.view(scope=Scope(frozenset({"branch:1"})))
    found = party_referrals(view, archive, "P-R3")
    assert found.chain[0].referrer is None
    assert "牵线人" not in found.model_dump_json()
    assert found.omitted == ["1 party outside your scope"]
    assert [one.party is None for one in referrers(view, archive).referrers] == [False] * 3 + [True] + [False] * 4
    with pytest.raises(NotFound):
        party_referrals(view, archive, "P-OUT")


def test_a_party_without_referrals_says_so(store: Store, archive: Path) -> None:
    found = party_referrals(store.view(), archive, "P-CHEN")
    assert (found.chain, found.tree, found.flagged, found.totals) == ([], [], [], None)
    assert found.empty == f"{found.run_id} read no referral of it or by it"


def test_the_page_of_a_referrer(store: Store, archive: Path) -> None:
    page = referrer(store.view(), archive, "P-OUT")
    assert (page.who, page.roles, page.party.called) == ("outsider", ["Referrer"], "牵线人")
    first, ended = page.agreements
    assert (first.agreement, first.branch_name, first.fee) == ("A1", "宁波分行", "首笔存款的千分之五, 0.5%")
    assert (first.in_force, first.signed_on, first.link.valid_from) == (True, on(-9), on(0))
    assert (ended.agreement, ended.in_force, ended.fee) == ("A0", False, "CNY 100.00")
    assert page.totals
    assert page.totals.even.amount == "3.00"
    assert [(one.year, one.referred, one.converted) for one in page.years] == [(on(0).year, 1, 0)]
    assert [one.referred.called for one in page.latest if one.referred] == ["R1"]
    assert [one.flag for one in page.flagged] == ["loop"]
    assert page.run_id
    assert page.because
    mine = referrer(store.view(), archive, "P-R1")
    assert (mine.who, mine.agreements, [one.conversion for one in mine.years]) == ("customer", [], ["1.000000000"])
    assert [one.referrer.called for one in mine.chain if one.referrer] == ["牵线人"]
    nobody = referrer(store.view(), archive, "P-CHEN")
    assert (nobody.totals, nobody.years, nobody.empty) == (None, [], f"{nobody.run_id} read no referral of it or by it")
    with pytest.raises(NotFound):
        referrer(store.view(scope=Scope(frozenset({"branch:1"}))), archive, "P-OUT")


def test_nothing_is_learned_of_who_refers_from_a_few_referrals(store: Store, archive: Path) -> None:
    found = likely_referrers(store.view(), archive)
    assert (found.referrers, found.total, found.quality, found.weights) == ([], 0, None, {})
    assert found.empty
    assert found.empty.startswith(f"{found.run_id} knows too few referrals by day")
    for field, asked in (("limit", {"limit": 0}), ("offset", {"offset": -1})):
        with pytest.raises(BadInput) as refused:
            likely_referrers(store.view(), archive, **asked)
        assert refused.value.field == field


def test_top_referrers_by_each_credit_since_a_day_and_of_a_campaign(store: Store, archive: Path) -> None:
    view = store.view()

    def ranked(**asked: Any) -> list[tuple[str, str]]:
        found = referrers(view, archive, **asked)
        by = str(asked.get("by", "nearest"))
        return [(one.party.called, getattr(one.totals, by).amount) for one in found.referrers if one.party]

    assert ranked(limit=1) == [("R2", "9.00")]
    assert ranked(by="even")[:3] == [("牵线人", "3.00"), ("R1", "3.00"), ("R2", "3.00")]
    assert ranked(by="halving", campaign="CP1") == [("R2", "6.00"), ("R1", "3.00")]  # of the campaign alone
    assert {name for name, _ in ranked(since=on(42))} == {"R1", "R3", "R4"}
    assert ranked(by="even", since=on(41))[0] == ("R2", "9.00")
    assert ranked(campaign=CAMPAIGN, since=on(90)) == []
    assert referrers(view, archive, offset=1, limit=1).omitted == ["6 more referrers: ask with offset=2"]


def test_the_referrals_of_a_campaign(store: Store, archive: Path) -> None:
    found = campaign_referrals(store.view(), archive, "CP1")
    assert (found.campaign_id, found.name, found.starts_on) == (CAMPAIGN, "新春理财", on(0))
    assert (found.referred, found.converted, found.bought, found.unknown) == (2, 2, 1, 0)
    assert found.value
    assert found.value.amount == "9.00"
    assert found.flagged == {"self_referral": 1}
    assert [one.flag for one in found.referrals] == ["self_referral", None, None]


def test_a_campaigns_value_is_what_its_referrers_are_credited_with(store: Store, archive: Path) -> None:
    found = campaign_referrals(store.view(), archive, "CP2")
    assert (found.referred, found.converted, found.conversion) == (2, 1, "0.500000000")
    assert (found.bought, found.bought_before, found.unknown, found.flagged) == (1, 1, 0, {"not_first": 1})
    assert found.value
    assert found.value.amount == "1.00"
    credited = {one.party.called: one.totals for one in found.referrers if one.party}
    assert {name: totals.nearest.amount for name, totals in credited.items()} == {
        "R9": "1.00", "R6": "0.00", "R8": "0.00"
    }  # fmt: skip
    assert {name: totals.halving.amount for name, totals in credited.items()} == {
        "R9": "0.67", "R6": "0.33", "R8": "0.00"
    }  # fmt: skip
    assert (credited["R6"].referred, credited["R6"].bought, credited["R6"].size) == (1, 0, 3)
    said = f"bought on {on(20)}, before the referral: the purchase earns nothing"
    (early,) = (one for one in found.referrals if one.flag == "bought_before")
    assert (early.referred and early.referred.called, early.text) == ("R9", said)
    assert early.link in {link for one in found.because for link in one.links}
    (year,) = referrer(store.view(), archive, "P-R6").years
    assert (year.referred, year.converted, year.bought) == (2, 0, 0)
    (tree,) = (one for one in party_referrals(store.view(), archive, "P-R6").tree if one.flag)
    assert (tree.flag, tree.text) == ("bought_before", said)
    (item,) = party(store.view(), "P-R9").sections.referred_by.items
    assert (item.bought_on, item.reasons) == (on(20), [said])
    assert party(store.view(), "P-R10").sections.referred_by.items[0].reasons == []


def test_what_cannot_be_asked_is_refused(store: Store, archive: Path) -> None:
    view = store.view()
    for field, asked in (("limit", {"limit": 0}), ("by", {"by": "most"}), ("since", {"since": date(2200, 1, 1)})):
        with pytest.raises(BadInput) as refused:
            referrers(view, archive, **asked)
        assert refused.value.field == field
    with pytest.raises(BadInput, match="1 to 10"):
        party_referrals(view, archive, "P-R1", depth=11)
    with pytest.raises(NotFound, match="No campaign has the id or code 'CP9'"):
        campaign_referrals(view, archive, "CP9")


def test_the_360_shows_both_sides(store: Store) -> None:
    sections = party(store.view(), "P-R3").sections
    assert [(one.party.called, one.bought_on) for one in sections.referred_by.items] == [
        ("R2", on(100)),
        ("R4", None),
    ]
    assert [one.party.called for one in sections.referred.items] == ["牵线人"]


def test_the_same_is_answered_over_http(store: Store, archive: Path) -> None:
    with served(Guanxi(read_settings(home=archive.parent), store, related_rules())) as client:
        told = client.get("/v1/parties/P-R1/referrals").json()
        assert told == party_referrals(store.view(), archive, "P-R1").model_dump(mode="json")
        told = client.get(f"/v1/campaigns/{CAMPAIGN}/referrals").json()
        assert told == campaign_referrals(store.view(), archive, CAMPAIGN).model_dump(mode="json")
        assert client.get("/v1/referrers?campaign=CP1&limit=1").json()["total"] == 2
        assert client.get("/v1/parties/P-OLD/referrals").status_code == 307
        assert client.get("/v1/referrers/P-OLD").headers["location"] == "/v1/referrers/P-HOLD"
        told = client.get("/v1/referrers/P-OUT").json()
        assert told == referrer(store.view(), archive, "P-OUT").model_dump(mode="json")
        assert client.get("/v1/referrers/likely").json()["quality"] is None
        for path, status, field in (
            ("parties/P-NOBODY/referrals", 404, "party_id"),
            ("parties/P-R1/referrals?depth=0", 400, "depth"),
            ("referrers?by=x", 400, "by"),
            ("campaigns/CP9/referrals", 404, "campaign"),
        ):
            refused = client.get(f"/v1/{path}")
            assert (refused.status_code, refused.json()["field"]) == (status, field), path


def test_all_of_it_is_replayed(store: Store, archive: Path) -> None:
    again = replay(store, archive)
    assert (again.equal, again.rows["referrals"], again.rows["referral_totals"]) == (True, 10, 8)
