"""Every command is read with its own module alone."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from inspect import signature

import pytest

from api.cli import COMMANDS, HUGE_PAGES, PANELS, main
from api.cli.frame import app, once_of
from graph.errors import BadInput


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


@pytest.mark.parametrize(("said", "kept"), [(None, "0"), ("1", "1")])
def test_numpy_is_told_of_pages_before_it_is_imported_and_whoever_says_otherwise_is_heard(
    said: str | None, kept: str
) -> None:
    program = (
        "import os, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'numpy':\n"
        f"            print(os.environ.get('{HUGE_PAGES}'), flush=True)\n"
        "            os._exit(0)\n"
        "sys.meta_path.insert(0, Watch())\n"
        "from api.cli import main\n"
        "main(['run', '--help'])\n"
    )
    env = {name: value for name, value in os.environ.items() if name != HUGE_PAGES}
    if said:
        env[HUGE_PAGES] = said
    told = subprocess.run(
        [sys.executable, "-c", program], env=env, check=True, capture_output=True, text=True, timeout=60
    )
    assert told.stdout.strip() == kept


def test_every_write_of_a_person_takes_a_key() -> None:
    for module in COMMANDS.values():
        import_module(f"api.cli.{module}")
    grouped = [c for g in app.registered_groups if g.typer_instance for c in g.typer_instance.registered_commands]
    callbacks = [c.callback for c in (*app.registered_commands, *grouped) if c.callback]
    named = {
        f"{one.__module__.removeprefix('api.cli.')}.{one.__name__}": signature(one).parameters for one in callbacks
    }
    keyless = {name for name, parameters in named.items() if "user" in parameters and "key" not in parameters}
    assert keyless == {  # work on the whole bank, which finds nothing new to do when it is repeated
        "serving.up_command",
        "working.demo_command",
        "working.load_command",
        "working.rollback_command",
        "running.run_command",
        "matching.run_command",
        "matching.apply_command",
    }


def test_a_key_stands_for_who_asks_for_what() -> None:
    asked = once_of(" k ", "wang", "campaign respond", "C1", "P-1", "bought")
    assert asked
    assert asked.key == "k"
    assert once_of("k", "wang", "campaign respond", "C1", "P-1", "bought") == asked
    assert once_of("k", "li", "campaign respond", "C1", "P-1", "bought") != asked
    assert once_of("k", "wang", "campaign respond", "C1", "P-1", "refused") != asked
    assert once_of(None, "wang", "campaign respond") is None
    for key in (" ", "k" * 201):
        with pytest.raises(BadInput, match="--key"):
            once_of(key, "wang", "campaign respond")


def test_the_help_tells_commands_under_headings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    places = [told.index(f" {panel} ") for panel in PANELS]
    assert places == sorted(places)
    assert told.index(" search ") > told.index(" Look ") > told.index(" doctor ")
