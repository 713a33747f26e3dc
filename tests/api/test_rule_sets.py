"""The rule sets that ship are whole and exact, and files at fault are refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.cover import EFFECTS
from algorithms.limits import Floor, Limit
from algorithms.threshold import PPB, Threshold
from api.services import rules_page
from api.services.rule_sets import SHIPPED, read_rule_set, rule_set, rule_sets
from graph.errors import BadInput

ROOT = Path(__file__).parents[2]
LATE = date(2030, 1, 1)

CONTROL = "control: {threshold: 0.5, sense: more_than, own_shares: reduce, family_as_one: false, article: Art. 1, since: 2020-01-01}"
LIMIT = """  - id: single
    title: {en: One, zh: 一}
    who: single
    counterparties: any
    measure: exposure
    base: tier_1
    ratio: 0.25
    article: Art. 2
    since: 2020-01-01
"""
WHOLE = f"""version: 1
id: own
title: {{en: Own, zh: 自定}}
source: {{en: The bank, zh: 本行}}
since: 2020-01-01
{CONTROL}
limits:
{LIMIT}warning: {{fraction: 0.8, article: own, since: 2020-01-01}}
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_sets_are_whole(name: str) -> None:
    rules = rule_set(name).rules
    assert rules.id == name
    assert rules.title.zh
    assert rules.in_force(rules.since)
    assert not rules.until or not rules.in_force(rules.until)
    assert rules.limits or rules.owners


def test_every_file_of_rules_is_known() -> None:
    others = {"related", "ties", "key-persons", "openings", "audience", "grading"}
    there = {file.stem for file in (ROOT / "algorithms" / "rules").glob("*.yaml")} - others
    assert there == set(SHIPPED)


def test_page_is_current() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == rules_page.render(), (
        "docs/rules.md is out of date: python -m api.services.rules_page > docs/rules.md"
    )


