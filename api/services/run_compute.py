"""What follows from what a run read: computed from frozen input alone, so that a replay computes the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

import polars as pl

from algorithms.ballots import TooManyVotes
from algorithms.control import Control, control
from algorithms.groups import Groups, control_groups
from algorithms.stable_ids import Change, StableIds, stable_ids
from algorithms.threshold import PPB
from api.services import run_results as results
from api.services.declared_groups import DECLARED
from api.services.digests import digest_of_found
from api.services.grading_rules import GradingFile
from api.services.group_business import GROUP_BUSINESS, group_business
from api.services.household_input import HomeInput
from api.services.linkage_pairs import KEY_PERSONS, PAIRS
from api.services.opening_input import OpeningInput
from api.services.opening_tables import TABLES as OPENING_TABLES
from api.services.risk_input import RiskInput
from api.services.risk_tables import risk_tables
from api.services.rule_sets import RuleSet
from api.services.run_bank_limits import with_bank_limits
from api.services.run_bank_parties import BankPartiesFound, find_bank_parties
from api.services.run_exposure import RiskFound, compute_risk
from api.services.run_figures import find_figures, standing
from api.services.run_further import Told, find_further
from api.services.run_grades import GRADES, find_grades
from api.services.run_homes import HomesFound
from api.services.run_input import RunInput
from api.services.run_key_persons import customers_of, find_key_persons
from api.services.run_likely_referrers import TABLES as LIKELY_REFERRERS
from api.services.run_likely_referrers import find_likely_referrers
from api.services.run_members import connected_memberships, memberships
from api.services.run_openings import find_openings
from api.services.run_parameters import RunParameters
from api.services.run_segments import find_segments
from api.services.segment_facts import GRADED, GROUPS, HOMES, FactSource
from api.services.segment_input import SegmentInput
from graph.errors import BadInput

_STABLE_IDS = ("group_id", "household_id", "family_id")


@dataclass(frozen=True)
class Computed:
    """Control, its immediate links, the groups with their ids and members, and what the rule sets found.

    links, members: rows of `run_results.LINKS` and of `run_members.MEMBERS`.
    subjects: the id of each group in the book of `risk`. homes: households and families. warnings: for people; told:
    those that speak of one table. archived: the tables that lie there already.
    """

    control: Control
    links: pl.DataFrame
    groups: Groups
    kept: StableIds
    connected: StableIds
    subjects: list[str]
    members: pl.DataFrame
    risk: RiskFound
    homes: HomesFound
    tables: dict[str, pl.DataFrame]
    warnings: tuple[str, ...] = ()
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    archived: Mapping[str, pl.LazyFrame] = field(default_factory=dict)

    @property
    def group_ids(self) -> list[str]:
        """The id of each control group, in their order."""
        return list(self.kept.ids)

    @property
    def changes(self) -> list[Change]:
        """The feed of groups of both kinds."""
        return sorted((*self.kept.changes, *self.connected.changes))

    def digests(self, known: Mapping[str, str]) -> dict[str, str]:
        """Of the tables, each by itself. known: those of tables that were taken over."""
        tables = {name: frame.lazy() for name, frame in self.tables.items()} | dict(self.archived)
        return {
            name: known[name] if name in known else digest_of_found(rows, _STABLE_IDS) for name, rows in tables.items()
        }

    def digest(self, by_table: Mapping[str, str] | None = None) -> str:
        """Over links, memberships and tables; ids of groups and homes are left out, and do not decide the order: they
        depend on history."""
        hashed = hashlib.blake2b(results.digest(self.links, self.members).encode(), digest_size=16)
        hashed.update(repr(sorted((by_table or self.digests({})).items())).encode())
        return hashed.hexdigest()


def compute_control(given: RunInput, parameters: RunParameters) -> Control:
    """Who controls whom. Raises BadInput where holdings sum too far above 1 to be compared exactly."""
    try:
        return control(given.stakes, len(given.party_ids), parameters.rule, given.bases, given.couples)
    except TooManyVotes as error:
        raise BadInput(
            f"The holdings in {given.party_ids[error.party]} sum too far above 1 to be compared exactly with "
            f"{parameters.threshold_ppb / PPB:.9f}: correct them there, or give a threshold with fewer digits.",
            field="control.threshold",
        ) from error


@dataclass(frozen=True)
class Grouped:
    """The control groups, and what the rule sets found, with the ids of the earlier groups that they continue.

    kept, connected: ids and changes of the control groups, and of the groups that are more. subjects: the id of each
    group in the book of `risk`.
    """

    groups: Groups
    kept: StableIds
    connected: StableIds
    subjects: list[str]
    risk: RiskFound


def compute_groups(
    given: RunInput,
    risk: RiskInput,
    found: Control,
    earlier: results.EarlierGroups,
    connected: results.EarlierGroups,
    sets: Sequence[RuleSet],
    as_of: date,
) -> Grouped:
    """The groups that follow from control, and the risk."""
    groups = control_groups(found)
    kept = stable_ids(*results.named_groups(given, groups), earlier.parties_of, earlier.dissolved, prefix="G-")
    book = compute_risk(given, risk, found, groups, sets, as_of)
    more = book.book.more
    of_more = stable_ids(
        [[given.party_ids[p] for p in one.party.tolist()] for one in more],
        [[given.party_ids[p] for p in one.heads.tolist()] for one in more],
        connected.parties_of,
        connected.dissolved,
        prefix="C-",
    )
    ids = iter(of_more.ids)
    subjects = [kept.ids[one.control_group] if one.control_group >= 0 else next(ids) for one in book.book.groups]
    return Grouped(groups, kept, of_more, subjects, book)


@dataclass(frozen=True)
class Tested:
    """The groups with every test of a run, those for the bank's own related parties among them, and their members."""

    links: pl.DataFrame
    grouped: Grouped
    related: BankPartiesFound
    members: pl.DataFrame


