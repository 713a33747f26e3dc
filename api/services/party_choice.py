"""Which sections of a 360 are asked for, and what has to be read for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from api.services.party_answer import Sections
from api.services.party_risk import PARTS
from graph.errors import BadInput

OPENINGS, GRADING = "openings", "grading"
BESIDE = frozenset({OPENINGS, GRADING})
"""Sections that services of their own put into an answer."""
SECTIONS = tuple(name for name in Sections.model_fields)
TOPICS: Mapping[str, tuple[str, ...]] = {
    "group": ("groups",),
    "relationships": (
        "owners", "owned", "controllers", "controlled", "depends_on", "dependents", "posts", "kin", "possibly_same"
    ),
    "guarantees": ("guarantees_given", "guarantees_received"),
    "referrals": ("referred_by", "referred"),
}  # fmt: skip
"""Names for several sections at once."""
_READ: Mapping[str, tuple[str, ...]] = {
    "basic": ("sources",),
    "controllers": ("controllers", "declared_controllers"),
    "controlled": ("controlled", "declared_controlled"),
    "risk": PARTS,
    **dict.fromkeys(BESIDE, ()),
}
"""The statements behind a section that is not one statement of its own name."""
_EXPLAINED_BY = {"controllers": "owners", "controlled": "owned", "groups": "controllers"}
"""The section whose links stand in the reasons (`because`) of another."""


def chosen(asked: Iterable[str]) -> tuple[str, ...]:
    """The sections asked for, in the order of an answer. asked: names of sections or topics, several parted by commas.

    Raises BadInput where there is no such section, or none is named.
    """
    names = [name.strip() for part in asked for name in part.split(",") if name.strip()]
    known = (*SECTIONS, *TOPICS)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise BadInput(
                f"There is no section {name[:50]!r}. {hint}Known are {', '.join(known)}.", field="sections", value=name
            )
    if not names:
        raise BadInput(f"sections is empty; name some of {', '.join(known)}, or leave it out.", field="sections")
    wanted = {section for name in names for section in TOPICS.get(name, (name,))}
    return tuple(name for name in SECTIONS if name in wanted)


def explained(sections: Iterable[str]) -> tuple[str, ...]:
    """These sections, and those whose links stand in their reasons."""
    wanted = {name for section in sections for name in (section, _EXPLAINED_BY.get(section, section))}
    return tuple(name for name in SECTIONS if name in wanted)


def statements_of(sections: Iterable[str]) -> tuple[str, ...]:
    """The statements of `cypher/party/sections/` that these sections are made from, each once."""
    return tuple(dict.fromkeys(part for name in sections for part in _READ.get(name, (name,))))
