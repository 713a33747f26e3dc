"""What a user types, as a query of the full-text index: names in Chinese and English, pinyin and initials.

The index cuts Chinese into pairs of characters, so a run of Chinese is searched as a phrase (its characters in a row),
and a single character as the beginning of a pair. Latin words match whole or as beginnings.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Characters of a text that are looked at."""
MOST_WORDS = 8

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_IS_CHINESE = re.compile(rf"[{_CHINESE}]")
_SPLIT = re.compile(rf"[{_CHINESE}]+|(?:(?![{_CHINESE}])[^\W_])+", re.UNICODE)


def plain(text: str) -> str:
    """Full-width letters made narrow, small letters, blanks as one; what names are compared by."""
    narrow = unicodedata.normalize("NFKC", text[:LONGEST])
    return " ".join("".join(c if c.isprintable() else " " for c in narrow).lower().split())


def pieces(text: str) -> list[str]:
    """Runs of Chinese and words of letters or digits, in order; everything else parts them."""
    return _SPLIT.findall(plain(text))[:MOST_WORDS]


def is_chinese(piece: str) -> bool:
    """Whether a piece is a run of Chinese."""
    return bool(_IS_CHINESE.match(piece))


def full_text(text: str) -> str:
    """The query, or an empty text where nothing is left to search. Pieces hold letters and digits alone, so nothing
    in them means anything to the query language."""
    found = pieces(text)
    if not found:
        return ""
    clauses = [_clause(piece) for piece in found]
    together = " AND ".join(clauses)
    latin = [piece for piece in found if not is_chinese(piece)]
    if len(latin) == len(found) > 1:
        # Pinyin typed with blanks: short syllables such as `an` are no words to the index, the whole is.
        return f"({together}) OR {''.join(latin)}*"
    return together


def _clause(piece: str) -> str:
    if not is_chinese(piece):
        return f"({piece}^3 OR {piece}*)"
    return f"{piece}*" if len(piece) == 1 else f'"{piece}"'
