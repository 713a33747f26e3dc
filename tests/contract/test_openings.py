"""Openings asked of the hand-made bank after a run, what is done about them, and how that feeds the next ranking."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli import managing, offering, reading
from api.services.opening_figures import figures
from api.services.opening_outcome import OutcomeAsked, opening, record_outcome
from api.services.opening_section import with_openings
from api.services.openings import group_openings, party_openings, product_prospects
from api.services.party import party
from api.services.related_rules import related_rules
from api.services.replay import replay
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once
from graph.store import Scope, Store
from tests.contract.answering import fill, make
from tests.contract.loads import ask
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

CARD, FUND, BOLD, LOAN = (f"hand:product:{name}" for name in ("CARD", "FUND", "BOLD", "LOAN"))
SOLD = OutcomeAsked("sold", "signed", "50000.00", "CNY")


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
    """Twenty five who hold the fund with the card; P-NEW holds the card alone; P-SHY, P-ANNOYED and P-ASKED, too.

    P-CHEN's deposit (大额存单) is due in nine days. P-ZHANG runs P-HOLD and is no customer; nor is P-SUB's owner's firm.
    """
    bank = Bank()
    today = times.to_day(times.today("Asia/Shanghai"))
    for key, name, risk, for_whom in (
        (CARD, "金卡", "1", "person"),
        (FUND, "债券基金", "R2", "person"),
        (BOLD, "股票基金", "R5", "person"),
        (LOAN, "流动资金贷款", "1", "company"),
    ):
        bank.node("Product", key, name=name, code=key[-4:], risk_class=risk, segment=for_whom)
    for n in range(25):
        bank.party(f"P-C{n:02}", f"客户{n:02}", "person", roles=("Customer",))
        for product in (CARD, FUND, BOLD):
            bank.link("HOLDS", f"P-C{n:02}", product)
    for key, name, attributes in (
        ("P-NEW", "新来", {"risk_class": "C3"}),
        ("P-SHY", "害羞", {"marketing_opt_out": True}),
        ("P-ANNOYED", "厌烦", {}),
        ("P-ASKED", "刚问", {}),
    ):
        bank.party(key, name, "person", roles=("Customer",), scope=["branch:1"], **attributes)
        bank.link("HOLDS", key, CARD)
    bank.link("HOLDS", "P-CHEN", "hand:product:CD", until=today + 9, valid_to=times.UNTIL_FURTHER)
    bank.link("HOLDS", "P-LOG", LOAN)
    bank.node("Campaign", "hand:campaign:F", name="基金推广", product_id=FUND)
    day = 86_400_000
    for key, ago in (("P-ANNOYED", 100), ("P-ASKED", 3)):
        told: dict[str, Any] = {"at": (today - ago) * day, "valid_from": today - ago}
        bank.link("TARGETED_BY", key, "hand:campaign:F", channel="call", **told)
        if key == "P-ANNOYED":
            bank.link("RESPONDED_TO", key, "hand:campaign:F", response="refused", **told)
    return bank


def test_what_similar_customers_hold_with_its_reason(store: Store, archive: Path) -> None:
    found = party_openings(store.view(), archive, "P-NEW")
    (one,) = found.openings
    assert one.product
    assert (one.product.product_id, one.place, one.state, one.outcomes) == (FUND, 1, None, [])
    assert one.reasons == ["25 of the 29 customers who hold 金卡, as it does, hold this too"]
    (left_out,) = found.not_offered
    assert left_out.product
    assert (left_out.product.called, left_out.reason) == ("股票基金", "unsuitable")
    assert found.counts == {
        "offered": 1, "held": 1, "sold": 0, "opted_out": 0, "unsuitable": 1, "refused": 0, "approached": 0
    }  # fmt: skip
    assert [one.rule for one in found.because] == ["openings.ranking", "openings.similar"]


@pytest.mark.parametrize(
    ("key", "reason", "text"),
    [
        ("P-SHY", "opted_out", "it asked not to be approached"),
        ("P-ANNOYED", "refused", "refused within the last 180 days"),
        ("P-ASKED", "approached", "its household was approached within the last 30 days"),
    ],
)
def test_what_is_not_offered_says_why(store: Store, archive: Path, key: str, reason: str, text: str) -> None:
    found = party_openings(store.view(), archive, key)
    assert found.openings == []
    assert found.empty == f"{found.run_id} found nothing to offer it"
    assert (reason, text) in [(one.reason, one.text) for one in found.not_offered if one.product]


def test_what_matures_and_who_should_be_a_customer(store: Store, archive: Path) -> None:
    first = party_openings(store.view(), archive, "P-CHEN").openings[0]
    assert (first.source, first.matures_on) == ("maturing", store.view().as_of + timedelta(days=9))
    assert first.reasons[0] == f"its 大额存单 matures on {first.matures_on}: renew or replace it"
    (linked,) = party_openings(store.view(), archive, "P-ZHANG").openings
    assert (linked.product, linked.source) == (None, "linkage")
    assert linked.reasons == ["executive of 浙江远洋控股有限公司, a corporate customer, and no private customer"]
    (own,) = party_openings(store.view(), archive, "P-SUB").openings
    assert own.linked_to
    assert own.reasons == ["its actual controller 陈志远 is a private customer, and it is no corporate customer"]


def test_a_group_and_a_product(store: Store, archive: Path) -> None:
    view = store.view()
    found = group_openings(view, archive, next(
        one.group_id for one in _groups(store) if one.kind == "control"
    ))  # fmt: skip
    assert {one.party.party_id for one in found.openings} >= {"P-CHEN", "P-SUB"}
    assert [one.score for one in found.openings] == sorted((one.score for one in found.openings), reverse=True)
    prospects = product_prospects(view, archive, "FUND")
    assert [one.party.party_id for one in prospects.prospects if one.source == "similar"] == ["P-NEW"]
    assert prospects.not_offered == {"approached": 1, "opted_out": 1, "refused": 1}
    assert product_prospects(view, archive, FUND, offset=1).total == prospects.total


def _groups(store: Store) -> list[Any]:
    return list(party(store.view(), "P-CHEN").sections.groups.items)


def test_what_cannot_be_asked_is_refused(store: Store, archive: Path) -> None:
    view = store.view()
    for asking, field in (
        (lambda: party_openings(view, archive, "P-NOBODY"), "party_id"),
        (lambda: group_openings(view, archive, "G-NONE"), "group_id"),
        (lambda: product_prospects(view, archive, "NONE"), "product_id"),
        (lambda: product_prospects(view, archive, "FUND", limit=0), "limit"),
        (lambda: product_prospects(view, archive, "FUND", offset=-1), "offset"),
        (lambda: opening(view, "O-none"), "opening_id"),
        (lambda: figures(view, view.as_of + timedelta(days=1)), "since"),
    ):
        with pytest.raises(BadInput) as refused:
            asking()
        assert refused.value.field == field
    hidden = store.view(scope=Scope(frozenset({"branch:9"})))
    with pytest.raises(NotFound):
        party_openings(hidden, archive, "P-NEW")
    assert product_prospects(hidden, archive, "FUND").prospects == []


def test_an_outcome_that_cannot_be_is_refused_and_changes_nothing(store: Store, archive: Path) -> None:
    view = store.view()
    (one,) = party_openings(view, archive, "P-NEW").openings
    for asked, user, field in (
        (replace(SOLD, outcome="won"), "lin", "outcome"),
        (SOLD, None, "user"),
        (replace(SOLD, outcome="refused"), "lin", "value"),
        (replace(SOLD, value="1.234"), "lin", "value"),
        (replace(SOLD, value="-1"), "lin", "value"),
        (replace(SOLD, value="much"), "lin", "value"),
        (replace(SOLD, value="NaN"), "lin", "value"),
        (replace(SOLD, currency="XXX"), "lin", "currency"),
        (replace(SOLD, value=None), "lin", "currency"),
        (replace(SOLD, note="x" * 2_001), "lin", "note"),
    ):
        with pytest.raises(BadInput) as refused:
            record_outcome(view, archive, one.opening_id, asked, user)
        assert refused.value.field == field, asked
    with pytest.raises(NotFound, match="offers no opening 'O-none'"):
        record_outcome(view, archive, "O-none", SOLD, "lin")
    assert figures(store.view()).empty == "nothing was done about any opening that you may see"


def test_from_opening_to_sale(store: Store, archive: Path) -> None:
    """Each step is kept with who and when; what is sold is closed, and rests in the next run too; all of it replays."""
    (one,) = party_openings(store.view(), archive, "P-NEW").openings
    before = store.view()
    record_outcome(before, archive, one.opening_id, OutcomeAsked("taken_up"), "lin")
    (again,) = party_openings(store.view(), archive, "P-NEW").openings
    assert (again.state, [(step.outcome, step.user) for step in again.outcomes]) == ("taken_up", [("taken_up", "lin")])
    once = Once("key-1", "digest")
    for _ in range(2):
        record_outcome(store.view(), archive, one.opening_id, SOLD, "wu", once)
    with pytest.raises(Conflict, match="is sold, and closed by that"):
        record_outcome(store.view(), archive, one.opening_id, OutcomeAsked("refused"), "wu")
    kept = opening(store.view(), one.opening_id)
    assert [(step.outcome, step.user, step.note) for step in kept.outcomes] == [
        ("taken_up", "lin", None),
        ("sold", "wu", "signed"),
    ]
    assert (kept.state, kept.reasons, kept.source) == ("sold", one.reasons, "similar")
    assert party_openings(before, archive, "P-NEW").openings[0].state is None
    found = party_openings(store.view(), archive, "P-NEW")
    assert found.openings == []
    assert found.not_offered[0].text.startswith("sold on 20")
    every, similar = figures(store.view()).figures
    assert (every.source, similar.source) == ("all", "similar")
    assert (every.worked_on, every.taken_up, every.sold, every.refused) == (1, 1, 1, 0)
    assert (every.conversion, [one.amount for one in every.value], every.unknown) == ("1.000000000", ["50000.00"], 0)
    make(store, archive)
    found = party_openings(store.view(), archive, "P-NEW")
    assert {(one.product.called, one.reason) for one in found.not_offered if one.product} == {
        ("债券基金", "sold"),
        ("股票基金", "unsuitable"),
    }
    report = replay(store, archive)
    assert (report.equal, report.difference) == (True, None)
    assert report.rows["openings"] > 0


def test_what_has_rested_is_offered_and_sold_anew(store: Store, archive: Path) -> None:
    """Refused 181 days ago, sold 366 days ago: the run offers it again, and so does every answer."""
    ask(store, "MATCH (o:Opening) DETACH DELETE o")
    make(store, archive)
    (one,) = party_openings(store.view(), archive, "P-NEW").openings
    for outcome, days in ((OutcomeAsked("refused"), 181), (SOLD, 366)):
        record_outcome(store.view(), archive, one.opening_id, outcome, "lin")
        assert party_openings(store.view(), archive, "P-NEW").openings == []
        back = times.now_ms() - days * 86_400_000
        told = "MATCH (o:Opening {opening_id: $id}) SET o.outcome_at = o.outcome_at[..-1] + $at"
        ask(store, told, id=one.opening_id, at=back)
        make(store, archive)
        (again,) = party_openings(store.view(), archive, "P-NEW").openings
        assert (again.opening_id, again.state, again.outcomes[-1].outcome) == (one.opening_id, None, outcome.outcome)
        assert product_prospects(store.view(), archive, again.product.product_id).total == 1 if again.product else False
    record_outcome(store.view(), archive, one.opening_id, OutcomeAsked("offered"), "lin")
    (again,) = party_openings(store.view(), archive, "P-NEW").openings
    assert again.state == "offered"
    record_outcome(store.view(), archive, one.opening_id, SOLD, "lin")
    every = figures(store.view()).figures[0]
    assert (every.worked_on, every.sold, every.refused, every.conversion) == (2, 2, 0, "1.000000000")
    ask(store, "MATCH (o:Opening) DETACH DELETE o")
    make(store, archive)


def test_the_same_is_answered_over_http(store: Store, archive: Path) -> None:
    with served(Guanxi(read_settings(home=archive.parent), store, related_rules())) as client:
        asked = client.get("/v1/parties/P-ZHANG/openings").json()
        assert asked == party_openings(store.view(), archive, "P-ZHANG").model_dump(mode="json")
        opening_id = asked["openings"][0]["opening_id"]
        headers = {"X-Guanxi-User": "lin", "Idempotency-Key": "visit-7"}
        body = {"outcome": "offered", "note": "visited"}
        first = client.post(f"/v1/openings/{opening_id}/outcome", json=body, headers=headers)
        second = client.post(f"/v1/openings/{opening_id}/outcome", json=body, headers=headers)
        assert (first.status_code, second.status_code) == (200, 200)
        assert [step["outcome"] for step in second.json()["outcomes"]] == ["offered"]
        other = client.post(f"/v1/openings/{opening_id}/outcome", json={"outcome": "sold"}, headers=headers)
        assert other.status_code == 409
        assert client.get(f"/v1/openings/{opening_id}").json()["state"] == "offered"
        assert client.get("/v1/openings/figures").json()["figures"][0]["offered"] == 1
        assert client.get("/v1/products/FUND/prospects?limit=1").status_code == 200
        assert client.get("/v1/parties/P-OLD/openings").status_code == 307
        for path, status, field in (
            ("parties/P-NOBODY/openings", 404, "party_id"),
            ("groups/G-NONE/openings", 404, "group_id"),
            ("products/NONE/prospects", 404, "product_id"),
            ("openings/O-none", 404, "opening_id"),
        ):
            refused = client.get(f"/v1/{path}")
            assert (refused.status_code, refused.json()["field"]) == (status, field), path
        refused = client.post(f"/v1/openings/{opening_id}/outcome", json={"outcome": "won"}, headers=headers)
        assert refused.status_code in (400, 409)


def test_the_terminal_tells_the_same(
    store: Store, archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    guanxi = Guanxi(read_settings(home=archive.parent), store, related_rules())

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, None

    for module in (offering, managing, reading):
        monkeypatch.setattr(module, "opened", opened)

    def said(command: Callable[..., None], *asked: str, **options: Any) -> str:
        command(*asked, **options)
        return capsys.readouterr().out

    told = said(offering.show_command, "P-CHEN")
    assert "陈志远" in told
    assert "its 大额存单 matures on" in told
    assert "unsuitable" in said(offering.show_command, "P-ANNOYED")
    opening_id = party_openings(store.view(), archive, "P-CHEN").openings[0].opening_id
    assert opening_id in told
    told = said(offering.outcome_command, opening_id, "sold", value="1.00", user="lin", note="on [Monday]")
    assert "大额存单 for 陈志远: sold" in told
    assert "lin sold CNY 1.00 on [Monday]" in told
    assert "maturing" in said(offering.figures_command)
    assert "债券基金: " in said(offering.prospects_command, "FUND")
    group_id = next(one.group_id for one in _groups(store) if one.kind == "control")
    assert f"{group_id}: " in said(offering.group_command, group_id)
    for command in (offering.show_command, offering.prospects_command, offering.group_command):
        asked = {offering.show_command: "P-NEW", offering.prospects_command: "FUND"}.get(command, group_id)
        assert json.loads(said(command, asked, as_json=True))["run_id"]
    assert json.loads(said(offering.figures_command, as_json=True))["figures"]
    assert "its actual controller 陈志远" in said(reading.show_command, "P-SUB")
    assert "next openings: " in said(managing.book_command, "7")


def test_the_book_and_the_360_have_them_where_asked(store: Store, archive: Path) -> None:
    with served(Guanxi(read_settings(home=archive.parent), store, related_rules())) as client:
        assert client.get("/v1/parties/P-SUB").json()["sections"]["openings"] is None
        section = client.get("/v1/parties/P-SUB?openings=true").json()["sections"]["openings"]
        assert [one["source"] for one in section["items"]] == ["linkage"]
        empty = client.get("/v1/parties/P-SHY?openings=true").json()["sections"]["openings"]
        assert empty["empty"].endswith("found nothing to offer it")
        assert client.get("/v1/relationship-managers/7/book").json()["next_openings"] is None
        following = client.get("/v1/relationship-managers/7/book?openings=true").json()["next_openings"]
        assert following["total"] == len(following["items"])
    elsewhere = with_openings(store.view(), archive / "none", party(store.view(), "P-SUB"))
    assert elsewhere.sections.openings
    assert "are not in the archive" in (elsewhere.sections.openings.empty or "")
