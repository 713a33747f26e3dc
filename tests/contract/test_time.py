"""Numbers, publications and views on a real server: one state of the world at a time, whatever goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from graph import publishing, times
from graph.errors import BadInput, Conflict, GuanxiError, NotFound, StoreUnavailable
from graph.links import change_link
from graph.patterns import StatementError
from graph.publishing import Busy, Work, begin, small_write
from graph.store import Scope, Store, View
from graph.sweep import sweep
from graph.unfinished import unfinished
from tests.contract.loads import ask

pytestmark = pytest.mark.contract

OWNS = "write/create_links[OWNS:Party:Party]"


def party(key: str) -> dict[str, Any]:
    return {"key": key, "properties": {"name": key, "scope": ["branch:1"]}, "labels": ["Company"]}


def holding(name: str, owner: str, owned: str, share: float) -> dict[str, Any]:
    link = {
        "id": f"OWNS-{name}",
        "share": share,
        "valid_from": times.SINCE_EVER,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
    }
    return {"from": owner, "to": owned, "properties": link}


def seen(view: View) -> dict[str, float]:
    """Holdings of the view by their name: what an asker would be told."""
    columns = view.for_run().snapshot("snapshot/owns")
    return dict(zip(columns["id"].tolist(), columns["share"].tolist(), strict=True))


def names(view: View) -> set[str]:
    return {row["party_id"] for row in view.for_run().read("snapshot/visible_parties")}


def load(store: Store) -> Work:
    return begin(store, "load", user="tester")


def first_load(store: Store) -> int:
    with load(store) as work:
        work.write_many("write/create_nodes[Party]", [party(k) for k in "ABC"], touches="Party")
        work.write_many(OWNS, [holding("AB", "A", "B", 0.4), holding("BC", "B", "C", 0.3)], touches="OWNS")
        work.publish()
    return work.number


def close(work: Work, name: str, number: int) -> int:
    return work.write_many("write/close_links[OWNS]", [{"id": f"OWNS-{name}", "seq_in": number}], touches="OWNS")


def test_nothing_is_seen_before_it_is_published(store: Store) -> None:
    with load(store) as work:
        work.write_many("write/create_nodes[Party]", [party("A"), party("B")], touches="Party")
        work.write_many(OWNS, [holding("AB", "A", "B", 0.4)], touches="OWNS")
        assert seen(store.view()) == {}
        assert names(store.view()) == set()
        work.publish()
    assert seen(store.view()) == {"OWNS-AB": 0.4}
    assert names(store.view()) == {"A", "B"}


def test_a_pinned_reader_sees_one_state_before_during_and_after_a_load(store: Store) -> None:
    first = first_load(store)
    before = store.view()
    old = {"OWNS-AB": 0.4, "OWNS-BC": 0.3}
    with load(store) as work:
        assert close(work, "AB", first) == 1
        during = store.view()
        work.write_many("write/create_nodes[Party]", [party("D")], touches="Party")
        work.write_many(OWNS, [holding("AB", "A", "B", 0.6), holding("DA", "D", "A", 0.9)], touches="OWNS")

        def confirm(tx: Any) -> None:
            change_link(tx, "OWNS-BC", {"share": 0.35})

        number, _ = small_write(store, "officer", confirm, "test")
        between = store.view()
        assert between.seq == number
        assert between.pending == (work.number,)
        small = {"OWNS-AB": 0.4, "OWNS-BC": 0.35}
        assert (seen(before), seen(during), seen(between)) == (old, old, small)
        work.publish()
    new = {"OWNS-AB": 0.6, "OWNS-BC": 0.35, "OWNS-DA": 0.9}
    after = store.view()
    assert (seen(before), seen(during), seen(between), seen(after)) == (old, old, small, new)
    assert (names(before), names(between), names(after)) == (set("ABC"), set("ABC"), set("ABCD"))
    assert seen(store.view(seq=before.seq)) == old
    assert seen(store.view(seq=between.seq)) == small


def test_a_link_that_a_load_is_changing_is_left_alone(store: Store) -> None:
    first = first_load(store)
    with load(store) as work:
        close(work, "AB", first)
        close(work, "BC", first)
        work.write_many(OWNS, [holding("BC", "B", "C", 0.5)], touches="OWNS")
        for link in ("OWNS-AB", "OWNS-BC"):
            with pytest.raises(Conflict, match="not yet published is changing it"):
                small_write(store, "officer", partial(change_link, link_id=link, changes={"share": 1.0}), "test")
        work.publish()
    with pytest.raises(Conflict, match="it is closed"):
        small_write(store, "officer", lambda tx: change_link(tx, "OWNS-AB", {"share": 1.0}), "test")
    with pytest.raises(NotFound, match="OWNS-XY"):
        small_write(store, "officer", lambda tx: change_link(tx, "OWNS-XY", {}), "test")
    assert seen(store.view()) == {"OWNS-BC": 0.5}


def meanwhile(store: Store, cypher: str, late: Callable[[], Any], **params: Any) -> Future[Any]:
    """What becomes of `late`, begun while another transaction has done `cypher` and not yet committed."""
    with ThreadPoolExecutor(1) as pool, store.driver.session(database=store.connection.database) as session:
        with session.begin_transaction() as other:
            other.run(cypher, params).consume()
            future = pool.submit(late)
            wait([future], timeout=1.0)
            assert not future.done()
            other.commit()
        wait([future])
    return future


def test_a_link_that_a_load_closes_at_the_same_time_is_left_alone(store: Store) -> None:
    first_load(store)
    with load(store) as work:
        closing = "MATCH ()-[r:OWNS {id: 'OWNS-AB'}]->() SET r.seq_out = $number"
        late = meanwhile(
            store,
            closing,
            lambda: small_write(store, "officer", lambda tx: change_link(tx, "OWNS-AB", {"share": 1.0}), "test"),
            number=work.number,
        )
        with pytest.raises(Conflict, match="not yet published is changing it"):
            late.result()


@pytest.mark.parametrize(
    ("what", "share", "status"),
    [
        ("replace_links[OWNS:Party:Party]", 0.4, "rebutted"),
        ("replace_links[OWNS:Party:Party]", 0.9, "confirmed"),
        ("withdraw_links[OWNS]", 0.4, ""),
    ],
)
def test_a_load_goes_on_from_what_a_person_writes_at_the_same_time(
    store: Store, what: str, share: float, status: str
) -> None:
    first_load(store)
    deciding = (
        "MATCH (a)-[r:OWNS {id: 'OWNS-AB'}]->(b) WITH a, b, r, properties(r) AS was SET r.seq_out = $number"
        " CREATE (a)-[c:OWNS]->(b)"
        " SET c = was {.*, seq_in: $number, status: 'rebutted', decided: 'write-1'}"
    )
    with load(store) as work:
        row = {"id": "OWNS-AB", **holding("AB", "A", "B", share)}
        late = meanwhile(
            store,
            deciding,
            lambda: work.write_many(f"write/{what}", [row], touches="OWNS"),
            number=work.number - 1,
        )
        assert late.result() == 1
        rows = ask(
            store,
            "MATCH ()-[r:OWNS {id: 'OWNS-AB'}]->() RETURN r.seq_out AS out, r.status AS status, r.share AS share"
            " ORDER BY r.seq_in",
        )
    ends = [(work.number - 1, "confirmed", 0.4), (work.number, "rebutted", 0.4), (times.OPEN_SEQ, status, share)]
    assert [(r["out"], r["status"], r["share"]) for r in rows] == ends[: 3 if status else 2]


@pytest.mark.parametrize("late", [Work.publish, lambda work: work.transact(lambda _: None)])
def test_a_writer_sees_a_sweep_that_begins_at_the_same_time(store: Store, late: Callable[[Work], Any]) -> None:
    with load(store) as work:
        marking = "MATCH (w:LoadRun {load_id: $id}) SET w.state = 'sweeping'"
        with pytest.raises(Conflict, match="swept"):
            meanwhile(store, marking, lambda: late(work), id=work.id).result()


def test_a_sweep_that_comes_too_late_leaves_a_published_load_alone(store: Store) -> None:
    with load(store) as work:
        work.write_many("write/create_nodes[Party]", [party("A")], touches="Party")
        (taken_for_dead,) = unfinished(store)
        work.publish()
    sweep(store, taken_for_dead)
    assert names(store.view()) == {"A"}
    assert [entry["state"] for entry in publishing.loads(store)] == ["published"]


def test_a_sweep_knows_what_was_touched_to_the_last(store: Store) -> None:
    work = load(store)
    (dead,) = unfinished(store)
    work.write_many("write/create_nodes[Party]", [party("A")], touches="Party")
    sweep(store, dead)
    assert ask(store, "MATCH (p:Party) RETURN p.party_id AS id") == []


def test_the_heart_beats_and_outlives_a_database_that_is_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "HEARTBEAT_S", 0.02)
    failing = iter([StoreUnavailable("away"), GuanxiError("busy")])
    beats: list[int] = []
    enough = threading.Event()

    class Faint(Store):
        def transact(self, *args: Any, **kwargs: Any) -> Any:
            if threading.current_thread().name.startswith("heartbeat"):
                beats.append(len(beats))
                if error := next(failing, None):
                    raise error
                if len(beats) > 4:
                    enough.set()
            return super().transact(*args, **kwargs)

    with Faint(store.connection) as faint, load(faint) as work:
        begun = last_beat(store)
        assert enough.wait(60)
        assert last_beat(store) > begun
        work.publish()


def test_the_clock_of_another_machine_does_not_matter(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is an hour ahead neither takes others for dead nor is taken for dead when it goes back."""
    with load(store) as work:
        monkeypatch.setattr(times, "now_ms", lambda: 4_000_000_000_000)
        assert not unfinished(store)[0].is_dead
        monkeypatch.undo()
        work.publish()


