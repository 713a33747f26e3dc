"""The 360 of the latest state, which it reads beside: never an older one, and nothing asked before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.services.party import JoinedAway, party, party_sections
from api.services.related_rules import related_rules
from api.services.tags import add_tag
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import NotFound
from graph.patterns import StatementError
from graph.publishing import begin
from graph.store import LATEST, Scope, Store
from tests.contract.answering import fill
from tests.contract.deciding import FIRST
from tests.contract.serving import served

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        yield store


@pytest.fixture
def other(connection: Connection) -> Iterator[Store]:
    """A process of its own that writes: what it publishes is news to `store`."""
    with Store(connection) as other:
        yield other


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the statements sent."""
    names: list[str] = []
    read = Store.read

    def noted(self: Store, statement: Any, *given: Any, **params: Any) -> Any:
        names.append(statement if isinstance(statement, str) else statement.name)
        return read(self, statement, *given, **params)

    monkeypatch.setattr(Store, "read", noted)
    return names


def tags(found: Any) -> list[str]:
    return [one.text for one in found.sections.tags.items]


def test_an_answer_of_the_latest_state_asks_for_nothing_before(store: Store, sent: list[str]) -> None:
    told = party(store.view(), "P-HOLD")
    sent.clear()
    view = store.view(presumed=True)
    assert view.presumed
    assert party(view, "P-HOLD") == told
    assert LATEST not in sent


def test_what_another_has_published_meanwhile_is_told(store: Store, other: Store) -> None:
    store.view()
    view = store.view(presumed=True)
    add_tag(other.view(), "P-HOLD", "seen", FIRST)
    told = party(view, "P-HOLD")
    assert "seen" in tags(told)
    assert told == party(store.view(), "P-HOLD")
    assert store.view(presumed=True).seq == told.seq > view.seq


def test_who_was_brought_meanwhile_is_found(store: Store, other: Store) -> None:
    store.view()
    view = store.view(presumed=True)
    with begin(other, "load", user="tester", properties={"mapping": "test"}) as work:
        new = {"key": "P-NEW", "properties": {"name": "新公司", "scope": ["branch:1"]}, "labels": ["Company"]}
        work.write_many("write/create_nodes[Party]", [new], touches="Party")
        work.publish()
    assert party(view, "P-NEW").name == "新公司"


def test_a_presumed_view_is_refused_where_nothing_would_tell_that_it_is_old(store: Store) -> None:
    store.view()
    view = store.view(presumed=True)
    with pytest.raises(StatementError, match="latest state"):
        party_sections(view, "P-HOLD", ["tags"])
    assert party_sections(view.confirmed(None), "P-HOLD", ["tags"])


@pytest.mark.parametrize("more", ["", "?sections=tags", "?grading=true", "?openings=true"])
def test_whatever_is_asked_of_the_service_is_of_the_latest_state(
    store: Store, other: Store, tmp_path: Path, more: str
) -> None:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        before = client.get("/v1/parties/P-HOLD").json()["seq"]
        add_tag(other.view(), "P-HOLD", f"after{more}", FIRST)
        found = client.get(f"/v1/parties/P-HOLD{more}").json()
    assert found["seq"] > before
    assert f"after{more}" in [tag["text"] for tag in found["sections"]["tags"]["items"]]


@pytest.mark.parametrize("scope", [Scope(everything=True), Scope(frozenset({"branch:none"}))])
def test_who_is_unknown_or_not_to_be_seen_is_refused_as_ever(store: Store, scope: Scope) -> None:
    store.view()
    with pytest.raises(NotFound):
        party(store.view(presumed=True, scope=scope), "P-NOBODY" if scope.everything else "P-RISKY")


def test_who_was_joined_away_is_told_so(store: Store) -> None:
    store.view()
    with pytest.raises(JoinedAway):
        party(store.view(presumed=True), "P-OLD")


def test_the_day_asked_for_is_kept(store: Store, other: Store) -> None:
    store.view()
    day = times.today(store.zone).replace(year=2020)
    view = store.view(as_of=day, presumed=True)
    add_tag(other.view(), "P-HOLD", "later", FIRST)
    told = party(view, "P-HOLD")
    assert told.as_of == day
    assert told == party(store.view(as_of=day), "P-HOLD")


def test_a_store_that_has_read_nothing_yet_presumes_nothing(other: Store) -> None:
    assert not other.view(presumed=True).presumed


def test_the_past_is_never_presumed(store: Store) -> None:
    store.view()
    assert not store.view(known_on=times.today(store.zone), presumed=True).presumed
