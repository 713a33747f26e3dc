"""What-ifs on holdings that several sources tell: of one pair the first source counts, and nothing is ever added up."""

from __future__ import annotations

from typing import Any

import pytest

from api.services.weakest import weakest
from api.services.what_if import WhatIfAnswer
from graph.errors import BadInput
from tests.api.small_world import SmallView, world, worlds_of
from tests.api.test_weakest import group_of
from tests.api.test_what_if import ask

CORE, REGISTRY = "OWNS-AB", "OWNS-AB2"


def told(**registry: Any) -> SmallView:
    """A holds 60% of B by the core system, which comes first, and what is said here by the registry."""
    return SmallView(links={REGISTRY: registry})


def is_split(answer: WhatIfAnswer) -> bool:
    """Whether A and B are a group before, and none after."""
    found = {tuple(one.party_id for one in group.heads): group for group in answer.groups if group.kind == "control"}
    return ("A",) in found and found["A",].size_after == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"do": "change_link", "share": "0.5"}, "confirmed"),
        ({"do": "confirm"}, "flagged"),
        ({"do": "confirm"}, "confirmed"),
        ({"do": "rebut"}, "confirmed"),
        ({"do": "remove_link"}, "confirmed"),
    ],
)
def test_a_holding_that_does_not_count_is_not_changed_and_the_one_that_counts_is_named(
    change: dict[str, Any], status: str
) -> None:
    with pytest.raises(BadInput, match=r"OWNS-AB2 of registry does not count: .* core with OWNS-AB\.$") as raised:
        ask(
            {"do": "repay_facility", "facility": "F-X"},
            {**change, "link": REGISTRY},
            view=told(share=0.45, status=status),
        )
    assert raised.value.field == "changes[1].link"


def test_where_the_first_source_tells_it_no_more_the_next_one_counts() -> None:
    kept = ask({"do": "rebut", "link": CORE}, view=told(share=0.55))
    assert not any(group.differs for group in kept.groups)
    assert kept.because[1].text == "in place of what core tells, OWNS-AB2 of registry counts"
    split = ask({"do": "rebut", "link": CORE}, view=told(share=0.45))
    assert is_split(split)
    assert len(split.because) == 2


def test_two_sources_that_tell_the_same_are_told_apart() -> None:
    assert not any(group.differs for group in ask({"do": "rebut", "link": CORE}, view=told(share=0.6)).groups)
    with pytest.raises(BadInput, match="does not count"):
        ask({"do": "rebut", "link": REGISTRY}, view=told(share=0.6))


@pytest.mark.parametrize("first", [CORE, REGISTRY])
def test_both_are_taken_away_in_either_order(first: str) -> None:
    second = REGISTRY if first == CORE else CORE
    answer = ask(*({"do": "rebut", "link": link} for link in (first, second)), view=told(share=0.55))
    assert is_split(answer)
    assert len(answer.because) == 1


ADDED = {"do": "add_link", "type": "OWNS", "from": "A", "to": "B", "share": "0.3"}


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ({}, r"A holds 60% of B: OWNS-AB of core says so already; change that one \(change_link\), or take it away"),
        ({CORE: {"status": "flagged"}}, r"A holds 60% of B \[flagged\]: OWNS-AB of core .*; confirm that one"),
        ({CORE: {"status": "rebutted"}}, r"\[rebutted\]: OWNS-AB of core says so already; confirm that one"),
        ({CORE: {"valid_to": 1}, REGISTRY: {"share": 0.2}}, "A holds 20% of B: OWNS-AB2 of registry says so already"),
    ],
)
def test_a_second_holding_of_one_pair_is_refused_and_the_first_is_named(
    links: dict[str, dict[str, Any]], said: str
) -> None:
    with pytest.raises(BadInput, match=said) as raised:
        ask({"do": "repay_facility", "facility": "F-X"}, ADDED, view=SmallView(links=links))
    assert (raised.value.field, raised.value.value) == ("changes[1].to", "B")


def test_a_holding_takes_the_place_of_those_that_are_taken_away_in_either_order() -> None:
    away = {"do": "remove_link", "link": CORE}
    for changes in ([away, ADDED], [ADDED, away]):
        assert is_split(ask(*changes))
    with pytest.raises(BadInput, match="OWNS-AB2 of registry says so already"):
        ask(away, ADDED, view=told(share=0.55))
    assert is_split(ask(away, ADDED, {"do": "rebut", "link": REGISTRY}, view=told(share=0.55)))
    with pytest.raises(BadInput, match="OWNS-AB of core says so already"):
        ask({"do": "change_link", "link": CORE, "share": "0.5"}, ADDED)


def test_two_new_holdings_of_one_pair_are_refused() -> None:
    new = {**ADDED, "to": "X"}
    with pytest.raises(BadInput, match=r"changes\[1\]\.to: an earlier change adds a holding of this pair already"):
        ask(new, {**new, "share": "0.4"})


def test_the_link_that_counts_is_changed_alone() -> None:
    change = {"do": "change_link", "link": CORE}
    assert is_split(ask({**change, "share": "0.5"}, view=told(share=0.45)))
    assert not any(one.differs for one in ask({**change, "share": "0.51"}, view=told(share=0.45)).groups)


def test_a_flagged_holding_of_a_better_source_takes_the_place_of_the_others() -> None:
    view = SmallView(links={CORE: {"source": "crm"}, REGISTRY: {"status": "flagged", "share": 0.3}})
    assert is_split(ask({"do": "confirm", "link": REGISTRY}, view=view))


def test_a_second_row_of_the_source_that_counts_is_added() -> None:
    view = SmallView(
        links={REGISTRY: {"share": 0.1}, "OWNS-AB3": {"status": "flagged", "share": 0.1, "source": "core"}}
    )
    halved = {"do": "change_link", "link": CORE, "share": "0.45"}
    assert is_split(ask(halved, view=view))
    assert not any(one.differs for one in ask(halved, {"do": "confirm", "link": "OWNS-AB3"}, view=view).groups)


def test_the_weakest_links_say_that_all_sources_of_a_holding_go_together() -> None:
    answer = weakest(told(share=0.55), worlds_of(world(1)), group_of(2))  # type: ignore[arg-type]
    (link,) = answer.questions[0].sets[0].links
    assert (link.link_ids, link.sources) == ([CORE, REGISTRY], ["core", "registry"])
    flagged = weakest(told(share=0.55, status="flagged"), worlds_of(world(1)), group_of(2))  # type: ignore[arg-type]
    assert flagged.questions[0].sets[0].links[0].sources == []
