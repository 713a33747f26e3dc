"""What a what-if understands, what it refuses and how it says so, and what comes out of links that change."""

from __future__ import annotations

from typing import Any

import pytest

from api.services.run_change import Change
from api.services.what_if import LimitTestTold, WhatIfAnswer, what_if
from api.services.what_if_changes import read_changes
from api.services.what_if_question import WhatIfQuestion, read_question
from api.services.words import ratio_told
from graph.errors import BadInput, NotFound
from tests.api.small_world import SmallView, world, worlds_of


def ask(*changes: dict[str, Any], view: SmallView | None = None, **tables: list[dict[str, Any]]) -> WhatIfAnswer:
    question = WhatIfQuestion.model_validate({"changes": list(changes)})
    return what_if(view or SmallView(), worlds_of(world(**tables)), question)  # type: ignore[arg-type]


def figures(answer: WhatIfAnswer, head: str, status: str = "firm") -> list[str | None]:
    """The ratios of China's test of a group before and after, over the groups with this head."""
    found: list[str | None] = [None, None]
    for group in answer.groups:
        for one in group.tests if [each.party_id for each in group.heads] == [head] else ():
            if (one.rules, one.test, one.status) == ("cn-large-exposure", "group-exposure", status):
                found = [
                    side.ratio if side else known for side, known in zip((one.before, one.after), found, strict=True)
                ]
    return found


OWNS = {"do": "add_link", "type": "OWNS", "from": "A", "to": "X", "share": "0.3"}
DEPENDS = {"do": "add_link", "type": "DEPENDS_ON", "from": "X", "to": "E"}
LOAN = {"do": "add_facility", "borrowers": ["B"], "amount": "0.30"}
REFUSED = [
    ({**OWNS, "share": "1.3"}, BadInput, "share", "1.3 is 130"),
    ({**OWNS, "share": "-0.1"}, BadInput, "share", "above 0"),
    ({**OWNS, "share": "0.0000000001"}, BadInput, "share", "nine decimals"),
    ({**OWNS, "share": None}, BadInput, "share", "which share"),
    ({**OWNS, "to": "A"}, BadInput, "to", "same party"),
    ({**OWNS, "to": "Q"}, NotFound, "to", "nobody is known by 'Q'"),
    ({**OWNS, "from": " "}, BadInput, "from", "give a party"),
    ({**OWNS, "type": "KNOWS"}, BadInput, "type", "OWNS, CONTROLS, DEPENDS_ON, GUARANTEES"),
    (
        {**DEPENDS, "criterion": "nonsense"},
        BadInput,
        "criterion",
        "'nonsense' is no criterion of dependence; give one of rec",
    ),
    (
        {**DEPENDS, "criterion": ""},
        BadInput,
        "criterion",
        "receipts, expenditure, guarantee, repayment, funding, same_",
    ),
    ({**OWNS, "amount": "1"}, BadInput, "amount", "OWNS takes no `amount`"),
    ({**OWNS, "drawn": "1"}, BadInput, "drawn", "add_link takes no `drawn`"),
    ({**LOAN, "amount": "-5"}, BadInput, "amount", "0 or more"),
    ({**LOAN, "amount": "0.301"}, BadInput, "amount", "CNY has 2 decimals"),
    ({**LOAN, "amount": "9e30"}, BadInput, "amount", "more than can be owed"),
    ({**LOAN, "currency": "XXQ"}, BadInput, "currency", "no currency of ISO 4217"),
    ({**LOAN, "currency": "JPY"}, BadInput, "currency", "no rate for JPY"),
    ({**LOAN, "borrowers": []}, BadInput, "borrowers", "who owes"),
    ({**LOAN, "borrowers": ["A", "Q"]}, NotFound, "borrowers[1]", "nobody"),
    ({"do": "change_facility", "facility": "F-9", "amount": "1"}, NotFound, "facility", "no contract 'F-9'"),
    ({"do": "change_facility", "facility": "F-B"}, BadInput, "amount", "say what changes"),
    ({"do": "change_facility", "facility": "F-B", "amount": "1", "currency": "EUR"}, BadInput, "currency", "rate"),
    ({"do": "rebut", "link": "OWNS-QQ"}, NotFound, "link", "never was, or it was withdrawn"),
    ({"do": "rebut", "link": "KIN_OF-AB"}, BadInput, "link", "no id of a link that can be changed here"),
    ({"do": "rebut"}, BadInput, "link", "give the id"),
    ({"do": "rebut", "link": "OWNS-AB", "share": "0.2"}, BadInput, "share", "rebut takes no `share`"),
    ({"do": "confirm", "link": "OWNS-AB"}, BadInput, "link", "confirmed, and counts, already"),
    ({"do": "change_link", "link": "OWNS-AB", "share": "2"}, BadInput, "share", "200"),
    ({"do": "change_link", "link": "DEPENDS_ON-DB", "share": "0.2"}, BadInput, "share", "DEPENDS_ON takes no `share`"),
]


