"""Planted business relations: key persons, referrals, openings, the bank's own related parties."""

from __future__ import annotations

from loaders.demo.catalogue import PRODUCTS, product_number
from loaders.demo.manifest import BankParty, FlaggedReferral, KeyPerson, OpeningCase, ReferralChain
from loaders.demo.planted.planting import Planting, at, ats
from loaders.demo.rows import Holding, Referral, Target
from loaders.demo.sizes import DATA_DAY, day


def plant_relations(p: Planting) -> None:
    _key_persons(p)
    _referrals(p)
    _openings(p)
    _bank(p)


def _key_persons(p: Planting) -> None:
    """Each combination of the person being a private customer and the company a corporate one."""
    cases = (
        ("第五", "Diwu", "明月", "Mingyue", "0100", 0, 1),
        ("百里", "Baili", "长川", "Changchuan", "0105", 0, 1),
        ("东郭", "Dongguo", "平野", "Pingye", "0102", 1, 0),
        ("西门", "Ximen", "听雪", "Tingxue", "0100", 1, 0),
        ("南荣", "Nanrong", "归帆", "Guifan", "0101", 1, 1),
        ("北宫", "Beigong", "远山", "Yuanshan", "0103", 0, 1),
    )
    for surname, english, given, given_en, code, private, corporate in cases:
        person = p.person(surname + given, f"{english} {given_en}", core=private, credit=1)
        company = p.company(
            f"{surname}{given}生物科技有限公司",
            f"{english} {given_en} Biotechnology Co., Ltd.",
            industry="C27",
            core=corporate,
        )
        p.relative(company, person, code)
        p.owns(person, company, 90)
        p.answer(
            KeyPerson(
                person=at(person),
                company=at(company),
                role=code,
                person_is_customer=bool(private),
                company_is_customer=bool(corporate),
            )
        )


def _refer(p: Planting, referrer: int, referred: int, date: str, **more: int | str) -> str:
    """Adds a referral and returns its source key."""
    p.referrals.append(Referral(referrer, referred, day(date), **more))  # type: ignore[arg-type]
    return f"crm:CRM_REFERRAL:RF{len(p.referrals):09d}"


def _customers(p: Planting, prefix: str, english: str, count: int) -> list[int]:
    given = (("朝", "Zhao"), ("暮", "Mu"), ("星", "Xing"), ("辰", "Chen"), ("霜", "Shuang"))
    return [
        p.person(f"{prefix}{zh}", f"{english} {en}", 1 + n % 2, f"198{n}-01-2{n}", core=1)
        for n, (zh, en) in enumerate(given[:count])
    ]


def _referrals(p: Planting) -> None:
    """8.1 to 8.4 with 900.00 yuan bought, an outsider who refers, and a company that its referrer controls."""
    r1, r2, r3, r4 = _customers(p, "谷梁", "Guliang", 4)
    _refer(p, r1, r2, "2024-01-10")
    _refer(p, r2, r3, "2024-02-10", outcome="BOUGHT", value=90_000, bought=day("2024-04-10"), product=1)
    credit = {"nearest": {at(r2): 90_000}, "even": {at(r1): 45_000, at(r2): 45_000}}
    credit["halving"] = {at(r2): 60_000, at(r1): 30_000}
    p.answer(ReferralChain(case="8.1", members=ats([r1, r2, r3]), bought_minor=90_000, credit_minor=credit))
    loop = _refer(p, r3, r1, "2024-03-10")
    p.relative(r1, r4, "0301")
    own = _refer(p, r1, r4, "2024-05-10")
    late = _customers(p, "壤驷", "Rangsi", 3)
    _refer(p, late[1], late[2], "2024-01-05", outcome="BOUGHT", value=90_000, bought=day("2024-03-05"), product=2)
    _refer(p, late[0], late[1], "2024-02-05")
    credit = {method: {at(late[1]): 90_000} for method in ("nearest", "even", "halving")}
    p.answer(ReferralChain(case="8.4 time order", members=ats(late), bought_minor=90_000, credit_minor=credit))
    boss, second = _customers(p, "亓官", "Qiguan", 2)
    company = p.company("亓官园林有限公司", "Qiguan Gardens Co., Ltd.", industry="E47", core=1)
    p.owns(boss, company, 100)
    controlled = _refer(p, boss, company, "2024-06-01")
    first = _refer(p, boss, second, "2024-06-10")
    again = _refer(p, r2, second, "2024-07-10")
    p.outsiders.append(("1", "颛孙牵线", "Zhuansun Qianxian"))
    _refer(p, -2, boss, "2024-01-20")
    for case, key, referrer, referred, flag, why in (
        ("8.2", loop, r3, r1, "loop", "closes the loop of three"),
        ("8.3", own, r1, r4, "self_referral", "spouses"),
        ("controlled company", controlled, boss, company, "self_referral", "the referrer controls the company"),
        ("second referrer", again, r2, second, "not_first", f"{first} was earlier"),
    ):
        p.answer(
            FlaggedReferral.model_validate(
                {"case": case, "key": key, "referrer": at(referrer), "referred": at(referred), "flag": flag, "why": why}
            )
        )


