"""Which server the settings mean, and the one sentence for each that will not do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ClientError

from graph.connect import Connection, external, resolve, verify
from graph.embedded.ready import free_port
from graph.errors import BadInput, StoreUnavailable

_HERE = Connection("bolt://db.bank:7687", "neo4j", "secret", "neo4j")


class FakeDriver:
    """Says who it is; one from before 5.26 refuses our statements."""

    def __init__(self, version: str) -> None:
        self._version = version

    def get_server_info(self, **_: object) -> SimpleNamespace:
        return SimpleNamespace(agent=f"Neo4j/{self._version}")

    def execute_query(self, *_: object, **__: object) -> tuple[list[dict[str, str]], None, None]:
        if not self._version.startswith(("5.26", "5.27", "2026")):
            raise ClientError("Invalid input 'CYPHER 5'")
        return [{"version": self._version, "edition": "enterprise"}], None, None


def _driver(version: str) -> Driver:
    return cast("Driver", FakeDriver(version))


def test_an_external_server_turns_the_embedded_one_off() -> None:
    env = {
        "NEO4J_URI": "neo4j+s://db.bank",
        "NEO4J_USERNAME": "guanxi",
        "NEO4J_PASSWORD": "secret",
        "NEO4J_DATABASE": "crm",
    }
    found = resolve(env=env)
    assert found == Connection("neo4j+s://db.bank", "guanxi", "secret", "crm", embedded=False)
    assert found.revive() is found
    assert found.release() is None
    assert "secret" not in repr(found)


def test_without_an_address_the_embedded_one_is_meant() -> None:
    assert external({}) is None


@pytest.mark.parametrize("name", ["NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"])
def test_a_login_without_an_address_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f"{name} is set without NEO4J_URI"):
        external({name: "x"})


@pytest.mark.parametrize(
    "uri",
    ["http://db.bank:7474", "db.bank", "bolt://", "bolt://[::1", "bolt://db:port", "neo4j://db?x=y", "bolt://db/graph"],
)
def test_an_address_of_another_kind_is_refused(uri: str) -> None:
    with pytest.raises(BadInput, match="NEO4J_URI is"):
        external({"NEO4J_URI": uri})


def test_a_password_in_the_address_is_refused_and_not_told() -> None:
    with pytest.raises(BadInput, match="NEO4J_PASSWORD") as refused:
        external({"NEO4J_URI": "bolt://user:hunter2@db.bank"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("uri", ["bolt://db", "neo4j+s://db.bank:7687/", "bolt+ssc://[::1]:7687"])
def test_hosts_with_and_without_a_port_are_taken(uri: str) -> None:
    assert external({"NEO4J_URI": uri}) is not None


@pytest.mark.parametrize("version", ["5.26.0", "5.26.30", "5.27-aura", "2026.08.1"])
def test_servers_from_the_lts_on_are_taken(version: str) -> None:
    assert verify(_driver(version), _HERE).version == version


@pytest.mark.parametrize("version", ["4.4.40", "5.25.1", "5.3.0", "odd"])
def test_older_servers_are_refused_with_both_versions(version: str) -> None:
    with pytest.raises(StoreUnavailable, match=rf"is version {version}; Guanxi needs 5\.26 LTS"):
        verify(_driver(version), _HERE)


def test_an_unreachable_server_is_told_in_one_sentence() -> None:
    nowhere = Connection(f"bolt://127.0.0.1:{free_port()}", "neo4j", "secret", "neo4j")
    with (
        GraphDatabase.driver(nowhere.uri, auth=("neo4j", "secret"), max_transaction_retry_time=0.0) as driver,
        pytest.raises(StoreUnavailable, match=f"No Neo4j answers at {nowhere.uri}: check NEO4J_URI"),
    ):
        verify(driver, nowhere)
