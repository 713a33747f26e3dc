"""Places are stable, apart from each other, and around the focus."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from tests.viz.pictures import small_picture, star_picture
from viz.layout import hops_from, place
from viz.models import NetworkPicture


@pytest.mark.parametrize("picture", [small_picture(), star_picture(80)], ids=["small", "star"])
def test_the_order_of_rows_does_not_move_anything(picture: NetworkPicture) -> None:
    turned = replace(picture, nodes=picture.nodes[::-1], links=picture.links[::-1])
    assert place(picture) == place(turned)


@pytest.mark.parametrize("picture", [small_picture(), star_picture(30)], ids=["small", "star"])
def test_nobody_stands_on_anybody(picture: NetworkPicture) -> None:
    places = place(picture)
    assert places[picture.focus] == (0, 0)
    assert set(places) == {node.id for node in picture.nodes}
    nearest = min(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in combinations(places.values(), 2))
    assert nearest > 40


def test_hops_are_counted_from_the_focus_whatever_the_direction() -> None:
    hops = hops_from(small_picture())
    assert hops["P-C1"] == 0
    assert hops["P-N1"] == hops["P-C2"] == 1
    assert hops["P-C4"] == 2


def test_one_party_alone_and_parties_out_of_reach_have_places() -> None:
    alone = replace(small_picture(), nodes=small_picture().nodes[:1], links=())
    assert place(alone) == {"P-C1": (0, 0)}
    unlinked = replace(small_picture(), links=())
    assert len(set(place(unlinked).values())) == len(unlinked.nodes)
