"""A household or family is found by its id, or by a party in it, on the hand-made bank."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.services.find_home import one_home
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Store
from tests.contract.answering import fill
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    """Chen (陈志远) and Lin are one household; Chen is of two families, P-HOLD of one; Zhang lives alone."""
    with fill(connection) as store:
        bank = Bank()
        bank.node("Household", "H-1", head_id="P-CHEN", size=2)
        for key, role in (("P-CHEN", "head"), ("P-LIN", "member")):
            bank.link("MEMBER_OF", key, "H-1", "Party:Household", role=role, reasons=[])
        for family, head in (("F-1", "P-CHEN"), ("F-2", "P-LIN")):
            bank.node("Family", family, head_id=head, size=2)
            for key in ("P-CHEN", "P-LIN"):
                role = "head" if key == head else "member"
                bank.link("MEMBER_OF", key, family, "Party:Family", role=role, reasons=[])
        bank.link("MEMBER_OF", "P-HOLD", "F-1", "Party:Family", role="company", reasons=[])
        bank.load(store, "homes")
        yield store


def test_a_home_is_found_by_its_id_and_by_who_belongs_to_it(store: Store) -> None:
    view = store.view()
    by_id, told = one_home(view, "household", "H-1")
    assert (by_id.id, told) == ("H-1", None)
    assert one_home(view, "household", "P-LIN") == (by_id, None)
    assert one_home(view, "household", "陈志远") == (by_id, "陈志远: 陈志远 (P-CHEN)")
    assert one_home(view, "family", "P-OLD")[0].id == "F-1"  # joined into P-HOLD


def test_of_several_families_one_is_to_be_chosen(store: Store) -> None:
    with pytest.raises(BadInput) as told:
        one_home(store.view(), "family", "陈志远")
    first, *listed, last = str(told.value).splitlines()
    assert first == "陈志远 (P-CHEN) is in several families:"
    assert [line.split()[0] for line in listed] == ["F-1", "F-2"]
    assert "head 陈志远, members: 3" in listed[0]
    assert last == "Give one of the ids."


def test_what_means_no_home_is_told_with_the_way_out(store: Store) -> None:
    view = store.view()
    with pytest.raises(NotFound, match=r"\(P-ZHANG\) is in no household: .*`guanxi show PARTY` tells who is in which"):
        one_home(view, "household", "P-ZHANG")
    with pytest.raises(NotFound, match="No family has the id 'H-1', and nobody is found by it; `guanxi show PARTY`"):
        one_home(view, "family", "H-1")
    with pytest.raises(BadInput, match="Several parties are meant by '邻居'"):
        one_home(view, "household", "邻居")
