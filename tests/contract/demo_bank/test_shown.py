"""What pages and commands show of the demo bank."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.services.network import PER_KIND, network
from api.services.openings import party_openings, product_prospects
from api.services.party import party
from api.services.related_rules import related_rules
from api.services.run import run
from api.services.run_parameters import RunParameters
from api.services.segment import make_segment
from api.services.segment_filter import FilterGiven
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from loaders.demo.sizes import DATA_DAY
from tests.browsing import Open, english_in
from tests.contract.commands import Called, settings_of
from tests.contract.demo_bank.given import Bank, assigned
from tests.contract.reading import broken, reading_commands, too_wide
from tests.contract.serving import served
from tests.contract.test_shown_commands import blocks, shell

pytestmark = pytest.mark.contract


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
    with served(Guanxi(read_settings(home=bank.folder), bank.store, related_rules())) as client:
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


def test_the_api_page_shows_requests_that_the_demo_bank_answers(bank: Bank, tmp_path: Path) -> None:
    run(bank.store, bank.folder / "archive", RunParameters(), user="tester")
    with served(Guanxi(read_settings(home=bank.folder), bank.store, related_rules())) as client:
        for block in blocks("docs/api.md"):
            said = shell(block.replace("http://127.0.0.1:8000", str(client.base_url)), tmp_path, dict(os.environ))
            assert said.count('"seq"') >= block.count("curl")
            for wrong in ('"status":4', '"problem"', '"not_found"', '"party_id":null', '"hits":[]'):
                assert wrong not in said


def test_the_page_of_a_visit_shows_what_is_printed(
    bank: Bank, connection: Connection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the day, the run and what follows from them: openings, and years as a customer."""
    run(bank.store, bank.folder / "archive", RunParameters(), user="tester")
    page = (Path(__file__).parents[3] / "docs/visit.md").read_text(encoding="utf-8")
    settings = settings_of(connection, bank.folder) | {"COLUMNS": "110"}
    called = Called(settings, bank.folder, capsys, monkeypatch)
    shown = re.findall(r"`guanxi show (\S+)`.*?```text\n(.*?)\n```", page, re.DOTALL)
    assert len(shown) == 2
    for party_asked, text in shown:
        said = [line.rstrip() for line in called.said("show", party_asked).splitlines()]
        lasting = [line for line in text.split("\nOpenings (", 1)[0].splitlines() if "as of 20" not in line]
        assert len(lasting) > 30
        assert [line for line in lasting if line not in said] == []


def test_planted_openings_are_offered_and_those_that_must_not_be_are_not(bank: Bank) -> None:
    """On the day of the data: a reason is told for each that something speaks for."""
    day_of_data = times.from_day(DATA_DAY)
    run(bank.store, bank.folder / "archive", RunParameters(as_of=day_of_data), user="tester")
    view = bank.store.view(as_of=day_of_data)
    told = {"held", "unsuitable", "opted out", "refused lately", "targeted in the quiet period"}
    for case in bank.manifest.openings:
        (party_id,) = bank.ids(case.party)
        found = party_openings(view, bank.folder / "archive", party_id)
        offered = {one.product.product_id: one for one in found.openings if one.product}
        reasons = {one.product.product_id: one.reason for one in found.not_offered if one.product}
        assert (case.product in offered) == case.offered, case
        if case.offered:
            assert offered[case.product].source == "maturing"
            continue
        short = case.reason.split(":")[0]
        assert short in told
        if case.product in reasons:
            wanted = {"refused lately": {"refused", "approached"}, "targeted in the quiet period": {"approached"}}
            assert reasons[case.product] in wanted.get(short, {short.replace(" ", "_")}), case
    assert product_prospects(view, bank.folder / "archive", "PRD0002").prospects


@pytest.mark.parametrize("case", ["1.3 cycle", "4.1 and 5.1"])
def test_the_pages_of_a_planted_group_are_chinese_throughout(bank: Bank, open_page: Open, case: str) -> None:
    run(bank.store, bank.folder / "archive", RunParameters(), user="tester")
    members = [(one.case, one.members) for one in bank.manifest.control_groups]
    members += [(one.case, one.members) for one in bank.manifest.connected_groups]
    (first,) = bank.ids(next(keys for named, keys in members if named.startswith(case))[0])
    groups_of = [item.group_id for item in party(bank.view, first).sections.groups.items]
    with served(Guanxi(read_settings(home=bank.folder), bank.store, related_rules())) as client:
        page = open_page(f"{client.base_url}/#/party/{first}", locale="zh-CN")
        page.set_default_timeout(60_000)
        for address in (f"#/party/{first}", *(f"#/group/{group_id}" for group_id in groups_of)):
            page.goto("about:blank")
            page.goto(f"{client.base_url}/{address}")
            page.locator("h1:visible").wait_for()
            assert english_in(page) == set(), address


