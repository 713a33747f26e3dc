"""How control is tested: one setting of the run for all rule sets, and what is said where a rule set asks otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from algorithms.threshold import PPB
from algorithms.votes import ControlRule
from api.services.rule_sets import RuleSet


def control_warnings(sets: Iterable[RuleSet], used: ControlRule) -> list[str]:
    """Which rule sets ask for another test of control than the run makes, naming both values and the way out."""
    asking: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
    for rules in sets:
        if others := differing(rules.control.rule(), used):
            asking.setdefault(others, []).append(rules.id)
    told = []
    for others, ids in asking.items():
        values = " and ".join(f"{name} is {theirs} there and {ours} in this run" for name, theirs, ours in others)
        settings = " ".join(f"--set {name}={theirs}" for name, theirs, _ in others)
        told.append(
            f"{', '.join(ids)}: {values}, whose setting counts; for control as there, make a run with {settings}"
        )
    return told


CONTROL, CONNECTED = "control", "connected"
SETTING_OF_RUN = "setting of the run"


def articles(sets: Sequence[RuleSet], used: ControlRule) -> dict[str, str]:
    """What is cited for control and for connected groups, with the rule sets: of control only those that ask for it as
    the run tests it, else the run's own setting. Of rule sets that speak of no groups only where there are no others.
    """
    of_groups = [one for one in sets if one.connection]
    asked = [f"{one.id}: {one.control.article}" for one in of_groups or sets if is_as_asked(one, used)]
    connected = [f"{one.id}: {one.connection.article}" for one in sets if one.connection]
    return {CONTROL: "; ".join(asked) or SETTING_OF_RUN, CONNECTED: "; ".join(connected)}


def is_as_asked(rules: RuleSet, used: ControlRule) -> bool:
    """Whether a run tests control as the rule set asks, so that its article may be cited."""
    return rules.control.rule() == used


def differing(theirs: ControlRule, ours: ControlRule) -> tuple[tuple[str, str, str], ...]:
    """(setting, theirs, ours) of what differs between a run's test of control and that of a rule set or another run."""
    return tuple(
        (name, asked, had)
        for (name, asked), (_, had) in zip(_settings(theirs), _settings(ours), strict=True)
        if asked != had
    )


def _settings(rule: ControlRule) -> tuple[tuple[str, str], ...]:
    """A rule as runs are given it."""
    return (
        ("control.threshold", f"{(Decimal(rule.threshold.ppb) / PPB).normalize():f}"),
        ("control.sense", rule.threshold.sense),
        ("control.own_shares", rule.own_shares),
        ("control.family_as_one", str(rule.family_as_one).lower()),
    )
