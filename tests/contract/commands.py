"""The command line: as the installed command, and within the process of the test, where the process is not the point."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from api.cli import COMMANDS
from api.cli.frame import run_safely
from api.cli.interrupts import interrupts
from graph.connect import Connection


def settings_of(connection: Connection, home: Path) -> dict[str, str]:
    """What leads the command to this database, with a home of its own."""
    return {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database,
        "GUANXI_HOME": str(home),
    }


@dataclass(frozen=True)
class Command:
    """The installed command, in a home of its own. Each call starts a process, which takes seconds."""

    settings: Mapping[str, str]
    home: Path

    def begin(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start it, and leave it running."""
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "guanxi"), *arguments],
            env={**_surroundings(), **self.settings, **settings},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, status: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, which must be this status."""
        with self.begin(*arguments, **settings) as child:
            stdout, stderr = child.communicate(timeout=120)
        return _ended(arguments, child.returncode, stdout, stderr, status)


@dataclass(frozen=True)
class Called:
    """The same commands from their arguments to what is printed and the exit code, in this process."""

    settings: Mapping[str, str]
    home: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str, status: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, which must be this status."""
        for module in sorted(set(COMMANDS.values())):
            import_module(f"api.cli.{module}")
        self.capsys.readouterr()
        with self.monkeypatch.context() as patched:
            patched.delenv("COLUMNS", raising=False)  # the width of whoever's terminal the tests run in
            for name, value in {**self.settings, **settings}.items():
                patched.setenv(name, value)
            patched.delenv("GUANXI_USER", raising=False)
            patched.chdir(self.home)
            patched.setattr(interrupts, "listen", lambda: None)  # signals are pytest's here
            code = run_safely(list(arguments))
        stdout, stderr = self.capsys.readouterr()
        return _ended(arguments, code, stdout, stderr, status)

    def said(self, *arguments: str, status: int = 0) -> str:
        """What it prints: the answer, or what is wrong."""
        done = self(*arguments, status=status)
        return done.stdout if status == 0 else done.stderr


def _surroundings() -> dict[str, str]:
    """The environment of the tests without the width of whoever's terminal they run in: what is piped has none."""
    return {name: value for name, value in os.environ.items() if name != "COLUMNS"}


def _ended(
    arguments: tuple[str, ...], code: int, stdout: str, stderr: str, status: int
) -> subprocess.CompletedProcess[str]:
    assert code == status, stderr
    assert "Traceback" not in stderr + stdout
    return subprocess.CompletedProcess(arguments, code, stdout, stderr)