def test_the_binding_limits() -> None:
    def limits(name: str) -> dict[str, tuple[str, str, int]]:
        return {
            one.id: (one.measure, one.base, one.ratio * 1000 // PPB) for one in rule_set(name).rules.limits_on(LATE)
        }

    assert limits("cn-large-exposure") == {
        "single-loans": ("loans", "net_capital", 100),
        "single-exposure": ("exposure", "net_tier_1", 150),
        "group-exposure": ("exposure", "net_tier_1", 200),
        "single-bank": ("exposure", "net_tier_1", 250),
        "group-bank": ("exposure", "net_tier_1", 250),
        "single-g-sib": ("exposure", "net_tier_1", 150),
        "group-g-sib": ("exposure", "net_tier_1", 150),
    }
    assert limits("cn-group-credit") == {"group-credit": ("group_credit", "net_capital", 150)}
    for name in ("basel-lex", "hkma"):
        assert limits(name) == {
            "single": ("exposure", "tier_1", 250),
            "group": ("exposure", "tier_1", 250),
            "single-g-sib": ("exposure", "tier_1", 150),
            "group-g-sib": ("exposure", "tier_1", 150),
        }
    institution = next(one for one in rule_set("eu-crr").rules.limits_on(LATE) if one.id == "group-institution")
    floor = Floor(150_000_000_00, "EUR", PPB)
    assert institution == Limit("group-institution", "group", "bank", "exposure", "tier_1", PPB // 4, floor)


def test_what_algorithms_take_is_exact() -> None:
    china = rule_set("cn-large-exposure").rules
    assert china.control.rule().threshold == Threshold(PPB // 2, "more_than")
    assert china.reporting_on(LATE)[0].reporting().ratio == 25_000_000
    assert china.limits_on(date(2018, 6, 30)) == ()
    assert EFFECTS[china.effect("guarantee")] == "moves"
    assert EFFECTS[china.effect("a painting")] == "none"
    assert (china.factor("committed"), rule_set("basel-lex").rules.factor("committed")) == (PPB, 400_000_000)
    assert china.exempts("central_bank")
    assert not china.exempts(None)
    tests = {name: rule_set(name).rules.owners for name in ("cn-bo", "eu-amlr", "eu-amld")}
    assert [owners.test() for owners in tests.values() if owners] == [
        Threshold(PPB // 4, "at_least"),
        Threshold(PPB // 4, "at_least"),
        Threshold(PPB // 4, "more_than"),
    ]
    holders = next(one for one in rule_set("cn-related-party").rules.related if one.who == "holder")
    assert holders.test() == Threshold(PPB // 20, "at_least")


def test_a_bank_adds_a_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(WHOLE.replace("0.25", "0.123456789"), encoding="utf-8")
    one = rule_set(str(file))
    assert one.rules.limits_on(LATE)[0].ratio == 123_456_789
    assert one.digest != read_rule_set(WHOLE, "own.yaml").digest
    assert one.digest == rule_set(str(file)).digest
    with pytest.raises(BadInput, match="both the rule set 'own'"):
        rule_sets([str(file), "hkma", str(file)])
    assert [two.rules.id for two in rule_sets(["hkma", str(file)])] == ["hkma", "own"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    article: Art. 2\n", "", r"own\.yaml, line 8: limits\.0\.article is missing; name the article"),
        ("article: Art. 2", "article: ' '", r"line 15: limits\.0\.article is ' ': a text is needed"),
        ("article: Art. 2", "article: 2", r"line 15: limits\.0\.article is '2'"),
        ("ratio: 0.25", "ratio: 1.01", r"line 14: limits\.0\.ratio is '1\.01': a fraction lies between 0 and 1"),
        ("ratio: 0.25", "ratio: 25", "25% is written 0.25"),
        ("ratio: 0.25", "ratio: 0", "a fraction lies between"),
        ("ratio: 0.25", "ratio: -0.25", "a fraction lies between"),
        ("ratio: 0.25", "ratio: .nan", "a fraction"),
        ("ratio: 0.25", "ratio: .inf", "a fraction"),
        ("ratio: 0.25", "ratio: 1e999999999", "a fraction"),
        ("ratio: 0.25", "ratio: true", "a fraction is a number"),
        ("ratio: 0.25", "ratio: 25%", "a fraction is a number"),
        ("ratio: 0.25", "ratio: 0.0000000001", "nine decimals"),
        ("ratio: 0.25", "ratio: 0.2500000000000000000000000000000000001", "nine decimals"),
        ("ratio: 0.25", "ratio: 1e-999999999", "nine decimals"),
        ("base: tier_1", "base: equity", r"line 13: limits\.0\.base is 'equity'.*'tier_1'"),
        (
            "since: 2020-01-01\nwarning",
            "since: yesterday\nwarning",
            r"limits\.0\.since is 'yesterday': a day is written",
        ),
        ("since: 2020-01-01\nwarning", "since: 2020-13-01\nwarning", "calendar"),
        ("since: 2020-01-01\nwarning", "since: 20200101\nwarning", "a day is written"),
        ("limits:\n", f"limits:\n{LIMIT}", "limits: the id 'single' is given twice"),
        ("    base: tier_1\n", "    base: tier_1\n    base: tier_1\n", r"line 14: base is given twice"),
        ("    base: tier_1\n", "    base: tier_1\n    colour: red\n", r"line 14: limits\.0\.colour is not known"),
        ("    base: tier_1\n", "    base: tier_1\n    floor: {amount: 1, currency: EURO}\n", "ISO 4217"),
        ("    base: tier_1\n", "    base: tier_1\n    floor: {amount: 1.5, currency: EUR}\n", r"floor\.amount"),
        ("{en: One, zh: 一}", "{en: One}", r"limits\.0\.title\.zh is missing; give both languages"),
        ("id: own", "id: My Rules", "small letters"),
        ("sense: more_than", "sense: above", r"control\.sense is 'above'"),
        ("warning: ", "no_warning: ", "no_warning is not known"),
        ("version: 1", "version: 2", "version"),
        ("limits:\n", "until: 2019-01-01\nlimits:\n", "is not after"),
        ("version: 1\n", "- version: 1\n", "no valid YAML"),
    ],
)
def test_rules_at_fault_are_refused(old: str, new: str, told: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadInput, match=told):
        read_rule_set(WHOLE.replace(old, new, 1), "own.yaml")


RELATED = "related:\n  - {id: r, title: {en: R, zh: 关}, article: a, since: 2020-01-01, "


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("who: holder}", "belong to `who: holder`"),
        ("who: insider, threshold: 0.05, sense: at_least}", "belong to `who: holder`"),
        ("who: kin, of: [r]}", "`relations` belong"),
        ("who: controlled}", "`of` belongs"),
        ("who: controlled, of: [r]}", "no category above it"),
    ],
)
def test_related_categories_at_fault(rest: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_rule_set(f"{WHOLE}{RELATED}{rest}\n", "own.yaml")


def test_files_that_hold_no_rules(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    with pytest.raises(BadInput, match="cannot be read"):
        rule_set(str(file))
    with pytest.raises(BadInput, match="cn-large-exposure"):
        rule_set("cn-large-exposures")
    for text, told in (
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("- 1\n", "dictionary"),
        ("just text\n", "dictionary"),
        ("a: b\n---\nc: d\n", "no valid YAML"),
        ("[" * 5_000, "no valid YAML|too deep"),
        (
            "a: &a [x, x]\n"
            + "".join(f"b{n}: &b{n} [*{c}, *{c}]\n" for n, c in enumerate(["a"] + [f"b{k}" for k in range(40)])),
            "parts",
        ),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=told):
            rule_set(str(file))
    file.write_bytes(b"id: \xff\xfe")
    with pytest.raises(BadInput, match="UTF-8"):
        rule_set(str(file))
    file.write_bytes(b"a: b\n" * 2_100_000)
    with pytest.raises(BadInput, match="10,500,000 bytes"):
        rule_set(str(file))


@given(st.text(max_size=200))
def test_any_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput):
        read_rule_set(text, "own.yaml")


@given(st.integers(1, PPB))
def test_fractions_are_exact(ppb: int) -> None:
    text = WHOLE.replace("ratio: 0.25", f"ratio: {ppb // PPB}.{ppb % PPB:09d}")
    assert read_rule_set(text, "own.yaml").rules.limits[0].ratio == ppb