def last_beat(store: Store) -> int:
    """By the server's clock."""
    return int(ask(store, "MATCH (w:LoadRun) RETURN max(w.heartbeat) AS at")[0]["at"])


def test_a_beat_comes_at_once_when_the_database_is_back(store: Store) -> None:
    with load(store) as work:
        with work.offline():
            ask(store, "MATCH (w:LoadRun) SET w.heartbeat = 0")
        for _ in range(600):
            if last_beat(store):
                break
            time.sleep(0.05)
        assert last_beat(store)
        work.publish()


def test_a_failed_small_write_leaves_nothing(store: Store) -> None:
    first_load(store)
    before = store.view()

    def half(tx: Any) -> None:
        change_link(tx, "OWNS-AB", {"share": 1.0})
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        small_write(store, "officer", half, "test")
    assert store.view() == before
    assert seen(store.view()) == {"OWNS-AB": 0.4, "OWNS-BC": 0.3}


def test_a_load_left_without_publishing_leaves_nothing(store: Store) -> None:
    first = first_load(store)
    with pytest.raises(RuntimeError, match="midway"), load(store) as work:
        work.write_many("write/create_nodes[Party]", [party("D")], touches="Party")
        close(work, "AB", first)
        work.write_many(OWNS, [holding("DA", "D", "A", 0.9)], touches="OWNS")
        row = {
            "key": "A",
            "values": {"name": "renamed"},
            "old": '{"name": "A"}',
            "labels": ["Person"],
            "old_labels": ["Company"],
        }
        work.write_many("write/set_attributes[Party]", [row], touches="Party")
        raise RuntimeError("midway")
    assert seen(store.view()) == {"OWNS-AB": 0.4, "OWNS-BC": 0.3}
    assert names(store.view()) == set("ABC")
    rows = store.view().for_run().read("snapshot/visible_parties")
    assert {(r["party_id"], r["name"], tuple(sorted(r["labels"]))) for r in rows if r["party_id"] == "A"} == {
        ("A", "A", ("Company", "Party"))
    }
    assert [entry["state"] for entry in publishing.loads(store)] == ["swept", "published"]
    assert unfinished(store) == []