@pytest.mark.parametrize(("change", "error", "name", "said"), REFUSED)
def test_what_cannot_be_asked_is_named_by_its_place(
    change: dict[str, Any], error: type[BadInput], name: str, said: str
) -> None:
    with pytest.raises(BadInput) as raised:
        ask({"do": "repay_facility", "facility": "F-X"}, change)
    assert type(raised.value) is error
    assert raised.value.field == f"changes[1].{name}"
    assert said in str(raised.value)


def test_a_retired_link_is_said() -> None:
    retired = SmallView(links={"OWNS-AB": {"valid_to": 19_000}})
    with pytest.raises(BadInput, match=r"changes\[0\].link: OWNS-AB is retired: .*it ends 2022-01-08"):
        ask({"do": "remove_link", "link": "OWNS-AB"}, view=retired)


@pytest.mark.parametrize("do", ["rebut", "remove_link"])
def test_a_dependence_that_is_rebutted_already_is_not_taken_away_again(do: str) -> None:
    rebutted = SmallView(links={"DEPENDS_ON-DB": {"status": "rebutted"}})
    told = {"link": "DEPENDS_ON-DB", "dependent": 2, "provider": 1}
    for more in ([], [{**told, "link": "DEPENDS_ON-DB2", "status": 1}]):
        with pytest.raises(BadInput, match=r"DEPENDS_ON-DB is rebutted already: .* `confirm` lets it count") as raised:
            ask({"do": do, "link": "DEPENDS_ON-DB"}, view=rebutted, dependence=[{**told, "status": 2}, *more])
        assert (raised.value.field, raised.value.value) == ("changes[0].link", "DEPENDS_ON-DB")
    with pytest.raises(BadInput, match="was not counted by run-1"):
        ask({"do": do, "link": "DEPENDS_ON-DB"}, dependence=[{**told, "criterion": "funding"}])


def test_a_dependence_that_was_rebutted_after_the_run_is_what_it_counted() -> None:
    since = SmallView(links={"DEPENDS_ON-DB": {"status": "rebutted"}})
    assert any(one.differs for one in ask({"do": "rebut", "link": "DEPENDS_ON-DB"}, view=since).groups)
    told = {"link": "DEPENDS_ON-DB", "dependent": 2, "provider": 1, "status": 2}
    again = ask({"do": "confirm", "link": "DEPENDS_ON-DB"}, view=since, dependence=[told])
    assert figures(again, "A") == ["0.13", "0.21"]


@pytest.mark.parametrize("first", ["rebut", "confirm"])
def test_two_changes_of_one_link_or_contract_are_refused(first: str) -> None:
    with pytest.raises(BadInput, match="an earlier change speaks of"):
        ask({"do": first, "link": "DEPENDS_ON-DB"}, {"do": "rebut", "link": "DEPENDS_ON-DB"})
    with pytest.raises(BadInput, match="an earlier change speaks of"):
        ask(*[{"do": "repay_facility", "facility": "F-X"}] * 2)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"changes": [{"do": "rebut"}, {"do": "add_link", "share": "a lot"}]}', "changes[1].share"),
        ('{"changes": [{"do": "undo"}]}', "changes[0].do"),
        ('{"changes": [{"do": "rebut", "lnk": "x"}]}', "changes[0].lnk"),
        ('{"changes": []}', "changes"),
        ("{", None),
    ],
)
def test_a_file_that_cannot_be_read_names_the_place(text: str, field: str | None) -> None:
    with pytest.raises(BadInput, match="changes" if field else "no JSON") as raised:
        read_question(text)
    assert raised.value.field == field


