"""Planted exposures: groups within, near and above the limits of 2018 No. 1, and debts with each kind of protection."""

from __future__ import annotations

from loaders.demo.lending import COMMITTED, WAN
from loaders.demo.manifest import ExposureCase, LimitCase, Protection
from loaders.demo.planted.planting import Planting, at, ats
from loaders.demo.rows import Drawdown, Facility
from loaders.demo.sizes import day
from loaders.demo.treasury import MILLION, NET_CAPITAL, NET_TIER_1, RATES

LIMITS = {
    "customer_loans": ("net_capital", NET_CAPITAL, 10),
    "customer_exposure": ("net_tier_1", NET_TIER_1, 15),
    "group_exposure": ("net_tier_1", NET_TIER_1, 20),
    "bank_exposure": ("net_tier_1", NET_TIER_1, 25),
}
"""Test -> base, its amount on the data day, and the limit in percent of it."""


def plant_exposures(p: Planting) -> None:
    """All cases; each borrower stands for one thing."""
    _groups(p)
    _single(p)
    _conversion(p)
    _currencies(p)
    bank = p.company(
        "长风银行股份有限公司", "Changfeng Bank Joint Stock Co., Ltd.", industry="J66", customer_kind="0131"
    )
    _own_protection(p)
    moved = _moved_to_the_bank(p, bank)
    _too_short(p, bank)
    _bank(p, bank, moved)


def limit(p: Planting, case: str, members: list[int], test: str, wan: int) -> None:
    """The answer of one test of `wan` ten thousand yuan."""
    base, amount, percent = LIMITS[test]
    exposure = wan * WAN
    state = "breach" if 100 * exposure > percent * amount else "within"
    if state == "within" and 100 * exposure * 100 >= 80 * percent * amount:
        state = "warning"
    p.answer(
        LimitCase.model_validate(
            {
                "case": case,
                "members": ats(members),
                "test": test,
                "exposure_minor": exposure,
                "base": base,
                "base_minor": amount,
                "limit_percent": percent,
                "state": state,
            }
        )
    )


def _owes(p: Planting, case: str, party: int, wan: tuple[int, int], why: str, *protections: Protection) -> None:
    """The answer of what a party owes before and after protection, in ten thousand yuan."""
    before, after = (amount * WAN for amount in wan)
    p.answer(
        ExposureCase(
            case=case,
            party=at(party),
            before_minor=before,
            after_minor=after,
            protections=list(protections),
            why=why,
        )
    )


def _company(p: Planting, name: str, english: str, industry: str) -> int:
    return p.company(f"{name}有限公司", f"{english} Co., Ltd.", industry=industry, core=1)


def _groups(p: Planting) -> None:
    """A person's companies at 17.5% of net tier 1, another's at 23.0%, and borrowers of one debt."""
    near = p.person("公西望岳", "Gongxi Wangyue", born="1959-04-12")
    above = p.person("漆雕临江", "Qidiao Linjiang", born="1963-08-25")
    for case, head, names, wan in (
        (
            "near the limit",
            near,
            (
                ("望岳水泥集团", "Wangyue Cement Group"),
                ("望岳建材", "Wangyue Materials"),
                ("望岳环保", "Wangyue Environment"),
            ),
            (70_000, 60_000, 45_000),
        ),
        (
            "above the limit",
            above,
            (
                ("临江造纸集团", "Linjiang Paper Group"),
                ("临江印务", "Linjiang Printing"),
                ("临江林业", "Linjiang Forestry"),
            ),
            (90_000, 80_000, 60_000),
        ),
    ):
        first, *others = [_company(p, *name, "C14") for name in names]
        p.owns(head, first, 100)
        for other in others:
            p.owns(first, other, 100)
        for company, amount in zip((first, *others), wan, strict=True):
            p.lend(company, amount)
        limit(p, case, [head, first, *others], "group_exposure", sum(wan))
    _joint_debt(p)


def _joint_debt(p: Planting) -> None:
    one, other = _company(p, "同舟航运", "Tongzhou Shipping", "G54"), _company(p, "同舟船务", "Tongzhou Marine", "G54")
    p.owns(one, other, 100)
    p.lend(one, 6_000, joint=other)
    for party in (one, other):
        _owes(p, "joint debt", party, (6_000, 6_000), "each of two borrowers owes the whole")
    limit(p, "joint debt counts once", [one, other], "group_exposure", 6_000)


def _single(p: Planting) -> None:
    """Alone in no group: loans of exactly 80% of the limit, and above both limits of one customer."""
    for case, name, english, wan in (
        ("exactly four fifths", "独峰港口集团", "Dufeng Ports Group", 100_000),
        ("one customer above the limit", "孤屿电力投资", "Guyu Power Investment", 160_000),
    ):
        company = _company(p, name, english, "G54" if wan == 100_000 else "D44")
        p.lend(company, wan)
        limit(p, case, [company], "customer_loans", wan)
        limit(p, case, [company], "customer_exposure", wan)


