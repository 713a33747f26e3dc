"""The usual structures again and again, as many as the bank is big: what a large bank has by the hundred."""

from __future__ import annotations

from loaders.demo.manifest import DeclaredDependence
from loaders.demo.planted.control import control_group, declare_group
from loaders.demo.planted.dependence import supplied
from loaders.demo.planted.guarantees import circle
from loaders.demo.planted.planting import Planting, at
from loaders.demo.words.people import GIVEN_MALE, SURNAMES, TRADE

_KINDS = 6
_BASES = ("0701", "0702", "0703", "0704")


def plant_patterns(p: Planting) -> None:
    """Each pattern `counts.patterns` times, every one an island with a name of its own."""
    for n in range(p.counts.patterns):
        names = [_name(n * _KINDS + kind) for kind in range(_KINDS)]
        _pyramid(p, n, names[0])
        _joint(p, n, names[1])
        _supplier(p, n, names[2])
        _funded(p, n, names[3])
        _declared_control(p, n, names[4])
        circle(p, "repeated circle", names[5], ("纺织", "Textile"), (200 + n % 300, 350, 400))


def _name(n: int) -> tuple[str, str]:
    """A trade name and its pinyin; no two are alike."""
    first = n % len(TRADE)
    (one, one_en), (two, two_en) = TRADE[first], TRADE[(first + 1 + n // len(TRADE)) % len(TRADE)]
    return one + two, one_en.title() + two_en


def _person(p: Planting, n: int) -> int:
    surname, surname_en, _ = SURNAMES[n % len(SURNAMES)]
    (one, one_en), (two, two_en) = GIVEN_MALE[n * 7 % len(GIVEN_MALE)], GIVEN_MALE[(n * 13 + 5) % len(GIVEN_MALE)]
    name_en = f"{surname_en.title()} {one_en.title()}{two_en}"
    return p.person(surname + one + two, name_en, born=f"{1950 + n % 40}-{n % 12 + 1:02d}-{n % 28 + 1:02d}")


def _company(p: Planting, name: tuple[str, str], line: str, line_en: str, industry: str) -> int:
    return p.company(f"{name[0]}{line}有限公司", f"{name[1]} {line_en} Co., Ltd.", industry=industry, core=1)


def _pyramid(p: Planting, n: int, name: tuple[str, str]) -> None:
    """Three levels; of the declared groups one in three is right, the others miss a member or hold a stranger."""
    head, other = _person(p, 2 * n), _person(p, 2 * n + 1)
    holding = _company(p, name, "控股", "Holding", "L72")
    mill = _company(p, name, "制造", "Manufacturing", "C34")
    trade = _company(p, name, "贸易", "Trading", "F51")
    shop = _company(p, name, "商业", "Retail", "F52")
    percent = 51 + n % 49
    p.owns(head, holding, percent)
    p.owns(other, holding, 100 - percent)
    p.owns(holding, mill, 100)
    for owner, share in ((holding, 35), (mill, 20), (other, 45)):
        p.owns(owner, trade, share)
    p.owns(trade, shop, 60)
    p.owns(other, shop, 40)
    p.relative(holding, head, "0100")
    p.lend(holding, 1_000 + n % 700)
    members = [holding, mill, trade, shop]
    control_group(p, "repeated pyramid", [head], members, "three levels; the trading company jointly by .35 + .20")
    declared = members if n % 3 == 0 else members[:-1]
    if n % 3 == 2:
        stranger = _company(p, name, "餐饮", "Catering", "H62")
        p.owns(other, stranger, 100)
        declared = [*declared, stranger]
    declare_group(p, f"{name[0]}系", holding, declared, [head, *members])


def _joint(p: Planting, n: int, name: tuple[str, str]) -> None:
    a = _company(p, name, "重工", "Heavy Industries", "C34")
    b = _company(p, name, "铸造", "Foundry", "C31")
    c = _company(p, name, "轴承", "Bearings", "C34")
    other = _person(p, 3 * n + 1)
    p.owns(a, b, 51 + n % 40)
    p.owns(a, c, 20)
    p.owns(b, c, 31)
    p.owns(other, c, 49)
    control_group(p, "repeated joint", [a], [b, c], ".20 + .31 through the controlled foundry")


def _supplier(p: Planting, n: int, name: tuple[str, str]) -> None:
    """The credit officer has recorded what the payments show."""
    buyer = _company(p, name, "家电", "Appliances", "C38")
    supplier = _company(p, name, "塑料", "Plastics", "C26")
    third = _company(p, name, "五金", "Hardware", "C31")
    supplied(p, supplier, buyer, 60 + n % 30, [(third, 10 + n % 40)])
    p.relative(supplier, buyer, "0601")
    p.lend(supplier, 300 + n % 200)
    _declared(p, supplier, buyer, "receipts")


def _funded(p: Planting, n: int, name: tuple[str, str]) -> None:
    funder = _company(p, name, "投资", "Investment", "L72")
    funded = _company(p, name, "置业", "Property", "K70")
    p.owns(funder, funded, 10 + n % 30)
    p.relative(funded, funder, "0602")
    _declared(p, funded, funder, "funding")


def _declared(p: Planting, dependent: int, on: int, criterion: str) -> None:
    p.answer(DeclaredDependence.model_validate({"dependent": at(dependent), "on": at(on), "criterion": criterion}))


def _declared_control(p: Planting, n: int, name: tuple[str, str]) -> None:
    """Control by another basis than votes, which feeds votes further down."""
    a = _company(p, name, "网络", "Network", "I65")
    b = _company(p, name, "数据", "Data", "I65")
    c = _company(p, name, "云计算", "Cloud", "I65")
    one, other = _person(p, 5 * n + 2), _person(p, 5 * n + 3)
    p.owns(one, b, 50)
    p.owns(other, b, 50)
    p.relative(b, a, _BASES[n % len(_BASES)])
    for owner, share in ((b, 30), (a, 25), (other, 45)):
        p.owns(owner, c, share)
    control_group(p, "repeated basis", [a], [b, c], "by a declared basis, then .30 + .25")
