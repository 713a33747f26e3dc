"""Surnames of persons, from their names."""

from __future__ import annotations

import polars as pl

COMPOUND = (
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马",
    "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正", "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐",
    "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "公户", "公玉", "公仪", "梁丘", "公仲",
    "公上", "公门", "公山", "公坚", "左丘", "公伯", "西门", "公祖", "第五", "公乘", "贯丘", "公皙",
    "南荣", "东里", "东宫", "仲长", "子书", "子桑", "即墨", "达奚", "褚师", "淳于", "单于", "完颜",
    "富察", "纳兰", "叶赫", "爱新觉罗", "叶赫那拉",
)  # fmt: skip
"""Chinese surnames of more than one character; a name that begins with one and goes on bears it."""
_CHINESE = r"^[\u3400-\u9fff]"


def surname(name: pl.Expr) -> pl.Expr:
    """The surname of a person's name: of a Chinese one its beginning, else what stands before a comma or last.

    Small letters; null where the name has no letters.
    """
    plain = name.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    longest_first = "|".join(sorted(COMPOUND, key=len, reverse=True))
    chinese = plain.str.extract(rf"^((?:{longest_first})|.).")
    western = plain.str.extract(r"^([^,]+),").fill_null(plain.str.extract(r"(\S+)$")).str.strip_chars()
    found = pl.when(plain.str.contains(_CHINESE)).then(chinese.fill_null(plain)).otherwise(western)
    return pl.when(found.str.contains(r"\p{L}")).then(found)