def test_a_share_that_is_no_number_is_told_what_to_write() -> None:
    with pytest.raises(BadInput, match=r"changes\[0\]\.share is '130%'; give a number, such as 0\.3\."):
        read_question('{"changes": [{"do": "add_link", "share": "130%"}]}')


def test_a_holding_that_is_enough_makes_one_group_of_two() -> None:
    answer = ask({**OWNS, "share": "0.51"})
    (grown,) = (group for group in answer.groups if group.joining and group.kind == "control")
    assert ({one.party_id for one in grown.joining}, [one.party_id for one in grown.heads]) == ({"A", "B"}, ["A"])
    assert figures(answer, "A")[1] == "0.22"


def test_a_holding_that_is_not_enough_changes_nothing() -> None:
    answer = ask({**OWNS, "share": "0.5"})
    assert answer.groups
    assert not any(group.differs for group in answer.groups)


def test_holdings_above_one_by_the_change_are_told_and_used() -> None:
    over = "holdings of {} together by the change, above 100%; they are used for control as they are, as in a run"
    second = {**OWNS, "from": "A", "to": "D"}
    assert ask({**second, "share": "0.51"}).omitted == ["Company D: " + over.format("111%")]
    assert ask({**second, "share": "0.4"}).omitted == []
    assert ask({**second, "share": "0.51"}, {"do": "remove_link", "link": "OWNS-XD"}).omitted == []
    both = ask(
        {**second, "share": "0.400000003"}, {**second, "to": "E", "share": "0.2"}, {**second, "to": "B", "from": "E"}
    )
    assert both.omitted == ["Company D: " + over.format("100.0000003%")]
    grown = ask({**second, "share": "0.4"}, {"do": "change_link", "link": "OWNS-XD", "share": "0.7"})
    assert grown.omitted == ["Company D: " + over.format("110%")]


def test_a_holding_taken_away_parts_a_group_and_one_changed_keeps_it() -> None:
    parted = ask({"do": "remove_link", "link": "OWNS-XD"})
    assert any({one.party_id for one in group.leaving} == {"X"} or not group.size_after for group in parted.groups)
    kept = ask({"do": "change_link", "link": "OWNS-XD", "share": "0.501"})
    assert not any(group.differs for group in kept.groups)


def test_confirming_dependence_makes_the_potential_figure_firm() -> None:
    answer = ask({"do": "confirm", "link": "DEPENDS_ON-DB"})
    assert figures(answer, "A") == ["0.13", "0.21"]
    assert figures(answer, "A", "potential") == ["0.21", None]
    assert {one.party_id for group in answer.groups for one in group.becoming_firm} <= {"D", "E"}


def test_dependence_added_and_control_declared_count() -> None:
    both = ask({"do": "add_link", "type": "DEPENDS_ON", "from": "X", "to": "E"})
    assert any(one.differs for one in both.groups)
    declared = ask({"do": "add_link", "type": "CONTROLS", "from": "A", "to": "X", "basis": "agreement"})
    assert figures(declared, "A")[1] == "0.22"


def test_a_repaid_and_a_larger_contract_move_the_figures() -> None:
    assert figures(ask({"do": "repay_facility", "facility": "F-B"}), "A") == ["0.13", "0.08"]
    larger = ask({"do": "change_facility", "facility": "F-B", "amount": "1.00", "drawn": "1.00"})
    assert figures(larger, "A") == ["0.13", "0.18"]
    assert [one.party.party_id for one in larger.parties] == ["B"]
    assert {test.article != "" for test in larger.parties[0].tests} == {True}


