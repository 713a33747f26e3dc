"""A filter checked before it is kept or used: fields and values that can be, and names looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.services.managers import find_manager
from api.services.openings import find_product
from api.services.organisation import find_branch
from api.services.segment_fields import FIELDS, Kind, field_named
from api.services.segment_filter import COMPARISONS, DEFAULT_CURRENCY, FilterGiven, read_value
from graph.errors import BadInput
from graph.store import View
from loaders.currencies import CURRENCIES

MOST_CONDITIONS, DEEPEST = 100, 10
MOST_VALUES = 1_000


def checked_filter(view: View, given: FilterGiven) -> dict[str, Any]:
    """The filter as it is kept: branches, managers and products by their ids.

    Raises BadInput naming the place, NotFound for a branch, manager or product that is not known.
    """
    return _Checking(view).part(given, "filter", 0)


class _Checking:
    def __init__(self, view: View) -> None:
        self._view = view
        self._count = 0
        self._ids: Mapping[str, Callable[[str, str], str]] = {
            "branch": self._branch,
            "manager": lambda text, place: find_manager(view, text, place).manager_id,
            "product": lambda text, _: find_product(view, text).product_id,
        }

    def part(self, given: FilterGiven, place: str, depth: int) -> dict[str, Any]:
        """One part, as it is kept."""
        asked = [name for name in ("all", "any", "not_", "field") if getattr(given, name) is not None]
        if len(asked) != 1:
            told = " and ".join(name.rstrip("_") for name in asked) or "none of them"
            raise BadInput(f"{place} has {told}: give one of all, any, not and field.", field=place)
        self._count += 1
        if self._count > MOST_CONDITIONS or depth > DEEPEST:
            raise BadInput(
                f"The filter has more than {MOST_CONDITIONS} parts, or some more than {DEEPEST} deep; make it simpler.",
                field="filter",
            )
        if given.field is not None:
            return self._condition(given, place)
        if extra := _operators(given):
            raise BadInput(f"{place} has {extra[0]} without a field; give `field`, too.", field=place)
        if given.not_ is not None:
            return {"not": self.part(given.not_, f"{place}.not", depth + 1)}
        (name,) = asked
        parts: Sequence[FilterGiven] = getattr(given, name)
        if not parts:
            raise BadInput(f"{place}.{name} is empty; name at least one condition.", field=f"{place}.{name}")
        return {name: [self.part(one, f"{place}.{name}[{at}]", depth + 1) for at, one in enumerate(parts)]}

    def _condition(self, given: FilterGiven, place: str) -> dict[str, Any]:
        name = str(given.field)
        field = field_named(name, f"{place}.field")
        operators = _operators(given)
        allowed = {
            Kind.TEXT: ("is", "in", "known"),
            Kind.YES_NO: ("is", "known"),
            Kind.MONEY: (*COMPARISONS, "currency", "known"),
        }.get(field.kind, ("is", "in", *COMPARISONS, "known"))
        for one in operators:
            if one not in allowed:
                raise BadInput(f"{place} has {one}, which {name} ({field.kind}) does not take; it takes "
                               f"{', '.join(allowed)}.", field=f"{place}.{one}")  # fmt: skip
        if not set(operators) - {"currency"}:
            raise BadInput(f"{place} asks nothing of {name}; give {', '.join(allowed)}.", field=place)
        kept: dict[str, Any] = {"field": name}
        if field.kind is Kind.MONEY:
            kept["currency"] = _currency(given.currency, f"{place}.currency")
        for one in operators:
            if one == "in":
                if not 1 <= len(given.in_ or []) <= MOST_VALUES:
                    raise BadInput(f"{place}.in names {len(given.in_ or []):,} values; give 1 to {MOST_VALUES:,}.",
                                   field=f"{place}.in")  # fmt: skip
                kept[one] = [self._value(name, value, f"{place}.in[{at}]") for at, value in enumerate(given.in_ or [])]
            elif one == "known":
                kept[one] = given.known
            elif one != "currency":
                attribute = "is_" if one == "is" else one
                kept[one] = self._value(name, getattr(given, attribute), f"{place}.{one}", kept.get("currency", ""))
        return kept

    def _value(self, name: str, value: Any, place: str, currency: str = "") -> Any:
        """A value as it is kept. Raises BadInput for what is none of the field's kind."""
        field = FIELDS[name]
        try:
            read_value(field.kind, value, currency)
        except ValueError:
            told = {
                Kind.NUMBER: "a whole number",
                Kind.DAY: "a day such as 2024-12-31",
                Kind.MONEY: "an amount in major units such as 1250.00",
                Kind.YES_NO: "true or false",
            }.get(field.kind, "a text")
            raise BadInput(
                f"{place} is {str(value)[:50]!r}; give {told}.", field=place, value=str(value)[:50]
            ) from None
        if field.allowed and value not in field.allowed:
            raise BadInput(f"{place} is {str(value)[:50]!r}; give {', '.join(field.allowed)}.",
                           field=place, value=str(value)[:50])  # fmt: skip
        look_up = self._ids.get(name)
        return look_up(value, place) if look_up else str(value) if field.kind is Kind.MONEY else value

    def _branch(self, text: str, place: str) -> str:
        return find_branch(self._view, text, place)


def _operators(given: FilterGiven) -> list[str]:
    names = ("is", "in", *COMPARISONS, "known", "currency")
    attributes = {"is": "is_", "in": "in_"}
    return [name for name in names if getattr(given, attributes.get(name, name)) is not None]


def _currency(text: str | None, place: str) -> str:
    currency = text or DEFAULT_CURRENCY
    if currency not in CURRENCIES:
        raise BadInput(f"{place} is {currency[:20]!r}; give a code of ISO 4217 such as CNY.",
                       field=place, value=currency[:20])  # fmt: skip
    return currency
