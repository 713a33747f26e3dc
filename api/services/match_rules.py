"""How records are matched, as data: `algorithms/rules/matching/person.yaml` and `company.yaml`, or a bank's own."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from api.services.rule_text import Rule, file_text, read_text
from graph.errors import BadInput

Kind = Literal["person", "company"]
FieldKind = Literal["name", "text", "day", "phone", "address", "email"]
LISTS: tuple[FieldKind, ...] = ("phone", "address")
"""Kinds of which a record may have several values."""
FORMS = ("core", "letters", "reading", "former")
"""What is made of a name, as further columns `FIELD_FORM`; `reading` and `former` are lists."""
LIST_FORMS = ("reading", "former")
_TESTS_OF: dict[str, tuple[str, ...]] = {
    "name": ("same", "same_core", "same_letters", "same_reading", "former", "edits", "similar", "exchanged"),
    "text": ("same", "edits", "similar"),
    "email": ("same", "edits", "similar"),
    "day": ("same", "edits", "days"),
    "phone": ("shared",),
    "address": ("shared",),
}
_Word = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=40)]
_Part = Annotated[Decimal, Field(gt=0, lt=1)]


class MatchField(Rule):
    """Something compared. called: names of columns; unless: a field in whose presence this one is left out."""

    kind: FieldKind
    called: tuple[str, ...] = Field(min_length=1)
    unless: _Word | None = None


class Part(Rule):
    """Something of a field to block on: its first letters, or all of it against another field of the other record."""

    field: _Word
    first: int | None = Field(default=None, ge=1, le=20)
    against: _Word | None = None

    @model_validator(mode="after")
    def _one(self) -> Part:
        if (self.first is None) == (self.against is None):
            raise ValueError("give either `first` or `against`")
        return self


Key = Annotated[
    Annotated[_Word, Tag("column")] | Annotated[Part, Tag("part")],
    Discriminator(lambda key: "column" if isinstance(key, str) else "part"),
]
Line = Annotated[tuple[Key, ...], Field(min_length=1)]


class Chances(Rule):
    """How likely a level is for two records of one party, and of two parties, before anything is learnt."""

    one: _Part
    two: _Part


class Level(Chances):
    """One level of agreement. most: of `edits` and `days`; at_least: of `similar` (Jaro-Winkler); of: the other field
    of `exchanged`."""

    test: Literal[
        "same",
        "same_core",
        "same_letters",
        "same_reading",
        "former",
        "edits",
        "similar",
        "days",
        "shared",
        "exchanged",
    ]
    words: str = Field(min_length=1, max_length=120)
    most: int | None = Field(default=None, ge=1)
    at_least: _Part | None = None
    of: _Word | None = None
    rare: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Level:
        if (self.most is not None) != (self.test in ("edits", "days")):
            raise ValueError("`most` belongs to `edits` and `days`, which need it")
        if (self.at_least is not None) != (self.test == "similar"):
            raise ValueError("`at_least` belongs to `similar`, which needs it")
        if (self.of is not None) != (self.test == "exchanged"):
            raise ValueError("`of` belongs to `exchanged`, which needs it")
        if self.rare and self.test != "same":
            raise ValueError("`rare` belongs to `same`")
        return self


class Comparison(Rule):
    """The levels of a field, the first that fits; `other` where none does."""

    field: _Word
    levels: tuple[Level, ...] = Field(min_length=1)
    other: Chances


class Expected(Rule):
    """How many pairs of a table are one party."""

    surely: tuple[Line, ...] = Field(min_length=1)
    found: _Part


class Learning(Rule):
    """How often fields agree. lines: each a set of pairs; stated: so many pairs the settings' chances count for."""

    lines: tuple[Line, ...]
    stated: int = Field(ge=1)


