"""Planted dependence: suppliers paid mostly by one customer, and the groups that follow."""

from __future__ import annotations

from loaders.demo.lending import WAN
from loaders.demo.manifest import ConnectedGroup, ControlGroup, Dependence
from loaders.demo.planted.planting import Planting, at, ats

MONTHS_2024 = tuple(202_401 + n for n in range(12))


def plant_dependence(p: Planting) -> None:
    """The group of the worked example 4.1/5.1, a fan, a chain."""
    _connected(p)
    _fan(p)
    _chain(p)


def supplied(p: Planting, supplier: int, customer: int, wan_a_month: int, others: list[tuple[int, int]]) -> None:
    """A year of payments: `customer` pays the supplier each month, others pay it too; the answer is its receipts."""
    for month in MONTHS_2024:
        p.pay(customer, supplier, month, wan_a_month, 2)
        for other, wan in others:
            p.pay(other, supplier, month, wan)
    total = wan_a_month + sum(wan for _, wan in others)
    p.answer(
        Dependence(
            case="receipts",
            dependent=at(supplier),
            on=at(customer),
            criterion="receipts",
            weight=wan_a_month / total,
            amount_minor=12 * wan_a_month * WAN,
            total_minor=12 * total * WAN,
        )
    )


def _payers(p: Planting, prefix: str, english: str, count: int) -> list[int]:
    digits = ("一", "二", "三", "四", "五", "六")
    return [
        p.company(f"{prefix}{digits[n]}号客户贸易有限公司", f"{english} Customer {n + 1} Trading Co., Ltd.", core=1)
        for n in range(count)
    ]


def _connected(p: Planting) -> None:
    """Worked example 4.1 with the exposures of 5.1, told in thousandths of the bank's tier 1."""
    a = p.company("赤霞汽车集团有限公司", "Chixia Automobile Group Co., Ltd.", scope="2", industry="C36", core=1)
    b = p.company("赤霞整车制造有限公司", "Chixia Vehicles Co., Ltd.", scope="2", industry="C36", core=1)
    d = p.company("玄铁座椅有限公司", "Xuantie Seating Co., Ltd.", industry="C36", core=1)
    e = p.company("玄铁海绵有限公司", "Xuantie Foam Co., Ltd.", industry="C26", core=1)
    x = p.company("玄铁控股有限公司", "Xuantie Holding Co., Ltd.", industry="L72", core=1)
    p.owns(a, b, 75)
    p.owns(x, d, 80)
    p.owns(d, e, 90)
    wan = {a: 80_000, b: 50_000, d: 60_000, e: 20_000, x: 10_000}
    for party, amount in wan.items():
        p.lend(party, amount)
    others = _payers(p, "赤霞", "Chixia", 2)
    supplied(p, d, b, 600, [(others[0], 200), (others[1], 150)])
    _controls(p, a, [b])
    _controls(p, x, [d, e])
    for members, firm, why in (
        ([a, b], True, "control"),
        ([x, d, e], True, "control"),
        ([a, b, d, e], False, "the seat maker depends on the car maker by receipts and brings what it controls"),
    ):
        exposure = sum(wan[m] for m in members) * WAN
        p.answer(ConnectedGroup(case="4.1 and 5.1", members=ats(members), firm=firm, exposure_minor=exposure, why=why))


def _controls(p: Planting, head: int, members: list[int]) -> None:
    p.answer(
        ControlGroup(
            case="4.1", head=[at(head)], members=ats(members), family_as_one=False, sense="more_than", why="majority"
        )
    )


def _fan(p: Planting) -> None:
    """Two suppliers of one buyer: they fall together (4.8)."""
    buyer = p.company("天枢家电股份有限公司", "Tianshu Appliances Joint Stock Co., Ltd.", industry="C38", core=1)
    one = p.company("瑶光塑料有限公司", "Yaoguang Plastics Co., Ltd.", industry="C26", core=1)
    other = p.company("开阳包装有限公司", "Kaiyang Packaging Co., Ltd.", industry="C26", core=1)
    near = p.company("玉衡五金有限公司", "Yuheng Hardware Co., Ltd.", industry="C31", core=1)
    third = _payers(p, "天枢", "Tianshu", 1)[0]
    supplied(p, one, buyer, 80, [(third, 20)])
    supplied(p, other, buyer, 50, [(third, 50)])
    for month in MONTHS_2024:
        p.pay(buyer, near, month, 49)
        p.pay(third, near, month, 51)
    for party, wan in ((buyer, 9_000), (one, 2_000), (other, 1_500), (near, 1_000)):
        p.lend(party, wan)
    p.answer(
        ConnectedGroup(
            case="4.8 fan out",
            members=ats([buyer, one, other]),
            firm=False,
            exposure_minor=12_500 * WAN,
            why="both depend on the buyer; the hardware maker gets .49 from it and stays out",
        )
    )


def _chain(p: Planting) -> None:
    """E depends on D, D on B (4.3)."""
    b = p.company("北斗造船有限公司", "Beidou Shipbuilding Co., Ltd.", industry="C34", core=1)
    d = p.company("南箕管件有限公司", "Nanji Pipe Fittings Co., Ltd.", industry="C31", core=1)
    e = p.company("奎木模具有限公司", "Kuimu Moulds Co., Ltd.", industry="C34", core=1)
    other = _payers(p, "北斗", "Beidou", 1)[0]
    supplied(p, d, b, 90, [(other, 30)])
    supplied(p, e, d, 40, [(other, 10)])
    for party, wan in ((b, 7_000), (d, 3_000), (e, 800)):
        p.lend(party, wan)
    p.answer(
        ConnectedGroup(
            case="4.3", members=ats([b, d, e]), firm=False, exposure_minor=10_800 * WAN, why="a chain of suppliers"
        )
    )
