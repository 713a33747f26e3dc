"""Nothing the model knows is shown without words, and nothing has only one language."""

from __future__ import annotations

import re

import pytest

from api.services.party_answer import Sections
from api.services.tie_words import VEILED
from api.services.ties import tie_rules
from graph import model
from viz import page_words, sentences, value_words, words


def test_every_link_type_has_words() -> None:
    assert set(words.LINKS) == {link.type for link in model.LINKS}


def test_every_role_and_status_has_words() -> None:
    assert set(words.ROLES) == set(model.ROLES)
    assert set(words.STATUSES) == set(model.STATUSES)


def test_every_kind_of_node_has_words() -> None:
    labels = {node.label.lower() for node in model.versioned_nodes()} | {"person", "company"}
    assert labels <= set(words.KINDS)


def test_links_between_parties_are_those_of_the_model() -> None:
    between = {k.type for k in model.LINKS if "Party" in k.sources and "Party" in k.targets}
    assert set(words.PARTY_LINKS) == between - {"POSSIBLY_SAME"}  # no relation: a doubt about who is who


def test_every_section_of_a_360_has_a_title() -> None:
    assert set(Sections.model_fields) == set(page_words.SECTIONS)


def test_every_field_of_a_360_has_words() -> None:
    missing = {
        name
        for name in Sections.model_fields["basic"].annotation.model_fields  # type: ignore[union-attr]
        if name not in value_words.FIELDS and name not in ("sources", "empty")
    }
    assert not missing


@pytest.mark.parametrize("table", [page_words.UI, page_words.SECTIONS, value_words.FIELDS, value_words.VALUES])
def test_page_words_come_in_both_languages(table: dict[str, words.Word]) -> None:
    for name, (english, chinese) in table.items():
        assert english.strip(), name
        assert not _has_chinese(english), name
        assert _has_chinese(chinese), name


def test_what_is_told_of_ties_comes_in_both_languages() -> None:
    told = {english for english, _ in sentences.SENTENCES}
    assert {kind.because for kind in tie_rules().kinds.values()} | {VEILED} <= told


def test_sentences_keep_what_stands_in_their_slots() -> None:
    slot = re.compile(r"\{\w+(?::\w+)?\}")
    for english, chinese in sentences.SENTENCES:
        assert sorted(slot.findall(english)) == sorted(slot.findall(chinese)), english
        assert not _has_chinese(english), english


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_family_has_its_colours() -> None:
    assert set(words.FAMILIES) == set(words.FAMILY_COLOURS) == set(words.ON_DARK)
    assert {words.family_of(name) for name in words.LINKS} == set(words.FAMILIES)


@pytest.mark.parametrize("colour", [*words.KIND_COLOURS.values(), *words.FAMILY_COLOURS.values()])
def test_colours_stand_out_on_white(colour: str) -> None:
    assert _contrast(colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("colour", words.ON_DARK.values())
def test_colours_on_dark_stand_out(colour: str) -> None:
    assert _contrast(colour, "#161b22") >= 4.5


def test_unknown_names_are_shown_as_they_are() -> None:
    assert words.link_word("NEW_TYPE") == ("new type", "new type")
    assert words.kind_word("robot") == ("robot", "robot")
    assert words.kind_colour("robot") == words.KIND_COLOURS["other"]


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours written as #rrggbb."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
