"""Which sections of a 360 are asked for, and what is read for them."""

from __future__ import annotations

import pytest

from api.services.party_answer import ChosenSections, PartyChosen, Sections
from api.services.party_choice import SECTIONS, TOPICS, chosen, explained, statements_of
from graph.errors import BadInput
from graph.registry import shipped


def test_names_and_topics_in_any_order_are_told_in_the_order_of_an_answer() -> None:
    assert chosen(["risk, basic", "guarantees"]) == ("basic", "guarantees_given", "guarantees_received", "risk")
    assert chosen(["owners,owners"]) == ("owners",)
    assert chosen(SECTIONS) == tuple(Sections.model_fields)


@pytest.mark.parametrize(
    ("asked", "told"),
    [("facilites", "Did you mean 'facilities'"), ("xyz", "Known are basic, "), (" , ", "sections is empty")],
)
def test_what_is_no_section_is_told_with_those_there_are(asked: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        chosen([asked])
    assert refused.value.field == "sections"
    assert "relationships" in str(refused.value)


def test_only_the_statements_behind_the_sections_are_read() -> None:
    assert statements_of(["facilities"]) == ("facilities",)
    assert statements_of(["basic", "openings"]) == ("sources",)
    assert statements_of(explained(["groups"])) == ("controllers", "declared_controllers", "groups")
    assert explained(["controlled"]) == ("owned", "controlled")


def test_every_section_is_read_by_statements_that_are_there() -> None:
    known = {name.removeprefix("party/sections/") for name in shipped().sections("party/sections")}
    assert set(statements_of(SECTIONS)) == known - {"decisions"}
    assert {section for sections in TOPICS.values() for section in sections} <= set(SECTIONS)


def test_sections_that_were_not_asked_for_are_null() -> None:
    assert set(ChosenSections.model_fields) == set(Sections.model_fields)
    assert ChosenSections.model_validate({}).model_dump() == dict.fromkeys(SECTIONS)
    assert PartyChosen.model_json_schema()["$defs"]["ChosenSections"].get("required") is None
