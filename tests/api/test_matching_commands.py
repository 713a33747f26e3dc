"""`guanxi match`: what is wrong in a command is told in a sentence, before any database is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import matching  # adds the command
from api.cli.frame import run_safely
from api.services.match_store import MatchReport


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


def test_what_a_matching_did_reads_right_in_any_number(capsys: pytest.CaptureFixture[str]) -> None:
    one = MatchReport(
        load_id="L-1",
        published_seq=7,
        records=1,
        joined=1,
        asked=1,
        new_joined=1,
        new_asked=1,
        closed=1,
        joined_parties=1,
    )
    matching._print_report(one)
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith(
        "1 record: 1 pair joined (1 new), 1 waiting for a person (1 new), 1 alike no longer; 1 party"
    )
    matching._print_report(one.model_copy(update={"records": 2_000, "joined": 20}))
    assert "2,000 records: 20 pairs joined" in " ".join(capsys.readouterr().out.split())
