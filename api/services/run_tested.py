"""What a run tested, by which rules and settings: what of two runs can be compared, and what is said of the rest."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from api.services.control_setting import differing
from api.services.rule_sets import RuleFile, RuleSet, read_rule_set
from api.services.run_archive import Archive
from api.services.run_frozen import thaw_table
from api.services.run_parameters import RunParameters, parameters_kept
from graph import times
from graph.store import Row

Test = tuple[str, str]
"""A rule set and one of its limits, by their ids."""


@dataclass(frozen=True)
class Tested:
    """A run with what it tested. run: a row of `catalogue/current_runs`. digests: of the texts of its rule sets.
    finders: the rule sets by which it found connected clients."""

    run: Row
    tables: Archive
    tests: frozenset[Test]
    digests: Mapping[str, str]
    finders: tuple[str, ...]
    parameters: RunParameters

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.tables.run_id


def tested(archive: Path, run: Row) -> Tested:
    """What a run tested. Raises NotFound where its tables are not in this archive."""
    tables = Archive(archive, run["run_id"])
    day = times.EPOCH + timedelta(days=run["as_of"])
    files = [_read(text, origin) for text, origin in thaw_table(tables, "rules").select("text", "origin").iter_rows()]
    sets = [one.rules for one in files]
    return Tested(
        run,
        tables,
        frozenset(
            (rules.id, limit.id)
            for rules in sets
            for limit in rules.limits_on(day)
            if _tests(rules, is_of_related=limit.counterparties == "related")
        ),
        {one.rules.id: one.digest for one in files},
        tuple(sorted(rules.id for rules in sets if rules.limits and rules.connection)),
        parameters_kept(json.loads(run["parameters"])),
    )


@lru_cache(maxsize=64)
def _read(text: str, origin: str) -> RuleFile:
    """Kept, for most runs have the same rules."""
    return read_rule_set(text, origin)


def _tests(rules: RuleSet, is_of_related: bool) -> bool:
    """Whether runs make such a test: `run_exposure` and, of the bank's related parties, `run_bank_limits` do."""
    return bool(rules.connection or (is_of_related and rules.related))


def compared_with(run: Tested, earlier: Sequence[Tested]) -> dict[Test, Tested]:
    """The last earlier run that made each test of a run; tests that none of them made are left out.

    earlier: the latest first.
    """
    last = {test: next((one for one in earlier if test in one.tests), None) for test in sorted(run.tests)}
    return {test: one for test, one in last.items() if one is not None}


def differences(run: Tested, before: Tested, compared: Mapping[Test, Tested]) -> Iterator[str]:
    """What keeps a run from being compared with the run before, or what else may have made a difference, for people."""
    if lost := before.tests - run.tests:
        told = _named(lost, run.tests)
        yield f"{run.run_id} did not test {told}, which {before.run_id}, the run before, did: nothing is told of it"
    if new := run.tests - compared.keys():
        told = _named(new, run.tests - new)
        yield f"{run.run_id} tests {told}, which no run since the one before that day did: nothing is told of it"
    further: dict[str, set[Test]] = {}
    for test, one in compared.items():
        if one.run_id != before.run_id:
            further.setdefault(one.run_id, set()).add(test)
    for run_id, tests in further.items():
        told = _named(tests, run.tests - tests)
        yield f"{run.run_id} is compared with {run_id} on {told}, which no run between them tested"
    amended: dict[str, set[str]] = {}
    for (rules, _), one in compared.items():
        if run.digests[rules] != one.digests[rules]:
            amended.setdefault(one.run_id, set()).add(rules)
    for run_id, ids in amended.items():
        yield f"{run.run_id}: {', '.join(sorted(ids))} had another text in {run_id}: groups and tests may differ"
    yield from _groups_may_differ(run, before)


def _groups_may_differ(run: Tested, before: Tested) -> Iterator[str]:
    mine, theirs = run.parameters, before.parameters
    if settings := differing(theirs.rule, mine.rule):
        yield _other_settings(run, settings, "groups")
    if mine.most_sharing != theirs.most_sharing:
        settings = (("households.most_sharing", str(theirs.most_sharing), str(mine.most_sharing)),)
        yield _other_settings(run, settings, "households and families")
    if run.finders != before.finders:
        sets, earlier = (", ".join(one.finders) or "no rule set" for one in (run, before))
        yield (
            f"{run.run_id} found connected clients by {sets}, the run before by {earlier}: "
            "groups may differ for that reason"
        )


def _other_settings(run: Tested, settings: Iterable[tuple[str, str, str]], what: str) -> str:
    told = ", ".join(f"{name} {mine} for {theirs}" for name, theirs, mine in settings)
    return f"{run.run_id} was made with other settings than the run before ({told}): {what} may differ for that reason"


def _named(tests: Collection[Test], kept: Collection[Test]) -> str:
    """Tests by their rule set where they are all of it, else each by name. kept: other tests, those of parts of which
    are here."""
    whole = {rules for rules, _ in tests} - {rules for rules, _ in kept}
    return ", ".join(sorted({rules if rules in whole else f"{test} of {rules}" for rules, test in tests}))
