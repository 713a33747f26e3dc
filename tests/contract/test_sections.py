"""Some sections of a 360 alone, and those of risk, campaigns and signed services, on the hand-made bank."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.cli import reading
from api.services.party import JoinedAway, party, party_sections
from api.services.party_choice import BESIDE, SECTIONS, chosen
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

MS_A_DAY = 86_400_000


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    """The bank, and P-RISKY: an account frozen, a contract below normal with drawdowns, a risk event, a signing, a
    flagged director, and a campaign that it answered."""
    with fill(connection) as store:
        bank = Bank()
        bank.party("P-RISKY", "风险贸易有限公司", roles=("Customer",))
        event(bank, "E1", "risk", 19_000, title="账户冻结", severity="high", state="open")
        event(bank, "E2", "signing", 19_100, title="代发工资协议", channel="visit")
        bank.node("Account", "hand:account:9", account_no="9", currency="CNY", balance=500, frozen_amount=200)
        bank.node("Account", "hand:account:8", account_no="8", currency="CNY", balance=500, frozen_amount=0)
        for number in "89":
            bank.link("HAS_ACCOUNT", "P-RISKY", f"hand:account:{number}", role="holder")
        for contract, grade in (("R1", "substandard"), ("R2", "pass")):
            bank.node("Facility", f"hand:facility:{contract}", code=contract, classification=grade, currency="CNY")
            bank.link("BORROWS", "P-RISKY", f"hand:facility:{contract}", role="borrower")
        for number, contract, told in (
            ("RD1", "R1", {"classification": "doubtful", "balance": 900, "overdue_days": 40}),
            ("RD2", "R2", {"classification": "pass", "balance": 700, "overdue_days": 3}),
            ("RD3", "R2", {"classification": "pass", "balance": 600, "overdue_days": 0}),
            ("RD4", "R2", {"balance": 500}),
        ):
            bank.node("Drawdown", f"hand:drawdown:{number}", code=number, currency="CNY", **told)
            bank.link("DRAWN_UNDER", f"hand:drawdown:{number}", f"hand:facility:{contract}")
        bank.link("EXECUTIVE_OF", "P-ZHANG", "P-RISKY", post="董事", _status="flagged")
        bank.link("EXECUTIVE_OF", "P-LIN", "P-RISKY", post="监事")
        bank.node("Campaign", "hand:campaign:C", name="结算推广", code="C", product_id="hand:product:CD")
        day = 20_000 * MS_A_DAY
        bank.link("TARGETED_BY", "P-RISKY", "hand:campaign:C", channel="call", at=day)
        bank.link("RESPONDED_TO", "P-RISKY", "hand:campaign:C", response="refused", at=day + MS_A_DAY)
        bank.load(store, "more")
        yield store


def event(bank: Bank, key: str, kind: str, day: int, **told: Any) -> None:
    bank.node("Event", f"hand:event:{key}", event_kind=kind, at=day * MS_A_DAY, **told)
    bank.link("INVOLVED_IN", "P-RISKY", f"hand:event:{key}", "Party:Event", role="customer")


def test_signs_of_risk_are_told_together_with_what_they_stand_on(store: Store) -> None:
    risk = party(store.view(), "P-RISKY").sections.risk
    assert [(one.sign, one.number or one.title or (one.party and one.party.called)) for one in risk.items] == [
        ("risk_event", "账户冻结"),
        ("freeze", "9"),
        ("classification", "RD1"),
        ("overdue", "RD2"),
        ("classification", "R1"),
        ("flagged", "张伟"),
    ]
    assert (risk.total, risk.sources, risk.empty) == (6, ["hand"], None)
    freeze, doubtful, _, contract, flagged = risk.items[1:]
    assert freeze.amount
    assert freeze.amount.amount == "2.00"
    assert (doubtful.classification, doubtful.overdue_days, doubtful.link.type) == ("doubtful", 40, "BORROWS")
    assert (contract.classification, contract.amount) == ("substandard", None)
    assert (flagged.link.type, flagged.link.status) == ("EXECUTIVE_OF", "flagged")
    calm = party(store.view(), "P-CHEN").sections.risk
    assert (calm.items, calm.empty) == ([], "no data from by_hand, more")


def test_campaigns_and_signed_services_are_told_the_latest_first(store: Store) -> None:
    sections = party(store.view(), "P-RISKY").sections
    assert [(one.name, one.channel, one.response, one.link.type) for one in sections.campaigns.items] == [
        ("结算推广", None, "refused", "RESPONDED_TO"),
        ("结算推广", "call", None, "TARGETED_BY"),
    ]
    assert [(one.title, one.channel) for one in sections.services.items] == [("代发工资协议", "visit")]
    assert sections.events.total == 2
    assert party(store.view(), "P-CHEN").sections.campaigns.empty == "no data from more"


@pytest.mark.parametrize("party_id", ["P-HOLD", "P-RISKY", "P-CHEN"])
def test_each_section_alone_is_as_in_the_whole(store: Store, party_id: str) -> None:
    whole = party(store.view(), party_id)
    told = json.loads(whole.sections.model_dump_json())
    for name in (one for one in SECTIONS if one not in BESIDE):
        alone = party_sections(store.view(), party_id, [name])
        assert (alone.name, alone.roles, alone.decisions) == (whole.name, whole.roles, whole.decisions)
        found = json.loads(alone.sections.model_dump_json())
        assert found.pop(name) == told[name], name
        assert set(found.values()) == {None}
    several = party_sections(store.view(), party_id, chosen(["relationships"]))
    assert several.because == [one for one in whole.because if one.rule == "control.votes"]


def test_what_is_not_asked_for_is_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    read = Store.read

    def counted(self: Store, statement: Any, *given: Any, **params: Any) -> Any:
        sent.append(statement if isinstance(statement, str) else statement.text)
        return read(self, statement, *given, **params)

    monkeypatch.setattr(Store, "read", counted)
    party_sections(store.view(), "P-RISKY", ["facilities"])
    text = " ".join(sent)
    assert "BORROWS" in text
    assert not any(link in text for link in ("HOLDS", "OWNS", "HAS_ACCOUNT", "IDENTIFIES", "INVOLVED_IN"))


def test_what_cannot_be_asked_and_who_cannot_be_seen(store: Store) -> None:
    with pytest.raises(NotFound):
        party_sections(store.view(), "P-NONE", ["basic"])
    with pytest.raises(JoinedAway):
        party_sections(store.view(), "P-OLD", ["basic"])
    with pytest.raises(NotFound):
        party_sections(store.view(scope=Scope(frozenset({"branch:none"}))), "P-RISKY", ["risk"])


def test_the_same_over_http_and_on_the_command_line(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Guanxi(read_settings(home=tmp_path), store, related_rules())
    with served(guanxi) as client:
        found = client.get("/v1/parties/P-RISKY?sections=risk,basic&sections=openings,grading").json()["sections"]
        assert {name for name, section in found.items() if section} == {"risk", "basic", "openings", "grading"}
        assert "No analysis run" in found["openings"]["empty"]
        problem = client.get("/v1/parties/P-RISKY?sections=rsik")
        assert (problem.status_code, problem.json()["field"]) == (400, "sections")
        assert "Did you mean 'risk'?" in problem.json()["detail"]
        assert client.get("/v1/parties/P-OLD?sections=basic", follow_redirects=True).json()["party_id"] == "P-HOLD"

    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[tuple[Guanxi, None]]:
        yield guanxi, None

    monkeypatch.setattr(reading, "opened", opened)
    said = printed(capsys, lambda: reading.show_command("P-RISKY", sections="risk"))
    assert "Signs of risk (6)" in said
    assert "Facilities" not in said
    as_json = printed(capsys, lambda: reading.show_command("P-RISKY", sections="risk", as_json=True))
    assert json.loads(as_json)["sections"]["facilities"] is None
    with pytest.raises(BadInput):
        reading.show_command("P-RISKY", sections="")


def printed(capsys: pytest.CaptureFixture[str], work: Callable[[], None]) -> str:
    work()
    return capsys.readouterr().out
