"""Every command is read with its own module alone."""

from __future__ import annotations

from importlib import import_module

from api.cli import COMMANDS
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
