"""Groups, control, guarantees and what supervisors ask for, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store
from tests.contract.answering import make
from tests.contract.commands import Called, settings_of
from tests.contract.conftest import empty
from tests.contract.lending import example_5
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def home(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bank of DOMAIN.md 5.1, whose A and X guarantee each other, and which A is a related party of."""
    home = tmp_path_factory.mktemp("home")
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        example_5(store)
        more = Bank()
        more.link("GUARANTEES", "P-A", "P-X", amount=1_00, currency="CNY")
        more.link("GUARANTEES", "P-X", "P-A", amount=2_00, currency="CNY")
        more.party("P-IN", "内部人", kind="person", bank_role="insider")
        more.load(store, "more")
        make(store, home / "archive", rules=("cn-large-exposure", "cn-related-party"))
    return home


@pytest.fixture
def called(
    connection: Connection, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Called:
    return Called(settings_of(connection, home), home, capsys, monkeypatch)


def group_of(called: Called, name: str, kind: str) -> str:
    found = json.loads(called("groups", "--kind", kind, "--json").stdout)["groups"]
    (id_,) = [one["group_id"] for one in found if one["name"] == name]
    return str(id_)


def told(called: Called, *asked: str) -> str:
    """What a command prints, without breaks of lines."""
    return " ".join(called(*asked).stdout.split())


def test_a_group_from_all_sides(called: Called) -> None:
    group_id = group_of(called, "公司A", "connected")
    members = told(called, "group", group_id)
    assert f"公司A · {group_id} · connected" in members
    assert all(f"公司{letter}" in members for letter in "ABDE")
    tree = told(called, "group", group_id, "--show", "structure")
    assert "公司B P-B (control: direct 60% = 60% itself, confirmed)" in tree
    assert "公司D P-D (dependence: receipts 70%, confirmed)" in tree
    exposure = told(called, "group", group_id, "--show", "exposure")
    assert "cn-large-exposure group-exposure firm CNY 2.10 21% 20% breach" in exposure
    assert "公司B P-B cn-large-exposure confirmed CNY 0.50 CNY 0.50 CNY 0.00" in exposure
    history = told(called, "group", group_id, "--show", "history")
    assert "4 members, breach joined 公司A P-A, 公司B P-B, 公司D P-D, 公司E P-E" in history
    guarantees = told(called, "group", group_id, "--show", "guarantees")
    assert "given: 1 公司A for 公司X CNY 1.00 received: 1 公司X for 公司A CNY 2.00" in guarantees
    assert "mutual: 公司A —CNY 1.00→ 公司X —CNY 2.00→ back; nominal CNY 3.00, worth at least" in guarantees
    for side in ("members", "structure", "exposure", "history", "guarantees"):
        assert json.loads(called("group", group_id, "--show", side, "--json").stdout)["group_id"] == group_id
    missing = called("group", "G-NONE", "--show", "history", status=2).stderr
    assert "No group has the id 'G-NONE'" in missing


def test_control_up_and_down(called: Called) -> None:
    assert "2 公司X P-X P-D direct 60%" in told(called, "controllers", "P-E")
    assert "1 公司D P-D P-E direct 60%" in told(called, "controllers", "公司E")
    down = told(called, "controlled", "P-X")
    assert "1 公司D P-D P-X direct 60%" in down
    assert "2 公司E P-E P-D direct 60%" in down
    assert json.loads(called("controllers", "P-E", "--json").stdout)["direction"] == "controllers"


def test_circles(called: Called) -> None:
    assert "mutual: 公司A —CNY 1.00→ 公司X —CNY 2.00→ back" in told(called, "circles")
    assert json.loads(called("circles", "--json").stdout)["total"] == 1


def test_declared_against_found(called: Called) -> None:
    diff = told(called, "group-diff")
    assert "五家集团 hand:group:GR against 公司A" in diff
    assert "in both 2 only declared 公司X P-X only found" in diff
    assert "declared cn-large-exposure group-exposure (declared): CNY 1.40 = 14% of 20%: within" in diff
    assert "found cn-large-exposure group-exposure (firm): CNY 2.10 = 21% of 20%: breach" in diff
    assert json.loads(called("group-diff", "--json").stdout)["next"] is None


def test_payments_and_the_banks_own_parties(called: Called) -> None:
    assert "as of" in told(called, "payment-patterns")
    assert json.loads(called("payment-patterns", "--json").stdout)["total"] == 0
    related = told(called, "bank-related-parties")
    assert "内部人 P-IN" in related
    assert "insider" in related
    assert json.loads(called("bank-related-parties", "--json").stdout)["total"] == 1
