"""The bank's own related parties (关联方), each with its reasons, as the run of the day found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.exposure_tables import TESTS
from api.services.group_figures import UNKNOWN
from api.services.group_tests import LimitTest, because_of, limit_test
from api.services.group_views import limits_told
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.reasons import HIDDEN
from api.services.rule_settings import RelatedCategory, Title
from api.services.run_bank_limits import ALL_RELATED
from api.services.run_bank_parties import INSIDER
from api.services.words import percent
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 200, 1_000


class RelatedReason(Model):
    """Why a party is related to the bank."""

    rules: str
    category: str
    title: Title
    article: str
    of: PartyRef | None = Field(description="through whom; null for nobody, or a party outside your scope")
    share: float | None = Field(description="what is held, a fraction")
    text: str


class RelatedTest(LimitTest):
    """Credit to a related party, to the group of a related company, or to all related parties, against its limit."""

    group_id: str | None = Field(description="the group that is tested; null for a party alone, and for all together")


class BankParty(Model):
    """A related party of the bank."""

    party: PartyRef
    reasons: list[RelatedReason]
    tests: list[RelatedTest] = Field(description="of the party alone, and of its groups; none where nothing is owed")


class BankPartiesAnswer(Answer):
    """The related parties by id, at most `limit`."""

    items: list[BankParty]
    total: int = Field(description="all of them, also those that are not shown")
    together: list[RelatedTest] = Field(description="credit to all related parties together, of every category")
    empty: str | None = Field(description="why there are none")


def bank_parties(view: View, archive: Path, category: str | None = None, limit: int = DEFAULT) -> BankPartiesAnswer:
    """Raises NotFound without a run or its tables, BadInput for a category that no rule set of the run names."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    kept = KeptRun(view, archive)
    categories = {(one.rules.id, c.id): c for one in kept.rules for c in one.rules.related}
    known = sorted({id for _, id in categories})
    if category is not None and category not in known:
        told = ", ".join(known) or "none: no rule set of the run speaks of related parties"
        raise BadInput(f"There is no category {category[:80]!r}; known are {told}.", field="category", value=category)
    rows = kept.table("bank_related_parties")
    asked = rows if category is None else rows.filter(pl.col("category") == category)
    ids = asked.select("party_id").unique().sort("party_id").collect()["party_id"].to_list()
    shown = ids[:limit]
    found = asked.filter(pl.col("party_id").is_in(shown)).collect().to_dicts()
    seen = parties_seen(view, (row[name] for row in found for name in ("party_id", "of_id")))
    reasons: dict[str, list[RelatedReason]] = {}
    for row in found:
        reasons.setdefault(row["party_id"], []).append(_reason(row, categories, seen))
    omitted = [f"related parties capped at {limit:,} of {len(ids):,}"] if len(ids) > limit else []
    tests = _Tests(replace(view, run_id=kept.run_id), kept, [one for one in shown if one in seen])
    hidden = sum(one not in seen for one in shown)
    omitted += [f"{hidden} parties outside your scope"] if hidden else []
    return BankPartiesAnswer(
        **{**stamp(view, omitted), "run_id": kept.run_id},
        because=[
            *(_because(kept.run_id, *one) for one in categories.items() if category in (None, one[0][1])),
            *(because_of(tests.view, ALL_RELATED, one, []) for one in tests.of("")),
        ],
        items=[BankParty(party=seen[one], reasons=reasons[one], tests=tests.of(one)) for one in shown if one in seen],
        total=len(ids),
        together=tests.of(""),
        empty=None if ids else _why_none(kept, known),
    )


class _Tests:
    """The tests of related parties, of their control groups and of all together, as the run's tables keep them."""

    def __init__(self, view: View, kept: KeptRun, parties: Sequence[str]) -> None:
        self.view = view
        rules = [one.rules.id for one in kept.rules if one.rules.related]
        groups = kept.table("groups").filter(pl.col("party_id").is_in(parties)).select("party_id", "group_id").collect()
        self._groups: dict[str, list[str]] = {}
        for party, group_id in groups.sort("party_id", "group_id").iter_rows():
            self._groups.setdefault(party, []).append(group_id)
        wanted = ["", *parties, *groups["group_id"].unique().to_list()]
        rows = kept.table("exposures", TESTS).filter(pl.col("rules").is_in(rules) & pl.col("group_id").is_in(wanted))
        limits = limits_told(view)
        self._of: dict[str, list[RelatedTest]] = {}
        for row in rows.collect().iter_rows(named=True):
            told = limit_test(_as_kept(row), limits, row["currency"])
            group_id = row["group_id"] if row["group_id"] not in ("", *parties) else None
            self._of.setdefault(row["group_id"], []).append(RelatedTest(**told.model_dump(), group_id=group_id))

    def of(self, party: str) -> list[RelatedTest]:
        """Of a party alone, then of its groups; of all together for the empty id."""
        return [test for subject in (party, *self._groups.get(party, ())) for test in self._of.get(subject, ())]


def _as_kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the table `exposures` by the names of what a group's node keeps."""
    plain = {name: row[name] for name in ("rules", "test", "status", "unknown")}
    known = {
        "bases": row["base_minor"],
        "allowed": row["allowed_minor"],
        "nearness": row["nearness"],
    }
    return {
        **plain,
        "amounts": row["amount_minor"],
        "limits": row["limit"],
        "states": row["state"],
        **{name: UNKNOWN if value is None else value for name, value in known.items()},
    }


def _because(run_id: str, key: tuple[str, str], category: RelatedCategory) -> Because:
    rules, id = key
    return Because(rule=f"{rules}.{id}", article=category.article, text=f"{run_id}: {category.title.en}")


def _why_none(kept: KeptRun, known: list[str]) -> str:
    if not known:
        return "no rule set of the run speaks of the bank's related parties; `guanxi run --rules cn-related-party` does"
    return (
        f"{kept.run_id} found none: no party is marked as the bank itself or as its insider (`bank_role`), or nobody "
        "holds, runs or is controlled by it"
    )


def _reason(
    row: Mapping[str, Any], categories: Mapping[tuple[str, str], RelatedCategory], seen: Mapping[str, PartyRef]
) -> RelatedReason:
    category = categories[row["rules"], row["category"]]
    through = seen.get(row["of_id"])
    name = through.called if through else HIDDEN if row["of_id"] else "the bank"
    return RelatedReason(
        rules=row["rules"],
        category=row["category"],
        title=category.title,
        article=row["article"],
        of=through,
        share=None if row["share"] is None else row["share"] / PPB,
        text=_words(category, row, name),
    )


def _words(category: RelatedCategory, row: Mapping[str, Any], name: str) -> str:
    if category.who == "holder":
        return f"holds {percent(row['share'] / PPB)} of the {row['detail']} of {name}, itself or by what it controls"
    if category.who == "insider":
        return f"insider of {name}" if row["detail"] == INSIDER else f"{row['detail'].replace('_', ' ')} of {name}"
    if category.who == "kin":
        return f"{row['detail']} of {name}"
    return f"controls {name}" if category.who == "controller" else f"controlled by {name}"
