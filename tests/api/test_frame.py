"""What the terminal prints."""

from __future__ import annotations

import pytest
from rich.table import Table

from api.cli.frame import out


def test_brackets_in_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(box=None)
    table.add_column("name", no_wrap=True)
    table.add_row("ABC [/] Trading [in liquidation]")
    out.print(table)
    out.print("[red]")
    assert "ABC [/] Trading [in liquidation]" in (printed := capsys.readouterr().out)
    assert "[red]" in printed
