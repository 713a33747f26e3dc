"""What a network walks is kept in step with the model."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from api.services.network import DEFAULT_KINDS, LINK, ONLY_ASKED, WALKED, check_kinds
from api.services.party import MAKERS, TYPES
from api.services.party_answer import Sections
from graph import model
from graph.errors import BadInput


@pytest.mark.parametrize("name", ["step", "among"])
def test_the_statements_walk_every_kind(name: str) -> None:
    text = files("cypher").joinpath(f"network/{name}.cypher").read_text(encoding="utf-8")
    found = re.search(r"\[r:([A-Z_|\s]+)\]", text)
    assert found
    assert {kind.strip() for kind in found[1].split("|")} == set(WALKED)


@pytest.mark.parametrize("name", ["step", "among"])
def test_the_statements_return_the_values_of_a_link_in_their_order(name: str) -> None:
    text = files("cypher").joinpath(f"network/{name}.cypher").read_text(encoding="utf-8")
    found = re.search(r"\[(r\.id[^\]]*)\]", text)
    assert found
    assert tuple(value.strip().removeprefix("r.") for value in found[1].split(",")) == LINK


def test_what_nearly_everybody_touches_is_only_walked_when_asked() -> None:
    for link in model.LINKS:
        if set(model.NOT_WALKED) & {*link.sources, *link.targets}:
            assert link.type in ONLY_ASKED
    assert not set(ONLY_ASKED) & set(DEFAULT_KINDS)


def test_kinds_are_taken_in_any_case_and_checked() -> None:
    assert check_kinds([" owns", "KIN_OF", ""]) == ("OWNS", "KIN_OF")
    assert check_kinds(None) == DEFAULT_KINDS
    with pytest.raises(BadInput, match="LIKES"):
        check_kinds(["LIKES"])


def test_every_section_can_say_why_it_is_empty() -> None:
    made = {"basic", "owners", "sources", "controllers", "controlled", "openings", "grading", "risk"}
    made |= {"referred_by", "referred"}
    assert set(MAKERS) | made == set(Sections.model_fields)
    assert set(MAKERS) <= set(TYPES)
    known = {link.type for link in model.LINKS}
    assert all(set(types) <= known for types in TYPES.values())
