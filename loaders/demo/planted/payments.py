"""Planted payment patterns: loan money that comes back or reaches the guarantor, and a fan; one of each near miss."""

from __future__ import annotations

from loaders.demo.lending import WAN
from loaders.demo.manifest import PaymentPattern
from loaders.demo.planted.planting import Planting, ats
from loaders.demo.rows import Drawdown, Facility, Transfer
from loaders.demo.sizes import day


def plant_payments(p: Planting) -> None:
    """Loan returns and fans, each with days of its own."""
    _loan_returns(p)
    _late_return(p)
    _fan(p)
    _small_fan(p)


def _drawn(p: Planting, borrower: int, wan: int, start: str, account: int) -> int:
    """A loan drawn on a day and paid into an account; the ordinal of its contract."""
    amount, begin = wan * WAN, day(start)
    p.facilities.append(Facility(borrower, amount, amount, start=begin, vouch="010"))
    ordinal = len(p.facilities) - 1
    p.drawdowns.append(Drawdown(ordinal, borrower, amount, amount, start=begin, paid_into=account, repaid_from=account))
    return ordinal


def _pay(p: Planting, payer: int, payee: int, on: str, amount: int) -> None:
    """One payment between accounts on a day."""
    year, month, date = (int(part) for part in on.split("-"))
    p.transfers.append(Transfer(payer, payee, year * 100 + month, amount, day=date))


def _pattern(p: Planting, kind: str, parties: list[int], amount: int, days: tuple[str, str]) -> None:
    told = {"kind": kind, "parties": ats(parties), "amount_minor": amount, "first_day": days[0], "last_day": days[1]}
    p.answer(PaymentPattern.model_validate(told))


def _loan_returns(p: Planting) -> None:
    """A loan goes over a third party and is back in eight days; another reaches the guarantor."""
    borrower = p.company("回流建材有限公司", "Huiliu Building Materials Co., Ltd.", industry="F51", core=1)
    bridge = p.company("渡桥商贸有限公司", "Duqiao Commerce Co., Ltd.", industry="F51", core=1)
    guarantor = p.company("托底担保有限公司", "Tuodi Surety Co., Ltd.", industry="J66", core=1)
    own, over, other = (p.account(party) for party in (borrower, bridge, guarantor))
    for wan, kind, back, last, days in (
        (2_000, "loan_returns_to_borrower", own, borrower, ("2024-06-02", "2024-06-05", "2024-06-10")),
        (1_000, "loan_returns_to_guarantor", other, guarantor, ("2024-08-01", "2024-08-06", "2024-08-19")),
    ):
        facility = _drawn(p, borrower, wan, days[0], own)
        p.guarantee(guarantor, borrower, wan, facility=facility, begin=day(days[0]))
        carried = wan * WAN * 99 // 100
        _pay(p, own, over, days[1], wan * WAN)
        _pay(p, over, back, days[2], carried)
        _pattern(p, kind, [borrower, bridge, last], carried, days[1:])


def _late_return(p: Planting) -> None:
    """Money that comes back after two months, and a part that is too small: neither is a pattern."""
    borrower = p.company("缓归建材有限公司", "Huangui Building Materials Co., Ltd.", industry="F51", core=1)
    bridge = p.company("长堤商贸有限公司", "Changdi Commerce Co., Ltd.", industry="F51", core=1)
    own, over = (p.account(party) for party in (borrower, bridge))
    _drawn(p, borrower, 800, "2024-03-04", own)
    _pay(p, own, over, "2024-03-06", 800 * WAN)
    _pay(p, over, own, "2024-03-20", 390 * WAN)
    _pay(p, over, own, "2024-05-06", 400 * WAN)


def _traders(p: Planting, line: str, line_en: str) -> list[int]:
    names = (("沙", "Sand"), ("石", "Stone"), ("松", "Pine"), ("竹", "Bamboo"), ("梅", "Plum"))
    return [
        p.company(f"{n}{line}贸易有限公司", f"{e} {line_en} Trading Co., Ltd.", industry="F51", core=1)
        for n, e in names
    ]


def _fan(p: Planting) -> None:
    """Five pay one within days, who pays five others."""
    hub = p.company("百川汇信息咨询有限公司", "Baichuanhui Consulting Co., Ltd.", industry="L72", core=1)
    givers, takers = _traders(p, "泉", "Spring"), _traders(p, "溪", "Brook")
    for n, (giver, taker) in enumerate(zip(givers, takers, strict=True)):
        _pay(p, p.account_of(giver), p.account_of(hub), f"2024-09-{9 + n // 2:02}", 300 * WAN)
        _pay(p, p.account_of(hub), p.account_of(taker), f"2024-09-{12 + n // 2:02}", 298 * WAN)
    _pattern(p, "fan", [hub, *givers, *takers], 1_490 * WAN, ("2024-09-09", "2024-09-14"))


def _small_fan(p: Planting) -> None:
    """Five pay one who pays four: no fan. Five pay one who keeps a third: none either."""
    few = p.company("四海汇信息咨询有限公司", "Sihaihui Consulting Co., Ltd.", industry="L72", core=1)
    keeps = p.company("留川信息咨询有限公司", "Liuchuan Consulting Co., Ltd.", industry="L72", core=1)
    givers, takers = _traders(p, "井", "Well"), _traders(p, "潭", "Pool")
    for n, (giver, taker) in enumerate(zip(givers, takers, strict=True)):
        for hub, wan in ((few, 200), (keeps, 134)):
            _pay(p, p.account_of(giver), p.account_of(hub), "2024-10-14", 200 * WAN)
            if hub == keeps or n < len(takers) - 1:
                _pay(p, p.account_of(hub), p.account_of(taker), "2024-10-16", wan * WAN)
