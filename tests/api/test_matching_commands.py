"""`guanxi match`: what is wrong in a command is told in a sentence, before any database is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import api.cli.matching  # noqa: F401  # adds the command
from api.cli.frame import run_safely


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate"], "Give --records and --labels, or --demo."),
        (["evaluate", "--demo", "x", "--labels", "y"], "Give either --demo or --records and --labels."),
        (["evaluate", "--records", "no.csv", "--labels", "no.csv"], "There is no file no.csv."),
        (
            ["evaluate", "--records", "no.csv", "--labels", "no.csv", "--settings", "robot"],
            "There are no settings 'robot'",
        ),
        (["run", "--persons", "company"], "company holds settings for a company, not for a person."),
        (["run", "--companies", "robot"], "There are no settings 'robot'"),
    ],
)
def test_a_command_that_cannot_be_is_told(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path / "home"))
    assert run_safely(["match", *arguments]) != 0
    assert said in capsys.readouterr().err
    assert not (tmp_path / "home").exists()
