"""Which posts make somebody a company's head of finance: `algorithms/rules/key-persons.yaml`, read and checked once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from ruamel.yaml import YAML

from api.services.rule_text import Rule


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
