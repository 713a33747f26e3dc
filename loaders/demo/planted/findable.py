"""The planted searches: what a relationship manager types, and whom it must find among the first three."""

from __future__ import annotations

import numpy as np

from loaders.demo import digits
from loaders.demo.manifest import Search
from loaders.demo.planted.planting import PERSONS, Planting, at


def plant_searches(p: Planting) -> None:
    """Twenty texts over parties planted before. A text beginning with @ stands for a number not yet given."""
    _with_identifier(p)
    for text, name, by in (
        ("欧阳世鸿", "欧阳世鸿", "full Chinese name"),
        ("海岳特钢", "海岳特钢股份有限公司", "part of a Chinese name"),
        ("Haiyue Special Steel", "海岳特钢股份有限公司", "part of an English name"),
        ("ouyang shihong", "欧阳世鸿", "pinyin"),
        ("shangguanwanqing", "上官婉清", "pinyin without blanks"),
        ("oysh", "欧阳世鸿", "pinyin initials"),
        ("sgwq", "上官婉清", "pinyin initials"),
        ("hai yue kong gu", "海岳控股集团有限公司", "pinyin syllables"),
        ("@cert", "磐石重工有限公司", "unified social credit code"),
        ("@cert", "司徒建业", "resident identity number"),
        ("@account", "赤霞整车制造有限公司", "account number"),
        ("@lei", "海岳控股集团有限公司", "legal entity identifier"),
        ("司徒丝绸", "司徒丝绸有限公司", "part of a Chinese name"),
        ("Situ Jianye", "司徒建业", "English name"),
        ("平均科技", "平分科技有限公司", "former name"),
        ("Left Bank Capital", "左岸资本有限公司", "part of an English name"),
        ("张国栋", "張國棟", "the other system's spelling"),
        ("北斗造船", "北斗造船有限公司", "part of a Chinese name"),
        ("yunyin mining", "云隐矿业有限公司", "English in small letters"),
        ("天枢家电股份有限公司", "天枢家电股份有限公司", "full Chinese name"),
    ):
        party = by_name(p, name)
        p.answer(Search(text=f"{text}{party}" if text.startswith("@") else text, expected=at(party), by=by))


def by_name(p: Planting, name: str) -> int:
    """The planted party of a name. Raises KeyError."""
    for first, parties in ((0, p.companies), (PERSONS, p.persons)):
        for ordinal, attributes in enumerate(parties):
            if attributes["name"] == name:
                return first + ordinal
    raise KeyError(name)


def _with_identifier(p: Planting) -> None:
    lei = digits.text_column(digits.legal_entity_identifiers(np.array([7_000_000], dtype=np.int64)))[0]
    p.companies[by_name(p, "海岳控股集团有限公司")]["lei"] = lei
    p.companies[by_name(p, "平分科技有限公司")]["former"] = "平均科技有限公司"
