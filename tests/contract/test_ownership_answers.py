"""Owners, controllers, payment patterns and the bank's related parties, asked of the hand-made bank after a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.services.answers import Money
from api.services.bank_parties import bank_parties
from api.services.changes import changes
from api.services.control_walk import control_walk
from api.services.owners import owners
from api.services.party import JoinedAway
from api.services.payment_patterns import payment_patterns
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

DAY = 20_000
SUBJECTS = (("party", "single"), ("control", "group"), ("related_parties", "all"))
"""What the tests of related parties are of."""


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
    """A bank with a holder and an insider, a company with a gap, and a loan that comes back."""
    bank = Bank()
    bank.party("P-BANK", "本行", bank_role="self", institution="bank")
    bank.party("P-FIVE", "百分之五控股")
    bank.party("P-IN", "内部人", "person", bank_role="insider")
    bank.party("P-WIFE", "配偶", "person")
    bank.party("P-SHOP", "配偶商店", scope=["branch:9"])
    bank.link("OWNS", "P-FIVE", "P-BANK", share=0.05)
    bank.link("KIN_OF", "P-WIFE", "P-IN", relation="spouse")
    bank.link("OWNS", "P-WIFE", "P-SHOP", share=0.8)
    bank.node("Facility", "hand:facility:S", limit_amount=100, drawn_amount=100, currency="CNY")
    bank.link("BORROWS", "P-SHOP", "hand:facility:S", role="borrower")
    bank.party("P-GAP", "缺口公司")
    bank.link("OWNS", "P-ZHANG", "P-GAP", share=0.24, votes=0.45)
    bank.link("OWNS", "P-LIN", "P-GAP", share=0.1, votes=0.3)
    bank.party("P-WIDE", "分散公司")
    bank.link("OWNS", "P-ZHANG", "P-WIDE", share=0.1)
    bank.link("EXECUTIVE_OF", "P-ZHANG", "P-WIDE", post="董事")
    bank.link("LEGAL_REPRESENTATIVE_OF", "P-LIN", "P-WIDE")
    for number, holder in ((1, "P-GAP"), (2, "P-FIVE")):
        bank.node("Account", f"hand:account:{number}", account_no=str(number))
        bank.link("HAS_ACCOUNT", holder, f"hand:account:{number}", role="holder")
    bank.node("Account", "hand:account:far", account_no="far", outside=True)
    bank.node("Facility", "hand:facility:G", limit_amount=100, drawn_amount=100, currency="CNY")
    bank.link("BORROWS", "P-GAP", "hand:facility:G", role="borrower")
    bank.node("Drawdown", "hand:drawdown:G", amount=100, balance=100, currency="CNY", starts_on=DAY)
    bank.link("DRAWN_UNDER", "hand:drawdown:G", "hand:facility:G")
    bank.link("PAID_INTO", "hand:drawdown:G", "hand:account:1", amount=100, currency="CNY")
    bank.link("GUARANTEES", "P-FIVE", "P-GAP", amount=100, currency="CNY", contract="G9")
    paid(bank, "1", "far", [(DAY + 1, 30), (DAY + 2, 40)])
    paid(bank, "far", "2", [(DAY + 3, 60)])
    bank.link("TRANSFERS_TO", "hand:account:1", "hand:account:2", month="2024-11", amount=5, currency="CNY", count=1)
    return bank


def paid(bank: Bank, payer: str, payee: str, payments: list[tuple[int, int]]) -> None:
    days, amounts = [day for day, _ in payments], [amount for _, amount in payments]
    ends = f"hand:account:{payer}", f"hand:account:{payee}"
    whole = sum(amounts)
    bank.link("TRANSFERS_TO", *ends, month="2024-10", amount=whole, currency="CNY", days=days, amounts=amounts)


def test_owners_are_told_under_each_rule_set_with_their_holdings(store: Store, archive: Path) -> None:
    answer = owners(store.view(), archive, "P-LOG")
    assert [(one.rules, one.in_force) for one in answer.under] == [("cn-bo", True), ("eu-amlr", False)]
    (china, europe) = answer.under
    assert china.told == (
        "陈志远 has 30.6% of 宁波远洋物流有限公司 over all direct and indirect routes and "
        "controls 宁波远洋物流有限公司 with 60% of the votes"
    )
    assert [owner.passes for owner in china.owners] == [["integrated", "control"]]
    by_controller = {owner.party.name: owner.reasons for owner in europe.owners if owner.party}
    assert by_controller["林美华"] == ["has 25% or more of 浙江远洋控股有限公司, which controls 宁波远洋物流有限公司"]
    assert answer.not_disclosed == pytest.approx(0.4 + 0.6 * 0.19)
    assert answer.not_computed == 0
    assert answer.remainder == [
        "51.4% of 宁波远洋物流有限公司 goes up to no known person: to nobody told, or to holders without known owners, "
        "such as a state"
    ]
    assert answer.because[0].article == "Art. 6"
    assert len(answer.because[0].links) == 3  # P-HOLD in P-LOG, P-CHEN and P-LIN in P-HOLD


def test_votes_make_an_owner_where_the_share_does_not(store: Store, archive: Path) -> None:
    (china, _) = owners(store.view(), archive, "P-GAP").under
    assert [owner.party.name for owner in china.owners if owner.party] == ["张伟", "林美华"]  # by votes of .45 and .3
    assert china.owners[0].reasons == ["has enough of the votes of 缺口公司 over all direct and indirect routes"]


def test_where_nobody_passes_the_managers_stand_in_and_it_is_said(store: Store, archive: Path) -> None:
    (china, europe) = owners(store.view(), archive, "P-WIDE").under
    told = "no person passes for 分散公司: as fall-back its senior managers stand in: 林美华, 张伟"
    assert (china.owners, china.told, europe.told) == ([], told, told)
    assert [one.party_id for one in china.senior_managers] == ["P-LIN", "P-ZHANG"]
    nobody = owners(store.view(), archive, "P-BANK").under[0]
    assert nobody.told == "no person passes for 本行, and no senior manager is known who could stand in"


def test_owners_outside_the_scope_are_not_named(store: Store, archive: Path) -> None:
    answer = owners(store.view(scope=Scope(frozenset({"branch:9"}))), archive, "P-SHOP")
    assert answer.under[0].owners[0].party is None
    assert "1 owners or managers outside your scope are not named" in answer.omitted
    assert "配偶 " not in answer.model_dump_json()


def test_controllers_and_controlled_are_walked_and_capped(store: Store, archive: Path) -> None:
    up = control_walk(store.view(), archive, "P-SUB", "controllers")
    assert [(one.party.party_id, one.steps, one.is_end) for one in up.items] == [
        ("P-HOLD", 1, False),
        ("P-CHEN", 2, True),
    ]
    assert up.because[0].rule == "control.votes"
    down = control_walk(store.view(), archive, "P-CHEN", "controlled")
    assert {(one.party.party_id, one.of, one.steps) for one in down.items} == {
        ("P-HOLD", "P-CHEN", 1),
        ("P-LOG", "P-HOLD", 2),
        ("P-SUB", "P-HOLD", 2),
    }
    few = control_walk(store.view(), archive, "P-CHEN", "controlled", limit=2)
    assert len(few.items) == 2
    assert "controlled capped at 2, the nearest first" in few.omitted
    empty = control_walk(store.view(), archive, "P-ZHANG", "controllers").empty
    assert empty is not None
    assert "nothing found by run-" in empty
    assert "no source that delivers this" not in empty, "holdings are loaded, and control follows from them"


def test_who_may_control_is_told_apart_with_the_gap(store: Store, archive: Path) -> None:
    answer = control_walk(store.view(), archive, "P-GAP", "controllers")
    assert answer.items == []
    assert [(one.party.party_id, one.votes, one.undisclosed) for one in answer.possible] == [
        ("P-LIN", 0.3, 0.25),
        ("P-ZHANG", 0.45, 0.25),
    ]
    told = "张伟 would control 缺口公司 if more than 5% of the 25% that nobody is surely known to hold were its own"
    assert answer.possible[1].text == told
    away = control_walk(store.view(), archive / "elsewhere", "P-GAP", "controllers")
    assert away.possible == []
    assert "who may control it is not told: the tables of its run are not in this archive" in away.omitted


def test_loan_money_is_followed_over_an_account_at_another_bank(store: Store, archive: Path) -> None:
    answer = payment_patterns(store.view(), archive)
    (found,) = answer.items
    assert (found.kind, found.status, found.party.party_id) == ("loan_returns_to_guarantor", "flagged", "P-GAP")
    assert [(one.payer_called, one.payee_called, one.amount and one.amount.amount) for one in found.payments] == [
        ("缺口公司", "account hand:account:far", "0.30"),
        ("缺口公司", "account hand:account:far", "0.40"),
        ("account hand:account:far", "百分之五控股", "0.60"),
    ]
    assert found.text.startswith("of CNY 1.00 that 缺口公司 had drawn CNY 0.60 reached the guarantor 百分之五控股 from")
    assert payment_patterns(store.view(), archive, kind="fan").total == 0
    assert payment_patterns(store.view(), archive, party_id="P-FIVE").total == 1
    assert payment_patterns(store.view(), archive, party_id="P-LIN").total == 0
    hidden = payment_patterns(store.view(scope=Scope(frozenset({"branch:9"}))), archive)
    assert (hidden.items, hidden.total) == ([], 1)


def test_the_banks_related_parties_say_why(store: Store, archive: Path) -> None:
    answer = bank_parties(store.view(), archive)
    assert {one.party.party_id: [reason.text for reason in one.reasons] for one in answer.items} == {
        "P-FIVE": ["holds 5% of the capital of 本行, itself or by what it controls"],
        "P-IN": ["insider of 本行"],
        "P-WIFE": ["spouse of 内部人"],
        "P-SHOP": ["controlled by 配偶"],
    }
    kin = bank_parties(store.view(), archive, category="close-kin")
    (together,) = kin.together
    assert (together.test, together.amount, together.state) == (
        "all",
        Money(amount="1.00", currency="CNY"),
        "undecided",
    )
    assert together.title == "Credit to all related parties"
    (shop,) = [one for one in answer.items if one.party.party_id == "P-SHOP"]
    assert [(one.test, one.group_id is None, one.limit) for one in shop.tests] == [
        ("single", True, "0.1"),
        ("group", False, "0.15"),
    ]
    (wife,) = kin.items
    assert [(one.test, one.group_id) for one in wife.tests] == [("group", shop.tests[1].group_id)]
    assert kin.because[-1].text.startswith(
        "all related parties of the bank 全部关联方: Credit to all related parties (firm)"
    )
    assert ([one.party.party_id for one in kin.items], kin.because[0].article) == (["P-WIFE"], "Art. 6 (4)")
    (run,) = changes(store.view(), times.today(store.zone), archive).runs
    crossed = {(one.subject.kind, one.test): one.after for one in run.exposures if one.rules == "cn-related-party"}
    assert crossed == dict.fromkeys(SUBJECTS, "undecided")
    assert bank_parties(store.view(), archive, limit=2).omitted == ["related parties capped at 2 of 4"]


def test_what_cannot_be_asked(store: Store, archive: Path) -> None:
    view = store.view()
    with pytest.raises(NotFound, match="No party has the id"):
        owners(view, archive, "P-NOBODY")
    with pytest.raises(JoinedAway):
        owners(view, archive, "P-OLD")
    with pytest.raises(NotFound, match="archive"):
        owners(view, archive / "elsewhere", "P-LOG")
    with pytest.raises(BadInput, match="limit"):
        control_walk(view, archive, "P-LOG", "controlled", limit=0)
    with pytest.raises(BadInput, match="loan_returns_to_borrower"):
        payment_patterns(view, archive, kind="other")
    with pytest.raises(BadInput, match="known are close-kin, controlled"):
        bank_parties(view, archive, category="other")


def test_the_same_is_answered_over_http(store: Store, archive: Path) -> None:
    with served(Guanxi(read_settings(home=archive.parent), store, related_rules())) as client:
        told = client.get("/v1/parties/P-LOG/owners").json()
        assert told == owners(store.view(), archive, "P-LOG").model_dump(mode="json")
        moved = client.get("/v1/parties/P-OLD/controlled?limit=5")
        assert (moved.status_code, moved.headers["location"]) == (307, "/v1/parties/P-HOLD/controlled?limit=5")
        for path, size in (
            ("parties/P-SUB/controllers", 2),
            ("parties/P-CHEN/controlled", 3),
            ("payment-patterns?party=P-FIVE", 1),
            ("bank-related-parties?category=insiders", 1),
        ):
            answer = client.get(f"/v1/{path}").json()
            assert len(answer["items"]) == size, path
            assert answer["run_id"] == store.view().run_id
            assert answer["because"]
        for path, status, field in (
            ("parties/P-NOBODY/owners", 404, "party_id"),
            ("parties/P-SUB/controllers?limit=0", 400, "limit"),
            ("payment-patterns?kind=x", 400, "kind"),
            ("payment-patterns?party=P-NOBODY", 404, "party_id"),
            ("bank-related-parties?category=x", 400, "category"),
        ):
            refused = client.get(f"/v1/{path}")
            assert (refused.status_code, refused.json()["field"]) == (status, field), path


def test_all_of_it_is_replayed(store: Store, archive: Path) -> None:
    again = replay(store, archive)
    assert (again.equal, again.difference) == (True, None)
    tables = ("owners", "close_links", "payment_patterns", "bank_related_parties")
    assert all(again.rows[name] > 0 for name in tables)
