"""A terminal obeys no letter of what is printed, and nothing of a name is read as markup."""

from __future__ import annotations

import io
import json

import pytest
import typer
from pydantic import BaseModel
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli import frame, sheet
from api.cli.plain import PlainConsole, PlainStream
from api.services.answers import PartyRef
from graph.errors import BadInput

NAME = "A\x1b[2J\x9b31m[red]\u202eb\x07\x7f"
SHOWN = "A[2J31m[red]b"
OBEYED = ("\x1b", "\x9b", "\x7f", "\u202e", "\x07")


def screen(out: io.StringIO, width: int = 80) -> Console:
    return PlainConsole(file=out, markup=False, highlight=False, width=width)


def test_texts_tables_and_lines_are_plain() -> None:
    out = io.StringIO()
    table = Table(NAME)
    table.add_row(Text(NAME))
    for one in (NAME, Text(NAME), table):
        screen(out).print(one, style="bold")
    assert out.getvalue().count(SHOWN) == 4
    assert not any(letter in out.getvalue() for letter in OBEYED)


def test_a_line_that_is_too_long_folds_at_words_and_hangs() -> None:
    out = io.StringIO()
    told = "referred 32, of these 22 converted; P-SA3CWI7YLTG5Q5TA"
    screen(out, 32).print(f"{told}\n  {told}", style="bold")
    assert out.getvalue().splitlines() == [
        "referred 32, of these 22",
        "  converted; P-SA3CWI7YLTG5Q5TA",
        "  referred 32, of these 22",
        "    converted;",
        "    P-SA3CWI7YLTG5Q5TA",
    ]


def test_an_indent_leaves_room_for_words() -> None:
    out = io.StringIO()
    screen(out, 24).print(" " * 40 + "bought for CNY 900 in April")
    assert out.getvalue().splitlines() == [
        " " * 8 + "bought for CNY",
        " " * 10 + "900 in April",
    ]


def test_chinese_is_as_wide_as_it_is_and_nothing_of_it_is_lost() -> None:
    out = io.StringIO()
    screen(out, 20).print(Text("广州长光电缆有限公司控制深圳和银贸易有限公司"))
    lines = out.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= 20
    assert "".join(line.strip() for line in lines) == "广州长光电缆有限公司控制深圳和银贸易有限公司"


def test_styles_of_its_own_are_obeyed() -> None:
    out = io.StringIO()
    PlainConsole(file=out, force_terminal=True, color_system="standard").print("so", style="bold")
    assert out.getvalue() == "\x1b[1mso\x1b[0m\n"


def test_rows_in_a_narrow_terminal_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sheet, "out", screen(out, 20))
    sheet.print_sheet(["name", "id"], [[NAME, "x" * 30]])
    assert not any(letter in out.getvalue() for letter in OBEYED)


def test_json_means_what_it_meant_and_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    class Told(BaseModel):
        party: PartyRef

    frame.print_json(Told(party=PartyRef(party_id="P", name=NAME)))
    said = capsys.readouterr().out
    assert json.loads(said)["party"]["name"] == NAME
    assert not any(letter in said for letter in OBEYED)


def test_an_error_that_names_it_is_plain_and_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    shown = screen(out)
    monkeypatch.setattr(frame, "err", shown)

    def fails() -> None:
        raise BadInput(f"No party {NAME}.", field="party")

    failing = typer.Typer()
    failing.command()(fails)
    monkeypatch.setattr(frame, "app", failing)
    assert frame.run_safely([]) == 2
    assert out.getvalue().startswith(f"No party {SHOWN}")
    assert not any(letter in out.getvalue() for letter in OBEYED)


def test_both_consoles_of_commands_are_plain() -> None:
    for one in (frame.out, frame.err):
        assert isinstance(one, PlainConsole)
        assert one.render_str("[red]x", markup=None).plain == "[red]x"


def test_rows_that_go_to_a_terminal_are_plain() -> None:
    out = io.StringIO()
    PlainStream(out).write(f"1,{NAME}\n")
    assert out.getvalue().endswith("\n")
    assert not any(letter in out.getvalue() for letter in OBEYED)
