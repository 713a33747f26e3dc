"""Every command is read with its own module alone."""

from __future__ import annotations

from importlib import import_module

import pytest

from api.cli import COMMANDS, PANELS, main
from api.cli.frame import app


def test_every_command_is_told_with_the_module_that_adds_it() -> None:
    for module in COMMANDS.values():
        import_module(f"api.cli.{module}")
    commands = {c.name: c.callback.__module__ for c in app.registered_commands if c.callback}
    groups = {
        str(g.name): next(c for c in g.typer_instance.registered_commands if c.callback)
        for g in app.registered_groups
        if g.typer_instance
    }
    modules = commands | {name: command.callback.__module__ for name, command in groups.items() if command.callback}
    assert modules == {name: f"api.cli.{module}" for name, module in COMMANDS.items()}


def test_the_help_tells_commands_under_headings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    places = [told.index(f" {panel} ") for panel in PANELS]
    assert places == sorted(places)
    assert told.index(" search ") > told.index(" Look ") > told.index(" doctor ")
