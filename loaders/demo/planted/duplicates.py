"""Planted duplicates: one person or company known twice, under variants of its name."""

from __future__ import annotations

from loaders.demo.manifest import Duplicate
from loaders.demo.planted.planting import Planting, at
from loaders.demo.words.people import GIVEN_FEMALE, GIVEN_MALE

TRADITIONAL = dict(
    zip(
        "张国伟华东龙刘陈杨赵黄孙马郑谢许韩邓冯叶苏卢钟谭陆贾邹义庆宁",
        "張國偉華東龍劉陳楊趙黃孫馬鄭謝許韓鄧馮葉蘇盧鐘譚陸賈鄒義慶寧",
        strict=True,
    )
)
_SURNAMES = (
    ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"), ("郑", "Zheng"), ("谢", "Xie"),
    ("许", "Xu"), ("韩", "Han"), ("邓", "Deng"), ("叶", "Ye"), ("苏", "Su"),
)  # fmt: skip
_SCALE = {700: (24, 16), 15_000: (120, 80), 300_000: (600, 400)}


def plant_duplicates(p: Planting) -> None:
    """Persons and companies in the credit system under one name and in the core system under another."""
    persons, companies = _SCALE.get(p.counts.companies, (24, 16))
    for n in range(persons):
        _person(p, n)
    for n in range(companies):
        _company(p, n)
    _by_identifier(p)


def traditional(text: str) -> str:
    return "".join(TRADITIONAL.get(c, c) for c in text)


def _person(p: Planting, n: int) -> None:
    """Credit knows the resident card; the core system an old passport or no usable number. Same birth, home, phone."""
    surname, english = _SURNAMES[n % len(_SURNAMES)]
    names = GIVEN_MALE if n % 2 else GIVEN_FEMALE
    one, two = names[(n * 7 + 11) % len(names)], names[(n * 13 + 29) % len(names)]
    first = {0: "国", 1: one[0]}[n % 2]
    name = surname + first + two[0]
    romanised = f"{english} {('guo' if n % 2 == 0 else one[1]).title()}{two[1]}"
    born = f"{1950 + n * 3 % 48}-{n % 12 + 1:02d}-{n * 5 % 28 + 1:02d}"
    home = f"上海市徐汇区漕溪北路{100 + n}号汇成苑{n % 9 + 1}号楼{n % 4 + 1}单元{n % 20 + 1}01室"
    mobile = f"137{20_000_000 + n * 3_571:08d}"
    style = n % 4
    variant = {
        0: ("traditional characters", traditional(name), romanised, mobile),
        1: ("a blank in the name", f"{name[0]} {name[1:]}", romanised, mobile),
        2: ("one character lost, same telephone", name[:-1], romanised, mobile),
        3: ("pinyin only, other telephone", romanised.upper(), romanised.upper(), f"158{60_000_000 + n * 2_113:08d}"),
    }[style]
    sex = 1 if n % 2 else 2
    a = p.person(name, romanised, sex, born, core=0, credit=1, address=home, mobile=mobile)
    b = p.person(
        variant[1], variant[2], sex, born, core=1, credit=0, address=home, mobile=variant[3],
        cert_kind="Ind03", cert=f"G{10_000_000 + n * 7_717:08d}",
    )  # fmt: skip
    _answer(p, "person", a, b, variant[0], "likeness")


_TRADES = (
    "澄湖",
    "砚池",
    "漱玉",
    "听涛",
    "揽月",
    "栖霞",
    "凌波",
    "枕流",
    "观澜",
    "采薇",
    "折柳",
    "问渠",
    "拾光",
    "沐雨",
    "临溪",
    "望舒",
)
_LINES = (
    ("电子", "Electronics"), ("食品", "Foods"), ("服饰", "Apparel"), ("机械", "Machinery"), ("科技", "Technology"),
)  # fmt: skip
_CITIES = (("苏州", "Suzhou"), ("宁波", "Ningbo"), ("佛山", "Foshan"), ("泉州", "Quanzhou"), ("常州", "Changzhou"))


def _company(p: Planting, n: int) -> None:
    """Credit knows the social credit code; the core system a number of the old register."""
    trade = _TRADES[n % len(_TRADES)]
    line, line_en = _LINES[n // len(_TRADES) % len(_LINES)]
    city, city_en = _CITIES[n // (len(_TRADES) * len(_LINES)) % len(_CITIES)]
    name = f"{city}{trade}{line}有限公司"
    variants = (
        ("有限责任公司 for 有限公司", f"{city}{trade}{line}有限责任公司"),
        ("with 市 and full-width brackets", f"{trade}（{city}市）{line}有限公司"),
        ("blanks and half-width brackets", f"{trade} ({city}) {line} 有限公司"),
        ("former name", f"{city}{trade}{line}厂"),
    )
    variant, other = variants[n % 4]
    address = f"{city}市工业园区星湖街{200 + n}号{n % 30 + 1}幢"
    phone = f"0512-{60_000_000 + n * 977}"
    english = f"{city_en} Duplicate {n + 1} {line_en} Co., Ltd."
    shared = {"address": address, "telephone": phone}
    a = p.company(name, english, core=0, credit=1, former=other if n % 4 == 3 else None, **shared)
    b = p.company(
        other, english, core=1, credit=0, cert_kind="Ent02", cert=f"3205{n:011d}", organisation=None, **shared
    )
    _answer(p, "company", a, b, variant, "likeness")


def _by_identifier(p: Planting) -> None:
    """One party under the same number in both systems, with different names: joined, and both names kept."""
    person = p.person("張國棟", "Zhang Guodong", 1, "1969-06-18", core=1, credit=1, core_name="张国栋")
    company = p.company(
        "聽雨軒文化有限公司", "Tingyuxuan Culture Co., Ltd.", industry="R88", core=1, core_name="听雨轩文化有限责任公司"
    )
    for party, kind, names in (
        (person, "person", ["張國棟", "张国栋"]),
        (company, "company", ["聽雨軒文化有限公司", "听雨轩文化有限责任公司"]),
    ):
        p.answer(
            Duplicate.model_validate(
                {
                    "kind": kind,
                    "keys": [at(party), f"@core{party}"],
                    "names": names,
                    "variant": "traditional characters",
                    "joined_by": "identifier",
                }
            )
        )


def _answer(p: Planting, kind: str, a: int, b: int, variant: str, joined_by: str) -> None:
    p.answer(
        Duplicate.model_validate(
            {
                "kind": kind,
                "keys": [at(a), at(b)],
                "names": [f"@name{a}", f"@name{b}"],
                "variant": variant,
                "joined_by": joined_by,
            }
        )
    )
