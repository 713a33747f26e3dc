"""Pictures refuse what contradicts itself, and are read from an answer of the API."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest

from tests.viz.pictures import small_picture
from viz.models import PictureLink, PictureNode, read_picture


def test_the_focus_must_be_drawn() -> None:
    with pytest.raises(ValueError, match="focus 'P-none'"):
        replace(small_picture(), focus="P-none")


def test_a_link_must_end_at_nodes() -> None:
    loose = PictureLink("L", "OWNS", "P-C1", "P-none")
    with pytest.raises(ValueError, match="'P-none'"):
        replace(small_picture(), links=(loose,))


def test_a_status_must_be_one_of_three() -> None:
    odd = PictureLink("L", "OWNS", "P-N1", "P-C1", status="maybe")
    with pytest.raises(ValueError, match="maybe"):
        replace(small_picture(), links=(odd,))


def test_an_answer_with_more_fields_than_a_picture_is_read() -> None:
    picture = small_picture()
    answer = asdict(picture) | {"as_of": "2026-11-20", "caps": [], "depth": 2}
    first, *rest = answer["links"]
    answer["links"] = [first | {"until": None, "since": "2020-01-31"}, *rest]
    read = read_picture(answer)
    assert read.links[0].since == date(2020, 1, 31)
    assert replace(read, links=picture.links) == picture
    assert read.focus_node.name == "浙江远洋控股有限公司"


def test_nulls_of_an_answer_are_the_defaults() -> None:
    answer = asdict(small_picture())
    first, *rest = answer["nodes"]
    answer["nodes"] = [first | {"name_en": None, "hops": None}, *rest]
    assert read_picture(answer).nodes[0] == PictureNode(
        "P-C1", "浙江远洋控股有限公司", None, roles=("Customer",), is_focus=True
    )