def test_more_drawn_than_granted_counts_as_in_a_run_and_is_told() -> None:
    over = "drawn CNY 2.00 is more than the limit, CNY 1.00; what is drawn counts, as in a run"
    for change in ({**LOAN, "amount": "1"}, {"do": "change_facility", "facility": "F-B", "amount": "1"}):
        answer = ask({"do": "repay_facility", "facility": "F-X"}, {**change, "drawn": "2"})
        assert answer.omitted == [f"changes[1].drawn: {over}"]
        assert figures(answer, "A")[1] == ("0.33" if change["do"] == "add_facility" else "0.28")
    assert ask({"do": "change_facility", "facility": "F-B", "amount": "0.30"}).omitted == [
        "changes[0].drawn: drawn CNY 0.50 is more than the limit, CNY 0.30; what is drawn counts, as in a run"
    ]
    for within in ({"amount": "2", "drawn": "2"}, {"amount": "2"}):
        assert ask({**LOAN, **within}).omitted == []
    assert ask({"do": "repay_facility", "facility": "F-B"}).omitted == []


def test_a_guarantee_is_thought_up_and_taken_away() -> None:
    guaranteed = {"do": "add_link", "type": "GUARANTEES", "from": "X", "to": "B", "amount": "0.30", "facility": "F-B"}
    answer = ask(guaranteed)
    assert {head.party_id for group in answer.groups for head in group.heads} >= {"A", "X"}
    assert ask({"do": "remove_link", "link": "GUARANTEES-AB"}).groups


X_INSIDER = [{"party": 4, "bank_role": "insider"}]
"""X controls D and E: the three are related to the bank, and owe it 90 together; net capital is 1,000."""


def sides(tests: list[LimitTestTold]) -> dict[str, list[tuple[str | None, str] | None]]:
    """(ratio, state) before and after, by test, of what the bank may lend its related parties."""
    return {
        one.test: [None if side is None else (side.ratio, side.state) for side in (one.before, one.after)]
        for one in tests
        if one.rules == "cn-related-party"
    }


def test_a_loan_to_a_related_party_moves_its_tests_those_of_its_group_and_of_all_together() -> None:
    answer = ask({"do": "add_facility", "borrowers": ["D"], "amount": "0.80"}, institutions=X_INSIDER)
    (d,) = (one for one in answer.parties if one.party.party_id == "D")
    assert sides(d.tests) == {"single": [("0.06", "within"), ("0.14", "breach")]}
    (group,) = (one for one in answer.groups if one.kind == "control" and one.heads[0].party_id == "X")
    assert sides(group.tests) == {"group": [("0.09", "within"), ("0.17", "breach")]}
    assert sides(answer.together) == {"all": [("0.09", "within"), ("0.17", "within")]}
    assert answer.related == []
    assert "cn-related-party" in answer.because[0].text


def test_who_becomes_related_to_the_bank_counts_with_what_it_controls() -> None:
    answer = ask({**OWNS, "from": "X", "to": "A", "share": "0.6"}, institutions=X_INSIDER)
    (moved,) = answer.related
    assert ([one.party_id for one in moved.becoming], moved.ceasing) == (["A", "B"], [])
    assert sides(answer.together) == {"all": [("0.09", "within"), ("0.22", "within")]}


def test_who_is_related_to_the_bank_no_more_counts_no_more() -> None:
    answer = ask({"do": "rebut", "link": "OWNS-XD"}, institutions=X_INSIDER)
    (moved,) = answer.related
    assert ([one.party_id for one in moved.ceasing], moved.becoming) == (["D", "E"], [])
    assert sides(answer.together) == {"all": [("0.09", "within"), ("0.01", "within")]}
    tests = {one.party.party_id: sides(one.tests) for one in answer.parties}
    assert tests["D"] == {"single": [("0.06", "within"), None]}


def test_who_comes_to_hold_5_percent_of_the_bank_is_related_with_what_it_controls() -> None:
    stake = {**OWNS, "from": "A", "to": "X"}
    bank = [{"party": 4, "bank_role": "self"}]
    assert ask({**stake, "share": "0.049999999"}, institutions=bank).related == []
    (moved,) = ask({**stake, "share": "0.05"}, institutions=bank).related
    assert [one.party_id for one in moved.becoming] == ["A", "B"]


