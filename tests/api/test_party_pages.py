"""A 360 in the terminal: facilities by number, and under each its drawdowns with what is outstanding."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from api.cli import party_pages
from api.services import party_answer as a
from api.services import party_business as business
from api.services import party_relations as relations
from api.services.answers import Evidence, Model, Money, PartyRef
from api.services.contribution import Contribution
from api.services.grading_answer import GradingSection
from api.services.home_told import Total
from api.services.measures import Figure
from api.services.party_risk import RiskItem


def cny(amount: str | None) -> Money | None:
    return Money(amount=amount, currency="CNY") if amount else None


def drawdown(code: str, balance: str | None, overdue: int | None = None) -> business.DrawdownItem:
    return business.DrawdownItem(
        drawdown_id=f"credit:BUSINESS_DUEBILL:{code}",
        code=code,
        amount=cny("5000000.00"),
        balance=cny(balance),
        starts_on=None,
        matures_on=date(2031, 4, 15),
        classification="pass",
        overdue_days=overdue,
        rate=None,
    )


def facility(drawdowns: list[business.DrawdownItem], count: int, **values: Any) -> business.FacilityItem:
    days = {"starts_on": None, "matures_on": None}
    plain: dict[str, Any] = {"code": "BC115", "product": "流动资金贷款", "role": "borrower", **days}
    rest = {"classification": "pass", "guarantee_kind": "pledged", "state": "open", "collateral": []}
    amounts = {"limit_amount": cny("9000000.00"), "drawn_amount": cny("7000000.00")}
    link = Evidence(id="BORROWS-1", type="BORROWS", status="confirmed", seq_in=1)
    made = {**plain, **rest, **amounts, "drawdowns": drawdowns, "drawdown_count": count, "link": link}
    return business.FacilityItem(facility_id="credit:BUSINESS_CONTRACT:115", **{**made, **values})


def printed(*items: Model, width: int = 120, section: str = "facilities", kind: str | None = None) -> list[str]:
    screen = Console(width=width, file=io.StringIO(), highlight=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(party_pages, "out", screen)
        party_pages._print_section(section, a.Section[Any](items=list(items), total=len(items)), kind)
    return [line for line in screen.file.getvalue().splitlines() if line.strip()]  # type: ignore[attr-defined]


def test_drawdowns_stand_under_the_number_of_their_facility() -> None:
    lines = printed(facility([drawdown("BD176", "3000000.00", 12), drawdown("BD177", None)], 2))
    assert lines[0].startswith("Facilities and drawdowns")
    assert lines[1].split() == ["number", "limit", "or", "amount", "outstanding", "until", "what"]
    assert lines[2].split()[:5] == ["BC115", "CNY", "9,000,000.00", "CNY", "7,000,000.00"]
    assert lines[2].split()[5:] == ["unknown", "流动资金贷款,", "pass,", "pledged"]
    assert lines[3].split()[:6] == ["└", "BD176", "CNY", "5,000,000.00", "CNY", "3,000,000.00"]
    assert lines[3].rstrip().endswith("12 days overdue")
    assert lines[4].split()[4:6] == ["unknown", "2031-04-15"]


def test_drawdowns_that_are_not_listed_are_counted_and_a_number_is_never_missing() -> None:
    lines = printed(facility([drawdown("BD1", "1.00")], 60, code=None))
    assert lines[2].startswith("credit:BUSINESS_CONTRACT:115")
    assert lines[4].strip() == "└ 59 more drawdowns"


def test_numbers_and_amounts_stay_whole_in_a_narrow_terminal() -> None:
    text = "\n".join(printed(facility([drawdown("BD176", "3000000.00")], 1), width=80))
    for whole in ("BC115", "└ BD176", "CNY 7,000,000.00", "CNY 3,000,000.00", "2031-04-15"):
        assert whole in text


def test_signs_of_risk_say_what_they_are_of() -> None:
    link = Evidence(id="OWNS-1", type="OWNS", status="flagged", seq_in=1)
    nothing: dict[str, Any] = dict.fromkeys(RiskItem.model_fields)
    firm = PartyRef(party_id="P-FIRM", name="远洋")
    items = [
        RiskItem(**{**nothing, "sign": "freeze", "number": "6222", "amount": cny("100.00"), "link": link}),
        RiskItem(**{**nothing, "sign": "classification", "number": "BC1", "classification": "doubtful", "link": link}),
        RiskItem(**{**nothing, "sign": "flagged", "party": firm, "link": link}),
    ]
    lines = [" ".join(line.split()) for line in printed(*items, section="risk", width=80)]
    assert lines[1:] == [
        "freeze 6222 CNY 100.00 flagged",
        "classification BC1 doubtful flagged",
        "flagged OWNS 远洋 P-FIRM flagged",
    ]


def test_households_companies_and_business_stand_under_a_family() -> None:
    ann, ben, firm = (PartyRef(party_id=f"P-{name}", name=name) for name in ("Ann", "Ben", "Firm"))
    family = relations.FamilyItem(
        family_id="F-1",
        role="member",
        reasons=["sibling of Ben"],
        head=None,
        members=4,
        households=[relations.FamilyHousehold(household_id="H-1", members=[ann, ben])],
        companies=[firm],
        totals=[
            Total(figure="balances", year=None, amount=cny("1250000.00"), count=3, unknown=1),
            Total(figure="revenue", year=2024, amount=None, count=12, unknown=12),
        ],
        link=Evidence(id="MEMBER_OF-1", type="MEMBER_OF", status="flagged", seq_in=1),
    )
    lines = [" ".join(line.split()) for line in printed(family, section="family")]
    assert lines == [
        "Family",
        "F-1 4 members, head outside your scope sibling of Ben flagged",
        "└ household H-1 Ann P-Ann, Ben P-Ben",
        "└ company Firm P-Firm",
        "└ balances CNY 1,250,000.00 3 accounts, 1 unknown",
        "└ revenue 2024 12 months, 12 unknown",
    ]


def year(number: int, deposits: tuple[str | None, ...] = (), **values: str) -> business.YearItem:
    monthly: dict[str, Any] = {name: [] for name in ("loans", "assets_managed", "bank_revenue", "contribution")}
    stated: dict[str, Any] = {
        name: cny(values.get(name)) for name in ("revenue", "expenditure", "total_assets", "equity", "net_profit")
    }
    return business.YearItem(
        year=number,
        currency="CNY",
        deposits=[cny(one) for one in deposits],
        **monthly,
        scope=None,
        **stated,
        link=Evidence(id="HAS_FIGURES-1", type="HAS_FIGURES", status="confirmed", seq_in=1),
    )


def test_a_person_has_no_statements_and_a_company_is_told_that_its_own_are_unknown() -> None:
    lines = printed(year(2025, ("1.00", "2.00", None)), section="financial", kind="person")
    assert [line.split() for line in lines[1:]] == [["in", "deposits"], ["2025-02", "CNY", "2.00"]]
    lines = printed(year(2025, revenue="7.00"), section="financial", kind="company", width=80)
    assert [line.split() for line in lines[1:]] == [
        ["year", "revenue", "equity", "profit"],
        ["2025", "CNY", "7.00", "unknown", "unknown"],
    ]


def test_a_name_in_a_narrow_terminal_is_broken_and_never_cut() -> None:
    long = "庆联（广州）环保科技有限公司"
    link = Evidence(id="MEMBER_OF-1", type="MEMBER_OF", status="confirmed", seq_in=1)
    group = relations.GroupItem(
        group_id="G-400b66c5d277b0fe",
        kind="control",
        name="许亮林",
        role="member",
        members=13,
        head=None,
        reasons=[f"controlled by {long} (direct) with 67% of the votes"],
        link=link,
    )
    lines = printed(group, section="groups", width=80)
    assert all(len(line) <= 80 for line in lines)
    assert "…" not in "".join(lines)
    assert long in "".join("".join(lines[1:]).split())


def test_units_above_a_branch_are_told_by_hierarchy() -> None:
    above = [
        business.UnitAbove(id="B1", name="总行", hierarchy="rollup", steps=2),
        business.UnitAbove(id="B2", name="北京分行", hierarchy="rollup", steps=1),
        business.UnitAbove(id="B3", name="企业金融中心", hierarchy="coverage", steps=1),
    ]
    link = Evidence(id="BELONGS_TO-1", type="BELONGS_TO", status="confirmed", seq_in=1)
    item = business.BranchItem(branch_id="B4", name="解放支行", code="1003", level=None, above=above, link=link)
    (line,) = printed(item, section="branch")[1:]
    assert " ".join(line.split()) == "解放支行 1003 rollup: 北京分行 < 总行 coverage: 企业金融中心"


def test_what_the_household_of_somebody_who_is_no_customer_contributes_is_told() -> None:
    figure = Figure(amounts=[Money(amount="12.50", currency="CNY")], known=12, unknown=0)
    home = Contribution(
        of="household", id="H-1", first="2024-01", last="2024-12", customers=1, revenue=figure, contribution=figure
    )
    section = GradingSection(empty="it is no customer", contributions=[home])
    lines = [" ".join(line.split()) for line in shown(section)]
    assert lines[-2:] == [
        "no grade it is no customer",
        "household H-1 2024-01 to 2024-12 revenue CNY 12.50; contribution CNY 12.50",
    ]
    assert not any("H-1" in line for line in shown(GradingSection(empty="it is no customer")))


def shown(grading: GradingSection) -> list[str]:
    screen = Console(width=120, file=io.StringIO(), highlight=False)
    sections = a.Sections.model_construct(**dict.fromkeys(a.Sections.model_fields) | {"grading": grading})
    told = dict.fromkeys(a.PartyAnswer.model_fields) | {"roles": [], "decisions": [], "sections": sections}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(party_pages, "out", screen)
        party_pages.print_party(a.PartyAnswer.model_construct(**told | {"party_id": "P-1"}))
    return [line for line in screen.file.getvalue().splitlines() if line.strip()]  # type: ignore[attr-defined]
