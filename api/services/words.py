"""Links in words: what stands on an arrow, and how a link reads in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from api.services.answers import Money, money

Properties = Mapping[str, Any]

UNKNOWN_SHARE = "share unknown 未知"
UNKNOWN_AMOUNT = "amount unknown 未知"


def percent(fraction: float) -> str:
    """A fraction as percents with as many digits as it needs, at most seven."""
    return f"{round(fraction * 100, 7):.7f}".rstrip("0").rstrip(".") + "%"


def told_money(value: Money) -> str:
    """An amount for people: currency, thousands parted, all its digits."""
    return f"{value.currency or ''} {Decimal(value.amount):,f}".strip()


def bought_before(bought_on: date) -> str:
    """What is said of a purchase that was made before the referral which tells it."""
    return f"bought on {bought_on}, before the referral: the purchase earns nothing"


def owed_told(amount: Money | None, unknown: int) -> str:
    """What is owed, for people. amount: None where nothing of it is known. unknown: of how many amounts it is not."""
    if amount is None:
        return "an unknown amount"
    return ("at least " if unknown else "") + told_money(amount)


def ratio_told(ratio: str | None, amount: Money | None, base: Money | None) -> str:
    """An exact ratio for people; without one, why there is none."""
    if ratio is not None:
        return percent(float(ratio))
    if amount is None:
        return "unknown"
    return "base unknown" if base is None else "base not above zero"


def _share(link: Properties) -> str:
    if link.get("share") is not None:
        return percent(link["share"])
    if link.get("votes") is not None:
        return f"{percent(link['votes'])} of votes"
    low, high = link.get("share_min"), link.get("share_max")
    if low is not None or high is not None:
        return f"{percent(low or 0.0)} to {percent(1.0 if high is None else high)}"
    return UNKNOWN_SHARE


def _votes(link: Properties) -> str:
    votes = link.get("votes")
    parts = [percent(votes)] if votes else []
    return " ".join([*parts, str(link.get("basis") or "")]).strip()


def _amount(link: Properties) -> str:
    value = money(link.get("amount"), link.get("currency"))
    return told_money(value) if value else UNKNOWN_AMOUNT


def dependence_ratio(link: Properties) -> float | None:
    """The part of the whole where both are told: the weight, which is kept for ordering, is at most one."""
    part, whole = link.get("part_amount"), link.get("whole_amount")
    told: float | None = link.get("weight")
    return part / whole if part is not None and whole is not None and whole > 0 else told


def _dependence(link: Properties) -> str:
    weight = dependence_ratio(link)
    return " ".join(filter(None, [link.get("criterion"), percent(weight) if weight is not None else None]))


def _property(name: str) -> Callable[[Properties], str]:
    return lambda link: str(link.get(name) or "")


def _likely(link: Properties) -> str:
    probability = link.get("probability")
    return "proposed by a person" if probability is None else f"{probability / 10**9:.4f}"


def _month(link: Properties) -> str:
    return f"{link.get('month') or ''} {_amount(link)}".strip()


_LABELS: Mapping[str, Callable[[Properties], str]] = {
    "OWNS": _share,
    "CONTROLS": _property("basis"),
    "CONTROLLED_BY": _votes,
    "EXECUTIVE_OF": _property("post"),
    "KIN_OF": _property("relation"),
    "GUARANTEES": _amount,
    "DEPENDS_ON": _dependence,
    "TRANSFERS_TO": _month,
    "MEMBER_OF": _property("role"),
    "HAS_ACCOUNT": _property("role"),
    "BORROWS": _property("role"),
    "HAS_IDENTIFIER": _property("use"),
    "MANAGED_BY": _property("role"),
    "REFERRED": _property("outcome"),
    "POSSIBLY_SAME": _likely,
    "INVOLVED_IN": _property("role"),
}

_SENTENCES: Mapping[str, str] = {
    "OWNS": "{a} holds {label} of {b}",
    "CONTROLS": "{a} is declared to control {b} ({label})",
    "CONTROLLED_BY": "{b} controls {a} ({label})",
    "LEGAL_REPRESENTATIVE_OF": "{a} is the legal representative of {b}",
    "EXECUTIVE_OF": "{a} is {label} of {b}",
    "KIN_OF": "{a} is the {label} of {b}",
    "GUARANTEES": "{a} guarantees {b} ({label})",
    "DEPENDS_ON": "{a} depends on {b} ({label})",
    "REFERRED": "{a} referred {b}",
    "POSSIBLY_SAME": "{a} and {b} may be one ({label})",
}


def label_of(type_: str, link: Properties) -> str:
    """What stands on the arrow of a link; empty where its type says it all."""
    made = _LABELS.get(type_)
    return made(link) if made else ""


def sentence(type_: str, link: Properties, start: str, end: str) -> str:
    """A link between two parties as a sentence, from its start to its end."""
    pattern = _SENTENCES.get(type_, "{a} is linked to {b}")
    text = pattern.format(a=start, b=end, label=label_of(type_, link)).replace(" ()", "")
    return f"{text} [{link['status']}]" if link.get("status", "confirmed") != "confirmed" else text
