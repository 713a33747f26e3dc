"""Steps about texts: cleaning, looking up, splitting, plain forms, yes and no."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import polars as pl

from graph.model import Kind
from loaders import exact, identifiers
from loaders.steps.base import Context, Made, on_text, one_text, step

YES = ("true", "1", "Y", "y", "yes", "是", "True", "TRUE", "T", "t")
NO = ("false", "0", "N", "n", "no", "否", "False", "FALSE", "F", "f")


def _map_problem(argument: Any, more: dict[str, Any]) -> str | None:
    if not isinstance(argument, dict) or not all(isinstance(v, str) for v in argument.values()):
        return 'takes codes and what each means, in quotes: {"01": "pass"}.'
    return None if set(more) <= {"other"} and more.get("other", "keep") == "keep" else "`other` may be `keep`."


def _codes_problem(argument: Any, more: dict[str, Any]) -> str | None:
    if not isinstance(argument, dict) or not {"table", "key", "value"} <= set(argument):
        return "takes {table: …, key: COLUMN, value: COLUMN, where: {COLUMN: value}}."
    return None if set(more) <= {"other"} and more.get("other", "keep") == "keep" else "`other` may be `keep`."


def _yes_no_problem(argument: Any, _more: dict[str, Any]) -> str | None:
    fine = argument is None or (isinstance(argument, dict) and set(argument) <= {"yes", "no"})
    return None if fine else "takes {yes: [texts], no: [texts]}."


def _regex_problem(argument: Any, more: dict[str, Any]) -> str | None:
    return one_text(argument, more) or _pattern_problem(_grouped(argument))


def _replace_problem(argument: Any, more: dict[str, Any]) -> str | None:
    if not isinstance(argument, str) or not set(more) <= {"with"} or not isinstance(more.get("with", ""), str):
        return "takes {replace: PATTERN, with: TEXT}."
    return _pattern_problem(argument)


def _pattern_problem(pattern: str) -> str | None:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as err:
        found = re.search(r"^error: (.+)$", str(err), re.MULTILINE)
        reason = found[1] if found else "it cannot be read"
        return f"{pattern!r} is no regular expression: {reason}. A bracket itself is written \\(."
    return None


def _grouped(pattern: str) -> str:
    """A pattern with the group that is to be found."""
    return pattern if "(" in pattern else f"({pattern})"


@step("cut blanks at both ends")
def trim(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e.str.strip_chars())


@step("capital letters")
def upper(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e.str.to_uppercase())


@step("small letters")
def lower(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e.str.to_lowercase())


@step("only the digits")
def digits(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e.str.replace_all(r"\D", ""))


@step("a text put before", one_text)
def prefix(made: Made, argument: str, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: pl.lit(argument) + e)


@step("a text put after", one_text)
def suffix(made: Made, argument: str, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e + pl.lit(argument))


@step("the part that a regular expression finds (its first group)", _regex_problem)
def regex(made: Made, argument: str, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e.str.extract(_grouped(argument), 1), f"does not look like {argument}")


@step(
    "every match of a regular expression replaced: {replace: PATTERN, with: TEXT}",
    _replace_problem,
)
def _replace(made: Made, argument: str, more: dict[str, Any], _c: Context) -> Made:
    return on_text(made, lambda e: e.str.replace_all(argument, more.get("with", "")))


@step("codes and what each means; `other: keep` lets unknown ones stand", _map_problem)
def _map(made: Made, argument: dict[str, str], more: dict[str, Any], _c: Context) -> Made:
    return _looked_up(made, argument, more)


@step("the meaning of a code in a source table: {table, key, value, where}", _codes_problem)
def codes(made: Made, argument: dict[str, Any], more: dict[str, Any], context: Context) -> Made:
    return _looked_up(made, context.codes(argument), more)


def _looked_up(made: Made, meanings: dict[str, str], more: dict[str, Any]) -> Made:
    old, new = list(meanings), list(meanings.values())

    def change(expr: pl.Expr) -> pl.Expr:
        if more.get("other") == "keep":
            return expr.replace(old, new)
        return expr.replace_strict(old, new, default=None, return_dtype=pl.String)

    return replace(on_text(made, change, "is a code that the look-up does not know"), check="code")


@step("yes or no: true/false, 1/0, Y/N, 是/否, or {yes: [texts], no: [texts]}", _yes_no_problem)
def yes_no(made: Made, argument: Any, _m: dict[str, Any], _c: Context) -> Made:
    words = argument or {}
    text = made.text
    found = pl.when(text.is_in(list(words.get("yes", YES)))).then(pl.lit(value=True))
    decided = found.when(text.is_in(list(words.get("no", NO)))).then(pl.lit(value=False))
    return Made(decided, pl.Boolean(), Kind.BOOL, "is neither yes nor no")


@step(
    "a list, split at a text; empty parts at its end are dropped; a list of numbers with one before its end cannot be "
    'read, unless {split: ";", empty: "0"} fills it; with `exact: true` lists that exports mark with `json:` are read '
    "back exactly",
    lambda a, m: (
        None if isinstance(a, str) and a and set(m) <= {"empty", "exact"} else "takes the text that parts the items."
    ),
)
def split(made: Made, argument: str, more: dict[str, Any], _c: Context) -> Made:
    if made.is_list:  # a column of lists needs no splitting
        return Made(made.expr.cast(pl.List(pl.String)), pl.List(pl.String), Kind.TEXTS)
    item = pl.element().str.strip_chars()
    if "empty" in more:
        filled = pl.when(item == "").then(pl.lit(str(more["empty"]))).otherwise(item)
        return Made(made.text.str.split(argument).list.eval(filled), pl.List(pl.String), Kind.TEXTS)
    ended = made.text.str.replace(rf"(?:\s|{re.escape(argument)})+$", "")
    listed = ended.str.split(argument).list.eval(pl.when(item != "").then(item))
    parts = pl.when(ended == "").then(pl.lit([], pl.List(pl.String))).otherwise(listed)
    if more.get("exact"):
        parts = pl.coalesce(made.text.map_batches(exact.read_lists, return_dtype=pl.List(pl.String)), parts)
    return Made(parts, pl.List(pl.String), Kind.TEXTS)


@step("the plain form of a telephone number")
def phone(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, identifiers.plain_phone, "is no telephone number")


@step("the plain form of an e-mail address")
def email(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, identifiers.plain_email, "is no e-mail address")


@step("the plain form of an address")
def address(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return on_text(made, identifiers.plain_address, "is no address")
