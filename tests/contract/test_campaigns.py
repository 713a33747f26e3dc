"""Audiences of a campaign on the hand-made bank after a run: rules, who is held back, answers, figures."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from algorithms.audience import REFUSED, SELECTED, SOLD
from api.cli import campaigning
from api.services.audience import AudienceAsked, audience, make_audience, try_audience
from api.services.audience_facts import read_candidates
from api.services.audience_rules import AudienceRules, audience_rules, read_audience_rules
from api.services.campaign import CampaignTold, change_campaign, close_campaign, make_campaign
from api.services.campaign_response import ResponseAsked, record_response
from api.services.campaigns import campaign, campaigns, find_campaign
from api.services.export import export
from api.services.opening_figures import figures
from api.services.opening_outcomes import outcomes_of
from api.services.opening_tables import opening_id
from api.services.openings import product_prospects
from api.services.party import JoinedAway
from api.services.party import party as party_360
from api.services.related_rules import related_rules
from api.services.segment import make_segment
from api.services.segment_filter import FilterGiven
from api.services.segments import segment
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once
from graph.publishing import begin, small_write
from graph.store import Scope, Store, Tx
from tests.contract.answering import fill, make
from tests.contract.loads import ask
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

C1, OLD, OTHER = (f"hand:campaign:{name}" for name in ("C1", "OLD", "OTHER"))
FUND, CARD = "hand:product:FUND", "hand:product:CARD"
RULES = read_audience_rules(
    "version: 1\ndays: {quiet: 30, refused: 180}\nbranch_capacity: 2\nmost: 1000\nheld_back: 0.2\n", "rules"
)
ASKED = AudienceAsked(segment="target")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "archive"


@pytest.fixture(scope="module")
def store(connection: Connection, archive: Path) -> Iterator[Store]:
    with fill(connection) as store:
        more().load(store, "more")
        target = FilterGiven.model_validate({"field": "occupation", "is": "target"})
        make_segment(store.view(), "target", target, "wang")
        joiners = FilterGiven.model_validate({"field": "occupation", "is": "joiner"})
        make_segment(store.view(), "joiners", joiners, "wang")
        make(store, archive)
        yield store


def more() -> Bank:
    """The target is P-B1 to P-B3 of one branch; P-G1, who controls P-G2; P-NO, who refused; P-OPT, who asked not to be
    approached; P-REC, who was approached lately, with the spouse P-REC2; P-S1 and P-S2, a couple; and P-X0 to P-X9. The
    joiners are P-J1 to P-J6. P-MIND refused, and was interested later."""
    bank = Bank()
    today = times.to_day(times.today("Asia/Shanghai"))
    bank.node("Branch", "hand:branch:CAP", name="小支行", code="CAP")
    for key in ("FUND", "CARD"):
        bank.node("Product", f"hand:product:{key}", name=key, code=key, segment="person")
    for key, product in ((C1, FUND), (OLD, FUND), (OTHER, CARD)):
        bank.node("Campaign", key, name=key[-3:], code=key[14:], product_id=product, channel="call", most_parties=11)
    bank.node("Campaign", "hand:campaign:BARE", name="bare", code="BARE")
    for system in ("hand", "other"):
        bank.node("Campaign", f"{system}:campaign:TWICE", name="twice", code="TWICE")
    names = ["B1", "B2", "B3", "NO", "OPT", "REC", "REC2", "S1", "S2", *(f"X{n}" for n in range(10))]
    for name in names:
        wish = {"marketing_opt_out": True} if name == "OPT" else {}
        bank.party(f"P-{name}", name, "person", roles=("Customer",), occupation="target", scope=[f"s:{name}"], **wish)
    for n in range(1, 7):
        bank.party(f"P-J{n}", f"J{n}", "person", roles=("Customer",), occupation="joiner")
    for name in ("G1", "G2"):
        bank.party(f"P-{name}", name, roles=("Customer",), occupation="target")
    bank.link("OWNS", "P-G1", "P-G2", share=0.9)
    for name in ("B1", "B2", "B3"):
        bank.link("BELONGS_TO", f"P-{name}", "hand:branch:CAP", "Party:Branch")
    for one, other in (("REC", "REC2"), ("S1", "S2")):
        bank.link("KIN_OF", f"P-{one}", f"P-{other}", relation="spouse")
    bank.link("HOLDS", "P-S1", CARD, since=today - 900)
    bank.link("TARGETED_BY", "P-REC", OTHER, channel="call", at=1, valid_from=today - 5)
    bank.link("RESPONDED_TO", "P-NO", OLD, response="refused", at=1, valid_from=today - 100)
    bank.party("P-MIND", "MIND", "person", roles=("Customer",))
    for response, ago in (("interested", 40), ("refused", 50)):
        told: dict[str, Any] = {"at": (today - ago) * 86_400_000, "valid_from": today - ago}
        bank.link("RESPONDED_TO", "P-MIND", OLD, response=response, **told)
    return bank


def left_out(answer: Any) -> dict[str, int]:
    return {one.reason: one.parties for one in answer.audience.excluded if one.parties}


def test_each_is_left_out_for_its_first_reason(store: Store, archive: Path) -> None:
    seq = store.view().seq
    found = try_audience(store.view(), archive, "C1", ASKED, RULES, None)
    assert left_out(found) == {
        "opted_out": 1, "quiet_period": 2, "refused": 1, "household": 1, "group": 1, "branch_capacity": 1
    }  # fmt: skip
    told = found.audience
    assert (told.candidates, told.approached, told.held_back) == (21, 12, 2)
    assert told.approached + told.held_back + sum(left_out(found).values()) == told.candidates
    chosen = [one.party.party_id for one in found.members]
    assert chosen == ["P-B1", "P-B2", "P-G1", "P-S1", *(f"P-X{n}" for n in range(10))]
    assert (found.stored, store.view().seq) == (False, seq)
    assert found.omitted == [
        "it would be refused: :C1 may approach 11 parties: it approached 0 before, and this audience approaches 12. "
        "Narrow the segment, or give a size of at most 13."
    ]
    fitting = replace(ASKED, size=13)
    assert try_audience(store.view(), archive, C1, fitting, RULES, None).omitted == []
    assert found.members == try_audience(store.view(), archive, C1, ASKED, RULES, None).members  # the same seed
    assert [one.text for one in found.audience.excluded][
        3
    ] == "refused this campaign, or the product that it offers, within 180 days"


def test_openings_of_a_product_come_the_best_first(store: Store, archive: Path) -> None:
    asked = AudienceAsked(openings=True, product="CARD", held_back="0")
    found = try_audience(store.view(), archive, C1, asked, RULES, None)
    assert (found.audience.source, found.audience.source_id, found.audience.held_back) == ("openings", CARD, 0)
    prospects = product_prospects(store.view(), archive, CARD, limit=500)
    assert found.audience.candidates == prospects.total > 1
    assert found.members[0].party.party_id == "P-S2"  # whose spouse holds it
    scores = [float(one.score or -1) for one in found.members]
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], found.members[0].place) == (float(prospects.prospects[0].score), 1)
    make_segment(store.view(), "nobody", FilterGiven.model_validate({"field": "tag", "is": "nothing"}), "wang")
    with pytest.raises(BadInput, match=r"Nobody is left to approach\.$"):
        make_audience(store.view(), archive, C1, AudienceAsked(segment="nobody"), RULES, "wang")


def test_a_refusal_is_of_the_campaign_or_of_what_is_offered(store: Store) -> None:
    view = store.view()

    def blocked(code: str, offered: str | None, party_id: str = "P-NO") -> int:
        return int(read_candidates(view, find_campaign(view, code), offered, [party_id], RULES.days).blocked[0])

    assert (blocked("OLD", FUND), blocked("OLD", None), blocked("BARE", FUND)) == (REFUSED, REFUSED, REFUSED)
    assert (blocked("BARE", None), blocked("C1", CARD)) == (SELECTED, SELECTED)
    assert blocked("BARE", FUND, "P-MIND") == SELECTED  # by the last answer


def test_more_than_the_campaign_may_approach_changes_nothing(store: Store, archive: Path) -> None:
    seq = store.view().seq
    with pytest.raises(BadInput, match=r"may approach 11 parties: it approached 0 before, .* approaches 12") as refused:
        make_audience(store.view(), archive, C1, ASKED, RULES, "wang")
    assert refused.value.field == "size"
    for field, asked in (
        ("segment", AudienceAsked()),
        ("segment", AudienceAsked(segment="target", openings=True)),
        ("product", AudienceAsked(segment="target", product="FUND")),
        ("size", AudienceAsked(segment="target", size=0)),
        ("held_back", AudienceAsked(segment="target", held_back="0.6")),
        ("held_back", AudienceAsked(segment="target", held_back="some")),
        ("held_back", AudienceAsked(segment="target", held_back="1e999999")),
        ("seed", AudienceAsked(segment="target", seed=-1)),
        ("segment_id", AudienceAsked(segment="no such")),
        ("product_id", AudienceAsked(openings=True, product="nothing")),
        ("channel", AudienceAsked(segment="target", channel="x" * 51)),
    ):
        with pytest.raises(BadInput) as told:
            make_audience(store.view(), archive, C1, asked, RULES, "wang")
        assert told.value.field == field
    with pytest.raises(NotFound):
        make_audience(store.view(), archive, "nothing", ASKED, RULES, "wang")
    with pytest.raises(BadInput, match="Several campaigns have the code 'TWICE': hand:campaign:TWICE, other:"):
        make_audience(store.view(), archive, "TWICE", ASKED, RULES, "wang")
    with pytest.raises(BadInput, match="names no product"):
        make_audience(store.view(), archive, "BARE", AudienceAsked(openings=True), RULES, "wang")
    with pytest.raises(BadInput, match="needs a name"):
        make_audience(store.view(), archive, C1, ASKED, RULES, " ")
    assert store.view().seq == seq


def test_an_audience_is_stored_answered_and_compared(store: Store, archive: Path) -> None:
    once = Once("audience-1", "digest")
    early = store.view()
    asked = AudienceAsked(segment="target", size=10)
    kept = make_audience(store.view(), archive, C1, asked, RULES, "wang", once)
    assert make_audience(store.view(), archive, C1, asked, RULES, "wang", once) == kept
    with pytest.raises(Conflict, match="stored by wang"):  # what is left to approach is another by now
        make_audience(early, archive, C1, asked, RULES, "li")
    found = audience(store.view(), kept)
    assert (found.audience.approached, found.audience.held_back, left_out(found)["size"]) == (8, 2, 4)
    asked_for = [one.party.party_id for one in found.members if not one.held_back]
    alone = [one.party.party_id for one in found.members if one.held_back]
    assert len(asked_for) == 8
    assert [one.place for one in found.members] == list(range(1, 11))
    again = try_audience(store.view(), archive, C1, ASKED, RULES, None)
    assert left_out(again)["in_campaign"] >= 11  # with the spouse and the subsidiary of who was chosen
    assert not {one.party.party_id for one in again.members} & {*asked_for, *alone}
    too_many = "may approach 11 parties: it approached 8 before, and this audience approaches 4. Narrow the segment"
    assert too_many in again.omitted[0]
    with pytest.raises(BadInput, match=f"{too_many}, or give a size of at most 3"):
        make_audience(store.view(), archive, C1, ASKED, RULES, "wang")
    assert try_audience(store.view(), archive, C1, replace(ASKED, size=3), RULES, None).omitted == []
    before = campaign(store.view(), C1)
    assert (before.reached, before.answered, before.bought, before.value) == (8, 0, 0, [])
    assert before.comparison
    assert (before.comparison.approached.parties, before.comparison.held_back.parties) == (8, 2)
    assert before.comparison.difference == "0.000000000"
    record_response(store.view(), C1, ResponseAsked(asked_for[0], "bought", value="1005.00"), "li")
    record_response(store.view(), C1, ResponseAsked(asked_for[0], "bought", value="100.50"), "li")  # corrected
    record_response(store.view(), C1, ResponseAsked(asked_for[1], "bought", value="3.00"), "li")
    record_response(store.view(), C1, ResponseAsked(asked_for[1], "interested"), "li")  # taken back
    record_response(store.view(), C1, ResponseAsked(asked_for[2], "interested"), "li")
    record_response(store.view(), C1, ResponseAsked(asked_for[2], "refused"), "li")
    record_response(store.view(), C1, ResponseAsked(alone[0], "bought"), "li")
    bank = Bank()
    today = times.to_day(times.today("Asia/Shanghai"))
    ended: dict[str, Any] = {"valid_from": today, "valid_to": today}  # bought by the campaign, and paid back since
    bank.link("HOLDS", asked_for[3], FUND, since=today, balance=7_00, currency="CNY", **ended)
    bank.link("HOLDS", asked_for[4], FUND, since=today - 1)  # it held the product before
    bank.load(store, "bought")
    told = campaign(store.view(), "C1")
    assert (told.reached, told.answered, told.interested, told.refused, told.bought) == (8, 3, 1, 1, 2)
    assert ([one.amount for one in told.value], told.unknown_value) == (["107.50"], 0)
    assert told.comparison
    assert (told.comparison.approached.rate, told.comparison.held_back.rate) == ("0.250000000", "0.500000000")
    assert told.comparison.held_back.unknown == 1
    assert told.comparison.difference == "-0.250000000"
    assert [one.audience_id for one in told.audiences] == [kept]
    said = [one.response for one in party_360(store.view(), asked_for[0]).sections.campaigns.items if one.response]
    assert said == ["bought", "bought"]  # all that was said stays told
    hidden = campaign(store.view(scope=Scope(frozenset({"s:X0"}))), C1)
    assert hidden.reached <= 1
    out = io.StringIO()
    assert export(store.view(), "audience", out, archive=archive) == 10
    assert f"{C1},{kept},{alone[0]},true,," in out.getvalue()
    with pytest.raises(BadInput, match="leave --run out"):
        export(store.view(), "audience", out, archive=archive, run_id="run-1")


def test_an_answer_that_cannot_be(store: Store) -> None:
    view = store.view()
    seq = view.seq
    for error, field, asked in (
        (BadInput, "response", ResponseAsked("P-REC", "maybe")),
        (BadInput, "at", ResponseAsked("P-REC", "bought", at="soon")),
        (BadInput, "at", ResponseAsked("P-REC", "bought", at="2999-01-01T00:00")),
        (BadInput, "at", ResponseAsked("P-REC", "bought", at="2001-01-01T00:00")),  # before it was approached
        (BadInput, "at", ResponseAsked("P-REC", "bought", at="0001-01-01T00:00+14:00")),
        (BadInput, "value", ResponseAsked("P-REC", "refused", value="3")),
        (BadInput, "value", ResponseAsked("P-REC", "bought", value="much")),
        (BadInput, "value", ResponseAsked("P-REC", "bought", value="1e999999")),
        (BadInput, "currency", ResponseAsked("P-REC", "bought", currency="CNY")),
        (NotFound, "party_id", ResponseAsked("P-NOBODY", "bought")),
        (BadInput, "party", ResponseAsked("P-HOLD", "bought")),
    ):
        with pytest.raises(error) as refused:
            record_response(view, OTHER, asked, "li")
        assert refused.value.field == field
    with pytest.raises(JoinedAway):
        record_response(view, OTHER, ResponseAsked("P-OLD", "bought"), "li")
    alone = next(one for one in audience_members(store) if one[1])[0]
    with pytest.raises(BadInput, match="was not asked, and can only have bought"):
        record_response(view, C1, ResponseAsked(alone, "interested"), "li")
    assert store.view().seq == seq


def audience_members(store: Store) -> list[tuple[str, bool]]:
    (one,) = campaign(store.view(), C1).audiences
    return [(member.party.party_id, member.held_back) for member in audience(store.view(), one.audience_id).members]


def test_over_http_and_in_the_terminal(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Guanxi(read_settings(home=archive.parent), store, related_rules())
    with served(guanxi) as client:
        body = {"segment": "target", "size": 2, "held_back": "0.5"}
        tried = client.post("/v1/campaigns/OLD/audience?dry_run=true", json=body).json()
        assert (tried["stored"], tried["audience"]["approached"]) == (False, 1)
        head = {"X-Guanxi-User": "wang", "Idempotency-Key": "a"}
        made = [client.post("/v1/campaigns/OLD/audience", json=body, headers=head).json() for _ in range(2)]
        assert made[0]["audience"] == made[1]["audience"]
        (party,) = (one["party"]["party_id"] for one in made[0]["members"] if not one["held_back"])
        answered = client.post(
            "/v1/campaigns/OLD/responses",
            json={"party": party, "response": "bought"},
            headers=head | {"Idempotency-Key": "b"},
        ).json()
        assert (answered["bought"], answered["unknown_value"]) == (1, 1)
        joined = client.post(
            "/v1/campaigns/OLD/responses",
            json={"party": "P-OLD", "response": "bought"},
            headers=head | {"Idempotency-Key": "c"},
        )
        assert (joined.status_code, joined.json()["value"]) == (400, "P-OLD")  # the body's, which no address mends
        assert "joined into P-HOLD" in joined.json()["detail"]
        assert client.get(f"/v1/campaigns/{OLD}").json()["reached"] == 1
        large = client.post("/v1/campaigns/OLD/audience", json={"segment": "target", "size": 0}, headers=head)
        assert (large.status_code, large.headers["content-type"]) == (409, "application/problem+json")
        assert client.get("/v1/campaigns/none").status_code == 404
        assert {one["code"] for one in client.get("/v1/campaigns").json()["campaigns"]} == {
            "C1",
            "OLD",
            "OTHER",
            "BARE",
            "TWICE",
        }
        capped = client.get("/v1/campaigns?limit=1").json()
        assert (len(capped["campaigns"]), capped["omitted"]) == (1, ["campaigns capped at 1"])
        assert client.get("/v1/campaigns?limit=0").status_code == 400

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, None

    monkeypatch.setattr(campaigning, "opened", opened)
    campaigning.list_command()
    assert "BARE  bare" in capsys.readouterr().out
    campaigning.audience_command("BARE", segment="target", dry_run=True)
    said = capsys.readouterr().out
    assert "tried, nothing is stored" in said
    assert "left out: a campaign approached it" in said
    for name in ("own", "other"):
        (guanxi.settings.home / f"{name}.yaml").write_text(
            f"version: 1\ndays: {{quiet: {len(name)}, refused: 9}}\nbranch_capacity: 2\nmost: 1000\nheld_back: 0.2\n"
        )
    own, other = (guanxi.settings.home / f"{name}.yaml" for name in ("own", "other"))
    for rules in (own, own):
        campaigning.audience_command("BARE", segment="target", user="wang", key="by own", rules=rules, as_json=True)
        assert json.loads(capsys.readouterr().out)["stored"]
    with pytest.raises(Conflict, match="'by own' stands for another request"):
        campaigning.audience_command("BARE", segment="target", user="wang", key="by own", rules=other)
    campaigning.show_command("BARE")
    said = capsys.readouterr().out
    assert "difference not known" in said
    assert "the campaign names no product" in said
    campaigning.show_command("C1")
    assert f"offers FUND ({FUND})" in capsys.readouterr().out
    campaigning.audience_command("BARE", segment="joiners", dry_run=True)
    assert re.search(r"from segment joiners \(\S+\)", capsys.readouterr().out)
    for told in ("", "This was written before under --key said: nothing new is written."):
        campaigning.respond_command("OLD", party, "interested", user="li", key="said")
        printed = capsys.readouterr()
        assert re.fullmatch(rf".+ {party} to OLD: interested, 20\S+ \S+\n", printed.out)
        assert told in printed.err
        assert ("written before" in printed.err) is bool(told)
    with pytest.raises(Conflict, match="'said' stands for another request"):
        campaigning.respond_command("OLD", party, "refused", user="li", key="said")
    capsys.readouterr()
    today = times.today("Asia/Shanghai")
    for day, response, value, told in (
        (today - timedelta(2), "bought", "1250.5", r"bought, worth CNY 1,250\.50"),
        (today - timedelta(4), "interested", None, "interested"),  # what happened earlier is told later
    ):
        campaigning.respond_command("OTHER", "P-REC", response, at=f"{day}T08:15", value=value, user="li")
        assert re.fullmatch(rf"REC P-REC to HER: {told}, {day} 08:15\n", capsys.readouterr().out)
    campaigns = party_360(store.view(), party).sections.campaigns.items
    assert [one.response for one in campaigns if one.code == "OLD" and one.response] == ["interested", "bought"]


def test_names_are_of_what_is_published_and_english_where_there_are_no_others(store: Store) -> None:
    def told() -> tuple[str | None, list[str | None]]:
        listed = [one.product_name for one in campaigns(store.view()).campaigns if one.campaign_id == C1]
        named = store.view().read("campaigns/names", ids=[FUND])
        return campaign(store.view(), "C1").campaign.product_name, [*listed, *(one["name"] for one in named)]

    before = ask(store, "MATCH (p:Product {product_id: $id}) RETURN properties(p) AS of", id=FUND)[0]["of"]
    change = "MATCH (p:Product {product_id: $id}) SET p += $of"
    ask(store, change, id=FUND, of={"name": None, "name_en": "Term fund"})
    assert told() == ("Term fund", ["Term fund", "Term fund"])
    ask(store, change, id=FUND, of={"seq_in": store.view().seq + 1})
    assert told() == (None, [None, None])
    ask(store, change, id=FUND, of={"name_en": None, **before})
    assert told() == ("FUND", ["FUND", "FUND"])


def done(store: Store, party: str, product: str, outcome: str) -> None:
    """Write down what was done about an opening of a party."""
    told = {"outcome": outcome, "at": times.now_ms(), "user": "t", "note": "", "value": -1, "currency": ""}

    def work(tx: Tx) -> None:
        opening = {"party_id": party, "product_id": product, "source": "similar", "because": [], "run_id": "r"}
        tx.run("openings/keep", opening_id=f"{party} {product}", opening=opening, outcome={**told, "seq": tx.number})

    small_write(store, "t", work, "outcome")


def test_who_was_joined_into_another_after_the_run_is_that_one(store: Store, archive: Path) -> None:
    """P-J1, who refused the card, is P-J2 now, P-J3, who bought it, is P-J4, and P-J5 is gone."""
    asked = AudienceAsked(segment="joiners", held_back="0")
    for party, outcome in (("P-J1", "refused"), ("P-J3", "offered"), ("P-J3", "sold")):
        done(store, party, CARD, outcome)
    early = store.view()
    with begin(store, "load", user="t") as work:
        for party, into in (("P-J1", "P-J2"), ("P-J3", "P-J4"), ("P-J5", None)):
            row = {"key": party, "values": {"joined_into": into}, "old": "{}", "labels": None, "old_labels": None}
            work.write_many("write/set_attributes[Party]", [row], touches="Party")
            work.write_many("publishing/close_nodes[Party]", [{"key": party}], touches="Party")
        work.publish()
    view = store.view()
    before, found = (try_audience(one, archive, "OTHER", asked, RULES, None) for one in (early, view))
    assert (left_out(before), before.audience.approached) == ({"refused": 1, "sold": 1}, 4)
    assert (left_out(found), found.audience.approached) == ({"refused": 1, "sold": 1}, 1)  # of P-J2 and P-J4 by now
    blocked = read_candidates(view, find_campaign(view, "OTHER"), CARD, ["P-J2", "P-J4", "P-J6"], RULES.days).blocked
    assert blocked.tolist() == [REFUSED, SOLD, SELECTED]
    assert [one.outcome for one in outcomes_of(view, ["P-J4"])[opening_id("P-J4", CARD)]] == ["offered", "sold"]
    assert figures(view).figures == figures(early).figures
    told = segment(view, archive, "joiners")
    assert (told.segment.members, segment(early, archive, "joiners").segment.members) == (
        4,
        6,
    )  # P-J5 was joined nowhere
    assert [one.party_id for one in told.members] == ["P-J2", "P-J4", "P-J6"]
    assert told.omitted == [f"2 parties that {told.run_id} found were joined into others since, and are told as these"]
    of_openings = AudienceAsked(openings=True, product="CARD", held_back="0")
    offered = try_audience(view, archive, C1, of_openings, RULES, None)
    assert not {one.party.party_id for one in offered.members} & {"P-J1", "P-J3", "P-J5"}


def test_a_campaign_whose_last_day_is_past_approaches_nobody(store: Store, archive: Path) -> None:
    today = times.today(store.zone)
    made = make_campaign(store.view(), CampaignTold(name="over", starts_on=today, ends_on=today), "wang")
    assert try_audience(store.view(), archive, made, ASKED, RULES, None).omitted == []
    first = today - timedelta(days=9)
    change_campaign(store.view(), made, CampaignTold(starts_on=first, ends_on=today - timedelta(days=1)), None, "wang")
    seq = store.view().seq
    with pytest.raises(BadInput, match=r"^over ended on .*, and today is .* Give it a later last day") as told:
        make_audience(store.view(), archive, made, ASKED, RULES, "wang")
    assert told.value.field == "campaign_id"
    (said,) = try_audience(store.view(), archive, made, ASKED, RULES, None).omitted
    assert said == f"it would be refused: {told.value}"
    assert store.view().seq == seq


def test_a_campaign_that_approached_all_it_may_approaches_nobody_more(store: Store, archive: Path) -> None:
    told = CampaignTold(name="one", starts_on=times.today(store.zone), most_parties=1)
    made = make_campaign(store.view(), told, "wang")
    asked, once = AudienceAsked(segment="joiners", size=2, held_back="0.5"), Once("audience-2", "digest")
    stored = make_audience(store.view(), archive, made, asked, RULES, "wang", once)
    kept = audience(store.view(), stored)
    assert (kept.audience.approached, kept.audience.held_back) == (1, 1)  # who is held back does not count
    with pytest.raises(BadInput, match=r"approached 1 before, .* approaches 1\. Give it a larger cap, or") as refused:
        make_audience(store.view(), archive, made, replace(asked, size=1), RULES, "wang")
    assert refused.value.field == "size"
    close_campaign(store.view(), made, "li")
    assert make_audience(store.view(), archive, made, asked, RULES, "wang", once) == stored  # sent again under its key


def autumn(**more: Any) -> CampaignTold:
    return CampaignTold(**{"name": "秋", "starts_on": date(2025, 9, 1), "ends_on": date(2025, 11, 30), **more})


def test_a_campaign_is_made_changed_and_closed(store: Store, archive: Path) -> None:
    once = Once("campaign-1", "digest")
    told = autumn(code="A25", product="FUND", channel="app", branch="小支行", manager="7", most_parties=3)
    kept = make_campaign(store.view(), told, "wang", once)
    assert make_campaign(store.view(), told, "wang", once) == kept
    made = campaign(store.view(), "A25").campaign
    assert (made.campaign_id, made.source, made.version, made.changed_by) == (kept, "manual", 1, "wang")
    assert (made.product_id, made.branch_id, made.manager_id) == (FUND, "hand:branch:CAP", "hand:staff:7")
    assert (made.ends_on, made.most_parties) == (date(2025, 11, 30), 3)
    seen = store.view()
    change_campaign(store.view(), kept, CampaignTold(ends_on=date(2025, 12, 31), manager="", most_parties=5), 1, "li")
    now = campaign(store.view(), kept)
    assert (now.campaign.ends_on, now.campaign.manager_id, now.campaign.most_parties) == (date(2025, 12, 31), None, 5)
    assert (now.campaign.version, now.campaign.changed_by) == (2, "li")
    (earlier,) = now.earlier
    assert (earlier.version, earlier.changed_by) == (1, "wang")
    assert earlier.replaced == {"ends_on": "2025-11-30", "manager_id": "hand:staff:7", "most_parties": 3}
    assert campaign(seen, kept).earlier == []
    with pytest.raises(Conflict, match="has version 2 by now, saved by li"):
        change_campaign(store.view(), kept, CampaignTold(channel="call"), 1, "wang")
    seq = store.view().seq
    assert change_campaign(store.view(), kept, CampaignTold(most_parties=5), None, "wang") == kept
    assert store.view().seq == seq  # nothing was otherwise
    asked = AudienceAsked(segment="target", size=2, held_back="0")
    assert try_audience(store.view(), archive, kept, asked, RULES, None).audience.candidates == 21
    close_campaign(store.view(), "A25", "li")
    closed = campaign(store.view(), kept).campaign
    assert (closed.closed_on, closed.version) == (times.today(store.zone), 3)
    for work in (
        lambda: make_audience(store.view(), archive, kept, asked, RULES, "wang"),
        lambda: try_audience(store.view(), archive, kept, asked, RULES, None),
    ):
        with pytest.raises(BadInput, match="approaches nobody any more"):
            work()
    with pytest.raises(Conflict, match="is closed"):
        close_campaign(store.view(), kept, "li")
    with pytest.raises(Conflict, match="is closed"):
        change_campaign(store.view(), kept, CampaignTold(name="冬"), None, "li")
    assert make_campaign(store.view(), replace(told, code="A26"), "wang") != kept  # the name is free again


def test_a_campaign_that_cannot_be_changes_nothing(store: Store) -> None:
    make_campaign(store.view(), autumn(name="春", code="S25"), "wang")
    bank = Bank()
    bank.node("RelationshipManager", "hand:staff:9", name="走", code="9", left_on=10_000)
    bank.load(store, "left")
    seq = store.view().seq
    for field, told in (
        ("name", CampaignTold(starts_on=date(2025, 1, 1))),
        ("name", autumn(name=" ")),
        ("name", autumn(name="x" * 101)),
        ("name", autumn(name="春", starts_on=date(2025, 11, 30), ends_on=None)),
        ("code", autumn(name="夏", code="S25")),
        ("code", autumn(name="夏", code="C1")),
        ("code", autumn(name="夏", code="A25")),
        ("channel", autumn(name="夏", channel="a\x1b[1m")),
        ("starts_on", CampaignTold(name="夏")),
        ("ends_on", autumn(name="夏", ends_on=date(2025, 8, 31))),
        ("product_id", autumn(name="夏", product="nothing")),
        ("branch", autumn(name="夏", branch="nowhere")),
        ("manager", autumn(name="夏", manager="nobody")),
        ("manager", autumn(name="夏", manager="9")),
        ("channel", autumn(name="夏", channel="x" * 51)),
        ("most_parties", autumn(name="夏", most_parties=0)),
        ("most_parties", autumn(name="夏", most_parties=100_001)),
        ("user", None),
    ):
        with pytest.raises(BadInput) as refused:
            make_campaign(store.view(), told or autumn(name="夏"), "wang" if told else " ")
        assert refused.value.field == field
    for field, asked, change in (
        ("campaign_id", "nothing", CampaignTold(name="夏")),
        ("campaign_id", "C1", CampaignTold(name="夏")),
        ("campaign_id", "S25", CampaignTold()),
        ("ends_on", "S25", CampaignTold(starts_on=date(2026, 1, 1))),
        ("starts_on", "S25", CampaignTold(starts_on="")),
        ("name", "S25", CampaignTold(name="")),
    ):
        with pytest.raises(BadInput) as refused:
            change_campaign(store.view(), asked, change, None, "wang")
        assert refused.value.field == field
    with pytest.raises(BadInput, match="is told by hand"):
        close_campaign(store.view(), "C1", "wang")
    assert store.view().seq == seq
    later = autumn(name="春", starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    assert make_campaign(store.view(), later, "wang")  # the same name on other days


def test_a_campaign_is_made_over_http_and_in_the_terminal(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Guanxi(read_settings(home=archive.parent), store, related_rules())
    with served(guanxi) as client:
        head = {"X-Guanxi-User": "wang", "Idempotency-Key": "made"}
        body = {"name": "网上", "starts_on": "2025-09-01", "code": "NET", "product": "FUND"}
        made = [client.post("/v1/campaigns", json=body, headers=head).json() for _ in range(2)]
        assert made[0]["campaign"] == made[1]["campaign"]
        mine = {"X-Guanxi-User": "wang"}
        twice = client.post("/v1/campaigns", json=body, headers=mine)
        assert (twice.status_code, twice.json()["field"]) == (400, "code")
        assert client.post("/v1/campaigns", json={**body, "cap": 3}, headers=mine).status_code == 422
        changed = client.post("/v1/campaigns/NET/change", json={"product": None, "version": 1}, headers=mine).json()
        assert (changed["campaign"]["product_id"], changed["campaign"]["starts_on"]) == (None, "2025-09-01")
        assert (
            client.post("/v1/campaigns/NET/change", json={"version": 1, "code": "N"}, headers=mine).status_code == 409
        )
        assert client.post("/v1/campaigns/NET/closing", headers=mine).json()["campaign"]["closed_on"]

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, None

    monkeypatch.setattr(campaigning, "opened", opened)
    campaigning.new_command("线下", "2025-10-01", code="OFF", most=7, user="wang")
    said = capsys.readouterr().out
    assert "at most 7 parties, version 1 by wang" in said
    campaigning.change_command("OFF", last="2025-12-31", user="wang")
    campaigning.change_command("OFF", last="", channel="call", user="wang")
    assert "2025-10-01 to, call" in capsys.readouterr().out
    campaigning.close_command("OFF", user="wang")
    assert "closed on" in capsys.readouterr().out
    with pytest.raises(BadInput, match="--from"):
        campaigning.new_command("x", "1.10.2025", user="wang")


def test_the_shipped_rules_can_be_read() -> None:
    assert isinstance(audience_rules(), AudienceRules)
    with pytest.raises(BadInput, match="line 1: version"):
        read_audience_rules("version: 2\ndays: {quiet: 1, refused: 1}\nmost: 1\nheld_back: 0\n", "own.yaml")
    with pytest.raises(BadInput, match="holds no settings"):
        read_audience_rules("- 1\n", "own.yaml")
