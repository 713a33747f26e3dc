"""What the terminal prints of what-ifs, weakest links and contagion."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.cli import thinking
from graph.errors import BadInput
from tests.api.small_world import SmallView, world, worlds_of


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield SmallView(), worlds_of(world(1))

    monkeypatch.setattr(thinking, "_world", opened)


def written(folder: Path, *changes: dict[str, Any]) -> Path:
    file = folder / "changes.json"
    file.write_text(json.dumps({"changes": changes}), encoding="utf-8")
    return file


def test_a_what_if_prints_both_sides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thinking.what_if_command(written(tmp_path, {"do": "add_facility", "borrowers": ["B"], "amount": "0.30"}))
    said = capsys.readouterr().out
    assert "of Company A: 4 parties, then 4" in said
    assert "  cn-large-exposure group-exposure (firm): CNY 2.10 = 21%, breach -> CNY 2.40 = 24%, breach" in said
    assert "Company B, alone" in said
    assert re.search(r"As before: \d+ more groups? touched\.", said)


def test_a_group_that_ends_names_what_it_goes_on_as(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thinking.what_if_command(written(tmp_path, {"do": "rebut", "link": "DEPENDS_ON-DB"}))
    said = capsys.readouterr().out
    assert "4 parties, then 0, which go on as G-" in said
    assert "  leaves: D Company D" in said
    assert "not tested -> CNY 1.30 = 13%, within" in said


def test_what_becomes_of_the_banks_related_parties_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield SmallView(), worlds_of(world(institutions=[{"party": 4, "bank_role": "insider"}]))

    monkeypatch.setattr(thinking, "_world", opened)
    thinking.what_if_command(written(tmp_path, {"do": "rebut", "link": "OWNS-XD"}))
    said = capsys.readouterr().out
    assert "D Company D is no more a related party of the bank (cn-related-party)\n" in said
    assert (
        "all related parties of the bank together\n"
        "  cn-related-party all (firm): CNY 0.90 = 9%, within -> CNY 0.10 = 1%, within\n"
    ) in said


def test_nothing_that_differs_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thinking.what_if_command(written(tmp_path, {"do": "change_link", "link": "OWNS-AB", "share": "0.9"}))
    assert capsys.readouterr().out.startswith("No group is another one, and no test comes out otherwise.")


def test_a_file_that_is_no_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"changes\[0\].do"):
        thinking.what_if_command(written(tmp_path, {"do": "nothing"}))


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.json cannot be read: No such file"):
        thinking.what_if_command(tmp_path / "none.json")
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(BadInput, match="not UTF-8 text"):
        thinking.what_if_command(tmp_path / "odd.json")


def test_weakest_links_are_printed_with_what_they_leave(capsys: pytest.CaptureFixture[str]) -> None:
    one = world(1)
    (group_id,) = (name for name, group in zip(one.group_ids, one.book.groups, strict=True) if group.party.size == 4)
    thinking.weakest_command(group_id, None, 2)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        f"{group_id}, cn-large-exposure (firm): what clears the breach of group-exposure, among links of dependence"
    )
    assert (
        said[1]
        == "  Company D DEPENDS_ON Company B (receipts, confirmed); leaves Company A with 2 members at 13%, within; Company X with 3 members at 9%, within"
    )


def test_contagion_is_printed_round_by_round(capsys: pytest.CaptureFixture[str]) -> None:
    thinking.contagion_command("B")
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "round 1: Company A for Company B: CNY 0.05",
        "A Company A: called for CNY 0.05, equity unknown: not assessed",
        "1 rounds; 0 more fall; called CNY 0.05, paid CNY 0.00",
    ]
