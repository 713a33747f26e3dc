"""Which Neo4j this process talks to: one named by NEO4J_URI, else the embedded one of the home folder."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from neo4j import Driver
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import BadInput, StoreUnavailable
from graph.registry import build

if TYPE_CHECKING:
    from graph.embedded.progress import Progress
    from graph.embedded.server import EmbeddedServer

OLDEST = (5, 26)
"""The oldest release of Neo4j that we work with."""

_URI = re.compile(r"^(neo4j|bolt)(\+s|\+ssc)?://[^/\s]+", re.IGNORECASE)
_NO_DATABASE = {"Neo.ClientError.Database.DatabaseNotFound"}


@dataclass(frozen=True)
class Connection:
    """Where the store is and how to log in. The embedded server behind it, if any, is held until `release`."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str
    embedded: bool = False
    server: EmbeddedServer | None = field(default=None, repr=False, compare=False)

    def revive(self) -> Connection:
        """Start the embedded server again if it is gone; the connection to use from now on (its port may differ).

        An external server is not ours to start: the same connection comes back.
        """
        return self.server.start() if self.server else self

    def release(self, keep: bool = False) -> str | None:
        """Give the server back; says so when it stays up for others. Nothing to do for an external one."""
        return self.server.release(keep=keep) if self.server else None


@dataclass(frozen=True)
class ServerInfo:
    """What answered."""

    version: str
    edition: str


def external(env: Mapping[str, str] = os.environ) -> Connection | None:
    """The server named by NEO4J_URI (with NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE), or None.

    Raises BadInput for an address of another kind, or one of the others set without NEO4J_URI.
    """
    uri = env.get("NEO4J_URI", "").strip()
    if not uri:
        stray = [name for name in ("NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE") if env.get(name)]
        if stray:
            message = (
                f"{stray[0]} is set without NEO4J_URI. Set NEO4J_URI too, or unset it to use the embedded database."
            )
            raise BadInput(message, field=stray[0])
        return None
    if "@" in uri:
        message = "NEO4J_URI holds an @: write the user and password into NEO4J_USERNAME and NEO4J_PASSWORD instead."
        raise BadInput(message, field="NEO4J_URI")
    if not _URI.match(uri) or not _is_host(uri):
        message = (
            f"NEO4J_URI is {uri!r}; it starts with neo4j:// or bolt://, with +s or +ssc for TLS, then a host and, after"
            " a colon, a port; nothing more."
        )
        raise BadInput(message, field="NEO4J_URI", value=uri)
    return Connection(
        uri=uri,
        username=env.get("NEO4J_USERNAME") or "neo4j",
        password=env.get("NEO4J_PASSWORD", ""),
        database=env.get("NEO4J_DATABASE") or "neo4j",
    )


def _is_host(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return bool(parts.hostname) and parts.port != 0 and not (parts.path.strip("/") or parts.query or parts.fragment)
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def resolve(
    home: Path | None = None,
    env: Mapping[str, str] = os.environ,
    *,
    line: str = "current",
    progress: Progress | None = None,
) -> Connection:
    """The connection that the settings name, with the embedded server started where it is the one meant.

    home: overrides GUANXI_HOME. Call `release` on the answer when done. Raises BadInput for settings that cannot
    be taken, StoreUnavailable when the embedded server cannot be fetched or started.
    """
    named = external(env)
    if named is not None:
        return named
    from graph.embedded.server import EmbeddedServer  # late: an external server needs none of it
    from graph.embedded.settings import home_folder

    return EmbeddedServer(home or home_folder(env), line=line, progress=progress, env=env).start()


@cache
def server_statement(name: str) -> str:
    """A statement of `cypher/server`, read alone: a server is asked before any store needs the whole registry."""
    text = files("cypher").joinpath(f"server/{name}.cypher").read_text(encoding="utf-8")
    return build(f"server/{name}", text)[0].text


def verify(driver: Driver, connection: Connection) -> ServerInfo:
    """Ask the server who it is. Raises StoreUnavailable in one sentence: unreachable, refused, or too old."""
    uri = connection.uri
    try:
        _refuse_old(driver.get_server_info().agent.removeprefix("Neo4j/"), uri)
        records, _, _ = driver.execute_query(server_statement("components"), database_=connection.database)
    except AuthError as error:
        message = f"Neo4j at {uri} refuses user {connection.username!r}: set NEO4J_USERNAME and NEO4J_PASSWORD right."
        raise StoreUnavailable(message) from error
    except (ServiceUnavailable, SessionExpired, ConfigurationError, OSError) as error:
        message = f"No Neo4j answers at {uri}: check NEO4J_URI, that the server runs, and the network between."
        raise StoreUnavailable(message) from error
    except (Neo4jError, DriverError) as error:
        if getattr(error, "code", None) in _NO_DATABASE:
            message = f"Neo4j at {uri} has no database {connection.database!r}: set NEO4J_DATABASE."
        else:
            message = f"Neo4j at {uri} does not answer properly: {getattr(error, 'message', None) or error}"
        raise StoreUnavailable(message) from error
    return ServerInfo(str(records[0]["version"]), str(records[0]["edition"]))


def _refuse_old(version: str, uri: str) -> None:
    """The version comes with the greeting: our statements are of a kind that an old server does not even read."""
    if _release(version) < OLDEST:
        message = f"Neo4j at {uri} is version {version}; Guanxi needs 5.26 LTS or a 2026 release: upgrade it."
        raise StoreUnavailable(message)


def _release(version: str) -> tuple[int, int]:
    """(5, 26) of "5.26.30", (2026, 8) of "2026.08.1", (5, 27) of "5.27-aura"."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else (0, 0)
