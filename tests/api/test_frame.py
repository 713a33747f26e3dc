"""What the terminal prints."""

from __future__ import annotations

import io
import logging

import pytest
from rich.table import Table

from api.cli import sheet
from api.cli.frame import _begin_logging, out, run_safely
from api.cli.plain import WIDE, PlainConsole


def test_brackets_in_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(box=None)
    table.add_column("name", no_wrap=True)
    table.add_row("ABC [/] Trading [in liquidation]")
    out.print(table)
    out.print("[red]")
    assert "ABC [/] Trading [in liquidation]" in (printed := capsys.readouterr().out)
    assert "[red]" in printed


def test_what_is_piped_is_as_wide_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    file, terminal = io.StringIO(), io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    piped, shown, told = PlainConsole(file=file), PlainConsole(file=terminal), PlainConsole(file=file, width=70)
    assert (piped.width, told.width) == (WIDE, 70)
    assert shown.width < WIDE
    monkeypatch.setenv("COLUMNS", "90")
    assert (piped.width, shown.width, told.width) == (90, 90, 70)
    named = PlainConsole(file=file)
    monkeypatch.delenv("COLUMNS")
    assert named.width == WIDE  # what is said when a console is made does not stay


def test_what_is_piped_keeps_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    file = io.StringIO()
    piped = PlainConsole(file=file, markup=False, highlight=False, soft_wrap=True)
    monkeypatch.setattr(sheet, "out", piped)
    told = "several parties are meant " * 1_000
    piped.print(told)
    sheet.print_sheet(("party", "why"), [("P-22TQ55NOTG4NOUQL", told)])
    sheet.print_facts([("why", told)])
    assert len(file.getvalue().splitlines()) == 4
    assert file.getvalue().count(told.strip()) == 3


def test_bytes_that_are_no_letters_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_safely(["resolve", "P\udcff"]) == 2
    assert capsys.readouterr().err.startswith("Word 2 after `guanxi` holds bytes that are no letters")


@pytest.mark.parametrize(("level", "told"), [("error", False), ("warning", True)])
def test_the_driver_is_silent_unless_more_is_asked_for(level: str, told: bool) -> None:
    driver = logging.getLogger("neo4j")
    before = driver.level
    try:
        driver.setLevel(logging.NOTSET)
        _begin_logging(level)
        assert driver.isEnabledFor(logging.ERROR) is told
    finally:
        driver.setLevel(before)
