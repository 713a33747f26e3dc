"""The analysis run: who controls whom, the groups that follow, households and families, from one state of the world."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import Field

from algorithms.control import Control
from api.services import run_results as results
from api.services.answers import TODAYS_ATTRIBUTES, Model, many
from api.services.control_setting import articles
from api.services.coverage import gaps
from api.services.group_figures import group_figures
from api.services.linkage_pairs import KEY_PERSONS
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet, rule_sets
from api.services.run_archive import Archive
from api.services.run_before import Kept, asked_of, before_of
from api.services.run_clock import Clock
from api.services.run_compute import (
    Computed,
    Tested,
    compute_control,
    compute_rest,
    compute_tested,
    with_business,
    with_figures,
    with_grades,
    with_key_persons,
    with_openings,
    with_segments,
)
from api.services.run_dependence import dependence_links
from api.services.run_families import find_families
from api.services.run_found_parts import found_parts
from api.services.run_frozen import Frozen, input_digest
from api.services.run_frozen_openings import thaw_openings
from api.services.run_frozen_segments import thaw_segments
from api.services.run_homes import HomesFound
from api.services.run_households import find_households
from api.services.run_input import RunInput
from api.services.run_owners import NOBODY_OWNS
from api.services.run_parameters import RunParameters
from api.services.run_read import Read, read_all
from api.services.run_take_households import take_households
from api.services.run_take_openings import take_figures, take_key_persons, take_openings
from api.services.run_take_over import Taken, take_over
from api.services.run_write import Findings, Places, Writing, write, write_control
from api.services.run_write_homes import change_homes, write_homes
from api.services.run_write_scopes import moved, regrouped, write_scopes
from graph import times
from graph.embedded.progress import Progress, Silent
from graph.kept_columns import KeptColumns
from graph.publishing import Work, begin
from graph.schema import guanxi_version
from graph.store import Store, View

SNAPSHOT = ".snapshot"
"""Folder in the archive: the columns last read."""


class RunReport(Model):
    """What a run did. counts: of parties, stakes, pairs, groups, and of what was written. durations_ms: by step."""

    run_id: str
    number: int
    published_seq: int
    input_seq: int = Field(description="the publication it read")
    as_of: date
    is_current: bool = Field(description="false for a run over the past: it keeps its tables and writes no links")
    counts: dict[str, int]
    durations_ms: dict[str, int]
    warnings: list[str]
    coverage: list[str] = Field(description="what the sources did not tell, and what follows from that")
    input_digest: str
    result_digest: str


def run(
    store: Store,
    archive: Path,
    parameters: RunParameters,
    *,
    user: str,
    incremental: bool = False,
    progress: Progress | None = None,
) -> RunReport:
    """Make a run and publish it. Raises Busy while a load or another run goes on, BadInput for a future day.

    incremental: what nobody has written since the last run is not read again; the answer is that of a full run.
    """
    store.view(as_of=parameters.as_of, known_on=parameters.known_on)  # a day that cannot be asked for is told first
    told = json.dumps({**parameters.told(), "guanxi": guanxi_version()})
    with begin(store, "run", user=user, properties={"parameters": told}) as work:
        tables = Archive(archive, work.id)
        tables.begin()
        try:
            return _run(store, tables, parameters, work, Clock(progress or Silent()), incremental)
        except BaseException:
            tables.forget()
            raise


def _run(
    store: Store, tables: Archive, parameters: RunParameters, work: Work, clock: Clock, incremental: bool
) -> RunReport:
    view = store.view(as_of=parameters.as_of, known_on=parameters.known_on).for_run()
    is_current = parameters.known_on is None and view.as_of == times.today(store.zone)
    if is_current:
        view = replace(view, kept=KeptColumns(tables.folder.parent / SNAPSHOT, view, read_anew=not incremental))
    sets = rule_sets(parameters.rules)
    asked = asked_of(sets, parameters)
    before = before_of(tables.folder.parent, asked) if incremental and is_current else None
    rules = [one.rules for one in sets]
    with before.looking_ahead() if before else nullcontext():
        read = read_all(view, before, tables, parameters, sets, clock)
    given, risk, homes, before, parts = read.given, read.risk, read.homes, read.before, read.parts
    earlier, earlier_homes = read.earlier, read.earlier_homes
    places = Places(given)
    with Writing(work) as writing:
        with clock.step("control", "Working out who controls whom"):
            control = compute_control(given, parameters)
            links = results.control_links(given, control)
            if is_current:
                writing.start(write_control, view.as_of, links, earlier.links, places)
        with clock.step("households", "Finding households and families"):
            same = take_households(before, view.run_id, parts, given.party_ids, earlier_homes[0]) if before else None
            households = same or find_households(given, risk, homes, earlier_homes[0].memory, view.as_of)
            families = find_families(given, risk, homes, households, control, earlier_homes[1].memory)
            lived = HomesFound(households, families)
            if is_current:
                writing.start(write_homes, view.as_of, lived, earlier_homes, places)
        with clock.step("groups", "Finding groups and testing exposures"):
            known = earlier.memory, earlier.connected
            tested = compute_tested(given, risk, control, links, *known, rules, view.as_of)
            if is_current:
                findings = _findings(view, given, risk, tested, places)
                if view.kept:
                    view.kept.close()  # with the names that were read
                homes_of = moved(given.party_ids, lived.households.homes, earlier_homes[0])
                grouped = regrouped(findings.members, earlier, mending=before is None)
                parties = places.in_order(grouped | homes_of.keys())
                writing.start(write, view.as_of, findings, earlier)
                writing.start(change_homes, lived, earlier_homes)
                writing.start(write_scopes, view, findings.members, earlier, parties, homes_of)
        with clock.step("owners", "Finding owners, circles and patterns of payments"):
            parts |= found_parts(risk, control, lived.household, tested.grouped)
            taken = take_over(before, parts, given, risk, control, parameters, rules) if before else Taken()
            taken = taken.with_same(before, same.tables if same else ())
            found = compute_rest(given, risk, control, tested, lived, rules, taken.tables)
        with clock.step("openings", "Working out what to offer whom"):
            found, taken = _with_openings(found, read, taken, tables, view.as_of)
        grading, origins, sources, hubs = read.grading, read.origins, read.sources, homes.hubs
        del read, risk, homes  # large, and not needed any more
        with clock.step("segments", "Grading customers and refreshing segments"):
            frozen = Frozen(tables)
            found = with_grades(found, given, frozen, grading, view.as_of, taken.tables)
            found = with_segments(found, given, frozen, thaw_segments(tables), view.as_of)
        with clock.step("figures", "Adding up figures for management"):
            kept_figures = take_figures(before, parts, found) if before else None
            taken = taken.with_same(before, kept_figures or ())
            found = with_figures(found, given, frozen, view.as_of, kept_figures)
        with clock.step("archive", "Keeping the tables"):
            written = tables.write_found(
                given, found, parameters.max_pairs, taken.digests, before.tables if before else None
            )
            by_table = found.digests(taken.digests)
            if is_current:  # what a run over the past kept would help nobody: the next run is about today
                Kept(asked, parts, by_table, found.told, origins).write(tables, before)
            digests = {"input_digest": input_digest(parts, sets), "result_digest": found.digest(by_table)}
        with clock.step("write", "Writing what changed"):
            changed = writing.done()
    kept = {"snapshots_kept": len(view.kept.told) if view.kept else 0, "tables_taken_over": len(taken.digests)}
    counts = _counts(given, found, written) | _home_counts(hubs, found) | kept | changed
    report = RunReport(
        run_id=work.id,
        number=work.number,
        published_seq=0,
        input_seq=view.seq,
        as_of=view.as_of,
        is_current=is_current,
        counts=counts,
        durations_ms=clock.durations,
        warnings=[*_of_a_day(view, incremental), *taken.warnings, *_warnings(given, control, written), *found.warnings],
        coverage=gaps(sources),
        **digests,
    )
    return report.model_copy(update={"published_seq": _publish(work, report, found, rules, parameters)})


def _with_openings(found: Computed, read: Read, taken: Taken, tables: Archive, as_of: date) -> tuple[Computed, Taken]:
    """The same with key persons, openings, likely referrers and what groups have with the bank, and what of these the
    run before found."""
    given, homes, before, parts, keep = read.given, read.homes, read.before, read.parts, tables.write_parts
    offers = thaw_openings(tables)
    known = take_key_persons(before, parts, tables) if before else None
    found = with_key_persons(found, given, read.risk, homes, offers, keep, known)
    anew = None if known else found.archived[KEY_PERSONS]
    openings = take_openings(before, parts, tables, anew) if before else None
    found = with_openings(found, given, homes, offers, as_of, keep, openings)
    taken = taken.with_same(before, [*(known or ()), *(openings or ())])
    return with_business(found, given, read.risk, homes, offers, taken.tables), taken


def _of_a_day(view: View, incremental: bool) -> list[str]:
    """Why an incremental run was none, and what a run over the past read as it is today."""
    told = [f"{TODAYS_ATTRIBUTES}: amounts, limits and balances, too"] if view.is_past else []
    if not incremental or (view.kept and view.kept.told):
        return told
    why = "everything was written since the last run, or none is kept here" if view.kept else "it is not about today"
    return [*told, f"read everything again: {why}"]


def _publish(
    work: Work, report: RunReport, found: Computed, rules: Sequence[RuleSet], parameters: RunParameters
) -> int:
    properties = {
        "as_of": times.to_day(report.as_of),
        "input_seq": report.input_seq,
        "input_digest": report.input_digest,
        "result_digest": report.result_digest,
        "counts": json.dumps(report.counts),
        "durations": json.dumps(report.durations_ms),
        "currency": found.risk.basis.currency,
        "limits": json.dumps(_limits(rules, report.as_of), ensure_ascii=False),
        "articles": json.dumps(articles(rules, parameters.rule), ensure_ascii=False),
        "warnings": report.warnings,
    }
    return work.publish(properties, current_run=work.id if report.is_current else None)


def _limits(rules: Sequence[RuleSet], as_of: date) -> dict[str, dict[str, dict[str, str]]]:
    """The limits in force as the rule sets say them, by rule set and test."""
    return {
        one.id: {
            limit.id: {"title": limit.title.en, "title_zh": limit.title.zh, "article": limit.article}
            for limit in one.limits
            if one.in_force(as_of) and limit.since <= as_of
        }
        for one in rules
        if one.limits and (one.connection or one.related)
    }


def _findings(view: View, given: RunInput, risk: RiskInput, tested: Tested, places: Places) -> Findings:
    found = tested.grouped
    more, currency = found.risk.book.more, found.risk.basis.currency
    heads = found.groups.first_heads.tolist()
    heads_of_more = [int(group.heads.min()) for group in more]
    names = results.names_of(view, (given.party_ids[head] for head in (*heads, *heads_of_more)))
    figures = group_figures(found.risk.exposures, found.subjects, currency)
    sizes = np.diff(found.groups.first).tolist()
    groups = results.found_groups(given, heads, sizes, found.kept.ids, names, figures, results.CONTROL)
    sizes = [int(group.party.size) for group in more]
    groups += results.found_groups(given, heads_of_more, sizes, found.connected.ids, names, figures, results.CONNECTED)
    declared = found.risk.declared
    of_declared = group_figures(declared.exposures, declared.ids, currency)
    dependence = dependence_links(given, risk, found.risk)
    return Findings(dependence, groups, tested.members, of_declared, places)


def _counts(given: RunInput, found: Computed, written: int) -> dict[str, int]:
    control = found.control
    return {
        "parties": len(given.party_ids),
        "holdings_read": given.rows,
        "holdings_used": int(given.stakes.owner.size),
        "holdings_of_other_sources": given.merged,
        "holdings_unknown": control.unknown_votes,
        "control_pairs": control.n_pairs,
        "control_pairs_kept": written,
        "companies_controlled": int(control.controlled.size),
        "immediate_links": found.links.height,
        "groups": len(found.groups),
        "memberships": int(found.groups.party.size),
        "connected_groups": len(found.risk.book.more),
        "exposures_tested": found.risk.exposures.height,
        "warnings_of_limits": _states(found, "warning"),
        "breaches_of_limits": _states(found, "breach"),
        "guarantee_circles": found.tables["circles"]["circle_id"].n_unique(),
        "mutual_pairs": found.tables["mutual_pairs"].height,
        "beneficial_owners": _owners(found),
        "close_links": found.tables["close_links"].height,
        "bank_related_parties": found.tables["bank_related_parties"]["party_id"].n_unique(),
        "payment_patterns": found.tables["payment_patterns"]["pattern_id"].n_unique(),
        "referrals": found.tables["referrals"].height,
        "referrals_flagged": found.tables["referrals"].filter(pl.col("flag").is_not_null()).height,
        "openings": found.archived["openings"].select(pl.len()).collect().item(),
        "segments": found.tables["segment_counts"].height,
    }


def _home_counts(hubs: int, found: Computed) -> dict[str, int]:
    return {
        "households": found.tables["households"]["household_id"].n_unique(),
        "household_members": found.tables["households"].height,
        "identifiers_too_common": hubs,
        "families": len(found.homes.families.homes),
    }


def _owners(found: Computed) -> int:
    """Pairs of company and person that pass a rule set, senior managers apart."""
    passing = found.tables["owners"].filter(~pl.col("passes").is_in(("", *NOBODY_OWNS)))
    return passing.select("company_id", "person_id").n_unique()


def _states(found: Computed, state: str) -> int:
    return found.risk.exposures.filter(pl.col("state") == state).height


def _warnings(given: RunInput, control: Control, written: int) -> list[str]:
    told = list(control.warnings)
    if written < control.n_pairs:
        told.append(f"the list of pairs was capped at {written:,} of {control.n_pairs:,} (control.max_pairs)")
    if given.unseen:
        told.append(f"{many(given.unseen, 'holding')} left out: the party at one end is no longer known")
    return told
