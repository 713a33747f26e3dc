"""The filter of a segment as people write it, as it is kept, in words, and as it is computed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from algorithms.segments import All, AnyOf, Condition, Filter, Not, Value
from api.services.rule_text import file_text, read_text
from api.services.segment_fields import FIELDS, Kind
from graph import times
from loaders.currencies import minor_units

DEFAULT_CURRENCY = "CNY"
MOST_NUMBER = 2**53 - 1
COMPARISONS = ("at_least", "at_most", "more_than", "less_than")


def _one_value(value: Any) -> Any:
    if isinstance(value, bool | int | float | str):
        return value
    raise PydanticCustomError("one_value", "give one value: a text, a number, true or false")


Given = Annotated[StrictBool | StrictInt | StrictFloat | StrictStr, BeforeValidator(_one_value)]


class FilterGiven(BaseModel):
    """Either `all`, `any` or `not` of further filters, or a `field` with what is asked of it."""

    model_config = ConfigDict(extra="forbid")

    all: list[FilterGiven] | None = Field(default=None, description="every one of these holds")
    any: list[FilterGiven] | None = Field(default=None, description="at least one of these holds")
    not_: FilterGiven | None = Field(default=None, alias="not", description="this does not hold")
    field: str | None = Field(default=None, description=", ".join(FIELDS))
    is_: Given | None = Field(default=None, alias="is", description="its value, or one of its values")
    in_: list[Given] | None = Field(default=None, alias="in", description="one of these")
    at_least: Given | None = None
    at_most: Given | None = None
    more_than: Given | None = None
    less_than: Given | None = None
    known: StrictBool | None = Field(default=None, description="whether it has a value at all")
    currency: str | None = Field(default=None, description=f"of an amount; {DEFAULT_CURRENCY} by default")


def filter_of_file(file: Path) -> FilterGiven:
    """A filter from a YAML or JSON file. Raises BadInput naming the line."""
    told = read_text(file_text(file, "--filter"), str(file))
    try:
        return FilterGiven.model_validate(_plain(told.data))
    except ValidationError as error:
        raise told.fault(error) from None


def _plain(data: Any) -> Any:
    """YAML's days and decimals as the texts that JSON has for them."""
    if isinstance(data, Mapping):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return str(data) if isinstance(data, date | Decimal) else data


def read_value(kind: Kind, value: Any, currency: str) -> Value:
    """A value as it is compared: minor units, days since 1970, 1 for yes. Raises ValueError."""
    if kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise ValueError
        return int(value)
    if isinstance(value, bool):
        raise ValueError
    if kind is Kind.TEXT:
        if not isinstance(value, str) or not value:
            raise ValueError
        return value
    if kind is Kind.DAY:
        return times.to_day(date.fromisoformat(str(value)))
    if kind is Kind.NUMBER:
        if not isinstance(value, int):
            raise ValueError
        number: int | None = value
    else:
        number = minor_units(str(value), currency)
    if number is None or abs(number) > MOST_NUMBER:
        raise ValueError
    return number


def read_filter(kept: Mapping[str, Any]) -> Filter:
    """What is computed, of a filter as it is kept."""
    if "all" in kept:
        return All(tuple(read_filter(part) for part in kept["all"]))
    if "any" in kept:
        return AnyOf(tuple(read_filter(part) for part in kept["any"]))
    if "not" in kept:
        return Not(read_filter(kept["not"]))
    kind, currency = FIELDS[kept["field"]].kind, kept.get("currency", "")
    fact = f"{kept['field']}:{currency}" if currency else kept["field"]
    found: list[Filter] = []
    for name, value in kept.items():
        if name == "is":
            found.append(Condition(fact, "among", (read_value(kind, value, currency),)))
        elif name == "in":
            found.append(Condition(fact, "among", tuple(read_value(kind, one, currency) for one in value)))
        elif name == "known":
            known = Condition(fact, "known")
            found.append(known if value else Not(known))
        elif name in COMPARISONS:
            found.append(Condition(fact, name, (read_value(kind, value, currency),)))  # type: ignore[arg-type]  # an Op
    return found[0] if len(found) == 1 else All(tuple(found))


_WORDS = {"is": "is", "in": "is one of", "at_least": "at least", "at_most": "at most", "more_than": "more than",
          "less_than": "less than"}  # fmt: skip


def filter_words(kept: Mapping[str, Any]) -> str:
    """The filter as a sentence."""
    for name, word in (("all", " and "), ("any", " or ")):
        if name in kept:
            return word.join(_inner(part) for part in kept[name])
    if "not" in kept:
        return f"not ({filter_words(kept['not'])})"
    name = kept["field"].replace("_", " ")
    currency = f"{kept['currency']} " if "currency" in kept else ""
    parts = []
    for operator, value in kept.items():
        if operator == "known":
            parts.append("is known" if value else "is not known")
        elif operator in _WORDS:
            values = value if isinstance(value, list) else [value]
            parts.append(f"{_WORDS[operator]} {currency}{', '.join(map(_word, values))}")
    return f"{name} {' and '.join(parts)}"


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _inner(part: Mapping[str, Any]) -> str:
    told = filter_words(part)
    several = len(part.get("all", part.get("any", part.keys() & _WORDS.keys()))) > 1
    return f"({told})" if several else told