def test_what_commands_print_fits_a_terminal(
    bank: Bank, connection: Connection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that read, on one of 110 columns; the widest also on a narrow one, where ids and amounts stay whole."""
    filter = {"all": [{"field": "kind", "is": "company"}, {"field": "role", "is": "customer"}]}
    segment_id = make_segment(bank.view, "corporate customers", FilterGiven.model_validate(filter), "tester")
    run_id = run(bank.store, bank.folder / "archive", RunParameters(), user="tester").run_id
    view, kin = bank.view, bank.manifest.families[0]
    person, company = bank.ids(kin.persons[0], kin.companies[0])
    group_id = party(view, company).sections.groups.items[0].group_id
    (home,), (kept,) = (party(view, person).sections.household.items, party(view, person).sections.family.items)
    (bank.folder / "filter.json").write_text(json.dumps(filter), encoding="utf-8")
    what_if = {"changes": [{"do": "add_facility", "borrowers": [company], "amount": "1000000"}]}
    (bank.folder / "what-if.json").write_text(json.dumps(what_if), encoding="utf-8")
    (bank.folder / "holdings.csv").write_text("customer_id,product_id\nA,1\nA,2\nB,1\nB,2\n", encoding="utf-8")
    manager = max(book_of := assigned(bank), key=lambda staff: len(book_of[staff]))
    referrer = bank.ids(bank.manifest.referral_chains[0].members[0])[0]
    known = {
        "search": ("贸易",), "show": (company,), "owners": (company,), "contagion": (company,), "match show": (company,),
        "path": (manager, person), "why": (group_id, company), "why-not": (person, company), "weakest": (group_id,),
        "household": (home.household_id,), "family": (kept.family_id,), "changes": ("--since", "2020-01-01"),
        "book": (manager,), "performance": (manager,), "reminders": (manager,),
        "openings show": (company,), "openings group": (group_id,), "openings prospects": ("PRD0002",),
        "openings evaluate": ("--holdings", "holdings.csv"), "referrals": (referrer,), "referrers show": (referrer,),
        "campaign show": ("CP0006",), "campaign units": ("CP0006",), "segment show": (segment_id,),
        "segment changes": (segment_id,), "segment preview": ("--filter", "filter.json"), "what-if": ("what-if.json",),
        "replay": (run_id,), "group": (group_id,), "controllers": (company,), "controlled": (person,),
    }  # fmt: skip
    more = [
        *(("group", group_id, "--show", side) for side in ("structure", "exposure", "history", "guarantees")),
        ("show", person), ("linkage", "--gaps"), ("linkage", "--by", "manager"), ("linkage", company), ("tag", company),
        ("figures", "--by", "manager"), ("figures", "--by", "product"), ("figures", "--preferences"),
        ("campaign", "audience", "CP0006", "--segment", segment_id, "--dry-run", "--user", "tester"),
    ]  # fmt: skip
    others = {"match evaluate", "db status"}  # the one takes long, the other is of an embedded store
    asked = [(*name.split(), *known.get(name, ())) for name in sorted(reading_commands() - others)]
    on = {width: Called(settings_of(connection, bank.folder) | {"COLUMNS": width}, bank.folder, capsys, monkeypatch)
          for width in ("80", "110", "500")}  # fmt: skip
    for arguments in (*asked, *more):
        done = on["110"](*arguments)
        assert too_wide(done.stdout + done.stderr, 110) == [], arguments
    for arguments in (
        ("show", company),
        ("book", manager),
        ("groups",),
        ("group", group_id),
        ("group", group_id, "--show", "exposure"),
        ("controllers", company),
        ("controlled", person),
        ("circles",),
        ("group-diff",),
        ("linkage", "--gaps"),
        ("path", *known["path"]),
        ("match", "show", company),
        ("household", home.household_id),
        ("changes", *known["changes"]),
    ):
        said = on["80"](*arguments).stdout
        assert too_wide(said, 80) == [], arguments
        assert broken(said, on["500"](*arguments).stdout) == [], arguments
    assert too_wide(on["110"]("show", "贸易", status=2).stderr, 110) == []