def compute_tested(
    given: RunInput,
    risk: RiskInput,
    found: Control,
    links: pl.DataFrame,
    earlier: results.EarlierGroups,
    connected: results.EarlierGroups,
    sets: Sequence[RuleSet],
    as_of: date,
) -> Tested:
    """What the graph holds of a run: links, groups and memberships, and how groups are tested.

    links: the immediate ones of control (`run_results.control_links`).
    """
    grouped = compute_groups(given, risk, found, earlier, connected, sets, as_of)
    tested, related = with_related(given, risk, found, grouped, sets, as_of)
    members = (
        memberships(given, grouped.groups, grouped.kept.ids, links),
        connected_memberships(given, tested.risk.book.more, grouped.connected.ids, links),
    )
    return Tested(links, tested, related, pl.concat(members))


def with_related(
    given: RunInput, risk: RiskInput, found: Control, grouped: Grouped, sets: Sequence[RuleSet], as_of: date
) -> tuple[Grouped, BankPartiesFound]:
    """The groups with the tests of the bank's own related parties beside theirs, and these parties."""
    related = find_bank_parties(given, risk, found, sets)
    tested = with_bank_limits(grouped.risk, given, risk, grouped.groups, sets, related.related, as_of)
    return replace(grouped, risk=tested), related


def compute_found(
    given: RunInput,
    risk: RiskInput,
    found: Control,
    earlier: results.EarlierGroups,
    connected: results.EarlierGroups,
    lived: HomesFound,
    sets: Sequence[RuleSet],
    as_of: date,
) -> Computed:
    """All that follows from control and from households."""
    links = results.control_links(given, found)
    tested = compute_tested(given, risk, found, links, earlier, connected, sets, as_of)
    return compute_rest(given, risk, found, tested, lived, sets)


class Keep(Protocol):
    """Keeps tables that come in parts (`Archive.write_parts`)."""

    def __call__(
        self, schemas: Mapping[str, Mapping[str, Any]], parts: Iterable[Mapping[str, pl.DataFrame]], /
    ) -> dict[str, pl.LazyFrame]: ...


def with_key_persons(
    found: Computed,
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    offers: OpeningInput,
    keep: Keep,
    taken: Mapping[str, pl.LazyFrame] | None = None,
) -> Computed:
    """The same with the key persons of companies, which openings follow from. taken: they, where they are known
    already."""
    if taken is None:
        customers = customers_of(given, homes, offers)
        key_persons = find_key_persons(given, offers, found.links, customers, risk.reporting_banks)
        taken = keep({KEY_PERSONS: PAIRS}, [{KEY_PERSONS: key_persons}])
    return replace(found, archived=taken)


def with_openings(
    found: Computed,
    given: RunInput,
    homes: HomeInput,
    offers: OpeningInput,
    as_of: date,
    keep: Keep,
    taken: Mapping[str, pl.LazyFrame] | None = None,
) -> Computed:
    """The same with what to offer whom; key persons are found before. taken: the tables, where they are known
    already."""
    if taken is None:
        key_persons, groups = found.archived[KEY_PERSONS].collect(), (found.groups, found.group_ids)
        told = find_openings(given, homes, offers, key_persons, found.homes.household, groups, as_of)
        taken = keep(OPENING_TABLES, told)
    return replace(found, archived={**found.archived, **taken})


