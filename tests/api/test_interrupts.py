"""Ctrl-C: heard at any moment, never swallowed, told in words, and 130."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
import typer

from api.cli import frame
from api.cli.interrupts import Interrupts
from graph.errors import GuanxiError, Interrupted


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Interrupts]:
    before = {n: signal.signal(n, signal.SIG_DFL) for n in (signal.SIGINT, signal.SIGTERM)}
    found = Interrupts()
    monkeypatch.setattr(frame, "interrupts", found)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)  # put back afterwards
    found.listen()
    yield found
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_stops_the_work(listening: Interrupts, number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def test_one_that_was_swallowed_is_heeded_at_the_next_step(listening: Interrupts) -> None:
    listening.heed()
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        frame.Watch().step("Publishing")
    with pytest.raises(KeyboardInterrupt):
        frame.Watch().advance(1, 2)


def test_one_that_hits_while_an_object_is_thrown_away_is_heeded_too(
    listening: Interrupts, capfd: pytest.CaptureFixture[str]
) -> None:
    class Session:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    Session()
    with pytest.raises(KeyboardInterrupt):
        listening.heed()
    assert "Traceback" not in capfd.readouterr().err


def test_tidying_up_is_not_stopped_again(listening: Interrupts, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        frame.Watch().step("Stopping the database")
        signal.raise_signal(signal.SIGINT)
    assert listening.asked == 2
    assert "Ctrl-C once more leaves it to the next load" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (None, "undone by now, or will be by the next load"),
        (RuntimeError("ComputeError: KeyboardInterrupt"), "undone by now, or will be by the next load"),
        (GuanxiError("The database went away."), "The database went away. Stopped."),
        (Interrupted("Stopped: nothing of load-1 was published."), "Stopped: nothing of load-1 was published."),
    ],
)
def test_whatever_form_it_takes_it_is_told_and_130(
    listening: Interrupts,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException | None,
    told: str,
) -> None:
    def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if raised is None:
                raise
            raise raised from None

    told_by_typer = typer.Typer()
    told_by_typer.command()(interrupted)
    monkeypatch.setattr(frame, "app", told_by_typer)
    assert frame.run_safely([]) == 130
    assert listening.asked == 1
    printed = " ".join(capsys.readouterr().err.split())
    assert told in printed
    assert "error of its own" not in printed


def test_while_modules_are_read_it_ends_at_once() -> None:
    code = (
        "import time\nfrom api.cli.interrupts import leave_at_once\nleave_at_once()\nprint('reading', flush=True)\n"
        "while True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout
    child.stdout.readline()
    child.send_signal(signal.SIGTERM)
    _, told = child.communicate(timeout=60)
    assert (child.returncode, told) == (130, "Stopped before anything was begun.\n")


def test_what_the_caller_ignores_stays_ignored(listening: Interrupts) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listening.listen()
    signal.raise_signal(signal.SIGINT)
    assert listening.asked == 0
