"""Beneficial owners and close links against their definitions taken literally, on small worlds of every kind."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from algorithms.close_links import CAPITAL, CONTROL, VOTES, close_links
from algorithms.company_owners import OwnerCases, company_owners
from algorithms.control import control
from algorithms.owner_rules import MEASURES, Interests, Measure, OwnerRule
from algorithms.owners import NOBODY, beneficial_owners, bit
from algorithms.ownership_rows import TooManyPairs
from algorithms.threshold import PPB, UNKNOWN, Sense, Threshold
from algorithms.votes import Bases, ControlRule, Stakes
from tests.algorithms.naive_control import Naive
from tests.algorithms.naive_ownership import NaiveOwnership
from tests.algorithms.ownership_worlds import Stake, columns, stakes

RULES = (
    OwnerRule("all", Threshold(PPB // 4, "at_least"), MEASURES),
    OwnerRule("strict", Threshold(PPB // 4, "more_than"), ("integrated", "interest_in_controller")),
    OwnerRule("tenth", Threshold(PPB // 10, "at_least"), ("control_weighted",)),
)


class World:
    """Companies 0..n_companies-1, then persons, whom nobody owns."""

    def __init__(self, draw: st.DrawFn) -> None:
        companies, persons = draw(st.integers(1, 5)), draw(st.integers(1, 3))
        self.n, self.companies = companies + persons, companies
        drawn = draw(stakes(self.n))
        self.stakes: list[Stake] = [stake for stake in drawn if stake[1] < companies]
        families = st.lists(st.integers(companies, self.n - 1), min_size=2, max_size=2, unique=True)
        self.families = [tuple(draw(families))] if persons > 1 and draw(st.booleans()) else []
        party, company = st.integers(0, self.n - 1), st.integers(0, companies - 1)
        self.bases = draw(st.lists(st.tuples(party, company, st.just(0)), max_size=1))
        self.rule = ControlRule(family_as_one=True)
        self.naive = NaiveOwnership(self.n, self.stakes)
        held = Naive(self.n, self.stakes, self.rule, self.bases, self.families)
        self.controlled = {party: set(held.control[party]) - {party} for party in range(self.n)}
        for number, members in enumerate(self.families):
            for member in members:
                self.controlled[member] |= held.control[self.n + number] - {member}
        self.units = held

    def cases(self) -> OwnerCases:
        owner, owned, share = columns(self.stakes)
        upper, lower, basis = columns(self.bases)
        interests = Interests(owner, owned, share, np.arange(self.n) >= self.companies)
        bases = Bases(upper, lower, basis, ("agreement",))
        return OwnerCases(interests, Stakes(owner, owned, share), bases, tuple(self.families), self.rule)

    def by_definition(self, rule: OwnerRule) -> dict[tuple[int, int], set[Measure]]:
        """By company and person, the measures passed."""
        threshold, naive = rule.threshold, self.naive
        y = naive.integrated()

        def met(figure: Fraction) -> bool:
            return figure > 0 and threshold.met_by(figure.numerator, figure.denominator)

        found: dict[tuple[int, int], set[Measure]] = {}
        for company in range(self.companies):
            for person in range(self.companies, self.n):
                above = [k for k in range(self.companies) if k != company and company in self.controlled[k]]
                passes = {
                    "integrated": met(y[person][company]),
                    "control": company in self.controlled[person],
                    "control_weighted": met(naive.weighted(person, company, self.controlled[person])),
                    "interest_in_controller": any(met(y[person][entity]) for entity in above),
                }
                by = {measure for measure in rule.measures if passes[measure]}
                if by:
                    found[company, person] = by
        return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World(draw)
    rounded_up = any(PPB < total <= PPB + world.naive.rows[k] for k, total in enumerate(world.naive.total))
    assume(not rounded_up)  # the naive version scales these down
    return world


@settings(max_examples=100)
@given(worlds())
def test_owners_are_those_of_the_definition(world: World) -> None:
    cases = world.cases()
    held = control(cases.stakes, world.n, world.rule, cases.bases, world.families)
    found = beneficial_owners(cases.interests, held, RULES)
    assert not found.undecided.size
    for number, rule in enumerate(RULES):
        told = {
            (company, person): {measure for measure in MEASURES if bits & bit(measure)}
            for company, person, bits in zip(
                found.company.tolist(), found.person.tolist(), found.passed[number].tolist(), strict=True
            )
            if bits
        }
        expected = world.by_definition(rule)
        assert told == expected
        owned = {company for company, _ in expected}
        assert set(np.flatnonzero(found.fallback[number]).tolist()) == set(range(world.companies)) - owned
        for company, person, through in zip(
            found.company.tolist(), found.person.tolist(), found.through[number].tolist(), strict=True
        ):
            by_controller = "interest_in_controller" in expected.get((company, person), set())
            assert (through != NOBODY) == by_controller
            assert through == NOBODY or company in world.controlled[through]


@settings(max_examples=75)
@given(worlds())
def test_figures_and_the_rest_are_those_of_the_definition(world: World) -> None:
    cases, naive = world.cases(), world.naive
    held = control(cases.stakes, world.n, world.rule, cases.bases, world.families)
    found = beneficial_owners(cases.interests, held, RULES)
    y = naive.integrated()
    for row, (company, person) in enumerate(zip(found.company.tolist(), found.person.tolist(), strict=True)):
        weighted = naive.weighted(person, company, world.controlled[person])
        for figure, exact in ((found.integrated[0, row], y[person][company]), (found.weighted[0, row], weighted)):
            if figure == UNKNOWN:
                assert exact < Fraction(1, 100)
            else:
                assert abs(Fraction(int(figure), PPB) - exact) < Fraction(2, PPB)
        assert found.controls[row] == (company in world.controlled[person])
    for company in range(world.companies):
        stuck = sum((y[k][company] for k in naive.stopped), Fraction(0)) if company not in naive.stopped else 1
        persons = sum((y[k][company] for k in range(world.companies, world.n)), Fraction(0))
        assert float(found.stuck[company]) == pytest.approx(float(stuck) * PPB, abs=20)
        assert float(found.undisclosed[company]) == pytest.approx(float(1 - stuck - persons) * PPB, abs=20)


@settings(max_examples=50)
@given(worlds())
def test_one_company_alone_is_as_in_the_whole_bank(world: World) -> None:
    cases = world.cases()
    held = control(cases.stakes, world.n, world.rule, cases.bases, world.families)
    found = beneficial_owners(cases.interests, held, RULES)
    for company in range(world.companies):
        alone, whole = cases.owners_of(company, RULES), company_owners(found, held, company)
        assert [(o.person, o.controls, o.reasons) for o in alone.owners] == [
            (o.person, o.controls, o.reasons) for o in whole.owners
        ]
        assert alone.managers == whole.managers
        assert alone.undisclosed == pytest.approx(whole.undisclosed, abs=2)


@settings(max_examples=75)
@given(worlds(), st.sampled_from(["at_least", "more_than"]), st.sampled_from([PPB // 5, PPB // 2, PPB // 20]))
def test_close_links_are_those_of_the_definition(world: World, sense: Sense, ppb: int) -> None:
    cases = world.cases()
    held = control(cases.stakes, world.n, world.rule, cases.bases, world.families)
    threshold = Threshold(ppb, sense)
    links = close_links(*columns(world.stakes), held, threshold)
    told = {
        (x, y): (capital, by)
        for x, y, capital, by in zip(
            links.holder.tolist(), links.held.tolist(), links.capital.tolist(), links.by.tolist(), strict=True
        )
    }
    expected = {}
    for unit, members in world.units.units.items():
        commanded = world.units.control[unit] - members
        for company in range(world.n):
            holders = (set(members) | commanded) - {company}
            figure = sum(world.naive.held[company].get(holder, 0) for holder in holders)
            participates = figure > 0 and threshold.met_by(figure)
            by = (CAPITAL | VOTES) * participates + CONTROL * (company in commanded)
            if by and company != unit:
                expected[unit, company] = (figure, by)
    assert told == expected


def test_close_links_of_nothing() -> None:
    held = control(Stakes(*columns([])), 2)
    assert len(close_links(*columns([]), held)) == 0


def test_too_many_close_links_are_refused_with_advice() -> None:
    chain = [(k, k + 1, PPB) for k in range(60)]
    held = control(Stakes(*columns(chain)), 61)
    assert len(close_links(*columns(chain), held)) == 61 * 60 // 2
    with pytest.raises(TooManyPairs, match="more than 100 close links"):
        close_links(*columns(chain), held, most=100)


@pytest.mark.parametrize("n", [20_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_close_links_of_a_long_chain_stop_before_they_are_listed(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its 200 million (5 billion) pairs of control are counted; not one of them is looked at."""
    monkeypatch.setattr("algorithms.close_links._in_passes", lambda _: pytest.fail("pairs were listed"))
    at = np.arange(n - 1)
    chain = (at, at + 1, np.full(n - 1, PPB))
    with pytest.raises(TooManyPairs, match="more than 50,000,000 close links"):
        close_links(*chain, control(Stakes(*chain), n))


def test_bad_input_is_refused() -> None:
    held = control(Stakes(*columns([])), 2)
    with pytest.raises(ValueError, match="control knows 2 parties, interests 3"):
        beneficial_owners(Interests(*columns([]), np.ones(3, dtype=np.bool_)), held, RULES)
    with pytest.raises(ValueError, match=r"interests\.managed"):
        Interests(*columns([]), np.ones(1, dtype=np.bool_), managed=np.asarray([1]), manager=np.asarray([0]))
    with pytest.raises(ValueError, match="measures of the rule 'x'"):
        OwnerRule("x", measures=("shares",))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="party 9 is outside"):
        OwnerCases(Interests(*columns([]), np.ones(1, dtype=np.bool_)), Stakes(*columns([]))).owners_of(9, RULES)
