"""Planted control: pyramids, joint control, cross-holdings, families, near misses, undisclosed shares."""

from __future__ import annotations

from loaders.demo.manifest import ControlGroup, DeclaredGroup, NoControl
from loaders.demo.planted.planting import PERCENT, Planting, at, ats
from loaders.demo.rows import DeclaredGroup as GroupRow
from loaders.demo.rows import GroupMember


def plant_control(p: Planting) -> None:
    """All control cases; each is an island."""
    _pyramid(p)
    _joint(p)
    _cross_holding(p)
    _halves(p)
    _family(p)
    _undisclosed(p)
    _own_shares(p)
    _agreement(p)


def control_group(p: Planting, case: str, head: list[int], members: list[int], why: str, **more: object) -> None:
    """The answer that `head` controls `members`, by majority unless `more` says otherwise."""
    settings = {"family_as_one": False, "sense": "more_than"} | more
    p.answer(
        ControlGroup.model_validate({"case": case, "head": ats(head), "members": ats(members), "why": why, **settings})
    )


def _small_owner(p: Planting, n: int) -> int:
    names = ("钟离", "Zhongli"), ("濮阳", "Puyang"), ("皇甫", "Huangfu"), ("申屠", "Shentu"), ("澹台", "Tantai")
    given = ("文远", "Wenyuan"), ("若兰", "Ruolan"), ("子墨", "Zimo"), ("景行", "Jingxing"), ("知微", "Zhiwei")
    (surname, surname_en), (name, name_en) = names[n % 5], given[(n // 5 + n) % 5]
    return p.person(surname + name, f"{surname_en} {name_en}", born=f"{1960 + n % 30}-0{n % 9 + 1}-15")


def _pyramid(p: Planting) -> None:
    """A person over a holding over subsidiaries of subsidiaries; the declared group misses two and has a stranger."""
    head = p.person("欧阳世鸿", "Ouyang Shihong", born="1961-03-08")
    holding = p.company("海岳控股集团有限公司", "Haiyue Holding Group Co., Ltd.", scope="2", industry="L72", core=1)
    steel = p.company(
        "海岳特钢股份有限公司", "Haiyue Special Steel Joint Stock Co., Ltd.", scope="2", industry="C31", core=1
    )
    land = p.company("海岳置业有限公司", "Haiyue Property Co., Ltd.", industry="K70", core=1)
    trade = p.company("海岳国际贸易有限公司", "Haiyue International Trading Co., Ltd.", industry="F51", core=1)
    wire = p.company("岳钢线材有限公司", "Yuegang Wire Co., Ltd.", industry="C31", core=1)
    port = p.company("岳港物流有限公司", "Yuegang Port Logistics Co., Ltd.", industry="G54")
    shop = p.company("岳邻商业管理有限公司", "Yuelin Retail Management Co., Ltd.", industry="F52")
    stranger = p.company("海岳楼餐饮有限公司", "Haiyuelou Catering Co., Ltd.", industry="H62", core=1)
    others = [_small_owner(p, n) for n in range(4)]
    p.owns(head, holding, 65)
    p.owns(others[0], holding, 35)
    p.owns(holding, steel, 51)
    p.owns(others[1], steel, 49)
    p.owns(holding, land, 100)
    p.owns(holding, trade, 40)
    p.owns(steel, trade, 15)
    p.owns(others[2], trade, 45)
    p.owns(steel, wire, 80)
    p.owns(others[3], wire, 20)
    p.owns(trade, port, 60)
    p.owns(land, port, 40)
    p.owns(land, shop, 100)
    p.owns(others[0], stranger, 100)
    p.relative(holding, head, "0100")
    for company, wan in ((holding, 30_000), (steel, 45_000), (trade, 12_000), (wire, 6_000)):
        p.lend(company, wan, wan * 12 // 10)
    members = [holding, steel, land, trade, wire, port, shop]
    control_group(p, "pyramid", [head], members, "three levels; the trading company jointly by .40 + .15")
    declared = [holding, steel, land, trade, wire, stranger]
    declare_group(p, "海岳系", holding, declared, [head, *members])


def declare_group(p: Planting, name: str, parent: int, declared: list[int], found: list[int]) -> None:
    """A group as the credit department declares it, and the answer what of it is true."""
    ordinal = len(p.groups)
    p.groups.append(GroupRow(name, parent))
    p.group_members.extend(GroupMember(ordinal, m, "01" if m == parent else "02") for m in declared)
    p.answer(
        DeclaredGroup(
            key=f"credit:AGGREGATE_INFO:G{ordinal + 1:06d}",
            name=name,
            declared=ats(declared),
            found=ats(found),
            missing=ats([m for m in found if m not in declared]),
            extra=ats([m for m in declared if m not in found]),
        )
    )


def _joint(p: Planting) -> None:
    a = p.company("磐石重工有限公司", "Panshi Heavy Industries Co., Ltd.", industry="C34", core=1)
    b = p.company("磐石铸造有限公司", "Panshi Foundry Co., Ltd.", industry="C31")
    c = p.company("磐石轴承有限公司", "Panshi Bearings Co., Ltd.", industry="C34", core=1)
    small = [_small_owner(p, n) for n in range(4, 6)]
    p.owns(a, b, 60)
    p.owns(small[0], b, 40)
    p.owns(a, c, 20)
    p.owns(b, c, 31)
    p.owns(small[1], c, 49)
    control_group(p, "1.1 joint", [a], [b, c], ".20 + .31 through the controlled foundry")
    declare_group(p, "磐石集团", a, [a, c], [a, b, c])


def _cross_holding(p: Planting) -> None:
    a = p.company("双璧实业有限公司", "Shuangbi Industries Co., Ltd.", industry="C38", core=1)
    b = p.company("双璧投资有限公司", "Shuangbi Investment Co., Ltd.", industry="L72")
    c = p.company("双璧电缆有限公司", "Shuangbi Cable Co., Ltd.", industry="C38", core=1)
    one, other = _small_owner(p, 6), _small_owner(p, 7)
    p.owns(a, b, 51)
    p.owns(b, a, 51)
    p.owns(one, a, 49)
    p.owns(other, b, 49)
    p.owns(b, c, 70)
    p.owns(one, c, 30)
    control_group(p, "1.3 cycle", [a, b], [c], "each controls the other; the head is the set of both")
    ring = [
        p.company(f"连环{word}有限公司", f"Lianhuan {english} Co., Ltd.", industry="L72")
        for word, english in (("甲投资", "Jia Investment"), ("乙投资", "Yi Investment"), ("丙投资", "Bing Investment"))
    ]
    outsider = _small_owner(p, 8)
    for n, company in enumerate(ring):
        p.owns(company, ring[(n + 1) % 3], 30)
        p.owns(outsider, ring[(n + 1) % 3], 70)
    control_group(
        p, "ring below the head", [outsider], ring, "the ring of .30 does not matter: one person holds .70 of each"
    )


def _halves(p: Planting) -> None:
    company = p.company("平分科技有限公司", "Pingfen Technology Co., Ltd.", industry="M75", core=1)
    one = p.company("左岸资本有限公司", "Left Bank Capital Co., Ltd.", industry="L72")
    other = p.company("右岸资本有限公司", "Right Bank Capital Co., Ltd.", industry="L72")
    p.owns(one, company, 50)
    p.owns(other, company, 50)
    for head in (one, other):
        control_group(p, "1.9 two holders of half", [head], [company], ".50 each", sense="at_least")
    p.answer(
        NoControl(
            case="1.2 edge",
            company=at(company),
            nearest=ats([one, other]),
            share=0.5,
            undisclosed=0.0,
            why="half is not more than half",
        )
    )


def _family(p: Planting) -> None:
    husband = p.person("司徒建业", "Situ Jianye", born="1965-02-11")
    wife = p.person("上官婉清", "Shangguan Wanqing", sex=2, born="1967-09-30")
    brother = p.person("司徒建功", "Situ Jiangong", born="1970-07-07")
    other = _small_owner(p, 9)
    company = p.company("司徒家纺有限公司", "Situ Home Textiles Co., Ltd.", industry="C17", core=1)
    daughter = p.company("司徒丝绸有限公司", "Situ Silk Co., Ltd.", industry="C17", core=1)
    p.owns(husband, company, 30)
    p.owns(wife, company, 30)
    p.owns(brother, company, 10)
    p.owns(other, company, 30)
    p.owns(company, daughter, 100)
    p.relative(husband, wife, "0301")
    p.relative(husband, brother, "0304")
    p.relative(company, husband, "0100")
    p.lend(company, 8_000)
    control_group(p, "1.5 family", [husband, wife], [company, daughter], ".30 + .30 of spouses", family_as_one=True)
    control_group(p, "1.5 without family", [company], [daughter], "nobody else passes half of the mother company")


def _undisclosed(p: Planting) -> None:
    company = p.company("云隐矿业有限公司", "Yunyin Mining Co., Ltd.", industry="B06", core=1)
    holder = p.company("云岭资源有限公司", "Yunling Resources Co., Ltd.", industry="B06", core=1)
    p.owns(holder, company, 45)
    p.owns(_small_owner(p, 10), company, 18)
    p.owns(_small_owner(p, 11), company, 12)
    p.lend(company, 3_000)
    why = "the holder would control it if more than .05 of the .25 not disclosed were its own"
    p.answer(
        NoControl(
            case="1.4b undisclosed", company=at(company), nearest=[at(holder)], share=0.45, undisclosed=0.25, why=why
        )
    )
    band = p.company("云川水电有限公司", "Yunchuan Hydropower Co., Ltd.", industry="D44")
    p.owns(holder, band, None, low=45 * PERCENT, high=55 * PERCENT)
    p.owns(_small_owner(p, 12), band, 30)
    p.answer(
        NoControl(
            case="1.4 uncertain",
            company=at(band),
            nearest=[at(holder)],
            share=0.45,
            undisclosed=0.0,
            why="disclosed as a band from .45 to .55: possible, not certain",
        )
    )
    unknown = p.company("云栈索道有限公司", "Yunzhan Cableways Co., Ltd.", industry="G54")
    p.owns(holder, unknown, None)
    p.owns(_small_owner(p, 13), unknown, 20)
    p.answer(
        NoControl(
            case="unknown share",
            company=at(unknown),
            nearest=[at(holder)],
            share=0.0,
            undisclosed=0.8,
            why="the holding is known, its size is not",
        )
    )


def _own_shares(p: Planting) -> None:
    person = p.person("尉迟安邦", "Yuchi Anbang", born="1958-11-02")
    company = p.company("自在茶业股份有限公司", "Zizai Tea Joint Stock Co., Ltd.", industry="C14", core=1)
    p.owns(person, company, 45)
    p.owns(company, company, 15)
    p.owns(_small_owner(p, 14), company, 40)
    control_group(p, "1.8 own shares", [person], [company], ".45 of the .85 that the company does not hold itself")


def _agreement(p: Planting) -> None:
    a = p.company("契约网络有限公司", "Qiyue Network Co., Ltd.", industry="I65", core=1)
    b = p.company("契约数据有限公司", "Qiyue Data Co., Ltd.", industry="I65")
    c = p.company("契约云计算有限公司", "Qiyue Cloud Co., Ltd.", industry="I65", core=1)
    one, other = _small_owner(p, 15), _small_owner(p, 16)
    p.owns(one, b, 50)
    p.owns(other, b, 50)
    p.relative(b, a, "0701")
    p.owns(b, c, 30)
    p.owns(a, c, 25)
    p.owns(other, c, 45)
    control_group(p, "1.7 basis feeds votes", [a], [b, c], "by agreement, then .30 + .25")