def test_a_group_that_a_source_declares_is_tested_before_and_after_too() -> None:
    """B and X, 60 together of 1,000: nobody controls the other, and nothing but the source holds them together."""
    declared = [{"group_id": "GR", "party": 1}, {"group_id": "GR", "party": 4}]
    answer = ask({**LOAN, "amount": "1.20"}, declared=declared)
    (group,) = (one for one in answer.groups if one.kind == "declared")
    assert (group.group_id, group.heads, group.size_before, group.size_after, group.differs) == ("GR", [], 2, 2, True)
    (one,) = (one for one in group.tests if one.test == "group-exposure")
    assert one.status == "declared"
    sides = [(side.ratio, side.state) for side in (one.before, one.after) if side]
    assert sides == [("0.06", "within"), ("0.18", "warning")]


def test_a_declared_group_that_the_change_does_not_touch_is_not_told() -> None:
    answer = ask(LOAN, declared=[{"group_id": "GR", "party": 3}, {"group_id": "GR", "party": 4}])
    assert [one for one in answer.groups if one.kind == "declared"] == []


def read(*changes: dict[str, Any], view: SmallView | None = None, **tables: list[dict[str, Any]]) -> Change:
    """The rows that go and come."""
    question = WhatIfQuestion.model_validate({"changes": list(changes)})
    return read_changes(view or SmallView(), world(**tables), question)  # type: ignore[arg-type]


TERMS = {"day": 19_000, "until": 20_500}


def test_a_guarantee_of_another_amount_keeps_its_terms() -> None:
    held = {"link": "GUARANTEES-XB", "guarantor": 4, "debtor": 1, "amount": 5, "facility": 1, **TERMS}
    view = SmallView(links={"GUARANTEES-XB": {"amount": 5, "currency": "CNY", "valid_to": 20_500}})
    changed = read({"do": "change_link", "link": "GUARANTEES-XB", "amount": "0.30"}, view=view, guarantees=[held])
    assert changed.removed["guarantees"].tolist() == [0]
    assert changed.added["guarantees"].row(0, named=True) == {**held, "amount": 30, "currency": "CNY"}


def test_a_flagged_guarantee_is_confirmed_with_its_terms() -> None:
    link = {"status": "flagged", "amount": 5, "currency": "CNY", "facility_id": "F-B", "valid_from": 19_000}
    view = SmallView(links={"GUARANTEES-XB": {**link, "valid_to": 20_500}})
    told = {
        "link": "GUARANTEES-XB",
        "guarantor": 4,
        "debtor": 1,
        "amount": 5,
        "facility": 1,
        "currency": "CNY",
        **TERMS,
    }
    confirmed = read({"do": "confirm", "link": "GUARANTEES-XB"}, view=view)
    assert confirmed.added["guarantees"].row(0, named=True) == told


def test_a_contract_drawn_otherwise_lasts_as_long_as_its_drawdowns_did() -> None:
    drawn = [{"facility": 1, "balance": 20, "matures": 20_400}, {"facility": 1, "balance": 30, "matures": 20_300}]
    change = {"do": "change_facility", "facility": "F-B", "drawn": "0.40"}
    assert read(change, drawdowns=drawn).restated[1]["matures"] == 20_400
    assert read(change).restated[1]["matures"] == 20_000


def test_a_flagged_holding_told_as_a_band_is_confirmed_as_one() -> None:
    view = SmallView(links={"OWNS-AX": {"status": "flagged", "share_min": 0.45, "share_max": 0.55}})
    row = read({"do": "confirm", "link": "OWNS-AX"}, view=view).added["stakes"].row(0, named=True)
    assert row == {"owner": 0, "owned": 4, "votes": -1, "low": 450_000_000, "high": 550_000_000, "share": -1}


@pytest.mark.parametrize("capital", [-1_000, 0])
def test_no_ratio_is_told_of_capital_that_is_not_above_zero(capital: int) -> None:
    figures = [dict.fromkeys(("net_capital", "net_tier_1", "tier_1"), capital)]
    answer = ask({**LOAN}, capital=figures)
    sides = [side for group in answer.groups for test in group.tests for side in (test.before, test.after) if side]
    assert {(side.ratio, side.state) for side in sides} == {(None, "breach")}
    assert {ratio_told(side.ratio, side.amount, side.base) for side in sides} == {"base not above zero"}
