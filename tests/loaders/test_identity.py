"""Who is who: by exact identifiers, never across person and company, the same whatever the order of rows."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import ids
from loaders.identity import SAME, SCHEMA, Identity, decide
from loaders.link_ids import party_ids


def record(record_id: str, **values: Any) -> dict[str, Any]:
    return dict.fromkeys(SCHEMA) | {"record_id": record_id, "kind": "company", "priority": 10} | values


def decided(*records: dict[str, Any]) -> Identity:
    return decide(pl.DataFrame(records, schema=SCHEMA))


def parties(*records: dict[str, Any]) -> dict[str, str]:
    return dict(decided(*records).assigned.select("record_id", "party_id").iter_rows())


def test_ids_of_a_column_are_those_of_single_keys() -> None:
    keys = ["a:t:1", "b:表:甲", ""]
    assert party_ids(pl.Series(keys)).to_list() == [ids.party_id(key) for key in keys]


def test_identifiers_chain() -> None:
    found = parties(
        record("a:t:1", uscc="U"), record("b:t:1", uscc="U", lei="L"), record("c:t:1", lei="L"), record("d:t:1")
    )
    assert len({found[r] for r in ("a:t:1", "b:t:1", "c:t:1")}) == 1
    assert found["d:t:1"] == ids.party_id("d:t:1")


def test_a_new_party_is_named_after_its_first_record_by_source_order() -> None:
    found = parties(record("a:t:1", uscc="U", priority=20), record("z:t:1", uscc="U", priority=10))
    assert set(found.values()) == {ids.party_id("z:t:1")}


def test_a_person_and_a_company_are_never_one() -> None:
    person = record("p:t:1", kind="person", certificate="ID:1")
    company = record("c:t:1", certificate="ID:1")
    assert len(set(parties(person, company).values())) == 2
    between = record("x:t:1", kind=None, same_as="p:t:1"), record("c:t:2", certificate="ID:1", same_as="x:t:1")
    found = parties(person, company, *between)
    assert found["p:t:1"] != found["c:t:1"] == found["c:t:2"]


def test_the_oldest_party_wins_and_the_other_is_joined() -> None:
    old = record("a:t:1", uscc="U", current_party="P-OLD", current_seq=1)
    young = record("b:t:1", uscc="U", current_party="P-AAA", current_seq=5)
    result = decided(young, old)
    assert set(result.assigned["party_id"]) == {"P-OLD"}
    assert result.joined.to_dicts() == [{"into": "P-OLD", "party_id": "P-AAA"}]


def test_of_equally_old_ones_the_smaller_id_wins() -> None:
    found = parties(
        record("a:t:1", uscc="U", current_party="P-B", current_seq=1),
        record("b:t:1", uscc="U", current_party="P-A", current_seq=1),
    )
    assert set(found.values()) == {"P-A"}


def test_a_party_that_parts_stays_with_the_record_it_was_named_after() -> None:
    name = ids.party_id("b:t:1")
    found = parties(
        record("a:t:1", uscc="X", priority=1, current_party=name, current_seq=1),
        record("b:t:1", uscc="Y", priority=9, current_party=name, current_seq=1),
    )
    assert found == {"a:t:1": ids.party_id("a:t:1"), "b:t:1": name}


def test_an_export_puts_its_records_back_together() -> None:
    ours = "P-ABCDEFGHIJKLMNOP"
    found = parties(record("a:t:1", given_party=ours), record("b:t:1", given_party=ours))
    assert set(found.values()) == {ours}
    existing = record("c:t:1", current_party=ours, current_seq=3)
    assert set(parties(record("a:t:1", given_party=ours), existing).values()) == {ours}


def test_what_joined_a_record_is_told() -> None:
    result = decided(
        record("a:t:1", uscc="U"), record("b:t:1", uscc="U"), record("c:t:1", same_as="a:t:1"), record("d:t:1")
    )
    by = dict(result.assigned.select("record_id", "by").iter_rows())
    assert by == {"a:t:1": "uscc", "b:t:1": "uscc", "c:t:1": "same_as", "d:t:1": "key"}


some = st.one_of(st.none(), st.sampled_from(["1", "2", "3"]))
values = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["person", "company"]),
        "priority": st.integers(1, 2),
        "uscc": some,
        "certificate": some,
        "lei": some,
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(values, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_parties_are_the_connected_sets_in_any_order(rows: list[dict[str, Any]], order: Any) -> None:
    records = [record(f"s:t:{n}", **row) for n, row in enumerate(rows)]
    sets = [{n} for n in range(len(rows))]
    changed = True
    while changed:
        changed = False
        for a, b in combinations(range(len(sets)), 2):
            if any(_same(records[i], records[j]) for i in sets[a] for j in sets[b]):
                sets[a] |= sets.pop(b)
                changed = True
                break
    expected: dict[str, str] = {}
    for one in sets:
        first = min((records[n]["priority"], records[n]["record_id"]) for n in one)[1]
        expected |= {records[n]["record_id"]: ids.party_id(first) for n in one}
    shuffled = list(records)
    order.shuffle(shuffled)
    assert parties(*shuffled) == expected


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    alike = any(one[c] is not None and one[c] == other[c] for c in ("uscc", "certificate", "lei"))
    return alike and one["kind"] == other["kind"]


def test_one_given_id_goes_to_one_set_and_never_to_a_person_and_a_company() -> None:
    person = record("p:t:1", kind="person", given_party="P-GIVEN")
    company = record("c:t:1", given_party="P-GIVEN")
    found = parties(person, company)
    assert found == {"c:t:1": "P-GIVEN", "p:t:1": ids.party_id("p:t:1")}
    neither = record("a:t:1", kind=None, given_party="P-GIVEN")
    assert len(set(parties(person, company, neither).values())) == 3


def test_a_given_id_goes_to_the_record_it_was_named_after() -> None:
    own = ids.party_id("p:t:1")
    found = parties(record("p:t:1", kind="person", given_party=own), record("c:t:1", given_party=own))
    assert found["p:t:1"] == own != found["c:t:1"]


def test_an_id_that_another_set_goes_by_is_not_made_again() -> None:
    own = ids.party_id("p:t:1")
    company = record("c:t:1", current_party=own, current_seq=1)
    found = parties(record("p:t:1", kind="person"), company)
    assert found["c:t:1"] == own != found["p:t:1"]


def test_a_code_makes_a_record_of_no_kind_a_company() -> None:
    found = parties(
        record("a:t:1", kind=None, uscc="U"), record("c:t:1", uscc="U"), record("p:t:1", kind="person", uscc="U")
    )
    assert found["a:t:1"] == found["c:t:1"] != found["p:t:1"]
    found = parties(record("a:t:1", kind=None, lei="L"), record("c:t:1", lei="L"))
    assert found["a:t:1"] == found["c:t:1"]


def alike(pairs: list[tuple[str, str]], *records: dict[str, Any]) -> Identity:
    return decide(pl.DataFrame(records, schema=SCHEMA), pl.DataFrame(pairs, schema=SAME, orient="row"))


def test_pairs_that_are_told_to_be_one_are_joined_and_part_when_it_is_told_no_more() -> None:
    old = record("a:t:1", current_party="P-A", current_seq=1)
    young = record("b:t:1", current_party="P-B", current_seq=2)
    result = alike([("a:t:1", "b:t:1"), ("b:t:1", "gone:t:9")], old, young)
    assert set(result.assigned["party_id"]) == {"P-A"}
    assert result.joined.rows() == [("P-A", "P-B")]
    assert set(result.assigned["by"]) == {"likeness"}
    one = {"current_party": ids.party_id("a:t:1"), "current_seq": 1}
    assert parties(record("a:t:1", **one), record("b:t:1", **one)) == {
        "a:t:1": ids.party_id("a:t:1"),
        "b:t:1": ids.party_id("b:t:1"),
    }


def test_a_person_and_a_company_told_to_be_one_stay_two() -> None:
    found = alike([("p:t:1", "c:t:1")], record("p:t:1", kind="person"), record("c:t:1")).assigned
    assert found["party_id"].n_unique() == 2
