"""How Chinese names sound in pinyin, as somebody types them into a search: joined, by syllable, and by initials.

Single readings come from one table; only names with a character of several readings are looked up by words
(`pypinyin`'s), which is what makes a million names take seconds. Surnames have readings of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

CHINESE = r"[\u3400-\u9fff]"
CJK_FIRST, CJK_LAST = "\u3400", "\u9fff"
_PLAIN = str.maketrans("āáǎàēéěèêōóǒòīíǐìūúǔùüǖǘǚǜńňǹḿ", "aaaaeeeeeooooiiiiuuuuvvvvvnnnm")

SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "盖": "ge", "朴": "piao",
    "翟": "zhai", "乐": "yue", "任": "ren", "华": "hua", "员": "yun", "种": "chong", "覃": "qin", "缪": "miao",
    "冼": "xian", "逄": "pang", "召": "shao", "黑": "he", "折": "she", "繁": "po", "祭": "zhai", "句": "gou",
    "纪": "ji", "葛": "ge", "燕": "yan", "曲": "qu", "应": "ying", "宁": "ning", "尉": "wei", "相": "xiang",
    "隗": "wei", "晁": "chao", "谌": "chen", "都": "du", "干": "gan", "洗": "xian", "秘": "bi", "车": "che",
    "哈": "ha", "那": "na", "能": "nai", "卜": "bu", "重": "chong", "长": "zhang", "郇": "huan", "牟": "mu",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu", "单于": "chan yu", "澹台": "tan tai",
    "宇文": "yu wen", "欧阳": "ou yang", "司马": "si ma", "诸葛": "zhu ge", "皇甫": "huang fu", "尉遲": "yu chi",
}  # fmt: skip
"""Readings of characters as surnames, where they differ from the common one or are easily mistaken."""


def spellings(names: pl.Series, persons: pl.Series) -> pl.Series:
    """Per name the list of spellings to search by; empty for names without Chinese characters.

    names: text, may be null. persons: whether the name is a person's, whose surname then has its own reading.
    """
    frame = pl.DataFrame({"name": names, "person": persons.fill_null(value=False)})
    some = frame.filter(pl.col("name").str.contains(CHINESE)).unique()
    text = pl.col("text")
    own_surname = pl.col("person") & text.str.contains(f"^(?:{'|'.join(SURNAMES)})")
    odd = text.str.contains(f"^{CHINESE}+$").not_() | text.str.contains_any(_odd_parts()) | own_surname
    some = some.with_columns(text=pl.col("name").str.replace_all(r"[^\p{L}\p{N}]", "")).with_columns(odd=odd)
    one_by_one = some.filter("odd").select("name", "person")
    made = [_spellings(name, person) for name, person in one_by_one.iter_rows()]
    found = pl.concat([one_by_one.with_columns(pinyin=pl.Series(made, dtype=pl.List(pl.String))), _plain(some)])
    joined = frame.join(found, on=["name", "person"], how="left", maintain_order="left")
    return joined["pinyin"].fill_null([])


def _plain(names: pl.DataFrame) -> pl.DataFrame:
    """Names of Chinese characters that each read as they do alone, by columns: most names are such."""
    single = _readings()[0]
    frame = names.filter(~pl.col("odd")).with_row_index("at")
    long = frame.select("at", char=pl.col("text").str.split("")).explode("char")
    known = {char: single(char) for char in long["char"].unique().to_list()}
    long = long.with_columns(sound=pl.col("char").replace_strict(known, return_dtype=pl.String))
    here = pl.col("sound")
    forms = [here.str.join(""), here.str.join(" "), here.str.head(1).str.join("")]
    spelt = long.group_by("at", maintain_order=True).agg(pinyin=pl.concat_list(forms))
    return frame.join(spelt, on="at").select("name", "person", pl.col("pinyin").list.unique(maintain_order=True))


@cache
def _odd_parts() -> list[str]:
    """What keeps a name from being read character by character: words with readings of their own, and ü."""
    single, words, _ = _readings()
    with_u = [chr(code) for code in range(ord(CJK_FIRST), ord(CJK_LAST) + 1) if "v" in single(chr(code))]
    return [*words, *with_u]


def _spellings(name: str, person: bool) -> list[str]:
    text = "".join(c for c in name if c.isalnum())
    readings = [_syllables(text)]
    if person:
        readings.insert(0, _with_surname(text, readings[0]))
    forms: list[str] = []
    for syllables in readings:
        forms += ["".join(syllables), " ".join(syllables), "".join(s[0] for s in syllables)]
        if any("v" in s for s in syllables):  # ü is typed v, or u as in passports
            plain = [s.replace("v", "u") for s in syllables]
            forms += ["".join(plain), " ".join(plain)]
    return list(dict.fromkeys(forms))


def _with_surname(text: str, syllables: list[str]) -> list[str]:
    for length in (2, 1):
        if (reading := SURNAMES.get(text[:length])) and len(text) > length:
            return [*reading.split(), *syllables[length:]]
    return syllables


def _syllables(text: str) -> list[str]:
    """One syllable a Chinese character; runs of others stay together, in lower case."""
    single, words, longest = _readings()
    parts: list[str] = []
    run = ""
    at = 0
    while at < len(text):
        char = text[at]
        reading = single(char)
        if not reading:
            run += char
            at += 1
            continue
        if run:
            parts.append(run.lower())
            run = ""
        size = longest.get(char, 1)
        while size > 1 and text[at : at + size] not in words:
            size -= 1
        parts += words[text[at : at + size]] if size > 1 else [reading]
        at += size
    return [*parts, run.lower()] if run else parts


@cache
def _readings() -> tuple[Callable[[str], str], dict[str, list[str]], dict[str, int]]:
    """The reading of a character alone; words that read one of theirs otherwise; by first character their length."""

    @cache
    def single(char: str) -> str:
        return lazy_pinyin(char, style=Style.NORMAL)[0] if CJK_FIRST <= char <= CJK_LAST else ""

    words: dict[str, list[str]] = {}
    longest: dict[str, int] = {}
    for word, options in PHRASES_DICT.items():
        syllables = [o[0].translate(_PLAIN) for o in options]
        if len(syllables) == len(word) and any(single(c) != s for c, s in zip(word, syllables, strict=True)):
            words[word] = syllables
            longest[word[0]] = max(longest.get(word[0], 1), len(word))
    return single, words, longest
