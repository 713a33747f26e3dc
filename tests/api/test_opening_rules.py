"""Settings of openings: the shipped ones, and that each fault of a bank's own file names its place."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from algorithms.openings import Weights
from api.services.opening_rules import opening_rules
from api.services.run_parameters import parameters_kept, read_parameters
from graph.errors import BadInput

SHIPPED = files("algorithms").joinpath("rules/openings.yaml").read_text(encoding="utf-8")


def test_weights_are_exact_thousandths() -> None:
    assert opening_rules().rules.thousandths == Weights(1000, 300, 200, 1000, 500, 500)
    assert opening_rules().origin == "openings.yaml"


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("household: 0.3", "household: 11", "weights.household", "line 14"),
        ("household: 0.3", "household: 0.0001", "weights.household", "line 14"),
        ("household: 0.3", "household: much", "weights.household", "line 14"),
        ("household: 0.3", "houshold: 0.3", "weights.household", "is missing"),
        ("quiet: 30", "quiet: -1", "days.quiet", "line 15"),
        ("most: 5 ", "most: 0 ", "most", "line 16"),
        ("unrated_risk: 2", "unrated: 2", "unrated_risk", "is missing"),
        ("version: 1", "version: 2", "version", "line 13"),
    ],
)
def test_each_fault_is_told(tmp_path: Path, old: str, new: str, field: str, said: str) -> None:
    path = tmp_path / "own.yaml"
    assert old in SHIPPED
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_parameters(openings=str(path))
    assert (refused.value.field, said in str(refused.value), str(path) in str(refused.value)) == (field, True, True)


@pytest.mark.parametrize("text", ["", "- a\n", "version: [", "just words"])
def test_what_holds_no_settings_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.yaml"):
        opening_rules(str(path))
    with pytest.raises(BadInput, match="cannot be read"):
        opening_rules(str(tmp_path / "none.yaml"))


def test_the_file_is_kept_with_the_parameters(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(SHIPPED, encoding="utf-8")
    assert parameters_kept(read_parameters(openings=str(path)).told()).openings == str(path)
