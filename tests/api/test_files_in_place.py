"""Files that others may read or write at the same time appear whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.written import whole_file
from api.services.demo import _put


def test_two_who_write_one_file_do_not_share_what_is_unfinished(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    with whole_file(file) as first, first.open("w") as stream:
        stream.write("fir")
        stream.flush()
        with whole_file(file) as second:
            second.write_text("second")
        assert file.read_text() == "second"
        stream.write("st")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text() == "first"


def test_nothing_stays_of_a_file_that_fails(tmp_path: Path) -> None:
    def fails() -> None:
        with whole_file(tmp_path / "out.csv") as part:
            part.write_text("fir")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fails()
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