def test_loads_exclude_each_other_and_the_refusal_names_the_first(store: Store) -> None:
    with load(store) as work:
        with pytest.raises(Busy, match=work.id):
            begin(store, "run", user="other")
        work.publish()
    with begin(store, "run", user="other") as run:
        run.publish()


def test_a_silent_writer_is_swept_and_can_no_longer_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = load(store)
    silent.write_many("write/create_nodes[Party]", [party("X")], touches="Party")
    monkeypatch.setattr("graph.unfinished.SILENT_AFTER_MS", -1)
    with load(store) as work:
        monkeypatch.undo()
        work.write_many("write/create_nodes[Party]", [party("Y")], touches="Party")
        with pytest.raises(Conflict, match="swept"):
            silent.write_many("write/create_nodes[Party]", [party("Z")], touches="Party")
        with pytest.raises(Conflict, match="swept"):
            silent.publish()
        work.publish()
    assert names(store.view()) == {"Y"}


def test_a_node_that_was_closed_and_came_back_was_away_in_between(store: Store) -> None:
    first_load(store)
    views = [store.view()]
    with load(store) as work:
        work.write_many("publishing/close_nodes[Party]", [{"key": "C"}], touches="Party")
        work.publish()
    views.append(store.view())
    with load(store) as work:
        work.write_many("write/create_nodes[Party]", [party("C")], touches="Party")
        views.append(store.view())
        work.publish()
    views.append(store.view())
    assert ["C" in names(view) for view in views] == [True, False, False, True]
    with pytest.raises(RuntimeError), load(store) as work:
        work.write_many("publishing/close_nodes[Party]", [{"key": "C"}], touches="Party")
        raise RuntimeError
    assert ["C" in names(view) for view in [*views, store.view()]] == [True, False, False, True, True]


