"""Control is tested as the run is set; where a rule set asks otherwise that is said, and its article is not cited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from algorithms.threshold import PPB, Threshold
from algorithms.votes import ControlRule
from api.services.control_setting import articles, control_warnings
from api.services.rule_sets import SHIPPED, rule_set
from api.services.run_exposure import compute_risk
from api.services.why_phrases import Lang
from tests.api.small_world import DAY, inputs, world
from tests.api.told_worlds import Given
from tests.api.told_worlds import world as told_world

CHINA, BASEL = (rule_set(name).rules for name in ("cn-large-exposure", "basel-lex"))


def test_the_shipped_sets_ask_for_what_a_run_does_unasked() -> None:
    assert control_warnings([rule_set(name).rules for name in SHIPPED], ControlRule()) == []


def test_both_values_and_the_way_out_are_named_once_for_sets_that_ask_the_same() -> None:
    used = ControlRule(Threshold(3 * PPB // 10, "at_least"))
    assert control_warnings([CHINA, BASEL], used) == [
        "cn-large-exposure, basel-lex: control.threshold is 0.5 there and 0.3 in this run and control.sense is more_than "
        "there and at_least in this run, whose setting counts; for control as there, make a run with "
        "--set control.threshold=0.5 --set control.sense=more_than"
    ]
    own = CHINA.model_copy(
        update={
            "id": "own",
            "control": CHINA.control.model_copy(update={"threshold": 300_000_000, "family_as_one": True}),
        }
    )
    (told,) = control_warnings([CHINA, own], ControlRule())
    assert told.startswith("own: control.threshold is 0.3 there and 0.5 in this run")
    assert told.endswith("make a run with --set control.threshold=0.3 --set control.family_as_one=true")


def test_articles_are_those_of_the_sets_that_ask_for_what_the_run_tests() -> None:
    owners = rule_set("cn-bo").rules
    of_control = {one.id: f"{one.id}: {one.control.article}" for one in (CHINA, BASEL, owners)}
    both = articles([CHINA, owners, BASEL], ControlRule())
    assert both["control"] == f"{of_control['cn-large-exposure']}; {of_control['basel-lex']}"
    assert CHINA.connection is not None
    assert both["connected"].startswith(f"cn-large-exposure: {CHINA.connection.article}; basel-lex: LEX10")
    assert articles([owners], ControlRule()) == {"control": of_control["cn-bo"], "connected": ""}
    at_30 = ControlRule(Threshold(3 * PPB // 10, "at_least"))
    assert articles([CHINA, BASEL], at_30)["control"] == "setting of the run"
    own = CHINA.model_copy(update={"id": "own", "control": CHINA.control.model_copy(update={"own_shares": "ignore"})})
    assert articles([own, BASEL], ControlRule())["control"] == of_control["basel-lex"]


def test_a_run_warns_of_it() -> None:
    own = CHINA.model_copy(update={"control": CHINA.control.model_copy(update={"own_shares": "ignore"})})
    given, lent = inputs()
    one = world()
    found = compute_risk(given, lent, one.control, one.grouped.groups, [own, BASEL], DAY)
    assert any(told.startswith("cn-large-exposure: control.own_shares is ignore there") for told in found.warnings)


@pytest.mark.parametrize(("lang", "setting"), [("en", "setting of the run"), ("zh", "运行参数设定")])
def test_an_explanation_cites_the_setting_of_the_run_in_place_of_an_article_that_asks_otherwise(
    lang: Lang, setting: str
) -> None:
    _, teller, _ = told_world(Given({"A B": 60}))
    assert teller.article_of_control == CHINA.control.article
    strict = ControlRule(Threshold(2 * PPB // 3))
    other = replace(teller, lang=lang, control=replace(teller.control, rule=strict))
    assert other.article_of_control == setting
