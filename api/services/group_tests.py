"""The tests of a group against limits as told: exact figures with their limit, state, title and article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from algorithms.limits import NEAREST, known, ratio_ppb
from algorithms.threshold import PPB
from api.services.answers import Because, Model, Money, money
from api.services.group_figures import UNKNOWN
from api.services.group_views import limits_told
from api.services.words import owed_told, percent, told_money
from graph.store import View


class LimitTest(Model):
    """One test of a rule set. Fractions are exact decimals with at most nine places, rounded down."""

    rules: str
    test: str
    title: str | None = Field(description="what it tests, as the rule set says")
    title_zh: str | None = Field(default=None, description="the same in Chinese")
    article: str | None
    status: str = Field(
        description="firm (confirmed links alone), potential (flagged ones too) or declared (as the source tells it)"
    )
    amount: Money | None = Field(description="null where nothing of it is known")
    unknown: int = Field(description="unknown amounts behind it: where there are some the amount is a lower bound")
    base: Money | None = Field(description="the capital it is measured against; null where it is not known")
    ratio: str | None = Field(
        description="amount over base; null where the base is not known or not above zero, or no part of the amount is"
    )
    limit: str = Field(description="the limit as a fraction of the base")
    allowed: Money | None
    nearness: str | None = Field(description="amount over what is allowed: above 1 is a breach")
    state: str = Field(
        description="within, warning, breach, or undecided where the capital, or all that is owed, is not known"
    )


def fraction(ppb: int) -> str:
    """Parts per billion as a decimal, exact, without needless zeros: 510000000 is 0.51."""
    whole, rest = divmod(ppb, PPB)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


def nearness_told(ppb: int) -> str | None:
    """How near, as a decimal; null where no limit is known, or where nothing is allowed."""
    return None if ppb in (UNKNOWN, NEAREST) else fraction(ppb)


def limit_tests_of(view: View, group: Mapping[str, Any], rules: str = "") -> list[LimitTest]:
    """The tests that a group's node holds, of one rule set or of all."""
    limits, currency = limits_told(view), group.get("currency")
    return [limit_test(row, limits, currency) for row in _rows(group) if rules in ("", row["rules"])]


def _rows(group: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    names = ("rules", "status", "amounts", "unknown", "bases", "limits", "allowed", "nearness", "states")
    for at, test in enumerate(group.get("tests") or ()):
        yield {"test": test, **{name: group[f"test_{name}"][at] for name in names}}


def limit_test(row: Mapping[str, Any], limits: Mapping[str, Any], currency: str | None) -> LimitTest:
    """One test as told. row: what a group's node keeps of it, by the names of `_rows`. limits: of `limits_told`."""
    told = limits.get(row["rules"], {}).get(row["test"], {})
    base = None if row["bases"] == UNKNOWN else row["bases"]
    ratio = ratio_ppb(row["amounts"], row["unknown"], base)
    return LimitTest(
        rules=row["rules"],
        test=row["test"],
        title=told.get("title"),
        title_zh=told.get("title_zh"),
        article=told.get("article"),
        status=row["status"],
        amount=money(known(row["amounts"], row["unknown"]), currency),
        unknown=row["unknown"],
        base=money(base, currency),
        ratio=None if ratio is None else fraction(ratio),
        limit=fraction(row["limits"]),
        allowed=money(None if row["allowed"] == UNKNOWN else row["allowed"], currency),
        nearness=nearness_told(row["nearness"]),
        state=row["states"],
    )


def because_of(view: View, name: str, test: LimitTest, links: list[str]) -> Because:
    """Why a test stands where it does, in words: the arithmetic with its article."""
    amount = owed_told(test.amount, test.unknown)
    if test.amount is None:
        arithmetic = f"{amount} against a limit of {percent(float(test.limit))}"
    elif test.base is None or test.ratio is None:
        capital = "the capital is not known" if test.base is None else "the capital is not above zero"
        arithmetic = f"{amount} against a limit of {percent(float(test.limit))}, and {capital}"
    else:
        arithmetic = (
            f"{amount} over {told_money(test.base)} is {percent(float(test.ratio))}, "
            f"against a limit of {percent(float(test.limit))}"
        )
    return Because(
        rule=f"{test.rules}.{test.test}",
        article=test.article,
        links=links,
        text=f"{name}: {test.title or test.test} ({test.status}): {arithmetic}: {test.state}. {view.run_id}",
    )
