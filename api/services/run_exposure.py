"""Groups of connected clients and their exposure against the limits of each rule set of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, distinct, offsets, order_by
from algorithms.connected import FIRM, ConnectedGroups
from algorithms.connections import KINDS, Arcs
from algorithms.control import Control
from algorithms.exposure import Members
from algorithms.groups import Groups
from algorithms.limit_tests import SINGLE, Exposures, limit_tests
from algorithms.limits import NOT_TESTED, STATES, LimitResult
from algorithms.threshold import PPB
from api.services.answers import many, money
from api.services.control_setting import control_warnings
from api.services.declared_groups import DECLARED, declared_groups
from api.services.dependence_basis import FoundDependence
from api.services.exposure_basis import Basis, basis_of
from api.services.exposure_claims import loans_of
from api.services.exposure_totals import GROUP_TOTALS, PARTY_TOTALS, group_totals, party_totals
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_connected import ConnectedUnder, connected_under
from api.services.run_input import RunInput
from api.services.unowed import unowed, without_currency
from api.services.words import told_money

FEWEST = 2
_FINDERS = 2
"""Rule sets whose groups are found at once."""
FIRMLY, POTENTIALLY = "firm", "potential"

EXPOSURES = {
    "subject": pl.Int64,
    "party": pl.Int64,
    "rules": pl.String,
    "test": pl.String,
    "status": pl.String,
    "amount_minor": pl.Int64,
    "unknown": pl.Int64,
    "base_minor": pl.Int64,
    "limit_ppb": pl.Int64,
    "allowed_minor": pl.Int64,
    "nearness": pl.Int64,
    "state": pl.String,
}
"""subject: a group's place in `Book` (of a declared one: among these), or -1. party: a single party, or -1; both are -1
where all related parties are tested together. nearness: the amount over what is allowed, parts per billion."""


@dataclass(frozen=True)
class Tie:
    """The link by which a party falls with another of its group. source: a party, or -1 for a couple that is the head.

    criterion: of dependence, empty for control and kin.
    """

    source: int
    kind: str
    criterion: str
    firm: bool


@dataclass(frozen=True)
class ConnectedGroup:
    """A group as its members, roles and statuses; equal ones of several rule sets are one."""

    party: IntArray
    role: IntArray
    status: IntArray
    heads: IntArray
    control_group: int
    """Its place among the control groups where it is just one of these, else -1."""
    rules: list[str] = field(default_factory=list)
    ties: list[Tie | None] = field(default_factory=list)
    """What ties each party to the group, None for heads; empty for a control group."""

    @property
    def is_firm(self) -> bool:
        """Whether confirmed links alone hold all of it together, as they do any control group."""
        return self.control_group >= 0 or bool((self.status == FIRM).all())


@dataclass
class Book:
    """The groups that the rule sets of a run test, each once."""

    groups: list[ConnectedGroup] = field(default_factory=list)
    _known: dict[tuple[bytes, bytes], int] = field(default_factory=dict)

    def start(self, control_groups: Groups) -> None:
        """Enter the control groups, so that a group of connected clients that is no more than one of them is it."""
        for place in range(len(control_groups)):
            party = control_groups.members(place)
            role = control_groups.role[control_groups.first[place] : control_groups.first[place + 1]]
            self._add(party, role, np.full(party.size, FIRM, dtype=np.int64), control_groups.heads(place), place)

    @property
    def more(self) -> list[ConnectedGroup]:
        """The groups that are more than a control group."""
        return [group for group in self.groups if group.control_group < 0]

    def place_of(self, party: IntArray, status: IntArray) -> int | None:
        """The place of the group of these parties, ascending, with these statuses; None where it holds no such."""
        return self._known.get((party.tobytes(), status.tobytes()))

    def enter(self, rules: str, groups: ConnectedGroups) -> IntArray:
        """The place of each group in the book, or -1 for one that is no control group and has fewer than `FEWEST`
        parties with exposure: it says no more than the test of that party alone. New ones are added."""
        places = []
        for k in range(len(groups)):
            span = groups.span(k)
            known = self._known.get((groups.party[span].tobytes(), groups.status[span].tobytes()), -1)
            if known < 0 and groups.counted[k] >= FEWEST:
                known = self._add(groups.party[span], groups.role[span], groups.status[span], groups.heads(k), -1)
            if known >= 0 and rules not in self.groups[known].rules:
                self.groups[known].rules.append(rules)
            places.append(known)
        return np.asarray(places, dtype=np.int64)

    def _add(self, party: IntArray, role: IntArray, status: IntArray, heads: IntArray, control_group: int) -> int:
        key = (party.tobytes(), status.tobytes())
        if key not in self._known:
            self._known[key] = len(self.groups)
            self.groups.append(ConnectedGroup(party, role, status, heads, control_group))
        return self._known[key]


@dataclass(frozen=True)
class RulesFound:
    """What one rule set found: its groups, and the place of each in the book.

    firm, potential: by group of `connected.firm` and `connected.potential`; -1 for one that says no more than a party
    alone, or that the book does not hold.
    """

    under: ConnectedUnder
    firm: IntArray
    potential: IntArray


@dataclass(frozen=True)
class Totals:
    """What is owed before limits are asked. parties: the rows of `PARTY_TOTALS`. groups: of `GROUP_TOTALS`."""

    parties: pl.DataFrame
    groups: pl.DataFrame


@dataclass(frozen=True)
class DeclaredFound:
    """The groups that sources declare, tested beside those found. exposures: the rows of `EXPOSURES`. totals: of
    `GROUP_TOTALS`. subject: a place in `ids`."""

    ids: tuple[str, ...]
    exposures: pl.DataFrame
    totals: pl.DataFrame


@dataclass(frozen=True)
class RiskFound:
    """What the rule sets found. exposures: the rows of `EXPOSURES`. loans: shape (n_parties,), what each party owes in
    drawn loans, minor units of the reporting currency, or UNKNOWN. by_rules: by the id of each set that tests groups.
    warnings: for people."""

    book: Book
    exposures: pl.DataFrame
    totals: Totals
    declared: DeclaredFound
    basis: Basis
    loans: IntArray
    by_rules: dict[str, RulesFound]
    warnings: tuple[str, ...]

    @property
    def dependence(self) -> dict[str, FoundDependence]:
        """What the data show, by rule set."""
        told = {rules: found.under.dependence for rules, found in self.by_rules.items()}
        return {rules: found for rules, found in told.items() if found is not None}


def compute_risk(
    given: RunInput,
    risk: RiskInput,
    control: Control,
    groups: Groups,
    sets: Sequence[RuleSet],
    as_of: date,
    connected: Sequence[ConnectedUnder] = (),
) -> RiskFound:
    """Connected clients and their exposure, under each rule set that has limits; control is by the run's own test.

    connected: what is known already of who is connected under some of the sets; it is not worked out again. While the
    groups of one set are tested, those of others are found.
    """
    known = {one.rules.id: one for one in connected}
    basis = basis_of(risk, as_of)
    book = Book()
    book.start(groups)
    declared = declared_groups(risk)
    parts = _Parts()
    warnings = [*_left_out(risk), *_basis_warnings(risk, basis), *_not_in_force(sets, as_of)]
    warnings += control_warnings(sets, control.rule)
    by_rules: dict[str, RulesFound] = {}
    finders = ThreadPoolExecutor(_FINDERS, "connected")
    try:
        finding = {
            rules.id: finders.submit(connected_under, given, risk, control, rules, basis)
            for rules in sets
            if _tests_groups(rules) and rules.id not in known
        }
        for rules in sets:
            if _tests_groups(rules):
                found = by_rules[rules.id] = _enter(book, known.get(rules.id) or finding[rules.id].result())
                warnings += _test(parts, found, basis, book, declared.members, as_of)
            elif any(limit.counterparties != "related" for limit in rules.limits):
                warnings.append(
                    f"{rules.id} does not say who is connected: only its limits for related parties are tested"
                )
            elif not (rules.owners or rules.related):
                warnings.append(
                    f"{rules.id} names neither limits nor owners nor related parties: runs do nothing by it"
                )
    finally:
        finders.shutdown(cancel_futures=True)
    return RiskFound(
        book=book,
        exposures=_joined(parts.tests, EXPOSURES),
        totals=Totals(_joined(parts.parties, PARTY_TOTALS), _joined(parts.groups, GROUP_TOTALS)),
        declared=DeclaredFound(
            declared.ids, _joined(parts.declared_tests, EXPOSURES), _joined(parts.declared, GROUP_TOTALS)
        ),
        basis=basis,
        loans=loans_of(risk, basis, len(given.party_ids)),
        by_rules=by_rules,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _tests_groups(rules: RuleSet) -> bool:
    return bool(rules.limits and rules.connection)


def _joined(frames: Sequence[pl.DataFrame], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


@dataclass
class _Parts:
    """Parts of the tables: tests and totals of groups and parties, and those of declared groups."""

    tests: list[pl.DataFrame] = field(default_factory=list)
    parties: list[pl.DataFrame] = field(default_factory=list)
    groups: list[pl.DataFrame] = field(default_factory=list)
    declared_tests: list[pl.DataFrame] = field(default_factory=list)
    declared: list[pl.DataFrame] = field(default_factory=list)


def _left_out(risk: RiskInput) -> list[str]:
    told = []
    if risk.unseen:
        told.append(f"{many(risk.unseen, 'row')} of lending left out: the party or contract is no longer known")
    general = int((risk.column("guarantees", "facility") < 0).sum())
    if general:
        told.append(f"{many(general, 'guarantee')} without a contract: in circles and chains, protecting no exposure")
    return told


def _not_in_force(sets: Sequence[RuleSet], as_of: date) -> list[str]:
    """Of which rule sets the day of the run is not one, and what that means."""
    told = []
    for rules in sets:
        if not rules.in_force(as_of):
            days = f"from {rules.since}" + (f" to before {rules.until}" if rules.until else "")
            tests = "its limits are not tested; what else it finds" if rules.limits else "what it finds"
            told.append(f"{rules.id} is in force {days}, not on {as_of}: {tests} is told all the same")
    return told


def _basis_warnings(risk: RiskInput, basis: Basis) -> list[str]:
    told = []
    if basis.without_rate:
        told.append(f"no rate known for {', '.join(basis.without_rate)}: these amounts are unknown")
    if bare := without_currency(risk):
        told.append(f"{many(bare, 'row')} with amounts in no stated currency: taken as {basis.currency}")
    nobodys = unowed(risk, basis)
    if nobodys.contracts:
        amount = money(nobodys.amount, basis.currency)
        assert amount is not None
        unknown = f"; neither is known of {nobodys.unknown:,}" if nobodys.unknown else ""
        told.append(
            f"{many(nobodys.contracts, 'contract')} without a known borrower, in no exposure: {told_money(amount)} by "
            f"limits, or what is drawn where that is more{unknown}"
        )
    return told


def _enter(book: Book, under: ConnectedUnder) -> RulesFound:
    """Enter the groups of a rule set, firm ones that are the core of a potential one in the book as that.

    A control group that is widened to a group with one exposure, which says no more, stays a group by itself.
    """
    rules, connected = under.rules, under.connected
    potential = book.enter(rules.id, connected.potential)
    cores = np.flatnonzero((connected.core >= 0) & (potential >= 0))
    is_core = np.zeros(len(connected.firm), dtype=np.bool_)
    is_core[connected.core[cores]] = True
    alone = np.flatnonzero(~is_core)
    firm = _firm_places(book, rules, connected.firm, alone)
    firm[connected.core[cores]] = potential[cores]
    entered = np.concatenate((potential, firm))
    _tie(book, entered[entered >= 0], connected.arcs, under.depends.criteria)
    return RulesFound(under, firm, potential)


def _test(parts: _Parts, found: RulesFound, basis: Basis, book: Book, declared: Members, as_of: date) -> list[str]:
    """Test the groups of a rule set, its parties alone and the declared groups; what people should know."""
    under, connected = found.under, found.under.connected
    rules = under.rules
    exposures = Exposures(
        under.claims,
        under.counterparties,
        {
            FIRMLY: Members(connected.firm.first, connected.firm.party),
            POTENTIALLY: Members(connected.potential.first, connected.potential.party),
            DECLARED: declared,
        },
    )
    places = {
        FIRMLY: found.firm,
        POTENTIALLY: _not_firm(found.potential, book),
        DECLARED: np.arange(len(declared), dtype=np.int64),
    }
    stopped = (connected.firm.stopped, connected.potential.stopped)
    warnings = [f"{rules.id}: {one}" for one in (*under.told, *stopped) if one]
    warning = rules.warning.fraction if rules.warning else PPB
    limits, is_g_sib = rules.limits_on(as_of), basis.lender_is_g_sib
    for result in limit_tests(limits, exposures, basis.capital, warning, basis.rates, is_g_sib):
        tests = parts.declared_tests if result.reading == DECLARED else parts.tests
        tests.append(tests_told(rules.id, result, places.get(result.reading)))
        warnings += result.why
    parts.parties.append(party_totals(rules.id, under.single, under.counterparties.bank))
    for reading, members in exposures.groups.items():
        totals = parts.declared if reading == DECLARED else parts.groups
        of_all = exposures.of(reading, "any")
        totals.append(group_totals(rules.id, reading, of_all, under.single, members, places[reading]))
    return warnings


def _not_firm(places: IntArray, book: Book) -> IntArray:
    """Places of groups, -1 for those whose links are all confirmed: they have one figure, the firm one."""
    return np.asarray([p if p >= 0 and not book.groups[p].is_firm else -1 for p in places.tolist()], dtype=np.int64)


def _tie(book: Book, places: IntArray, arcs: Arcs, criteria: Sequence[str]) -> None:
    """Tell what ties the parties of the groups that are more than a control group: a firm link before a flagged one,
    control before dependence before kin."""
    order = order_by(arcs.target)
    first = offsets(arcs.target[order], arcs.n_nodes)
    for place in distinct(places).tolist():
        group = book.groups[place]
        if group.control_group >= 0 or group.ties:
            continue
        inside, heads = set(group.party.tolist()), set(group.heads.tolist())
        for party in group.party.tolist():
            rows = order[first[party] : first[party + 1]].tolist()
            group.ties.append(None if party in heads else _best_tie(rows, inside, arcs, criteria))


def _best_tie(rows: list[int], inside: set[int], arcs: Arcs, criteria: Sequence[str]) -> Tie:
    found = Tie(-1, KINDS[0], "", firm=True)
    best = (True, len(KINDS), 0)
    for row in rows:
        source, kind = int(arcs.party_of[arcs.source[row]]), int(arcs.kind[row])
        rank = (not bool(arcs.firm[row]), kind, row)
        if (source in inside or source < 0) and rank < best:
            criterion = criteria[arcs.row[row]] if arcs.row[row] >= 0 else ""
            best, found = rank, Tie(source, KINDS[kind], criterion, bool(arcs.firm[row]))
    return found


def _firm_places(book: Book, rules: RuleSet, firm: ConnectedGroups, alone: IntArray) -> IntArray:
    """Places of the firm groups that are to be entered by themselves (alone); -1 for the others."""
    places = np.full(len(firm), -1, dtype=np.int64)
    if alone.size:
        entered = book.enter(rules.id, _picked(firm, alone))
        places[alone] = entered
    return places


def _picked(groups: ConnectedGroups, chosen: IntArray) -> ConnectedGroups:
    spans = [groups.span(k) for k in chosen.tolist()]
    rows = np.concatenate([np.arange(span.start, span.stop) for span in spans])
    return ConnectedGroups(
        first=np.cumsum([0, *(span.stop - span.start for span in spans)]),
        party=groups.party[rows],
        role=groups.role[rows],
        is_head=groups.is_head[rows],
        status=groups.status[rows],
        family=groups.family[chosen],
        counted=groups.counted[chosen],
        left_out=groups.left_out[:0],
    )


def tests_told(rules: str, result: LimitResult, places: IntArray | None) -> pl.DataFrame:
    """The rows of `EXPOSURES` with something to tell: tests that apply, of parties and groups with an exposure.

    places: of groups; None for tests of single parties, and of all parties together.
    """
    kept: BoolArray = (result.state != NOT_TESTED) & ((result.amount > 0) | (result.unknown > 0))
    if places is not None:
        kept &= places >= 0
    at = np.flatnonzero(kept)
    size = at.size
    base, allowed = result.base, result.allowed
    columns = {
        "subject": places[at] if places is not None else np.full(size, -1),
        "party": at if result.reading == SINGLE else np.full(size, -1),
        "rules": [rules] * size,
        "test": [result.limit.id] * size,
        "status": [FIRMLY if places is None else result.reading] * size,
        "amount_minor": result.amount[at],
        "unknown": result.unknown[at],
        "base_minor": [base] * size,
        "limit_ppb": [result.limit.ratio] * size,
        "allowed_minor": [None if allowed is None else allowed.numerator // allowed.denominator] * size,
        "nearness": result.nearness(at),
        "state": [STATES[code] for code in result.state[at].tolist()],
    }
    return pl.DataFrame(columns, schema=EXPOSURES)