def with_business(
    found: Computed,
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    offers: OpeningInput,
    taken: Mapping[str, Told] | None = None,
) -> Computed:
    """The same with who is likely to refer, and what groups have with the bank. taken: the tables that are known
    already, others among them."""
    known = {name: one.table for name, one in (taken or {}).items()}
    tables = {name: known[name] for name in (*LIKELY_REFERRERS, GROUP_BUSINESS) if name in known}
    if not tables.keys() >= set(LIKELY_REFERRERS):
        tables |= find_likely_referrers(given, risk, homes, offers, found.homes.household, found.tables["referrals"])
    if GROUP_BUSINESS not in tables:
        tables[GROUP_BUSINESS] = group_business(found.members, given.party_ids, homes, risk)
    return replace(found, tables=found.tables | tables)


def with_grades(
    found: Computed,
    given: RunInput,
    read: Mapping[str, pl.DataFrame],
    file: GradingFile,
    as_of: date,
    taken: Mapping[str, Told] | None = None,
) -> Computed:
    """The same with the grades of customers. read: all that was read, by tables. taken: as for `with_business`."""
    known = (taken or {}).get(GRADES)
    grades = known.table if known else find_grades(read, given.party_ids, file.rules, as_of)
    return replace(found, tables=found.tables | {GRADES: grades})


def with_segments(
    found: Computed, given: RunInput, read: Mapping[str, pl.DataFrame], segments: SegmentInput, as_of: date
) -> Computed:
    """The same with the members of segments; grades are found before. read: all that was read, by tables."""
    at = _ordinals(given)
    of_more = pl.col("group_id").is_in(found.connected.ids)
    kind = pl.when(of_more).then(pl.lit(results.CONNECTED)).otherwise(pl.lit(results.CONTROL))
    groups = found.members.select("party_id", "group_id", kind=kind)
    declared = read["declared"].select("party", "group_id", kind=pl.lit(DECLARED))
    source = FactSource(
        table=lambda name: read[name].lazy(),
        groups=lambda: pl.concat([groups.join(at, on="party_id").select(list(GROUPS)), declared]),
        homes=lambda: found.tables["households"].join(at, on="party_id").select(list(HOMES)),
        grades=lambda: found.tables[GRADES].join(at, on="party_id").select(list(GRADED)),
        persons=given.persons,
        as_of=as_of,
    )
    return replace(found, tables=found.tables | find_segments(source, segments, given.party_ids))


def with_figures(
    found: Computed,
    given: RunInput,
    read: Mapping[str, pl.DataFrame],
    as_of: date,
    taken: Mapping[str, pl.DataFrame] | None = None,
) -> Computed:
    """The same with the figures for management, by saved segments as well. read: all that was read, by tables. taken:
    the figures, where they are known already."""
    if taken is None:
        saved = found.tables["segment_members"].join(_ordinals(given), on="party_id").select("party", "segment_id")
        taken = find_figures(standing(read, saved, given.persons), as_of)
    return replace(found, tables={**found.tables, **taken})


def _ordinals(given: RunInput) -> pl.DataFrame:
    known = pl.DataFrame({"party_id": given.party_ids}, schema={"party_id": pl.String}).with_row_index("party")
    return known.with_columns(pl.col("party").cast(pl.Int64))


def compute_rest(
    given: RunInput,
    risk: RiskInput,
    found: Control,
    tested: Tested,
    lived: HomesFound,
    sets: Sequence[RuleSet],
    taken: Mapping[str, Told] | None = None,
) -> Computed:
    """The same from what is worked out already, with the tables that nothing in the graph waits for.

    taken: those of them that are known already.
    """
    grouped, related = tested.grouped, tested.related
    taken = taken or {}
    known = {name: one.table for name, one in taken.items()}
    further = find_further(given, risk, found, lived.household, sets, grouped.risk.basis, taken)
    tables = {name: one.table for name, one in further.items()} | {"bank_related_parties": related.table}
    told = {name: one.warnings for name, one in further.items()}
    return Computed(
        control=found,
        links=tested.links,
        groups=grouped.groups,
        kept=grouped.kept,
        connected=grouped.connected,
        subjects=grouped.subjects,
        members=tested.members,
        risk=grouped.risk,
        homes=lived,
        tables=risk_tables(given, risk, grouped.risk, grouped.subjects, known) | lived.tables | tables,
        warnings=(*grouped.risk.warnings, *(one for each in told.values() for one in each), *related.warnings),
        told=told,
    )
