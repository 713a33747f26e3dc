"""Rules, run parameters and settings say what is wrong with them, by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.days import read_day
from api.routes.batch import read_ids
from api.services.related_rules import Step, Where, read_rules, related_rules
from api.services.related_walk import _rules
from api.services.run_parameters import read_parameters
from api.settings import check_host, read_settings
from graph import model
from graph.errors import BadInput

HEAD = "version: 1\npurposes:\n  p:\n    title: t\n    source: s\n    depth: 2\n    most: 10\n    steps:\n"


def test_the_shipped_rules_follow_links_of_the_model() -> None:
    rules = related_rules()
    assert set(rules.purposes) >= {"group_risk", "disclosure", "household_marketing"}
    for purpose in rules.purposes.values():
        assert {step.kind for step in purpose.steps if step.kind} <= {link.type for link in model.LINKS}


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{kind: LIKES}", "kind"),
        ("{within: 1}", "either"),
        ("{kind: OWNS, through: Group}", "either"),
        ("{kind: OWNS, within: 3}", "beyond"),
        ("{kind: KIN_OF, where: {share_at_least: 0.5}}", "OWNS"),
        ("{kind: OWNS, where: {share_at_least: 50}}", "less than or equal"),
        ("{kind: OWNS, where: {any_of: {relation: [spouse]}}}", "relation"),
        ("{kind: OWNS, colour: red}", "colour"),
        ("{through: Account, kinds: [control]}", "Group"),
        ("{through: Group}", "needs it"),
    ],
)
def test_rules_at_fault_are_named(step: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_rules(f"{HEAD}      - {step}\n", "rules.yaml")


def test_what_is_no_yaml_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"rules\.yaml"):
        read_rules("a: [", "rules.yaml")
    with pytest.raises(BadInput, match="cannot be read"):
        related_rules(tmp_path / "none.yaml")


def test_an_unknown_purpose_names_the_known() -> None:
    with pytest.raises(BadInput, match="group_risk"):
        related_rules().purpose("fun")


def test_the_farthest_step_of_a_kind_is_asked_first() -> None:
    near = Step(kind="OWNS", within=1, where=Where(share_at_least=0.05))
    far = Step(kind="OWNS", within=3, where=Where(share_at_least=0.35 + 0.10 + 0.05, unknown=True))
    assert _rules([near, far]) == {
        "OWNS": [
            {"within": 3, "least": 500_000_000, "unknown": True, "texts": None},
            {"within": 1, "least": 50_000_000, "unknown": False, "texts": None},
        ]
    }


def test_parameters_are_exact() -> None:
    parameters = read_parameters(
        ["control.threshold=0.333333333", "control.sense=at_least", "control.own_shares=ignore"]
    )
    assert parameters.threshold_ppb == 333_333_333
    assert (parameters.rule.threshold.sense, parameters.rule.own_shares) == ("at_least", "ignore")


@pytest.mark.parametrize(
    "setting",
    [
        "control.threshold=0",
        "control.threshold=1.1",
        "control.threshold=50%",
        "control.threshold=0.0000000001",
        "control.threshold=nan",
        "control.threshold=1e999999",
        "control.sense=above",
        "control.own_shares=",
        "control.family_as_one=perhaps",
        "control.max_pairs=-1",
        "threshold=0.5",
        "",
    ],
)
def test_parameters_at_fault_are_refused(setting: str) -> None:
    with pytest.raises(BadInput):
        read_parameters([setting])


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "bank.example", ""])
def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(BadInput):
        check_host(host)
    assert check_host("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("PORT", "0"), ("ZONE", "Atlantis/Lost")])
def test_settings_at_fault_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GUANXI_{name}", value)
    with pytest.raises(BadInput, match=f"GUANXI_{name}"):
        read_settings()


@given(st.lists(st.text(min_size=1).filter(str.strip)))
def test_ids_of_a_batch_come_as_they_are(ids: list[str]) -> None:
    import orjson

    try:
        body = b"\n".join(orjson.dumps(id if n % 2 else {"id": id}) for n, id in enumerate(ids))
    except orjson.JSONEncodeError:  # lone surrogates are no JSON
        return
    assert read_ids(body) == ids


@given(st.lists(st.from_regex(r"[A-Za-z0-9:._-]+|\d{18}", fullmatch=True)))
def test_bare_ids_of_a_batch_come_as_they_are(ids: list[str]) -> None:
    """Digits too: a number of JSON would lose its leading zeros."""
    assert read_ids("\r\n".join(ids).encode("utf-8-sig")) == ids


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"P-1\n[1]", r"'\[1\]' holds no id that is a text; .* \(line 2\)"),
        (b'{"no": "id"}', r"holds no id that is a text; .* \(line 1\)"),
        (b'"P-1', r"'\"P-1' is no whole JSON"),
        (b"P-1\n\xff", "Line 2 is not UTF-8"),
        (b'P-1\n{"id": "\\ud842"}', r"holds half of a letter \(a lone surrogate\); .* \(line 2\)"),
    ],
)
def test_a_line_that_is_no_id_is_named(body: bytes, told: str) -> None:
    with pytest.raises(BadInput, match=told) as caught:
        read_ids(body)
    assert caught.value.field == "id"


def test_letters_written_as_pairs_are_whole() -> None:
    assert read_ids(b'{"id": "\\ud842\\udfb7"}\ncore\\udata:1\n') == ["\U00020bb7", "core\\udata:1"]


def test_days_as_typed() -> None:
    assert read_day(None, "--as-of") is None
    with pytest.raises(BadInput, match="--as-of"):
        read_day("1.2.2025", "--as-of")