def _conversion(p: Planting) -> None:
    """5.7, and an item of each kind off the balance sheet."""
    party = _company(p, "额满食品", "Eman Foods", "C14")
    p.facilities.append(Facility(party, 10_000 * WAN, 6_000 * WAN, kind=COMMITTED))
    for wan in (4_000, 2_000):
        p.drawdowns.append(Drawdown(len(p.facilities) - 1, party, wan * WAN, wan * WAN))
    _owes(p, "5.7", party, (8_000, 8_000), "60 drawn and half of the 40 that are not, told in hundreds of wan")
    trader = _company(p, "表外机电", "Biaowai Machinery and Electric", "C38")
    acceptance = p.lend(trader, 10_000, kind="2010010")
    p.lend(trader, 10_000, kind="2020010")
    p.lend(trader, 10_000, kind="2030010")
    p.pledge(trader, acceptance, "2011", "银行承兑汇票保证金", 3_000)
    margin = _nil("cash_margin", 3_000)
    why = "an acceptance counts whole, a letter of credit by a fifth, a performance guarantee by half"
    _owes(p, "off the balance sheet", trader, (17_000, 14_000), why, margin)


def _currencies(p: Planting) -> None:
    trader = _company(p, "远帆外贸", "Yuanfan Foreign Trade", "F51")
    owed = 0
    for currency, wan in (("USD", 5_000), ("HKD", 10_000), ("EUR", 2_000)):
        p.lend(trader, wan, currency=currency)
        owed += wan * WAN * RATES[currency] // MILLION
    p.answer(
        ExposureCase(
            case="other currencies",
            party=at(trader),
            before_minor=owed,
            after_minor=owed,
            protections=[],
            why="dollars of two countries and euros at the rates of the data day",
        )
    )
    maker = _company(p, "雪峰钟表", "Xuefeng Watches", "C39")
    p.lend(maker, 1_000, currency="CHF")
    p.answer(
        ExposureCase(
            case="no rate",
            party=at(maker),
            before_minor=None,
            after_minor=None,
            protections=[],
            why="the bank states no rate of the franc",
        )
    )


def _nil(kind: str, wan: int) -> Protection:
    """Protection that counts as nil."""
    return Protection.model_validate(
        {"kind": kind, "provider": None, "amount_minor": wan * WAN, "counts": True, "why": "counts as nil"}
    )


def _own_protection(p: Planting) -> None:
    state = p.company(
        "示例国财政部", "Ministry of Finance of Exampleland", industry="S92", nature="3000", customer_kind="0150"
    )
    party = _company(p, "足押粮油", "Zuya Grain and Oil", "C14")
    facility = p.lend(party, 10_000, vouch="040")
    p.pledge(party, facility, "2010", "本行定期存单", 4_000)
    p.pledge(party, facility, "2020", "记账式国债", 3_000, issuer=state)
    kinds = (_nil("own_deposit", 4_000), _nil("government_bond", 3_000))
    _owes(p, "nil", party, (10_000, 3_000), "a deposit at this bank and government bonds", *kinds)


def _moved_to_the_bank(p: Planting, bank: int) -> int:
    """5.5, and a deposit at the other bank. Returns the ten thousand yuan that move to it."""
    party = _company(p, "借光照明", "Jieguang Lighting", "C38")
    facility = p.lend(party, 50_000, vouch="010")
    p.guarantee(bank, party, 30_000, facility=facility)
    moved = _moved("guarantee", bank, 30_000)
    _owes(p, "5.5", party, (50_000, 20_000), "a bank guarantees 30 of 50, told in thousands of wan", moved)
    saver = _company(p, "他存纸业", "Tacun Paper", "C14")
    facility = p.lend(saver, 5_000, vouch="040")
    p.pledge(saver, facility, "2012", "长风银行定期存单", 5_000, issuer=bank)
    moved = _moved("other_deposit", bank, 5_000)
    _owes(p, "deposit at another bank", saver, (5_000, 0), "the whole moves to the bank that holds it", moved)
    return 35_000


def _moved(kind: str, provider: int, wan: int) -> Protection:
    return Protection.model_validate(
        {"kind": kind, "provider": at(provider), "amount_minor": wan * WAN, "counts": True, "why": "lasts long enough"}
    )


def _too_short(p: Planting, bank: int) -> None:
    party = _company(p, "短保仓储", "Duanbao Storage", "G54")
    facility = p.lend(party, 40_000, vouch="010", maturity=day("2027-06-30"))
    p.guarantee(bank, party, 20_000, facility=facility, end=day("2025-06-30"))
    short = Protection(
        kind="guarantee",
        provider=at(bank),
        amount_minor=20_000 * WAN,
        counts=False,
        why="ends two years before the debt",
    )
    _owes(p, "protection too short", party, (40_000, 40_000), "what ends before the debt protects nothing", short)


def _bank(p: Planting, bank: int, moved: int) -> None:
    """Near the limit of a bank; a customer that is none would be above its own."""
    p.lend(bank, 210_000)
    why = "its own debt, and what moved to it"
    _owes(p, "5.5 provider", bank, (210_000, 210_000 + moved), why)
    limit(p, "5.5 provider", [bank], "bank_exposure", 210_000 + moved)
