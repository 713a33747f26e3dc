"""Renders `docs/rules.md` from the rule sets: `python -m api.services.rules_page > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction

from algorithms.limits import percent
from algorithms.threshold import PPB
from api.services.rule_sets import SHIPPED, RuleSet, rule_set
from api.services.rule_settings import Cited, FloorSetting, LimitSetting, RelatedCategory, ReportingSetting

_INTRO = """# The rule sets

Rendered from `algorithms/rules/*.yaml` by `python -m api.services.rules_page`; a test holds this page to them.

A rule set is one regulation as data. Several run side by side, each with its own answers. Every number names the
article that it stands in and the day from which it is in force. Fractions are read exactly (never as floats), shares
are compared in parts per billion, money in minor units.

To change a number, copy a file, give it an `id` of its own, and name the copy by its path wherever a rule set is asked
for. A file at fault is refused with file, line, field and value; so is a number without its article.

How the settings are read:

- Control is tested once a run, for all rule sets alike, as the run is set (`--set control.threshold` and its like, see
  [runs](runs.md)); `control` here says what a regulation asks. Where the two differ the run warns, naming both, and
  `why` cites the setting of the run in place of the article.
- A threshold is `more than` or `at least`. A limit is breached by more than the limit, and a warning begins at the
  stated part of it, that part included.
- A limit for banks, G-SIBs or related parties is for groups with such a member and counts all members; one for
  non-bank counterparties counts only the members that are no banks. Limits between G-SIBs are tested only where the
  bank is one itself: where the party that is the bank (`bank_role` self) is a `global_bank`.
- Loans are what is drawn, before protection. Exposure is what is drawn, and what is not drawn or stands off the balance
  sheet times its conversion factor, after protection. A kind without a factor here counts whole. Under a contract whose
  `state` is `ended` nothing more can be drawn.
- Protection counts only if it is eligible and lasts at least as long as the debt: `nil` takes the covered part out,
  `moves` carries it to the provider. A kind not listed here has no effect. Collateral covers no more of a contract than
  it is pledged for. The figure before protection is kept beside.
