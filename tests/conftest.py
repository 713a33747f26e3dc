"""Fixtures that several folders share: the real Neo4j that contract tests talk to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from graph.connect import Connection
from graph.embedded import EmbeddedServer
from tests.browsing import browser, open_page

__all__ = ["browser", "open_page"]

settings.register_profile("guanxi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("guanxi")
"""No test asserts a time, and a busy machine is no reason to fail."""
for _size in (
    "COLUMNS",
    "LINES",
):  # of whoever's terminal the tests run in; readline tells it to those who run side by side
    os.environ.pop(_size, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no worker is left with one at the end. Of those that ask the shared
    server the first has every statement planned, which serves the others; after the last it plans everything anew."""
    places = {"test_statements.py": 0, "test_schema.py": 2}
    items.sort(key=lambda item: places.get(item.path.name, 1) if item.get_closest_marker("contract") else 3)


class _ByFile(LoadFileScheduling):
    """Each file goes to one worker; those of the demo bank together, so that it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return str(Path(file).parent) if "/demo_bank/" in file else file


@pytest.hookimpl(optionalhook=True)  # known where the plug-in is
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return _ByFile(config, log)


@pytest.fixture(scope="session")
def server_line() -> str:
    """The line of Neo4j releases under test: `current`, or `lts` with GUANXI_TEST_LINE=lts."""
    return os.environ.get("GUANXI_TEST_LINE", "current")


@pytest.fixture(scope="session")
def server_env() -> dict[str, str]:
    """This process's environment without the settings that would lead a test to another database.

    Plans stay: banks of a few rows come and go so fast that planning anew for each took more than half of Java's time.
    """
    ours = {"GUANXI_HOME", "GUANXI_NEO4J_PORT", "GUANXI_NEO4J_HEAP", "GUANXI_NEO4J_PAGECACHE"}
    kept = {k: v for k, v in os.environ.items() if k not in ours and not k.startswith("NEO4J_")}
    return kept | {"GUANXI_START_CACHE": "off", "GUANXI_NEO4J_REPLAN": "86400"}


@pytest.fixture(scope="session")
def neo4j_server(
    tmp_path_factory: pytest.TempPathFactory, server_line: str, server_env: dict[str, str]
) -> Iterator[EmbeddedServer]:
    """One real server for the session, of each xdist worker its own. One that cannot start fails the tests."""
    server = EmbeddedServer(tmp_path_factory.getbasetemp() / "neo4j-home", line=server_line, env=server_env)
    server.start()
    yield server
    server.release()


@pytest.fixture(scope="session")
def connection(neo4j_server: EmbeddedServer) -> Connection:
    """How to reach the session's server. Its database is shared: a test that needs it empty clears it first."""
    return neo4j_server.start()


@pytest.fixture
def own_home(tmp_path: Path) -> Path:
    """A home folder of the test's own."""
    return tmp_path / "home"
