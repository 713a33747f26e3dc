"""Planted households, false neighbours, a family over several households, a telephone that proves nothing."""

from __future__ import annotations

from loaders.demo.manifest import Crowd, Family, Household, NotOneHousehold
from loaders.demo.planted.planting import Planting, ats
from loaders.demo.rows import Account

STREET = "北京市朝阳区望京东路8号悦府"


def plant_homes(p: Planting) -> None:
    """Every way in which persons are one household, and those in which they only seem to be."""
    _confirmed(p)
    _flagged(p)
    _false_neighbours(p)
    _family(p)
    _agent_phone(p)


def room(block: int, unit: int, number: int) -> str:
    return f"{STREET}{block}号楼{unit}单元{number}室"


def _household(p: Planting, case: str, members: list[int], status: str, reasons: list[str]) -> None:
    p.answer(Household.model_validate({"case": case, "members": ats(members), "status": status, "reasons": reasons}))


def _not_one(p: Planting, case: str, persons: list[int], why: str) -> None:
    p.answer(NotOneHousehold(case=case, persons=ats(persons), why=why))


def _confirmed(p: Planting) -> None:
    one = p.person("慕容致远", "Murong Zhiyuan", born="1978-04-12", core=1, address=room(1, 1, 101))
    wife = p.person("宇文静姝", "Yuwen Jingshu", 2, "1980-12-01", core=1, address=room(1, 1, 101))
    child = p.person("慕容小满", "Murong Xiaoman", 2, "2014-05-21", core=1, address=room(1, 1, 101))
    p.relative(one, wife, "0301")
    p.relative(child, one, "0302")
    p.relative(child, wife, "0302")
    _household(p, "spouse and minor child", [one, wife, child], "confirmed", ["spouse", "minor child"])
    husband = p.person("轩辕立群", "Xuanyuan Liqun", born="1970-01-19", core=1, address=room(1, 1, 201))
    partner = p.person("端木晴岚", "Duanmu Qinglan", 2, "1972-08-08", core=1, address=room(1, 2, 301))
    p.accounts.append(Account(husband, "3", 8_000_000, 8_000_000, joint=partner))
    _household(p, "joint account", [husband, partner], "confirmed", ["joint account"])


def _flagged(p: Planting) -> None:
    father = p.person("东方明德", "Dongfang Mingde", born="1955-06-06", core=1, address=room(2, 1, 501))
    son = p.person("东方启航", "Dongfang Qihang", born="1988-10-10", core=1, address=f"{STREET}2-1-501")
    _household(p, "address and surname", [father, son], "flagged", ["address", "surname"])
    one = p.person("公孙向晚", "Gongsun Xiangwan", 2, "1985-03-03", core=1, address=room(2, 2, 602))
    phone = "13900001234"
    p.persons[-1]["mobile"] = phone
    other = p.person("令狐长风", "Linghu Changfeng", born="1983-07-17", core=1, address=room(2, 2, 602), mobile=phone)
    _household(p, "address and telephone", [one, other], "flagged", ["address", "phone"])


def _false_neighbours(p: Planting) -> None:
    one = p.person("诸葛青云", "Zhuge Qingyun", born="1979-09-09", core=1, address=room(3, 1, 701))
    other = p.person("诸葛白露", "Zhuge Bailu", 2, "1982-02-22", core=1, address=room(3, 1, 702))
    _not_one(p, "same building and surname", [one, other], "neighbouring rooms of one building")
    flat = [
        p.person("夏侯惇义", "Xiahou Dunyi", born="1995-01-01", core=1, address=room(3, 2, 801)),
        p.person("呼延灼光", "Huyan Zhuoguang", born="1996-02-02", core=1, address=room(3, 2, 801)),
        p.person("拓跋珪瑛", "Tuoba Guiying", 2, "1997-03-03", core=1, address=room(3, 2, 801)),
    ]
    _not_one(p, "flat shared by strangers", flat, "one room, three surnames, three telephones, no kin")
    sister = p.person("长孙若水", "Zhangsun Ruoshui", 2, "1975-05-05", core=1, address=room(4, 1, 101))
    brother = p.person("长孙若谷", "Zhangsun Ruogu", 1, "1977-07-07", core=1, address=room(5, 1, 101))
    p.relative(sister, brother, "0304")
    _not_one(p, "siblings apart", [sister, brother], "kin, but neither spouse nor minor child; different homes")
    husband = p.person("闻人博雅", "Wenren Boya", born="1971-04-04", core=1, address=room(4, 1, 201))
    wife = p.person("鲜于婷婷", "Xianyu Tingting", 2, "1973-06-06", core=1, address=room(4, 1, 201))
    in_law = p.person("鲜于国强", "Xianyu Guoqiang", born="1946-08-08", core=1, address=room(6, 1, 101))
    p.relative(husband, wife, "0301")
    p.relative(husband, in_law, "0306")
    p.relative(wife, in_law, "0302")
    _household(p, "couple with in-law elsewhere", [husband, wife], "confirmed", ["spouse"])
    _not_one(p, "in-law", [husband, in_law], "in-laws do not chain")


def _family(p: Planting) -> None:
    """Two brothers, each with wife and company."""
    persons: list[int] = []
    companies: list[int] = []
    for n, (given, english, wife, wife_en) in enumerate(
        (("伯庸", "Boyong", "赫连雪", "Helian Xue"), ("仲谦", "Zhongqian", "万俟琳", "Moqi Lin"))
    ):
        home = room(7, 1, 301 + 100 * n)
        man = p.person(f"南宫{given}", f"Nangong {english}", born=f"196{4 + n}-03-0{n + 3}", core=1, address=home)
        woman = p.person(wife, wife_en, 2, f"196{6 + n}-08-1{n}", core=1, address=home)
        company = p.company(f"南宫{given}酒业有限公司", f"Nangong {english} Spirits Co., Ltd.", industry="C14", core=1)
        p.relative(man, woman, "0301")
        p.owns(man, company, 80)
        p.owns(woman, company, 20)
        p.relative(company, man, "0100")
        _household(p, "brother's household", [man, woman], "confirmed", ["spouse"])
        persons += [man, woman]
        companies.append(company)
    p.relative(persons[0], persons[2], "0304")
    p.answer(Family(persons=ats(persons), companies=ats(companies)))


def _agent_phone(p: Planting) -> None:
    """Twelve customers give an agent's telephone."""
    phone = "13800008888"
    surnames = ("太史", "Taishi"), ("淳于", "Chunyu"), ("单于", "Chanyu"), ("仲孙", "Zhongsun")
    given = ("兰", "Lan"), ("平", "Ping"), ("安", "An")
    persons = [
        p.person(
            s + g, f"{se} {ge}", 1 + n % 2, f"197{n % 10}-0{n % 9 + 1}-11", core=1,
            address=room(20 + n, 1, 101), mobile=phone,
        )
        for n, ((s, se), (g, ge)) in enumerate((s, g) for s in surnames for g in given)
    ]  # fmt: skip
    p.answer(Crowd(kind="phone", text=phone, parties=len(persons), examples=ats(persons[:3])))
    _not_one(p, "agent's telephone", persons, "more than eight share the number, and they live apart")