- Exempt counterparties are left out of the limits, kept apart, and stay reportable.
- Where a capital figure is not known for the day, the limit is not guessed: the answer says which figure is missing.
"""

_SOVEREIGN = {
    "does_not_connect": "an exempt sovereign does not connect what it controls",
    "each_controlled_apart": "each entity that a sovereign controls directly makes a group with it",
    "connects": "a sovereign connects what it controls",
}
_KIN = {
    "none": "kin do not connect companies",
    "controlled_with_close_kin": "what a main investor or key manager controls, alone or with close kin, is one group",
}
_MEASURES = {
    "integrated": "integrated ownership",
    "control": "control",
    "control_weighted": "ownership with a controlled holder counted whole",
    "interest_in_controller": "such a share in an entity that controls",
}


def render() -> str:
    """The whole page as Markdown."""
    sets = [rule_set(name).rules for name in SHIPPED]
    rows = [
        (f"[`{one.id}`](#{one.id})", _title(one), one.since, one.until or "", ", ".join(_speaks_of(one)))
        for one in sets
    ]
    parts = [_INTRO, _table(("rule set", "title", "in force from", "until", "speaks of"), rows)]
    for one in sets:
        parts += _section(one)
    return "\n".join(parts)


def _section(rules: RuleSet) -> list[str]:
    until = f", until {rules.until}" if rules.until else ""
    head = f"{_title(rules)}. {rules.source.en}; {rules.source.zh}. In force from {rules.since}{until}.\n"
    return [f"## {rules.id}\n", head, *(_table(columns, rows) for columns, rows in tables_of(rules))]


Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def tables_of(rules: RuleSet) -> list[Table]:
    """What a rule set says: tables whose rows end with article and day. Names of the data stand in backquotes."""
    tables: tuple[Table, ...] = (
        (("setting", "value", "article", "since"), _settings(rules)),
        (("limit", "what", "for", "measure", "at most", "article", "since"), [_limit(one) for one in rules.limits]),
        (
            ("reportable", "measured by", "from", "and the largest", "article", "since"),
            [_reporting(one) for one in rules.reporting],
        ),
        (
            ("item", "conversion factor", "article", "since"),
            [(f"`{one.kind}`", _percent(one.factor), *_cited(one)) for one in rules.conversion],
        ),
        (
            ("protection", "effect", "article", "since"),
            [(f"`{one.kind}`", f"`{one.effect}`", *_cited(one)) for one in rules.protection],
        ),
        (("exempt", "article", "since"), [(f"`{one.kind}`", *_cited(one)) for one in rules.exempt]),
        (("related parties", "who", "how", "article", "since"), [_related(one) for one in rules.related]),
    )
    return [one for one in tables if one[1]]


def _settings(rules: RuleSet) -> list[tuple[object, ...]]:
    control = rules.control
    family = "families count as one" if control.family_as_one else "members of a family count one by one"
    own = "leave the denominator" if control.own_shares == "reduce" else "are left out"
    said = f"{_sense(control.sense)} {_percent(control.threshold)} of the votes; own shares {own}; {family}"
    rows: list[tuple[object, ...]] = [("control", said, *_cited(control))]
    if rules.connection:
        one = rules.connection
        kinds = ["economic dependence connects" if one.dependence else "economic dependence does not connect"]
        if one.dependence:
            kinds.append(
                "flagged links count as firm" if one.flagged_counts else "flagged links count as potential only"
            )
            kinds.append("banks included" if one.banks_depend else "banks connect by control only")
        kinds += [_SOVEREIGN[one.sovereign], _KIN[one.kin]]
        rows.append(("connection", "; ".join(kinds), *_cited(one)))
        if one.assessed_above:
            above = f"above {_percent(one.assessed_above.ratio)} of {_words(one.assessed_above.base)}"
            rows.append(("dependence is assessed", above, *_cited(one.assessed_above)))
    if rules.owners:
        owners = rules.owners
        by = ", ".join(_MEASURES[measure] for measure in owners.measures)
        said = f"{_sense(owners.sense)} {_percent(owners.threshold)}, by any of: {by}; else the senior manager"
        rows.append(("beneficial owners", said, *_cited(owners)))
    if rules.warning:
        rows.append(("warning", f"from {_percent(rules.warning.fraction)} of a limit", *_cited(rules.warning)))
    return rows


def _limit(one: LimitSetting) -> tuple[object, ...]:
    return (
        f"`{one.id}`",
        f"{one.title.en} {one.title.zh}",
        f"{one.who}, {_words(one.counterparties)}",
        f"{_words(one.measure)} / {_words(one.base)}",
        _percent(one.ratio) + _floor(one.floor),
        *_cited(one),
    )


def _reporting(one: ReportingSetting) -> tuple[object, ...]:
    measures = " or ".join(_words(measure) for measure in one.measures)
    edge = f"{_sense(one.sense)} {_percent(one.ratio)} of {_words(one.base)}"
    return f"`{one.id}`", measures, edge, one.largest or "", *_cited(one)


def _related(one: RelatedCategory) -> tuple[object, ...]:
    return f"`{one.id}`", f"{one.title.en} {one.title.zh}", _derived(one), *_cited(one)


def _floor(floor: FloorSetting | None) -> str:
    if floor is None:
        return ""
    cap = f" (that up to {_percent(floor.at_most)} of it)" if floor.at_most else ""
    return f", or {floor.currency} {floor.amount:,} if higher{cap}"


def _derived(category: RelatedCategory) -> str:
    if category.threshold is not None and category.sense is not None:
        return f"{category.who}, {_sense(category.sense)} {_percent(category.threshold)}"
    of = f" of {', '.join(f'`{name}`' for name in category.of)}" if category.of else ""
    relations = f" ({', '.join(category.relations)})" if category.relations else ""
    return f"{category.who}{of}{relations}"


def _speaks_of(rules: RuleSet) -> Iterable[str]:
    yield "control"
    if rules.connection:
        yield "groups"
    if rules.limits:
        yield "limits"
    if rules.owners:
        yield "beneficial owners"
    if rules.related:
        yield "related parties"


def _title(rules: RuleSet) -> str:
    return f"{rules.title.en} {rules.title.zh}"


def _cited(setting: Cited) -> tuple[str, str]:
    return setting.article, str(setting.since)


def _percent(ppb: int) -> str:
    digits = 0 if ppb % (PPB // 100) == 0 else 1 if ppb % (PPB // 1_000) == 0 else 7
    return percent(Fraction(ppb, PPB), digits)


def _sense(sense: str) -> str:
    return sense.replace("_", " ")


def _words(name: str) -> str:
    return {"g_sib": "G-SIB", "non_bank": "non-bank"}.get(name, name.replace("_", " "))


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
