"""Records as they are compared: names folded, without legal form, in pinyin; days, telephones, addresses plain."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.services.match_rules import LISTS, MatchField, MatchRules
from graph.errors import BadInput
from loaders.identifiers import plain_address, plain_email, plain_phone
from loaders.pinyin import spellings

ID = "record_id"
_LEGAL_FORMS = (
    "股份有限公司|有限责任公司|有限公司|集团公司|总公司|分公司|公司|厂|"
    r"incorporated|corporation|company|limited|gmbh|corp|inc|ltd|plc|llc|co|ag|sa"
)
_PUNCTUATION = r"[^\p{L}\p{N}]+"
_DAY = r"^\d{4}-\d{2}-\d{2}$"


@dataclass(frozen=True)
class Records:
    """rows: one a record, sorted by `record_id`: each field found (`told` the values as they are shown) and what is
    made of it. fields: those found, in the order of the settings. lacking: those that the table has no column for."""

    rows: pl.DataFrame
    told: pl.DataFrame
    fields: tuple[str, ...]
    lacking: tuple[str, ...]


def prepared(table: pl.DataFrame, rules: MatchRules, id_column: str = ID) -> Records:
    """A table ready to be matched: `id_column`, columns by any of the names that the settings know, and `former_names`.

    Values are text; days whole days since 1970 or ISO text; those of which there may be several lists or text. Raises
    BadInput where no field is found, ids are missing or one stands twice, or a day is none.
    """
    found = _columns(table, rules)
    if not found:
        called = "; ".join(f"{name}: {', '.join(field.called)}" for name, field in rules.fields.items())
        raise BadInput(f"The table has no column to compare. Known names are {called}.", field="records")
    _check_ids(table, id_column)
    table = table.sort(id_column)
    told = table.select(pl.col(id_column).cast(pl.String).alias(ID), *(pl.col(c).alias(n) for n, c in found.items()))
    told = told.with_columns(_days(told[name]) for name in found if rules.fields[name].kind == "day")
    former = table["former_names"] if "former_names" in table.columns else None
    made = [part for name in found for part in _made(told[name], rules.fields[name], rules, former)]
    rows = pl.DataFrame([told[ID], *made])
    lacking = tuple(n for n, field in rules.fields.items() if n not in found and field.unless not in found)
    return Records(rows, told, tuple(found), lacking)


def _columns(table: pl.DataFrame, rules: MatchRules) -> dict[str, str]:
    found = {
        name: next(column for column in field.called if column in table.columns)
        for name, field in rules.fields.items()
        if any(column in table.columns for column in field.called)
    }
    return {name: column for name, column in found.items() if rules.fields[name].unless not in found}


def _check_ids(table: pl.DataFrame, id_column: str) -> None:
    if id_column not in table.columns:
        raise BadInput(
            f"The table has no column {id_column!r} with a key for each record; it has {', '.join(table.columns)}.",
            field=id_column,
        )
    ids = table[id_column]
    if ids.has_nulls():
        raise BadInput(f"{ids.null_count():,} records have no {id_column}: each needs one of its own.", field=id_column)
    if ids.is_duplicated().any():
        twice = ids.filter(ids.is_duplicated())[0]
        raise BadInput(f"{id_column} {twice!r} stands twice: each record needs one of its own.", field=id_column)


def _made(values: pl.Series, field: MatchField, rules: MatchRules, former: pl.Series | None) -> list[pl.Series]:
    if field.kind in LISTS:
        return [_several(values, field.kind, rules.hub)]
    if field.kind == "day":
        return [_days(values)]
    text = values.cast(pl.String)
    if field.kind == "email":
        return [_lone(pl.select(plain_email(pl.lit(text))).to_series(), text.name)]
    if field.kind == "text":
        return [_lone(_folded(text), text.name)]
    return _names(text, rules.kind == "person", former if text.name == "name" else None)


def _several(values: pl.Series, kind: str, hub: int) -> pl.Series:
    """The plain values of each record; without those that more records share than a hub's."""
    name = values.name
    lists = values if values.dtype == pl.List else values.cast(pl.String).str.split(";")
    plain = plain_phone(pl.col(name)) if kind == "phone" else plain_address(pl.col(name))
    frame = pl.DataFrame({name: lists}).with_row_index("at")
    long = frame.explode(name).select("at", plain.alias(name)).drop_nulls().unique(maintain_order=True)
    long = long.filter(pl.len().over(name) <= hub)
    grouped = long.group_by("at", maintain_order=True).agg(pl.col(name).sort())
    return frame.select("at").join(grouped, on="at", how="left", maintain_order="left")[name]


