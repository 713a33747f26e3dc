"""Texts that a plain field would spoil, marked so that they come back exactly.

A reader cuts blanks at the ends of a field and parts lists at `;`. Where that would change a value, an export writes it
as JSON behind `json:`, such as `json:" two blanks  "` or `json:["a;b"]`; tables that say `exact: true` read it back.
Anything behind the mark that is no such JSON is taken as it stands.
"""

from __future__ import annotations

import json

import polars as pl

MARK = "json:"
BLANKS = " \t\u3000\xa0"
"""What readers cut at the ends of a field."""
SEPARATOR = "\x1f"
"""The unit separator: what parts lists in files of ours. Reading makes it a blank, so that no text holds it."""
_REPLACEMENT = "\ufffd"  # a reader would take it for a spoilt byte


def written(column: pl.Series) -> pl.Series:
    """A column of texts as an export writes it."""
    return _changed(column, _spoilt(pl.col(column.name)), _as_json)


def read(column: pl.Series) -> pl.Series:
    """The texts that `written` was given."""
    return _changed(column, pl.col(column.name).str.starts_with(f'{MARK}"'), _text)


def plain(text: pl.Expr) -> pl.Expr:
    """A text without the separator."""
    return text.str.replace_all(SEPARATOR, " ", literal=True)


def written_lists(column: pl.Series, parted_by: str = ";") -> pl.Series:
    """A column of lists of text as texts; an empty list is unknown."""
    here, item = pl.col(column.name), pl.element()
    odd = _spoilt(item) | item.str.contains(parted_by, literal=True) | (item.str.strip_chars() != item) | (item == "")
    frame = column.to_frame().select(
        here,
        joined=pl.when(here.list.len() > 0).then(here.list.join(parted_by)),
        odd=here.list.eval(odd).list.any().fill_null(value=False),
    )
    if not frame["odd"].any():
        return frame["joined"].alias(column.name)
    values = [_as_json(items) if marked else joined for items, joined, marked in frame.iter_rows()]
    return pl.Series(column.name, values, dtype=pl.String)


def read_lists(column: pl.Series) -> pl.Series:
    """The lists of a column whose texts are marked ones; null where a text is none."""
    marked = column.str.starts_with(f"{MARK}[").fill_null(value=False)
    if not marked.any():
        return pl.Series(column.name, [None], dtype=pl.List(pl.String)).new_from_index(0, len(column))
    values = [_list(text) if found else None for text, found in zip(column, marked, strict=True)]
    return pl.Series(column.name, values, dtype=pl.List(pl.String)).list.eval(plain(pl.element()))


def _spoilt(text: pl.Expr) -> pl.Expr:
    return (
        (text.str.strip_chars(BLANKS) != text)
        | text.str.starts_with(MARK)
        | text.str.contains(_REPLACEMENT, literal=True)
        | text.str.contains("\r", literal=True)
    )


def _changed(column: pl.Series, which: pl.Expr, change: object) -> pl.Series:
    """The column with some of its values replaced; they are few."""
    marked = column.to_frame().select(which.fill_null(value=False)).to_series()
    if not marked.any():
        return column
    assert callable(change)
    values = [change(text) if found else text for text, found in zip(column, marked, strict=True)]
    return pl.Series(column.name, values, dtype=pl.String)


def _as_json(value: str | list[str]) -> str:
    return MARK + json.dumps(value, ensure_ascii=_REPLACEMENT in str(value))


def _text(text: str) -> str:
    found = _parsed(text)
    return found if isinstance(found, str) else text


def _list(text: str) -> list[str] | None:
    found = _parsed(text)
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else None


def _parsed(text: str) -> object:
    """The JSON behind the mark; None for what is none, or holds half of a letter (a lone surrogate)."""
    try:
        found = json.loads(text.removeprefix(MARK))
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found
