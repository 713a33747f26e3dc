"""Which Neo4j this process talks to: one named by NEO4J_URI, else the embedded one of the home folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from neo4j import Driver

if TYPE_CHECKING:
    from graph.embedded.progress import Progress
    from graph.embedded.server import EmbeddedServer


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


def resolve(
    home: Path | None = None,
    env: Mapping[str, str] = os.environ,
    *,
    line: str = "current",
    progress: Progress | None = None,
) -> Connection:
    """The connection that the settings name, with the embedded server started where it is the one meant.

    home: overrides GUANXI_HOME. Raises BadInput for settings that contradict, StoreUnavailable when the
    embedded server cannot be fetched or started.
    """
    raise NotImplementedError


def verify(driver: Driver, connection: Connection) -> ServerInfo:
    """Ask the server who it is. Raises StoreUnavailable in one clear sentence: unreachable, refused, or too old."""
    raise NotImplementedError
