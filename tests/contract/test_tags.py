"""Tags put on parties and taken off, on the hand-made bank: in the 360, with their history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.cli import marking
from api.services.party import JoinedAway, party
from api.services.related_rules import related_rules
from api.services.tags import add_tag, remove_tag, tag_text, tags
from api.settings import read_settings
from api.wiring import Guanxi
from graph.connect import Connection
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once
from graph.store import Scope, Store
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        bank = Bank()
        bank.node("Tag", "hand:tag:vip", text="VIP")
        bank.link("TAGGED", "P-LOG", "hand:tag:vip")
        bank.load(store, "more")
        yield store


def on(store: Store, party_id: str) -> list[str]:
    return [one.text for one in tags(store.view(), party_id).tags]


def test_a_tag_is_put_on_taken_off_and_put_on_again(store: Store) -> None:
    before = store.view()
    assert add_tag(before, "P-CHEN", "  golf \n club ", "wang") == "P-CHEN"
    (item,) = party(store.view(), "P-CHEN").sections.tags.items
    assert (item.text, item.tagged_by, item.link.source, item.link.status) == (
        "golf club",
        "wang",
        "manual",
        "confirmed",
    )
    assert item.tagged_at
    add_tag(store.view(), "P-CHEN", "golf club", "li")  # it has it: nothing is written
    assert [one.tagged_by for one in tags(store.view(), "P-CHEN").tags] == ["wang"]
    remove_tag(store.view(), "P-CHEN", "golf club", "li")
    told = tags(store.view(), "P-CHEN")
    assert told.tags == []
    assert [(one.text, one.tagged_by, one.removed_by) for one in told.earlier] == [("golf club", "wang", "li")]
    assert told.earlier[0].removed_at
    assert party(store.view(), "P-CHEN").sections.tags.items == []
    add_tag(store.view(), "P-CHEN", "golf club", "zhao")
    told = tags(store.view(), "P-CHEN")
    assert ([one.tagged_by for one in told.tags], len(told.earlier)) == (["zhao"], 1)
    assert tags(before, "P-CHEN").tags == []  # an earlier state of the world knows nothing of it


def test_a_key_makes_it_happen_once(store: Store) -> None:
    once = Once("tag-1", "digest")
    add_tag(store.view(), "P-LIN", "speaks French", "wang", once)
    remove_tag(store.view(), "P-LIN", "speaks French", "wang")
    add_tag(store.view(), "P-LIN", "speaks French", "wang", once)
    assert on(store, "P-LIN") == []
    with pytest.raises(Conflict):
        add_tag(store.view(), "P-LIN", "another", "wang", Once("tag-1", "other"))
    add_tag(store.view(), "P-LIN", "reads", "wang")
    late = Once("tag-2", "digest")
    seq = store.view().seq
    add_tag(store.view(), "P-LIN", "reads", "li", late)  # nothing is left to do, and the key is used all the same
    assert store.view().seq == seq
    with pytest.raises(Conflict):
        add_tag(store.view(), "P-LIN", "another", "li", Once("tag-2", "other"))
    off = Once("tag-3", "digest")
    for _ in range(2):  # by the second time it has no such tag any more
        assert remove_tag(store.view(), "P-LIN", "reads", "wang", off) == "P-LIN"
    add_tag(store.view(), "P-LIN", "reads", "li", late)
    assert on(store, "P-LIN") == []


def test_what_cannot_be_written_changes_nothing(store: Store) -> None:
    seq = store.view().seq
    for error, field, party_id, text, user in (
        (BadInput, "user", "P-LOG", "x", " "),
        (BadInput, "text", "P-LOG", " ", "a"),
        (BadInput, "text", "P-LOG", "x" * 51, "a"),
        (NotFound, "party_id", "P-NOBODY", "x", "a"),
    ):
        for write in (add_tag, remove_tag):
            with pytest.raises(error) as refused:
                write(store.view(), party_id, text, user)
            assert refused.value.field == field
    with pytest.raises(BadInput, match="has no tag 'gone'"):
        remove_tag(store.view(), "P-LOG", "gone", "a")
    with pytest.raises(Conflict, match="hand gives P-LOG the tag 'VIP'"):
        remove_tag(store.view(), "P-LOG", "VIP", "a")
    with pytest.raises(JoinedAway):
        add_tag(store.view(), "P-OLD", "x", "a")
    with pytest.raises(NotFound):
        tags(store.view(scope=Scope(frozenset({"branch:none"}))), "P-LOG")
    assert store.view().seq == seq
    assert on(store, "P-LOG") == ["VIP"]
    with pytest.raises(BadInput, match="cannot be printed"):
        tag_text("a\u200bb")


def test_over_http_and_in_the_terminal(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Guanxi(read_settings(home=tmp_path), store, related_rules())
    with served(guanxi) as client:
        head = {"X-Guanxi-User": "wang", "Idempotency-Key": "k"}
        for _ in range(2):
            told = client.post("/v1/parties/P-HOLD/tags", json={"text": "重点"}, headers=head)
            assert [one["text"] for one in told.json()["tags"]] == ["重点"]
        told = client.post("/v1/parties/P-HOLD/tags/removal", json={"text": "重点"}, headers={"X-Guanxi-User": "li"})
        assert [one["removed_by"] for one in told.json()["earlier"]] == ["li"]
        assert client.post("/v1/parties/P-HOLD/tags", json={"text": "重点"}).status_code == 400
        assert client.get("/v1/parties/P-HOLD/tags").json()["tags"] == []

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, None

    monkeypatch.setattr(marking, "opened", opened)
    marking.tag_command("P-HOLD", "[old]", user="zhao")
    said = capsys.readouterr().out
    assert "[old]  zhao 20" in said
    assert "by li" in said
    marking.tag_command("P-HOLD", "[old]", remove=True, user="zhao")
    assert "No tags." in capsys.readouterr().out
    marking.tag_command("P-HOLD", as_json=True)
    assert len(json.loads(capsys.readouterr().out)["earlier"]) == 2
    with pytest.raises(BadInput, match="--remove needs"):
        marking.tag_command("P-HOLD", remove=True)
