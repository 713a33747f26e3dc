"""All that a run reads, which it keeps before it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.services.client_input import READ as CLIENTS_READ
from api.services.client_input import read_client_input
from api.services.coverage import Covered, covered, frame
from api.services.grading_rules import GradingFile, grading_rules
from api.services.household_input import READ as HOMES_READ
from api.services.household_input import HomeInput, read_home_input
from api.services.opening_input import READ as OFFERS_READ
from api.services.opening_input import read_opening_input
from api.services.opening_rules import opening_rules
from api.services.risk_input import RiskInput, read_risk_input
from api.services.risk_input import statements as risk_statements
from api.services.rule_sets import RuleFile, RuleSet
from api.services.run_archive import Archive
from api.services.run_before import Before, of_day
from api.services.run_clock import Clock
from api.services.run_earlier_homes import EarlierHomes, read_earlier_homes
from api.services.run_frozen import freeze
from api.services.run_frozen_clients import freeze_clients
from api.services.run_frozen_homes import freeze_homes
from api.services.run_frozen_openings import freeze_openings
from api.services.run_frozen_segments import freeze_segments
from api.services.run_input import RunInput, read_holdings, read_parties
from api.services.run_input import statements as input_statements
from api.services.run_parameters import RunParameters
from api.services.run_reading import Origin, Reading
from api.services.run_results import Earlier, read_earlier
from api.services.run_take_households import of_age
from api.services.segment_input import READ as FACTS_READ
from api.services.segment_input import read_segment_input
from graph.store import View


@dataclass
class Read:
    """What a run read and froze. before: the run before, with what is known to be the same. parts: digests of what was
    read. origins: what each part was made of. sources: what they cover.
    """

    given: RunInput
    risk: RiskInput
    homes: HomeInput
    grading: GradingFile
    earlier: Earlier
    earlier_homes: tuple[EarlierHomes, EarlierHomes]
    before: Before | None
    parts: dict[str, str]
    origins: dict[str, Origin]
    sources: list[Covered]


def read_all(
    view: View,
    before: Before | None,
    tables: Archive,
    parameters: RunParameters,
    sets: Sequence[RuleFile],
    clock: Clock,
) -> Read:
    """Read all that a run follows from, and keep it. What is large and needed late is read back from there."""
    rules = [one.rules for one in sets]
    with clock.step("read", "Reading who holds what, and who owes what"), Reading(view, before) as reading:
        reading.ahead(_read_ahead(parameters, rules))
        everybody = read_parties(reading)
        risk = read_risk_input(reading, everybody, rules)
        homes = read_home_input(reading, everybody, parameters.most_sharing)
        segments = read_segment_input(reading, everybody)
        offers = read_opening_input(reading, everybody, opening_rules(parameters.openings), segments)
        grading = grading_rules(Path(parameters.grading) if parameters.grading else None)
        clients = read_client_input(reading, everybody, grading)
        earlier, earlier_homes = read_earlier(view, everybody), read_earlier_homes(view, everybody)
        given = read_holdings(reading, everybody, family_as_one=parameters.family_as_one)
        if view.kept:
            view.kept.close()
    before = reading.before
    with clock.step("freeze", "Keeping what was read"):
        parts = freeze(tables, given, risk, sets, earlier, before)
        parts |= of_day(view.as_of) | of_age(homes, view.as_of)
        parts |= freeze_homes(tables, given, homes, (earlier_homes[0].frame, earlier_homes[1].frame), parts, before)
        parts |= freeze_openings(tables, given, offers, parts, before)
        parts |= freeze_segments(tables, given, segments, parts, before)
        parts |= freeze_clients(tables, given, clients, parts, before)
        sources = covered(given, risk, view.as_of)
        tables.write("coverage", frame(sources))
    return Read(given, risk, homes, grading, earlier, earlier_homes, before, parts, reading.origins, sources)


def _read_ahead(parameters: RunParameters, rules: Sequence[RuleSet]) -> list[str]:
    """What a run reads whatever it finds, in the order in which it goes through it."""
    held, lent = input_statements(parameters.family_as_one), risk_statements(rules)
    return [*held, *lent, *HOMES_READ, *FACTS_READ.values(), *OFFERS_READ, *CLIENTS_READ.values()]