class MatchRules(Rule):
    """All of a file."""

    version: Literal[1]
    kind: Kind
    join_at: _Part
    ask_at: _Part
    hub: int = Field(ge=2, le=1_000)
    seed: int = Field(ge=0, lt=2**31)
    fields: dict[_Word, MatchField]
    blocking: tuple[Line, ...] = Field(min_length=1)
    expected: Expected
    learning: Learning
    comparisons: tuple[Comparison, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> MatchRules:
        if self.ask_at > self.join_at:
            raise ValueError(f"`ask_at` ({self.ask_at}) is above `join_at` ({self.join_at})")
        for name, field in self.fields.items():
            if field.unless and field.unless not in self.fields:
                raise ValueError(f"fields.{name}: `unless` names {field.unless!r}, which is no field")
        compared = [comparison.field for comparison in self.comparisons]
        for comparison in self.comparisons:
            if compared.count(comparison.field) > 1:
                raise ValueError(f"`comparisons` compares {comparison.field} twice")
            self._check_levels(comparison)
        columns = self.columns()
        parts = {"blocking": self.blocking, "learning": self.learning.lines, "expected.surely": self.expected.surely}
        for part, lines in parts.items():
            for key in (key for line in lines for key in line):
                _check_key(part, key, columns)
        return self

    def field_of(self, column: str) -> str:
        """The field that a column of `columns` is made of."""
        return column if column in self.fields else column.rpartition("_")[0]

    def _check_levels(self, comparison: Comparison) -> None:
        if comparison.field not in self.fields:
            known = ", ".join(self.fields)
            raise ValueError(f"`comparisons` names {comparison.field!r}, which is no field; fields are {known}")
        kind = self.fields[comparison.field].kind
        for level in comparison.levels:
            if level.test not in _TESTS_OF[kind]:
                known = ", ".join(_TESTS_OF[kind])
                raise ValueError(f"{comparison.field} is a {kind}, which can be tested by {known}, not {level.test}")
            if level.of and (level.of not in self.fields or self.fields[level.of].kind != "name"):
                raise ValueError(f"{comparison.field}: `of` names {level.of!r}, which is no name")

    def columns(self) -> dict[str, bool]:
        """Columns that lines may name, and whether each is a list."""
        found: dict[str, bool] = {}
        for name, field in self.fields.items():
            found[name] = field.kind in LISTS
            if field.kind == "name":
                found |= {f"{name}_{form}": form in LIST_FORMS for form in FORMS}
        return found


def _check_key(part: str, key: str | Part, columns: dict[str, bool]) -> None:
    for name in key_columns(key):
        if name not in columns:
            raise ValueError(f"`{part}` names {name!r}; it can name {', '.join(columns)}")
        if columns[name] and (part != "blocking" or isinstance(key, Part)):
            raise ValueError(f"`{part}` names {name}, of which a record may have several: only blocking can, whole")
    if isinstance(key, Part) and key.against and part != "blocking":
        raise ValueError(f"`{part}` cannot hold one field against another: only blocking can")


def key_columns(key: str | Part) -> list[str]:
    """The columns of a key."""
    if isinstance(key, str):
        return [key]
    return [key.field, key.against] if key.against else [key.field]


def read_match_rules(text: str, origin: str) -> MatchRules:
    """The checked settings of a text. Raises BadInput naming file, line, field, value and the way out."""
    found = read_text(text, origin)
    try:
        return MatchRules.model_validate(found.data)
    except ValidationError as error:
        raise found.fault(error) from error


@cache
def shipped_match_rules(kind: Kind) -> MatchRules:
    """The settings that ship with Guanxi for persons or companies."""
    text = files("algorithms").joinpath(f"rules/matching/{kind}.yaml").read_text(encoding="utf-8")
    return read_match_rules(text, f"{kind}.yaml")


def match_rules(name_or_path: str) -> MatchRules:
    """Shipped settings by name (person, company), or a bank's own by the path of its file (`.yaml` or `.yml`)."""
    if name_or_path == "person":
        return shipped_match_rules("person")
    if name_or_path == "company":
        return shipped_match_rules("company")
    file = Path(name_or_path)
    if file.suffix not in (".yaml", ".yml"):
        raise BadInput(
            f"There are no settings {name_or_path[:80]!r}: give person, company, or the path of a .yaml file.",
            field="settings",
            value=name_or_path[:80],
        )
    return read_match_rules(file_text(file, "settings"), str(file))
