"""Segments saved, counted and asked for on the hand-made bank: now, and by a run."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.cli import segmenting
from api.services.export import export
from api.services.related_rules import related_rules
from api.services.replay import replay
from api.services.segment import change_segment, close_segment, make_segment
from api.services.segment_changes import segment_changes
from api.services.segment_filter import FilterGiven
from api.services.segments import preview, segment, segments
from api.services.tags import add_tag
from api.settings import read_settings
from api.wiring import Guanxi
from graph.connect import Connection
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once
from graph.store import Scope, Store
from tests.contract.answering import fill, make
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

COMPANIES = {"all": [{"field": "role", "is": "customer"}, {"field": "kind", "is": "company"}]}
CUSTOMERS = FilterGiven.model_validate({"field": "role", "is": "customer"})


def given(field: str, **asked: Any) -> FilterGiven:
    return FilterGiven.model_validate({"field": field, **asked})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "archive"


@pytest.fixture(scope="module")
def store(connection: Connection, archive: Path) -> Iterator[Store]:
    """P-RICH has 500.00 and 20.00 CNY; P-VAGUE 100.00 CNY and an account of unknown balance."""
    with fill(connection) as store:
        bank = Bank()
        bank.party("P-RICH", "王富", "person", roles=("Customer",), industry="J66", marketing_opt_out=True, scope=["b"])
        bank.party("P-VAGUE", "李明", "person", rating="A")
        for number, balance, holder in (
            (1, 500_00, "P-RICH"),
            (2, 20_00, "P-RICH"),
            (3, 100_00, "P-VAGUE"),
            (4, None, "P-VAGUE"),
        ):
            told = {} if balance is None else {"balance": balance}
            bank.node("Account", f"hand:account:{number}", currency="CNY", **told)
            bank.link("HAS_ACCOUNT", holder, f"hand:account:{number}", role="holder")
        for n in range(10):
            bank.node("Branch", f"hand:branch:L{n}", name=f"level {n}", code=f"L{n}")
        for n in range(9):
            bank.link("PART_OF", f"hand:branch:L{n + 1}", f"hand:branch:L{n}", "Branch:Branch", hierarchy="rollup")
        bank.link("PART_OF", "hand:branch:L0", "hand:branch:L9", "Branch:Branch", hierarchy="coverage")  # a circle
        bank.link("BELONGS_TO", "P-RICH", "hand:branch:L9", "Party:Branch")
        bank.load(store, "more")
        add_tag(store.view(), "P-RICH", "golf", "wang")
        make(store, archive)
        yield store


@pytest.mark.parametrize(
    ("field", "asked", "members"),
    [
        ("role", {"is": "customer"}, {"P-CHEN", "P-HOLD", "P-LOG", "P-RICH", "P-TRADE"}),
        ("branch", {"is": "NB"}, {"P-CHEN", "P-HOLD", "P-LOG"}),
        ("branch", {"is": "鄞州支行"}, {"P-HOLD", "P-LOG"}),
        ("branch", {"is": "L0"}, {"P-RICH"}),
        ("manager", {"is": "7"}, {"P-HOLD", "P-LOG"}),
        ("tag", {"in": ["golf", "tennis"]}, {"P-RICH"}),
        ("product", {"is": "CD"}, {"P-CHEN"}),
        ("products_held", {"at_least": 1}, {"P-CHEN"}),
        ("balance", {"at_least": "520.00"}, {"P-RICH"}),
        ("balance", {"more_than": "520.00"}, set()),
        ("balance", {"more_than": "0", "currency": "JPY"}, {"P-CHEN", "P-LIN"}),
        ("group", {"is": "hand:group:G1"}, {"P-HOLD", "P-TRADE"}),
        ("group_kind", {"is": "control"}, {"P-CHEN", "P-HOLD", "P-LOG", "P-SUB"}),
        ("household_size", {"at_least": 2}, {"P-CHEN", "P-LIN"}),
        ("age", {"at_least": 44, "at_most": 60}, {"P-CHEN"}),
        ("industry", {"is": "J66"}, {"P-RICH"}),
        ("opted_out", {"is": True}, {"P-RICH"}),
        ("rating", {"known": True}, {"P-VAGUE"}),
    ],
)
def test_what_each_field_finds(
    store: Store, archive: Path, field: str, asked: dict[str, Any], members: set[str]
) -> None:
    told = preview(store.view(), archive, given(field, **asked))
    assert {one.party_id for one in told.members} == members
    assert told.total == len(members)


def test_what_is_not_known_decides_neither_way(store: Store, archive: Path) -> None:
    told = preview(store.view(), archive, given("balance", at_least="0.01"))
    assert told.undecided == 1
    poor = preview(
        store.view(), archive, FilterGiven.model_validate({"not": {"field": "balance", "at_least": "0.01"}}), limit=500
    )
    assert "P-VAGUE" not in {one.party_id for one in poor.members}
    assert poor.total + told.total + 1 == preview(store.view(), archive, given("kind", known=True)).total


def test_who_may_see_less_counts_less(store: Store, archive: Path) -> None:
    view = store.view(scope=Scope(frozenset({"b"})))
    told = preview(view, archive, given("household_size", at_least=1))
    assert [one.party_id for one in told.members] == ["P-RICH"]
    assert preview(view, archive, CUSTOMERS).total == 1


def test_a_run_refreshes_what_is_saved(store: Store, archive: Path) -> None:
    household = FilterGiven.model_validate(
        {"all": [{"field": "household_size", "is": 2}, {"field": "group_kind", "is": "control"}]}
    )
    first = make_segment(store.view(), "households of two", household, "wang")
    second = make_segment(store.view(), "customers", CUSTOMERS, "wang")
    before = segment(store.view(), archive, first)
    assert (before.segment.members, before.segment.counted_by) == (1, None)
    waiting = segments(store.view(), archive)
    assert [one.members for one in waiting.segments] == [None, None]
    assert waiting.omitted
    report = make(store, archive)
    assert report.counts["segments"] == 2
    assert replay(store, archive, report.run_id).equal
    after = segment(store.view(), archive, first)
    assert after.members == before.members
    assert (after.segment.members, after.segment.counted_by) == (1, report.run_id)
    told = {one.segment_id: one.members for one in segments(store.view(), archive).segments}
    assert told == {first: 1, second: 5}
    assert segment(store.view(scope=Scope(frozenset({"b"}))), archive, second).segment.members == 1
    page = segment(store.view(), archive, "customers", limit=2, offset=2)
    assert ([one.party_id for one in page.members], page.omitted) == (
        ["P-LOG", "P-RICH"],
        ["1 more member: ask with offset=4"],
    )
    out = io.StringIO()
    assert export(store.view(), "segments", out, archive=archive) == 6
    assert f"{first},1,P-CHEN" in out.getvalue()
    add_tag(store.view(), "P-LIN", "golf", "wang")  # read by no filter: the next run is the same
    again = make(store, archive)
    assert again.result_digest == report.result_digest
    close_segment(store.view(), first, "li")
    bank = Bank()
    bank.party("P-NEW", "新客户有限公司", roles=("Customer",), scope=["b"])
    bank.load(store, "new")
    change_segment(store.view(), second, None, FilterGiven.model_validate(COMPANIES), None, "li")
    last = make(store, archive)
    assert last.counts["segments"] == 1
    check_changes(store, archive, (report.run_id, again.run_id, last.run_id))
    close_segment(store.view(), second, "li")


def check_changes(store: Store, archive: Path, runs: tuple[str, str, str]) -> None:
    """Of the segment `customers`: counted first, the same again, and by another filter with a new customer."""
    told = segment_changes(store.view(), archive, "customers")
    assert ([one.party_id for one in told.joined], [one.party_id for one in told.left]) == (
        ["P-NEW"],
        ["P-CHEN", "P-RICH"],
    )
    assert told.before
    assert (told.before.run_id, told.before.version, told.before.members) == (runs[1], 1, 5)
    assert (told.run.run_id, told.run.version, told.run.members) == (runs[2], 2, 4)
    assert told.note == "the filter was changed in between: version 1 then, version 2 now"
    few = segment_changes(store.view(), archive, "customers", limit=1)
    assert ([one.party_id for one in few.left], few.left_total, few.omitted) == (
        ["P-CHEN"],
        2,
        ["left capped at 1 of 2"],
    )
    same = segment_changes(store.view(), archive, "customers", runs[1])
    assert (same.joined, same.left, same.note) == ([], [], None)
    first = segment_changes(store.view(), archive, "customers", runs[0])
    assert (first.before, first.joined, first.note) == (None, [], f"{runs[0]} is the first run that counted it")
    hidden = segment_changes(store.view(scope=Scope(frozenset({"b"}))), archive, "customers")
    assert ([one.party_id for one in hidden.left], hidden.left_total) == (["P-RICH"], 1)
    assert hidden.omitted == ["1 party outside your scope, or gone since"]
    for error, field, asked in (
        (NotFound, "segment_id", ("no such",)),
        (NotFound, "run", ("customers", "run-none")),
        (NotFound, "before", ("customers", None, "run-none")),
        (BadInput, "before", ("customers", runs[0], runs[1])),
        (BadInput, "limit", ("customers", None, None, 0)),
    ):
        with pytest.raises(error) as refused:
            segment_changes(store.view(), archive, *asked)
        assert refused.value.field == field


def test_a_change_is_a_version(store: Store, archive: Path) -> None:
    once = Once("seg-1", "digest")
    kept = make_segment(store.view(), " golf  players ", given("tag", **{"is": "golf"}), "wang", once)
    assert make_segment(store.view(), "golf players", given("tag", **{"is": "golf"}), "wang", once) == kept
    change_segment(store.view(), "golf players", None, given("tag", **{"is": "golf"}), 1, "li")  # the same: no version
    change_segment(store.view(), kept, "tennis players", given("tag", **{"is": "tennis"}), 1, "li")
    told = segment(store.view(), archive, kept)
    assert (told.segment.name, told.segment.version, told.segment.changed_by) == ("tennis players", 2, "li")
    assert [(one.version, one.name, one.text, one.changed_by) for one in told.earlier] == [
        (1, "golf players", "tag is golf", "wang")
    ]
    with pytest.raises(Conflict, match="version 2 by now, saved by li"):
        change_segment(store.view(), kept, "x", None, 1, "wang")
    with pytest.raises(BadInput, match="called 'tennis players' already"):
        make_segment(store.view(), "tennis players", CUSTOMERS, "wang")
    close_segment(store.view(), "tennis players", "li")
    with pytest.raises(NotFound):
        segment(store.view(), archive, kept)
    make_segment(store.view(), "tennis players", CUSTOMERS, "wang")  # the name is free again
    close_segment(store.view(), "tennis players", "li")


def test_what_cannot_be_saved_changes_nothing(store: Store, archive: Path) -> None:
    seq = store.view().seq
    for error, field, name, filter, user in (
        (BadInput, "user", "x", CUSTOMERS, ""),
        (BadInput, "name", " ", CUSTOMERS, "a"),
        (BadInput, "filter.field", "x", given("agee", **{"is": 3}), "a"),
        (NotFound, "filter.is", "x", given("branch", **{"is": "nowhere"}), "a"),
        (NotFound, "filter.in[1]", "x", given("manager", **{"in": ["7", "nobody"]}), "a"),
        (NotFound, "product_id", "x", given("product", **{"is": "nothing"}), "a"),
    ):
        with pytest.raises(error) as refused:
            make_segment(store.view(), name, filter, user)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        change_segment(store.view(), "no such", "x", None, None, "a")
    with pytest.raises(BadInput) as capped:
        preview(store.view(), archive, CUSTOMERS, limit=0)
    assert capped.value.field == "limit"
    assert store.view().seq == seq


def test_a_preview_needs_a_run(store: Store, archive: Path) -> None:
    with pytest.raises(NotFound, match="No analysis run has been made yet"):
        preview(replace(store.view(), run_id=None), archive, CUSTOMERS)


def test_without_a_run_a_segment_is_saved_and_waits(store: Store, archive: Path) -> None:
    kept = make_segment(store.view(), "waiting", CUSTOMERS, "wang")
    told = segment(replace(store.view(), run_id=None), archive, kept)
    assert (told.segment.members, told.members, told.segment.text) == (None, [], "role is customer")
    assert told.omitted == ["members: No analysis run has been made yet; `guanxi run` makes one."]
    since = segment(store.view(), archive, kept)
    assert (since.segment.members, since.segment.counted_by) == (preview(store.view(), archive, CUSTOMERS).total, None)
    assert "was saved since" in since.omitted[0]
    close_segment(store.view(), kept, "wang")


def test_over_http_and_in_the_terminal(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Guanxi(read_settings(home=archive.parent), store, related_rules())
    with served(guanxi) as client:
        head = {"X-Guanxi-User": "wang"}
        filter = {"not": {"field": "role", "is": "customer"}}
        told = client.post("/v1/segments/preview?limit=3", json={"filter": filter}).json()
        assert (len(told["members"]), told["total"] > 40, told["filter"]) == (3, True, filter)
        made = client.post("/v1/segments", json={"name": "outsiders/near", "filter": filter}, headers=head).json()
        segment_id = made["segment"]["segment_id"]
        assert made["segment"]["text"] == "not (role is customer)"
        changed = client.post(f"/v1/segments/{segment_id}/change", json={"name": "outsiders"}, headers=head).json()
        assert changed["segment"]["version"] == 2
        assert client.get("/v1/segments/outsiders?limit=1").json()["segment"]["segment_id"] == segment_id
        wrong = client.post("/v1/segments/preview", json={"filter": {"field": "agee", "is": 1}})
        assert (wrong.status_code, wrong.json()["field"]) == (400, "filter.field")
        assert client.post("/v1/segments/preview", json={"filter": {"fild": "age"}}).status_code == 422
        deep = '{"filter": ' + '{"not": ' * 3_000 + '{"field": "age", "is": 3}' + "}" * 3_001
        assert client.post(
            "/v1/segments/preview", content=deep, headers={"Content-Type": "application/json"}
        ).status_code in (
            400,
            422,
        )
        left = client.post(f"/v1/segments/{segment_id}/closing", headers=head).json()
        assert left["segments"] == []

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, None

    monkeypatch.setattr(segmenting, "opened", opened)
    file = tmp_path / "golf.yaml"
    file.write_text("field: tag\nis: golf\n", encoding="utf-8")
    segmenting.list_command()
    assert "no filter is saved" in capsys.readouterr().out
    segmenting.preview_command(file)
    assert "tag is golf\n2 members" in capsys.readouterr().out
    segmenting.make_command("golf", file, user="wang")
    assert "2 members, by what the run knew, version 1 by wang" in capsys.readouterr().out
    segmenting.change_command("golf", name="players", user="li")
    assert "players" in capsys.readouterr().out
    segmenting.show_command("players", as_json=True)
    assert json.loads(capsys.readouterr().out)["segment"]["name"] == "players"
    segmenting.close_command("players", user="li")
    assert "is closed." in capsys.readouterr().out