def _days(values: pl.Series) -> pl.Series:
    """ISO days as text."""
    if values.dtype.is_integer():
        return values.cast(pl.Int32).cast(pl.Date).cast(pl.String)
    text = values.cast(pl.String).str.strip_chars()
    text = _lone(text, values.name)
    wrong = text.filter(text.is_not_null() & ~text.str.contains(_DAY))
    if len(wrong):
        raise BadInput(f"{values.name} is {wrong[0][:40]!r}: write days as 1980-02-29.", field=str(values.name))
    return text


def _lone(values: pl.Series, name: str) -> pl.Series:
    return values.set(values == "", None).alias(name)


def _folded(text: pl.Series) -> pl.Series:
    """Small letters and digits alone, full-width forms made narrow."""
    return text.str.normalize("NFKC").str.to_lowercase().str.replace_all(_PUNCTUATION, "")


def _names(text: pl.Series, is_person: bool, former: pl.Series | None) -> list[pl.Series]:
    name = text.name
    folded = _lone(_folded(text), name)
    core = folded if is_person else _core(text)
    letters = core.str.split("").list.sort().list.join("")
    readings = _readings(text, folded, is_person)
    every = folded.to_frame("now").select(pl.concat_list("now"))
    if former is not None:
        lists = pl.DataFrame({"now": folded, "former": former.cast(pl.List(pl.String))})
        old = pl.col("former").list.eval(
            pl.element().str.normalize("NFKC").str.to_lowercase().str.replace_all(_PUNCTUATION, "")
        )
        every = lists.select(pl.concat_list(pl.concat_list("now"), old.fill_null([])))
    names = every.to_series().list.drop_nulls()
    return [
        folded,
        core.alias(f"{name}_core"),
        letters.alias(f"{name}_letters"),
        _filled(readings, f"{name}_reading"),
        _filled(names, f"{name}_former"),
    ]


def _filled(lists: pl.Series, name: str) -> pl.Series:
    return lists.set(lists.list.len() == 0, None).alias(name)


def _core(text: pl.Series) -> pl.Series:
    """Company names without legal form; 市 after a place in brackets goes with the brackets."""
    small = text.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"市([)】\]])", "$1")
    for _ in range(3):  # "Co., Ltd." are two
        small = small.str.strip_chars(" .,").str.replace(rf"(?:{_LEGAL_FORMS})\.?$", "")
    core = small.str.replace_all(_PUNCTUATION, "")
    whole = _folded(text)
    return pl.select(pl.when(pl.lit(core).str.len_chars() > 0).then(pl.lit(core)).otherwise(pl.lit(whole))).to_series()


def _readings(text: pl.Series, folded: pl.Series, is_person: bool) -> pl.Series:
    """How a name sounds, joined; a romanised one as it is written."""
    persons = pl.repeat(is_person, len(text), eager=True)
    spelt = spellings(text, persons)
    frame = pl.DataFrame({"spelt": spelt, "folded": folded})
    # each reading stands there joined, by syllable and by initials: without its blanks the second is the first
    syllables = pl.element().filter(pl.element().str.contains(" ", literal=True))
    joined = pl.col("spelt").list.eval(syllables.str.replace_all(" ", "", literal=True))
    latin = pl.when(pl.col("folded").str.contains(r"^[a-z]+$")).then(pl.concat_list("folded"))
    return frame.select(pl.when(pl.col("spelt").list.len() > 0).then(joined).otherwise(latin)).to_series()
