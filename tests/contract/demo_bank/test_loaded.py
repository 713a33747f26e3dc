"""The demo bank as its mapping loads it: rows, rejects, books, figures, searches."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal

import pytest

from api.services.book import book
from api.services.figures import BY, FiguresAsked, all_figures
from api.services.handover import HandoverAsked, hand_over
from api.services.handovers import handover
from api.services.party import party
from api.services.performance import performance
from api.services.search import search
from loaders.engine import load
from loaders.report import LoadOptions
from tests.contract.demo_bank.given import Bank, assigned

pytestmark = pytest.mark.contract


def test_every_row_is_accounted_for(bank: Bank) -> None:
    read = {t.table: t.read for t in bank.report.tables}
    of_the_bank = {name.split(":")[1]: rows for name, rows in bank.manifest.rows.items()}
    assert read == {table: of_the_bank[table] for table in read}


def test_exactly_the_dirty_rows_are_rejected_with_their_reasons(bank: Bank) -> None:
    found: dict[tuple[str, str, int], list[dict[str, str]]] = {}
    with bank.rejects.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["action"] == "flagged":
                continue
            found.setdefault((row["source"], row["table"], int(row["line"])), []).append(row)
    planted = {(r.source, r.table, r.line): r for r in bank.manifest.rejects}
    assert found.keys() == planted.keys()
    for place, expected in planted.items():
        told = [(row["column"].split(", "), row["reason"]) for row in found[place]]
        assert any(expected.column in columns and reason.startswith(expected.reason) for columns, reason in told), told


def test_the_book_of_every_manager_is_that_of_the_assignments(bank: Bank) -> None:
    for staff, keys in assigned(bank).items():
        found = book(bank.view, staff, limit=200)
        assert (found.total, {one.party.party_id for one in found.customers}) == (len(keys), set(bank.ids(*keys)))


def test_figures_by_every_dimension_add_up_to_what_the_source_tells(bank: Bank) -> None:
    refused = {row.line for row in bank.manifest.rejects if row.table == "CRM_YEAR_FIGURES"}
    with gzip.open(bank.folder / "bank/crm/CRM_YEAR_FIGURES.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        rows = [row for line, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2) if line not in refused]
    months = [sum(Decimal(row["REVENUE"].split(";")[month]) for row in rows) for month in range(12)]
    for by in BY:
        found = all_figures(bank.view, bank.folder / "archive", FiguresAsked(by, measures=("revenue",)))
        assert [Decimal(one.amount) for one in found.total.figures["revenue"].amounts] == [sum(months)], by
        parts = [sum(Decimal(m.amount) for m in one.figures["revenue"].amounts) for one in found.rows]
        if by == "month":
            assert parts == months
        elif by in ("manager", "segment", "saved_segment"):  # a customer is in one alone
            assert sum(parts) == sum(months), by
        elif by == "branch":
            tops = [part for part, one in zip(parts, found.rows, strict=True) if one.level == 1 or one.id is None]
            assert (sum(tops), found.flags) == (sum(months), [])
        if by == "manager":
            one = next(one for one in found.rows if one.id)
            own = performance(bank.view, one.id or "", "2024-01", "2024-12").total
            assert (own.customers, own.revenue) == (one.customers, one.figures["revenue"])


def test_the_same_load_twice_changes_nothing_also_after_a_handover(bank: Bank) -> None:
    giver, taker = sorted(assigned(bank))[:2]
    asked = HandoverAsked(to=taker, giver=giver, reason="moves on", customers=sorted(assigned(bank)[giver])[:1])
    handover_id = hand_over(bank.view, asked, "tester")
    options = LoadOptions(mode="full", rejects="keep-going", rejects_file=bank.rejects, user="tester", bulk="never")
    again = load(bank.store, "credit_core_hr", bank.folder / "bank", options)
    assert {name: change for name, change in again.changes.items() if change.touched} == {}
    (moved,) = handover(bank.view, handover_id).customers
    now = [one.code for one in party(bank.view, moved.party_id).sections.managers.items]
    assert now == [taker]


def test_twenty_of_twenty_searches_find_their_party_in_the_first_three(bank: Bank) -> None:
    missed = {}
    for planted in bank.manifest.searches:
        hits = [hit.party_id for hit in search(bank.view, planted.text).hits[:3]]
        if bank.ids(planted.expected)[0] not in hits:
            missed[planted.text] = (planted.by, hits)
    assert len(bank.manifest.searches) == 20
    assert missed == {}