def test_the_same_question_as_known_on_three_days(store: Store) -> None:
    first = first_load(store)
    with load(store) as work:
        close(work, "AB", first)
        work.write_many(OWNS, [holding("AB", "A", "B", 0.6)], touches="OWNS")
        work.publish()
    second = work.number
    with load(store) as work:
        close(work, "AB", second)
        work.publish()
    here = times.today(store.zone)
    _backdate(store, here)
    answers = [seen(store.view(known_on=here - timedelta(days=back))).get("OWNS-AB") for back in (2, 1, 0)]
    assert answers == [0.4, 0.6, None]
    with pytest.raises(NotFound, match="Nothing was published"):
        store.view(known_on=here - timedelta(days=30))
    with pytest.raises(BadInput, match="future"):
        store.view(known_on=here + timedelta(days=1))


def _backdate(store: Store, here: Any) -> None:
    """Spread the publications over three days: the loads of a test all happen within a second."""
    with store.driver.session(database=store.connection.database) as session:
        numbers = [r["seq"] for r in session.run("MATCH (p:Published) RETURN p.seq AS seq ORDER BY seq")]
        for number, back in zip(numbers, (9, 2, 1, 0), strict=True):
            at = times.end_of_day_ms(here - timedelta(days=back), store.zone) - 1000
            session.run("MATCH (p:Published {seq: $seq}) SET p.at = $at", seq=number, at=at).consume()


def test_validity_and_status_decide_what_a_day_shows(store: Store) -> None:
    here = times.today(store.zone)
    day = times.to_day(here)
    over, begun, rebutted = holding("O", "A", "B", 0.1), holding("C", "A", "B", 0.2), holding("R", "A", "B", 0.3)
    coming = holding("F", "A", "B", 0.4)
    over["properties"] |= {"valid_to": day}
    begun["properties"] |= {"valid_from": day}
    coming["properties"] |= {"valid_from": day + 1}
    rebutted["properties"] |= {"status": "rebutted"}
    with load(store) as work:
        work.write_many("write/create_nodes[Party]", [party("A"), party("B")], touches="Party")
        work.write_many(OWNS, [over, begun, coming, rebutted], touches="OWNS")
        work.publish()
    assert seen(store.view()) == {"OWNS-C": 0.2}
    assert seen(store.view(as_of=here - timedelta(days=1))) == {"OWNS-O": 0.1}
    with pytest.raises(BadInput, match="future"):
        store.view(as_of=here + timedelta(days=1))


def test_a_scope_shows_only_parties_that_carry_one_of_its_tokens(store: Store) -> None:
    stranger = party("X")
    stranger["properties"]["scope"] = ["branch:2", "group:G"]
    with load(store) as work:
        work.write_many("write/create_nodes[Party]", [party("A"), stranger], touches="Party")
        work.publish()
    assert names(store.view(scope=Scope(frozenset({"branch:1"})))) == {"A"}
    assert names(store.view(scope=Scope(frozenset({"group:G", "branch:1"})))) == {"A", "X"}
    assert names(store.view(scope=Scope())) == set()
    with pytest.raises(StatementError, match="past scopes"):
        store.view(scope=Scope(frozenset({"branch:1"}))).snapshot("snapshot/owns")
    with pytest.raises(StatementError, match="only a run may send it"):
        store.view().snapshot("snapshot/owns")
    with pytest.raises(StatementError, match="only a run may send it"):
        store.view().read("snapshot/visible_parties")
