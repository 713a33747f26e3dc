"""What a run is asked to do: `--set control.threshold=0.5` and the like, checked and exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from algorithms.threshold import PPB, Threshold
from algorithms.votes import ControlRule
from api.services.opening_rules import opening_rules
from api.services.rule_sets import rule_sets
from graph.errors import BadInput

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


DEFAULT_RULES = ("cn-large-exposure", "basel-lex", "cn-bo", "eu-amlr", "cn-related-party")
"""The rule sets of a run that names none."""


@dataclass(frozen=True)
class RunParameters:
    """threshold_ppb: parts per billion. max_pairs: pairs of control kept for export; the true number is told.
    most_sharing: parties that may share an address, telephone or account before it proves nothing of a household.

    rules: the rule sets by which connected clients, beneficial owners and the bank's own related parties are found, and
    exposures tested, by name or file. openings: the file of what openings count; grading: of the score table; empty:
    the shipped ones.
    """

    threshold_ppb: int = PPB // 2
    sense: str = "more_than"
    own_shares: str = "reduce"
    family_as_one: bool = False
    max_pairs: int = 50_000_000
    most_sharing: int = 8
    rules: tuple[str, ...] = DEFAULT_RULES
    openings: str = ""
    grading: str = ""
    as_of: date | None = None
    known_on: date | None = None

    @property
    def rule(self) -> ControlRule:
        """The rule of control."""
        return ControlRule(
            Threshold(self.threshold_ppb, self.sense),  # type: ignore[arg-type]  # checked when it was set
            self.own_shares,  # type: ignore[arg-type]
            self.family_as_one,
        )

    def told(self) -> dict[str, Any]:
        """As kept on the run."""
        return {k: str(v) if isinstance(v, date) else v for k, v in asdict(self).items()}


def _threshold(text: str) -> int:
    try:
        share = Decimal(text)
        ppb = share * PPB
        if not 0 < share <= 1 or ppb != int(ppb):
            raise ArithmeticError
    except ArithmeticError:
        raise ValueError("a fraction above 0 and up to 1 with at most nine decimals, such as 0.5") from None
    return int(ppb)


def _one_of(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return text

    return read


def _bool(text: str) -> bool:
    if text.lower() not in (*_TRUE, *_FALSE):
        raise ValueError("true or false")
    return text.lower() in _TRUE


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 10**9:
        raise ValueError("a whole number from 1 to 1,000,000,000")
    return int(text)


_SETTABLE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "control.threshold": ("threshold_ppb", _threshold),
    "control.sense": ("sense", _one_of("more_than", "at_least")),
    "control.own_shares": ("own_shares", _one_of("reduce", "ignore")),
    "control.family_as_one": ("family_as_one", _bool),
    "control.max_pairs": ("max_pairs", _count),
    "households.most_sharing": ("most_sharing", _count),
}


def read_parameters(
    settings: Iterable[str] = (),
    as_of: date | None = None,
    known_on: date | None = None,
    rules: Sequence[str] = (),
    openings: str = "",
) -> RunParameters:
    """Parameters from texts `name=value`. Raises BadInput naming the setting and what it takes, or the file."""
    rule_sets(rules)
    opening_rules(openings)
    parameters = RunParameters(as_of=as_of, known_on=known_on, rules=tuple(rules) or DEFAULT_RULES, openings=openings)
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in _SETTABLE:
            message = f"There is no setting {name!r}; known are {', '.join(_SETTABLE)}, written as name=value."
            raise BadInput(message, field="set", value=setting)
        attribute, read = _SETTABLE[name]
        try:
            parameters = replace(parameters, **{attribute: read(value.strip())})
        except ValueError as error:
            raise BadInput(f"{name} is {value!r}; give {error}.", field=name, value=value) from None
    return parameters


def parameters_kept(kept: Mapping[str, Any]) -> RunParameters:
    """The parameters of a run as `told` kept them; what else is kept beside them is passed over."""
    values = {one.name: kept[one.name] for one in fields(RunParameters) if one.name in kept}
    days = {name: date.fromisoformat(values[name]) for name in ("as_of", "known_on") if values.get(name)}
    if "rules" in values:
        values["rules"] = tuple(values["rules"])
    return RunParameters(**{**values, **days})
