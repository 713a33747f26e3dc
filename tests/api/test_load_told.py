"""What the command line says of the rows that a load rejected or flagged."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.frame import out
from api.cli.working import print_load
from loaders.report import LoadReport, TableReport

FILE = Path("rejects/bank.csv")


def told(
    tables: list[TableReport], file: Path | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    monkeypatch.setattr(out, "_width", 200)
    print_load(LoadReport("load-1", 1, 1, "bank", "merge", "bolt", tables, rejects_file=file), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if "flagged rows" in line]


def table(rejected: int, flagged: int, listed: int) -> TableReport:
    return TableReport("A", 9_000, 9_000 - rejected, 0, rejected, flagged, listed=listed)


@pytest.mark.parametrize(
    ("counts", "file", "says"),
    [
        (
            (0, 4_263, 163),
            FILE,
            "0 rejected and 4,263 flagged rows, 163 of them by a value that is listed with its reason in rejects/bank.csv",
        ),
        (
            (2, 4_263, 163),
            FILE,
            "2 rejected and 4,263 flagged rows; 2 rejected ones and 163 flagged ones by a value are listed with their "
            "reasons in rejects/bank.csv",
        ),
        (
            (2, 7, 0),
            FILE,
            "2 rejected and 7 flagged rows; 2 rejected ones are listed with their reasons in rejects/bank.csv",
        ),
        ((0, 1_389, 0), None, "0 rejected and 1,389 flagged rows"),
        ((0, 0, 0), None, None),
    ],
)
def test_how_many_rows_are_listed(
    counts: tuple[int, int, int],
    file: Path | None,
    says: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert told([table(*counts), table(0, 0, 0)], file, monkeypatch, capsys) == ([says] if says else [])
