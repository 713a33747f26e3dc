"""The rules of `algorithms/rules/related.yaml`, read and checked once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from api.services.rule_text import Rule, file_text
from graph.errors import BadInput

Kind = Literal[
    "OWNS",
    "CONTROLS",
    "CONTROLLED_BY",
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_OF",
    "KIN_OF",
    "GUARANTEES",
    "DEPENDS_ON",
    "REFERRED",
]
Through = Literal["Household", "Group", "Account"]
Direction = Literal["out", "in", "both"]

TEXT_OF: dict[str, str] = {
    "KIN_OF": "relation",
    "EXECUTIVE_OF": "post",
    "CONTROLS": "basis",
    "CONTROLLED_BY": "basis",
    "DEPENDS_ON": "criterion",
}
"""The property of a kind of link that `any_of` may name."""


class Where(Rule):
    """Conditions on a link."""

    share_at_least: float | None = Field(default=None, gt=0, le=1)
    unknown: bool = False
    any_of: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Step(Rule):
    """One way from a party to another: a kind of link, or a node that both touch."""

    kind: Kind | None = None
    through: Through | None = None
    kinds: tuple[str, ...] = ()
    direction: Direction = "both"
    within: int = Field(default=1, ge=1, le=4)
    where: Where = Where()

    @model_validator(mode="after")
    def _one_way(self) -> Step:
        if (self.kind is None) == (self.through is None):
            raise ValueError("give either `kind` or `through`")
        if bool(self.kinds) != (self.through == "Group"):
            raise ValueError("`kinds` belongs to `through: Group`, which needs it: declared, control or connected")
        if self.where.share_at_least is not None and self.kind != "OWNS":
            raise ValueError("`share_at_least` belongs to OWNS")
        for name in self.where.any_of:
            if TEXT_OF.get(self.kind or "") != name:
                raise ValueError(f"`any_of` cannot ask for {name!r} of {self.kind or self.through}")
        return self


class Purpose(Rule):
    """What counts as related for one purpose."""

    title: str
    source: str
    depth: int = Field(ge=1, le=4)
    most: int = Field(ge=1, le=5_000)
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _within_depth(self) -> Purpose:
        if any(step.within > self.depth for step in self.steps):
            raise ValueError("a step's `within` is beyond the purpose's `depth`")
        return self


class RelatedRules(Rule):
    """All purposes."""

    version: Literal[1]
    purposes: dict[str, Purpose]

    def purpose(self, name: str) -> Purpose:
        """The rules of a purpose. Raises BadInput naming the known ones."""
        try:
            return self.purposes[name]
        except KeyError:
            known = ", ".join(self.purposes)
            raise BadInput(f"There is no purpose {name[:50]!r}; known are {known}.", field="purpose") from None


def read_rules(text: str, where: str) -> RelatedRules:
    """The checked rules of a text. Raises BadInput naming the place at fault."""
    try:
        data: Any = YAML(typ="safe").load(text)
        return RelatedRules.model_validate(data)
    except YAMLError as error:
        raise BadInput(f"{where} is no valid YAML: {error}", field=where) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{where}: {place}: {first['msg']}", field=place) from error


@cache
def related_rules(file: Path | None = None) -> RelatedRules:
    """The rules of a file, or those that ship with Guanxi; read once."""
    if file is None:
        shipped = files("algorithms").joinpath("rules/related.yaml")
        return read_rules(shipped.read_text(encoding="utf-8"), "related.yaml")
    return read_rules(file_text(file), str(file))
