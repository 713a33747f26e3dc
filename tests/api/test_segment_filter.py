"""Filters as people write them: what is refused and how, what is kept, in words, and as computed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError

from algorithms.segments import All, AnyOf, Condition, Not
from api.services.segment_check import DEEPEST, MOST_CONDITIONS, checked_filter
from api.services.segment_fields import FIELDS, field_named
from api.services.segment_filter import FilterGiven, filter_of_file, filter_words, read_filter
from graph.errors import BadInput
from graph.store import View

NOBODY = cast(View, None)
"""No field of these tests is looked up."""


def kept(**given: Any) -> dict[str, Any]:
    return checked_filter(NOBODY, FilterGiven.model_validate(given))


def test_a_filter_is_kept_told_and_computed() -> None:
    filter = kept(
        all=[
            {"field": "kind", "is": "person"},
            {"any": [{"field": "age", "at_least": 30, "less_than": 40}, {"not": {"field": "tag", "in": ["a", "b"]}}]},
            {"field": "balance", "more_than": "100.50"},
            {"field": "customer_since", "at_most": "2024-12-31"},
            {"field": "opted_out", "is": False},
            {"field": "rating", "known": False},
        ]
    )
    assert filter_words(filter) == (
        "kind is person and ((age at least 30 and less than 40) or not (tag is one of a, b)) and balance more than CNY "
        "100.50 and customer since at most 2024-12-31 and opted out is no and rating is not known"
    )
    assert read_filter(filter) == All(
        (
            Condition("kind", "among", ("person",)),
            AnyOf(
                (
                    All((Condition("age", "at_least", (30,)), Condition("age", "less_than", (40,)))),
                    Not(Condition("tag", "among", ("a", "b"))),
                )
            ),
            Condition("balance:CNY", "more_than", (10_050,)),
            Condition("customer_since", "at_most", (20_088,)),
            Condition("opted_out", "among", (0,)),
            Not(Condition("rating", "known")),
        )
    )
    assert read_filter(kept(field="balance", at_least=1250.5)) == Condition("balance:CNY", "at_least", (125_050,))
    assert read_filter(kept(field="balance", at_least="-7", currency="JPY")) == Condition(
        "balance:JPY", "at_least", (-7,)
    )


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({}, "filter", "none of them"),
        ({"all": [], "field": "age"}, "filter", "all and field"),
        ({"all": []}, "filter.all", "is empty"),
        ({"any": [{"field": "agee", "is": 3}]}, "filter.any[0].field", "did you mean 'age'?"),
        ({"not": {"field": "colour", "is": "red"}}, "filter.not.field", "Known are kind, role"),
        ({"field": "age"}, "filter", "asks nothing of age; give is, in, at_least"),
        ({"field": "age", "is": "old"}, "filter.is", "give a whole number"),
        ({"field": "age", "is": True}, "filter.is", "give a whole number"),
        ({"field": "age", "at_least": 2**70}, "filter.at_least", "give a whole number"),
        ({"field": "age", "at_least": 3, "currency": "CNY"}, "filter.currency", "age (whole number) does not take"),
        ({"field": "kind", "is": "dog"}, "filter.is", "give person, company"),
        ({"field": "kind", "at_least": "a"}, "filter.at_least", "it takes is, in, known"),
        ({"field": "tag", "in": ["x", ""]}, "filter.in[1]", "give a text"),
        ({"field": "tag", "in": []}, "filter.in", "names 0 values"),
        ({"field": "customer_since", "at_least": "soon"}, "filter.at_least", "a day such as 2024-12-31"),
        ({"field": "balance", "at_least": "1.005"}, "filter.at_least", "an amount in major units"),
        ({"field": "balance", "at_least": "NaN"}, "filter.at_least", "an amount in major units"),
        ({"field": "balance", "at_least": "1e400"}, "filter.at_least", "an amount in major units"),
        ({"field": "balance", "at_least": "1e999999"}, "filter.at_least", "an amount in major units"),
        ({"field": "balance", "at_least": float("nan")}, "filter.at_least", "an amount in major units"),
        ({"field": "balance", "at_least": 0.1 + 0.2}, "filter.at_least", "an amount in major units"),
        ({"field": "age", "at_least": 1.5}, "filter.at_least", "a whole number"),
        ({"field": "customer_since", "at_least": 2024.0}, "filter.at_least", "a day such as"),
        ({"field": "tag", "is": 1.5}, "filter.is", "a text"),
        ({"field": "balance", "currency": "CNY"}, "filter", "asks nothing of balance"),
        ({"field": "balance", "at_least": 1, "currency": "XXY"}, "filter.currency", "ISO 4217"),
        ({"field": "listed", "is": "yes"}, "filter.is", "give true or false"),
        ({"is": 3, "all": [{"field": "age", "is": 3}]}, "filter", "has is without a field"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(given: dict[str, Any], field: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        kept(**given)
    assert refused.value.field == field
    assert told in str(refused.value)


def test_a_filter_without_end_is_refused() -> None:
    deep: dict[str, Any] = {"field": "age", "is": 3}
    for _ in range(DEEPEST + 1):
        deep = {"not": deep}
    for given in (deep, {"any": [{"field": "age", "is": 3}] * MOST_CONDITIONS}):
        with pytest.raises(BadInput, match="make it simpler"):
            kept(**given)


def test_a_file_holds_days_and_decimals_as_yaml_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "filter.yaml"
    file.write_text(
        "all:\n  - {field: customer_since, at_least: 2024-01-31}\n  - {field: balance, at_least: 1250.50}\n",
        encoding="utf-8",
    )
    assert checked_filter(NOBODY, filter_of_file(file))["all"][1] == {
        "field": "balance",
        "currency": "CNY",
        "at_least": "1250.50",
    }
    for text, told in (
        ("all:\n  - {feild: age, is: 3}\n", "line 2: all.0.feild is not known here"),
        ("field: [age\n", "no valid YAML"),
        ("- 3\n", "line 1"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=told):
            filter_of_file(file)


def test_every_field_says_what_it_is() -> None:
    assert all(field.doc for field in FIELDS.values())


def test_the_page_names_every_field_and_its_filter_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/segments.md").read_text(encoding="utf-8")
    table = page[page.index("| field |") : page.index("A field that is not known")]
    assert {name for name in FIELDS if f"`{name}`" not in table} == set()
    file = tmp_path / "filter.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert len(filter_of_file(file).all or []) == 5


@pytest.mark.parametrize("value", [None, [], {}, ["a"]])
def test_a_value_is_one_value(value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        FilterGiven.model_validate({"any": [{"field": "tag", "in": [value]}]})
    (error,) = refused.value.errors()
    assert (error["loc"], error["msg"]) == (
        ("any", 0, "in", 0), "give one value: a text, a number, true or false"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"), [("tga", "; did you mean 'tag'? Known are kind, "), ("zzz", "; known are kind, ")]
)
def test_an_unknown_field_is_refused_with_the_nearest_and_the_list(name: str, told: str) -> None:
    with pytest.raises(BadInput, match=re.escape(f"filter.field is {name!r}, which is no field of a segment{told}")):
        field_named(name, "filter.field")
