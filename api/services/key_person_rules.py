"""What key persons are to a company, and which posts make somebody its head of finance.

The posts are data, `algorithms/rules/key-persons.yaml`, read and checked once.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from ruamel.yaml import YAML

from api.services.rule_text import Rule

LEGAL, CONTROLLER, FINANCE, EXECUTIVE = "legal_representative", "actual_controller", "finance_head", "executive"
ROLES = (LEGAL, CONTROLLER, FINANCE, EXECUTIVE)
"""The strongest first."""
CALLED = {
    LEGAL: "legal representative",
    CONTROLLER: "actual controller",
    FINANCE: "head of finance",
    EXECUTIVE: "executive",
}
"""Roles in words."""


class KeyPersonRules(Rule):
    """All of the file."""

    version: Literal[1]
    finance_head: tuple[str, ...]


@cache
def finance_posts() -> frozenset[str]:
    """Names of the post, in small letters."""
    text = files("algorithms").joinpath("rules/key-persons.yaml").read_text(encoding="utf-8")
    found = KeyPersonRules.model_validate(YAML(typ="safe").load(text))
    return frozenset(post.casefold() for post in found.finance_head)