def _product(english: str, kind: str = "1") -> int:
    return next(n for n, product in enumerate(PRODUCTS) if (product.english, product.kind) == (english, kind))


def _openings(p: Planting) -> None:
    """A maturing deposit, and every reason not to offer a product."""
    deposit, fund = _product("One-year time deposit"), _product("Growth fund")
    gold, card = _product("Gold savings"), _product("Platinum card")
    person, careful, shy, annoyed, asked = _customers(p, "公冶", "Gongye", 5)
    p.holdings.append(Holding(person, deposit, day("2024-01-15"), matures=DATA_DAY + 15, balance=50_000_000))
    p.holdings.append(Holding(person, card, day("2022-05-01")))
    for party in (careful, shy, annoyed, asked):
        p.holdings.append(Holding(party, card, day("2022-05-01")))
    p.profiles[careful] = {"risk": 1}
    p.profiles[shy] = {"opt_out": "1"}
    p.profiles[person] = {"risk": 3, "opt_out": "2"}
    p.profiles[annoyed] = {"risk": 5, "opt_out": "2"}
    p.profiles[asked] = {"risk": 5, "opt_out": "2"}
    # The first campaign may be for any product; a refusal is of its product, a question binds the household.
    p.targets.append(Target(0, annoyed, DATA_DAY - 20, "CALL", "REF", DATA_DAY - 19))
    p.targets.append(Target(0, asked, DATA_DAY - 5, "APP"))
    for party, product, offered, reason in (
        (person, deposit, True, "matures within the month"),
        (person, card, False, "held"),
        (careful, fund, False, "unsuitable: risk level 4 above rating 1"),
        (shy, gold, False, "opted out"),
        (annoyed, 3, False, "refused lately"),
        (asked, 3, False, "targeted in the quiet period"),
    ):
        p.answer(
            OpeningCase(
                party=at(party), product=f"crm:CRM_PRODUCT:{product_number(product)}", offered=offered, reason=reason
            )
        )


def _bank(p: Planting) -> None:
    """The bank with two holders of 5% or more and an insider who has a company."""
    bank = p.company(
        "海川商业银行股份有限公司",
        "Haichuan Commercial Bank Joint Stock Co., Ltd.",
        scope="2",
        industry="J66",
        customer_kind="0132",
    )
    state = p.company(
        "海川市国有资本运营集团有限公司", "Haichuan State Capital Group Co., Ltd.", scope="2", industry="L72", core=1
    )
    investor = p.company("壁虎投资控股有限公司", "Bihu Investment Holding Co., Ltd.", industry="L72", core=1)
    small = p.company("羽毛资产管理有限公司", "Yumao Asset Management Co., Ltd.", industry="L72")
    hotel = p.company("海川宾馆有限公司", "Haichuan Hotel Co., Ltd.", industry="H62", core=1)
    insider = p.person("左丘守正", "Zuoqiu Shouzheng", born="1966-10-24", core=1, credit=1)
    shop = p.company("左丘文具有限公司", "Zuoqiu Stationery Co., Ltd.", industry="F52", core=1)
    p.bank = bank
    p.insiders.append(insider)
    for owner, percent in ((state, 22.5), (investor, 5.0), (small, 4.99)):
        p.owns(owner, bank, percent)
    p.owns(state, hotel, 100)
    p.owns(insider, shop, 60)
    p.lend(hotel, 5_000)
    p.lend(shop, 200)
    for party, why in (
        (state, "holder"),
        (investor, "holder"),
        (hotel, "controlled by holder"),
        (insider, "insider"),
        (shop, "controlled by insider"),
    ):
        p.answer(BankParty.model_validate({"party": at(party), "why": why}))
