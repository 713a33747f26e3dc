"""What the terminal prints of books, handovers, events and reminders, on the hand-made bank."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.cli import happening, managing
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from tests.contract.answering import fill
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(autouse=True)
def whole(connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """He Wei (7) has P-HOLD and P-LOG; Wu Min (8) has nobody, and two are called Zhou Lei."""
    with fill(connection) as store:
        bank = Bank()
        bank.node("RelationshipManager", "hand:staff:8", name="吴敏", code="8")
        for code in ("9", "10"):
            bank.node("RelationshipManager", f"hand:staff:{code}", name="周磊", code=code)
        bank.load(store, "more")
        guanxi = Guanxi(read_settings(home=tmp_path), store, related_rules())

        @contextmanager
        def opened(*_: Any) -> Iterator[Any]:
            yield guanxi, None

        monkeypatch.setattr(managing, "opened", opened)
        monkeypatch.setattr(happening, "opened", opened)
        yield


def test_from_a_book_to_a_handover(capsys: pytest.CaptureFixture[str]) -> None:
    def said() -> str:
        return capsys.readouterr().out

    managing.handovers_command()
    assert "No handovers." in said()
    managing.book_command("7")
    told = said()
    assert "何伟 (7)" in told
    assert "2 customers: 0 persons, 2 companies" in told
    assert "P-HOLD" in told
    assert "P-LOG" in told
    managing.handover_command(["浙江远洋控股有限公司"], to="8", giver="7", reason="moves [on]", user="officer")
    told = said()
    assert "何伟 (7) → 吴敏 (8)" in told
    assert "moves [on]" in told
    assert "left over: 1" in told
    assert "P-LOG" in told.split("left over")[1]
    managing.handovers_command("8")
    assert "1 customer\n" in said()
    managing.book_command("8", as_json=True)
    assert [one["party"]["party_id"] for one in json.loads(said())["customers"]] == ["P-HOLD"]


def test_a_manager_is_meant_by_a_name_that_no_other_has(capsys: pytest.CaptureFixture[str]) -> None:
    managing.book_command("吴敏")
    assert "吴敏 (8)" in capsys.readouterr().out
    with pytest.raises(
        BadInput, match=r"the name '周磊': hand:staff:10 \(10\); hand:staff:9 \(9\). Give one of the ids"
    ):
        managing.book_command("周磊")
    with pytest.raises(NotFound, match="id, staff number or name 'S99999'; figures by manager tell"):
        managing.book_command("S99999")


def test_who_is_handed_over_is_meant_by_a_name_that_no_other_has() -> None:
    with pytest.raises(BadInput, match="Several parties are meant by '邻居':\n  P-N"):
        managing.handover_command(["P-HOLD", "邻居"], to="8", giver="7", reason="r", user="o")
    with pytest.raises(NotFound, match="Nobody is found by '查无此人'"):
        managing.handover_command(["P-HOLD", "查无此人"], to="8", giver="7", reason="r", user="o")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"customers": ["P-HOLD"]}, "to"),
        ({"customers": ["P-HOLD"], "to": "8", "whole_book": True}, "customers"),
        ({"to": "8", "giver": "7"}, "customers"),
        ({"customers": ["P-HOLD"], "to": "8", "giver": "7", "on": "soon", "reason": "r", "user": "o"}, "--on"),
    ],
)
def test_what_a_handover_lacks_is_named(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as told:
        managing.handover_command(**asked)
    assert told.value.field == field


def test_an_event_and_what_is_then_due(capsys: pytest.CaptureFixture[str]) -> None:
    happening.event_command(
        "P-HOLD", "call back", at="2026-11-02T10:00", kind="service_request", due_at="2026-11-03", user="a"
    )
    told = capsys.readouterr().out
    assert "service_request 2026-11-02 10:00: " in told  # where the bank is
    assert "call back (浙江远洋控股有限公司" in told
    managing.reminders_command("7", first="2026-11-01", until="2026-11-30")
    told = capsys.readouterr().out
    assert "何伟 (7): 1 from 2026-11-01 to 2026-11-30" in told
    assert "call back" in told
    managing.reminders_command("7", first="2026-11-01", until="2026-11-30", as_json=True)
    event_id = json.loads(capsys.readouterr().out)["reminders"][0]["id"]
    with pytest.raises(BadInput, match="one of --done, --cancelled and --open"):
        happening.event_state_command(event_id, done=True, cancelled=True)
    happening.event_state_command(event_id, cancelled=True, reason="moved [away]", user="b")
    assert re.search(r"open\n +cancelled b 20\S+ \S+: moved \[away\]", capsys.readouterr().out)
    managing.reminders_command("7", first="2026-11-01", until="2026-11-30")
    assert "call back" not in capsys.readouterr().out
