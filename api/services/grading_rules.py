"""The score table that customers are graded by: `algorithms/rules/grading.yaml`, or a bank's own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from algorithms.grading import Band
from api.services.measures import Measure
from api.services.rule_text import Rule, file_text, read_text
from graph.errors import BadInput
from loaders.currencies import minor_digits

SHIPPED = "grading.yaml"
GradedBy = Measure | Literal["products", "years"]
COUNTED = ("products", "years")
"""Measures that are no money."""
Points = Annotated[int, Field(ge=0, le=1_000)]


class BandRule(Rule):
    """Points for values of `at_least` and more, in major units where they are money."""

    at_least: Decimal = Field(ge=0, le=10**15)
    points: Points


class MeasureRule(Rule):
    """The bands of one measure, ascending."""

    bands: tuple[BandRule, ...] = Field(min_length=1, max_length=50)
    unknown: Points = 0

    @field_validator("bands")
    @classmethod
    def _ascending(cls, bands: tuple[BandRule, ...]) -> tuple[BandRule, ...]:
        for before, after in pairwise(bands):
            if after.at_least <= before.at_least or after.points <= before.points:
                raise ValueError(
                    f"the band from {after.at_least} with {after.points} points follows the one from "
                    f"{before.at_least} with {before.points}; order bands so that both grow"
                )
        return bands


class GradeRule(Rule):
    """A grade, and the points from which it is given."""

    grade: str = Field(min_length=1, max_length=20)
    at_least: Points


Table = Annotated[Mapping[GradedBy, MeasureRule], Field(min_length=1)]


class GradingRules(Rule):
    """All of the file."""

    version: Literal[1]
    currency: str
    person: Table
    company: Table
    grades: tuple[GradeRule, ...] = Field(min_length=1, max_length=50)

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        if len(value) != 3 or not value.isascii() or not value.isupper():
            raise ValueError("give an ISO 4217 code such as CNY")
        return value

    @field_validator("grades")
    @classmethod
    def _descending(cls, grades: tuple[GradeRule, ...]) -> tuple[GradeRule, ...]:
        for before, after in pairwise(grades):
            if after.at_least >= before.at_least:
                told = f"{after.grade} from {after.at_least} points follows {before.grade} from {before.at_least}"
                raise ValueError(f"{told}; give the highest grade first")
        if (last := grades[-1]).at_least:
            raise ValueError(f"{last.grade}, the last grade, begins with {last.at_least} points; let it begin with 0")
        if len({one.grade for one in grades}) < len(grades):
            raise ValueError("a grade is given twice; leave one out")
        return grades

    @model_validator(mode="after")
    def _whole(self) -> GradingRules:
        for kind, table in (("person", self.person), ("company", self.company)):
            for measure, rule in table.items():
                for band in rule.bands:
                    if band.at_least.scaleb(self._digits(measure)) % 1:
                        raise ValueError(f"{kind}.{measure}: at_least {band.at_least} has more digits than it can have")
        return self

    def bands(self, kind: Literal["person", "company"], measure: GradedBy) -> tuple[Band, ...]:
        """The bands of a measure; money in minor units."""
        table: Mapping[GradedBy, MeasureRule] = getattr(self, kind)
        digits = self._digits(measure)
        return tuple(Band(int(band.at_least.scaleb(digits)), band.points) for band in table[measure].bands)

    def _digits(self, measure: GradedBy) -> int:
        return 0 if measure in COUNTED else minor_digits(self.currency)


@dataclass(frozen=True)
class GradingFile:
    """The score table, where it was read, and the text that it was read from, for the record of runs."""

    rules: GradingRules
    origin: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


def read_grading(text: str, origin: str) -> GradingFile:
    """The score table of a text. Raises BadInput naming file, line, field, value and way out."""
    told = read_text(text, origin)
    if not isinstance(told.data, dict):
        raise BadInput(f"{origin} holds no score table: it begins with `version: 1`.", field="grading")
    try:
        return GradingFile(GradingRules.model_validate(told.data), origin, text)
    except ValidationError as error:
        raise told.fault(error) from None


@cache
def grading_rules(file: Path | None = None) -> GradingFile:
    """The score table of a file, or the one that ships with Guanxi; read once."""
    if file is None:
        return read_grading(files("algorithms").joinpath(f"rules/{SHIPPED}").read_text(encoding="utf-8"), SHIPPED)
    return read_grading(file_text(file, "GUANXI_GRADING"), str(file))
