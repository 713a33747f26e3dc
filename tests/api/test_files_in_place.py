"""Files that others may read or write at the same time appear whole."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import pytest

from api.cli.reading import _into
from api.services.demo import _put


def test_two_exports_to_one_file_do_not_share_what_is_unfinished(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"

    def second(stream: TextIO) -> int:
        return stream.write("second")

    def first(stream: TextIO) -> int:
        stream.write("fir")
        stream.flush()
        assert _into(file, second) == len("second")
        assert file.read_text() == "second"
        stream.write("st")
        return 5

    assert _into(file, first) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text() == "first"


def test_nothing_stays_of_an_export_that_fails(tmp_path: Path) -> None:
    def fails(stream: TextIO) -> int:
        stream.write("fir")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        _into(tmp_path / "out.csv", fails)
    assert not list(tmp_path.iterdir())


def test_files_take_the_place_of_earlier_ones_whole(tmp_path: Path) -> None:
    fresh, folder = tmp_path / "fresh", tmp_path / "bank"
    for place, text in ((fresh / "core", "new"), (folder / "core", "old")):
        place.mkdir(parents=True)
        (place / "CUST.csv").write_text(text)
    with (folder / "core" / "CUST.csv").open() as being_read:
        _put(fresh, folder)
        assert being_read.read() == "old"
    assert (folder / "core" / "CUST.csv").read_text() == "new"
