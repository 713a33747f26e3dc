"""The small demo bank on a real server: loaded through its mapping, run, and every planted answer found again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.services.export import export
from api.services.groups import group
from api.services.network import PER_KIND, network
from api.services.party import party
from api.services.related_rules import related_rules
from api.services.resolve import resolve
from api.services.run import run
from api.services.run_parameters import RunParameters, read_parameters
from api.services.search import search
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store, View
from loaders.demo.generate import generate
from loaders.demo.manifest import Manifest
from loaders.demo.sizes import day
from loaders.engine import load
from loaders.report import LoadOptions, LoadReport
from tests.browsing import Open
from tests.contract.conftest import empty
from tests.contract.loads import ask
from tests.contract.serving import served

pytestmark = pytest.mark.contract


@dataclass(frozen=True)
class Bank:
    """The loaded bank with its manifest and the party of each planted source key."""

    store: Store
    folder: Path
    manifest: Manifest
    report: LoadReport
    rejects: Path

    @property
    def view(self) -> View:
        return self.store.view()

    def ids(self, *keys: str) -> list[str]:
        answers = resolve(self.view, list(keys)).results
        assert all(a.party_id for a in answers), [a.id for a in answers if not a.party_id]
        return [a.party_id or "" for a in answers]


@pytest.fixture(scope="module")
def bank(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("demo")
    rejects = folder / "rejects.csv"
    manifest = generate("small", 1, folder / "bank")
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        options = LoadOptions(rejects="keep-going", rejects_file=rejects, user="tester", bulk="never")
        report = load(store, "credit_core_hr", folder / "bank", options)
        run(store, folder / "archive", RunParameters(), user="tester")
        yield Bank(store, folder, manifest, report, rejects)


def controlled(bank: Bank, *settings: str) -> dict[str, set[str]]:
    """Who controls whom by party id, by a run with these settings."""
    made = run(bank.store, bank.folder / "archive", read_parameters(settings), user="tester")
    out = io.StringIO()
    export(bank.view, "control", out, archive=bank.folder / "archive", run_id=made.run_id)
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(out.getvalue())):
        for one in row["controller_id"].split("+"):
            found.setdefault(one, set()).add(row["controlled_id"])
    return found


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


def test_the_same_load_twice_changes_nothing(bank: Bank) -> None:
    options = LoadOptions(mode="full", rejects="keep-going", rejects_file=bank.rejects, user="tester", bulk="never")
    again = load(bank.store, "credit_core_hr", bank.folder / "bank", options)
    assert {name: change for name, change in again.changes.items() if change.touched} == {}


def test_twenty_of_twenty_searches_find_their_party_in_the_first_three(bank: Bank) -> None:
    missed = {}
    for planted in bank.manifest.searches:
        hits = [hit.party_id for hit in search(bank.view, planted.text).hits[:3]]
        if bank.ids(planted.expected)[0] not in hits:
            missed[planted.text] = (planted.by, hits)
    assert len(bank.manifest.searches) == 20
    assert missed == {}


@pytest.mark.parametrize("sense", ["more_than", "at_least"])
@pytest.mark.parametrize("family", [False, True])
def test_planted_control_is_found(bank: Bank, sense: str, family: bool) -> None:
    found = controlled(bank, f"control.sense={sense}", f"control.family_as_one={str(family).lower()}")
    for planted in bank.manifest.control_groups:
        if planted.sense == sense and (not planted.family_as_one or family):
            members = set(bank.ids(*planted.members))
            for head in bank.ids(*planted.head):
                assert members <= found.get(head, set()) | {head}, planted.case
    if sense == "more_than" and not family:
        everyone = set().union(*found.values())
        for near in bank.manifest.no_control:
            assert bank.ids(near.company)[0] not in everyone, near.case


def test_groups_of_a_plain_run_hold_their_members_with_reasons(bank: Bank) -> None:
    run(bank.store, bank.folder / "archive", RunParameters(), user="tester")
    for planted in bank.manifest.control_groups:
        if planted.sense != "more_than" or planted.family_as_one:
            continue
        head = bank.ids(*planted.head)[0]
        groups = party(bank.view, head).sections.groups.items
        mine = [group(bank.view, g.group_id) for g in groups if g.kind == "control"]
        wanted = set(bank.ids(*planted.head, *planted.members))
        match = [g for g in mine if wanted <= {m.party.party_id for m in g.members}]
        assert match, planted.case
        assert all(m.reasons for m in match[0].members if m.party.party_id != head), planted.case


def test_duplicates_with_the_same_identifier_are_one_party(bank: Bank) -> None:
    joined = [d for d in bank.manifest.duplicates if d.joined_by == "identifier"]
    assert joined
    for duplicate in joined:
        assert len(set(bank.ids(*duplicate.keys))) == 1, duplicate.names
    for duplicate in bank.manifest.duplicates:
        if duplicate.joined_by == "likeness":
            assert len(set(bank.ids(*duplicate.keys))) == len(duplicate.keys), duplicate.names


def test_capital_and_rates_stand_in_the_store_as_told(bank: Bank) -> None:
    """Whole numbers, current, with their source; an amount that is not told is absent."""
    capital = ask(bank.store, "MATCH (c:CapitalFigures) RETURN properties(c) AS p ORDER BY c.day")
    assert [(r["p"]["net_capital"], r["p"]["net_tier_1"], r["p"].get("tier_1")) for r in capital] == [
        (told.net_capital_minor, told.net_tier_1_minor, told.tier_1_minor) for told in bank.manifest.capital
    ]
    rates = ask(bank.store, "MATCH (r:ExchangeRate) RETURN properties(r) AS p ORDER BY r.day, r.from_currency")
    found = {(r["p"]["from_currency"], r["p"]["to_currency"], r["p"]["day"]): r["p"]["rate"] for r in rates}
    assert found == {
        (told.currency, "CNY", day(told.day)): int(told.rate.replace(".", "")) * 1_000 for told in bank.manifest.rates
    }
    for row in (*capital, *rates):
        assert (row["p"]["source"], row["p"]["seq_out"]) == ("credit", times.OPEN_SEQ)


def test_a_crowd_at_one_address_does_not_flood_the_network(bank: Bank) -> None:
    crowd = next(c for c in bank.manifest.crowds if c.kind == "address")
    answer = network(bank.view, bank.ids(crowd.examples[0])[0], depth=2, limit=200)
    (address,) = [node for node in answer.nodes if node.name == crowd.text]
    (cap,) = [cap for cap in answer.caps if cap.node_id == address.id]
    assert (cap.kind, cap.outgoing, cap.shown, cap.total) == ("HAS_IDENTIFIER", False, PER_KIND, crowd.parties)
    told = f"{crowd.text}: HAS_IDENTIFIER neighbours capped at {PER_KIND} of {crowd.parties:,}"
    assert told in answer.omitted


@pytest.mark.browser
@pytest.mark.parametrize("wide", ["desk", "phone"])
def test_the_page_leads_from_a_search_to_a_customer_and_its_network(bank: Bank, open_page: Open, wide: str) -> None:
    planted = next(g for g in bank.manifest.control_groups if g.sense == "more_than" and not g.family_as_one)
    run(bank.store, bank.folder / "archive", RunParameters(), user="tester")
    name = party(bank.view, bank.ids(planted.head[0])[0]).name or ""
    with served(Guanxi(read_settings(home=bank.folder / "home"), bank.store, related_rules())) as client:
        page = open_page(str(client.base_url), wide=wide, locale="en-GB")
        page.set_default_timeout(60_000)
        page.keyboard.type(name)
        page.get_by_role("option").filter(has_text=name).first.click(timeout=60_000)
        expect(page.get_by_role("heading", level=1)).to_contain_text(name, timeout=60_000)
        expect(page.get_by_role("region", name="Controls")).to_be_visible(timeout=60_000)
        network_picture = page.get_by_role("region", name="Relationship network")
        expect(network_picture.locator("svg a.party.focus")).to_have_count(1, timeout=60_000)
        assert network_picture.locator("svg a.party").count() > 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.get_by_role("contentinfo")).to_contain_text(f"state {bank.view.seq}")
        page.screenshot(path=bank.folder / f"{wide}.png", full_page=True)
