"""One embedded Neo4j server of one home folder, shared by the Guanxi processes that use that home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from graph.connect import Connection
from graph.embedded.progress import Progress, Silent
from graph.embedded.results import ImportReport, LinkFiles, NodeFiles, ServerStatus


class EmbeddedServer:
    """A real Neo4j on loopback, started when needed and stopped by the last process that leaves it.

    As a context manager it yields the `Connection` and releases on leaving.
    """

    def __init__(self, home: Path, *, line: str = "current", progress: Progress | None = None) -> None:
        self.home = home
        self.line = line
        self.progress = progress or Silent()

    def __enter__(self) -> Connection:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def start(self) -> Connection:
        """Register as a user and make sure that the server answers a query; may be called again at any time."""
        raise NotImplementedError

    def release(self, keep: bool = False) -> str | None:
        """Stop being a user; the last one stops the server unless it is kept. Says why when it stays up."""
        raise NotImplementedError

    def stop(self, force: bool = False) -> str | None:
        """Stop the server; refuses while others use it, unless forced."""
        raise NotImplementedError

    def status(self) -> ServerStatus:
        """How the server stands, without starting anything."""
        raise NotImplementedError

    def dump(self, path: Path) -> None:
        """Write the database into one file, offline; the server is back up afterwards if it was."""
        raise NotImplementedError

    def restore(self, path: Path) -> None:
        """Replace the database by a dump; the earlier one stays until the new one is in place."""
        raise NotImplementedError

    def import_full(
        self,
        nodes: Sequence[NodeFiles],
        links: Sequence[LinkFiles],
        options: Mapping[str, str] | None = None,
    ) -> ImportReport:
        """Fill the empty database from CSV files with Neo4j's offline import."""
        raise NotImplementedError

    def check(self) -> str:
        """Have Neo4j check the stored database, offline; the report's last words."""
        raise NotImplementedError
