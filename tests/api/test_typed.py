"""What services tell, in the words of the command that asked."""

from __future__ import annotations

from importlib import import_module

import pytest
import typer

from api.cli.frame import app, run_safely
from api.cli.typed import as_typed, begin

import_module("api.cli.campaigning")
import_module("api.cli.happening")
import_module("api.cli.explaining")
import_module("api.cli.managing")


@pytest.mark.parametrize(
    ("command", "told", "typed"),
    [
        (
            "campaign new",
            "ends_on is 2026-11-01, before starts_on, 2026-12-01: give it.",
            "--to is 2026-11-01, before --from, 2026-12-01: give it.",
        ),
        ("campaign new", "most_parties is 0; give 1.", "--most is 0; give 1."),
        ("campaign audience", "held_back is '2'; give 0.1.", "--held-back is '2'; give 0.1."),
        ("campaign respond", "response is 'no'; give bought.", "RESPONSE is 'no'; give bought."),
        ("event", "An event needs its time: give `at`.", "An event needs its time: give --at."),
        ("event", "due_at is '1', before the request itself.", "--due is '1', before the request itself."),
        ("reminders", "until is 2026-11-01, before from (2026-12-01).", "--until is 2026-11-01, before --from (2026-12-01)."),
        ("book", "20 more customers: ask with offset=5", "20 more customers: ask with --offset 5"),
        ("book", "Give --user NAME, or the header X-Guanxi-User.", "Give --user NAME, or set GUANXI_USER."),
        ("book", "The state is open, at most.", "The state is open, at most."),
        ("why-not", "It stood before a run, after all.", "It stood before a run, after all."),
        ("reminders", "She moved from here; a limit is near, as of old.", "She moved from here; a limit is near, as of old."),
    ],
)  # fmt: skip
def test_fields_are_told_as_they_are_typed(command: str, told: str, typed: str) -> None:
    begin(typer.main.get_command(app), [*command.split(), "given", "--from", "x"])
    assert as_typed(told) == typed


def test_a_number_that_is_none_is_told_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_safely(["campaign", "new", "x", "--from", "2026-12-01", "--most", "ten"]) == 2
    assert capsys.readouterr().err.startswith("--most is 'ten'; give a whole number. Try `")


def test_a_question_ends_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_safely(["campaign", "lst"]) == 2
    assert "Did you mean 'list'? Try `" in capsys.readouterr().err
