"""One embedded Neo4j server of one home folder, shared by the Guanxi processes that use that home."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

from graph.connect import Connection, server_statement
from graph.embedded import process, ready, startcache, swap
from graph.embedded.admin import AdminTool
from graph.embedded.cache import ensure_jars
from graph.embedded.clients import Client
from graph.embedded.conf import configured_port, machine_memory, pagecache_after_import
from graph.embedded.files import file_lock, readable_errors
from graph.embedded.home import Home
from graph.embedded.launch import Launcher
from graph.embedded.lock import find_line
from graph.embedded.progress import Progress, Silent
from graph.embedded.results import ImportFiles, ImportReport, ServerStatus
from graph.embedded.settings import read_settings
from graph.errors import BadInput, Conflict, GuanxiError

_WAIT_FOR_OTHER_S = 900.0


class EmbeddedServer:
    """A real Neo4j on loopback, started when needed and stopped by the last process that leaves it.

    As a context manager it yields the `Connection` and releases on leaving. A process that ends without releasing
    is counted out by the system, even when killed.
    """

    def __init__(
        self,
        home: Path,
        *,
        line: str = "current",
        progress: Progress | None = None,
        env: Mapping[str, str] = os.environ,
    ) -> None:
        self._home = Home(home)
        self._line = find_line(line)
        self._settings = read_settings(env)
        self._progress = progress or Silent()
        self._client = Client(self._home)
        self._launcher = Launcher(self._home, self._line, self._settings, self._progress)

    def __enter__(self) -> Connection:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @property
    def home(self) -> Path:
        """The home folder."""
        return self._home.root

    def start(self) -> Connection:
        """Register as a user and make sure that the server answers a query; may be called again at any time.

        Waits for another process that is starting or restoring. Raises StoreUnavailable with the reason and the
        way out when the server cannot be fetched or started.
        """
        self._home.prepare()
        with self._exclusive():
            before = self._client.registered
            self._client.take()
            try:
                port = self._launcher.ensure()
            except BaseException:
                if not before:
                    self._client.give()
                raise
            if not before:
                atexit.register(self.release)
            return replace(self._launcher.connection(port), server=self)

    def release(self, keep: bool = False) -> str | None:
        """Stop being a user; the last one stops the server unless it is kept. Says why when it stays up."""
        atexit.unregister(self.release)
        if not self._client.registered:
            return None
        with self._exclusive():
            self._client.give()
            if keep:
                self._mark_kept()
            state = process.read_state(self._home)
            kept = keep or (state is not None and state.kept)
            others = self._client.others()
            if others:
                return f"The database stays up: {_count(others)} still connected (process {_listed(others)})." + (
                    " `guanxi db stop` stops it." if kept else " The last one to leave stops it."
                )
            if kept:
                return "The database keeps running. `guanxi db stop` stops it."
            self._end()
        return None

    def stop(self, force: bool = False) -> str | None:
        """Stop the server now. Raises Conflict while others use it, unless forced (they start it again)."""
        if not self._home.run.exists():
            return "The database was not running."
        with self._exclusive():
            others = self._client.others()
            if others and not force:
                raise Conflict(
                    f"{_count(others)} still connected to the database (process {_listed(others)})."
                    " End them first, or stop it by force."
                )
            if process.find(self._home) is None:
                return "The database was not running."
            self._end()
        return None

    @property
    def has_store(self) -> bool:
        """Whether the home holds a database."""
        return self._home.has_store

    def check_password(self) -> None:
        """Read the password as a start does, and change nothing. Raises StoreUnavailable when it is lost or garbled."""
        self._home.check_password()

    def status(self) -> ServerStatus:
        """How the server stands, without starting anything."""
        server = process.find(self._home)
        state = process.read_state(self._home)
        port = state.port if state else configured_port(self._home)
        up = server is not None and port is not None
        return ServerStatus(
            home=self._home.root,
            line=self._line.name,
            version=self._line.version,
            running=server is not None,
            ready=up and self._answers(port or 0),
            pid=server.pid if server else None,
            uri=f"bolt://127.0.0.1:{port}" if up else None,
            kept=bool(state and state.kept and server),
            users=tuple(self._client.users()),
            rss_bytes=_rss(server),
            store_bytes=self._home.store_bytes(),
            log_file=self._home.logs / "debug.log",
        )

    def dump(self, path: Path) -> None:
        """Write the database into one new file, offline; the server is back up afterwards if it was.

        Raises BadInput when the file exists, Conflict while others are connected.
        """
        path = path.absolute()
        if path.exists():
            raise BadInput(f"{path} exists already; name a file that does not.", field="file", value=str(path))
        with self._offline("dump"), readable_errors(path.parent, "the dump's folder"):
            self._progress.step("Dumping the database")
            self._tool().dump(self._home, path)

    def restore(self, path: Path) -> None:
        """Replace the database by a dump; the earlier one stays until the new one has answered a query.

        Raises BadInput when there is no such file, Conflict while others are connected.
        """
        if not path.is_file():
            raise BadInput(f"There is no file {path}.", field="file", value=str(path))
        with self._offline("restore"):
            self._progress.step("Restoring the database")
            self._replace(lambda tool, scratch: tool.load(scratch, path), self._launcher)

    def import_full(self, make: Callable[[], ImportFiles], *, at_most_nodes: int = 0) -> ImportReport:
        """Fill the empty database from CSV files with Neo4j's offline import; we stay connected to the result.

        make: makes the files. It is called while the database is down, which leaves the memory to it.
        at_most_nodes: a database with so many nodes still counts as empty (a schema's own record); they go.
        What was there goes, indexes and constraints too: apply the schema afterwards. Raises Conflict when the
        database holds nodes or others are connected, GuanxiError with the tool's reason when it fails (the database
        is then as before).
        """
        self._need_empty(at_most_nodes)
        reports: list[ImportReport] = []
        with self._offline("import"):
            files = make()
            self._progress.step("Importing into the database")
            small = replace(self._settings, pagecache=pagecache_after_import(self._settings, machine_memory()))
            self._replace(
                lambda tool, scratch: reports.append(tool.import_full(scratch, files)),
                Launcher(self._home, self._line, small, self._progress),
            )
        return reports[0]

    # what the public part is made of

    def _exclusive(self) -> AbstractContextManager[None]:
        """The home's start lock: one process at a time starts, stops, restores or counts users."""
        meanwhile = "another Guanxi process is starting, stopping or restoring the database"
        return file_lock(self._home.run / "start.lock", _WAIT_FOR_OTHER_S, meanwhile)

    def _end(self) -> None:
        server = process.find(self._home)
        if server is not None:
            process.end(server, self._home)
            self._make_start_cache()
        self._home.state_file.unlink(missing_ok=True)

    def _make_start_cache(self) -> None:
        try:
            startcache.make_later(self._line, ensure_jars(self._line, self._settings, Silent()), self._settings)
        except GuanxiError:
            return  # the files went away; the next start will say so

    def _mark_kept(self) -> None:
        state = process.read_state(self._home)
        if state is not None:
            process.write_state(self._home, replace(state, kept=True))

    def _answers(self, port: int) -> bool:
        try:
            return ready.answers(self._launcher.connection(port), timeout_s=2.0)
        except (AuthError, GuanxiError):
            return False

    def _tool(self) -> AdminTool:
        tool = AdminTool(self._line, ensure_jars(self._line, self._settings, self._progress))
        tool.write_scratch_conf(self._home)
        return tool

    @contextmanager
    def _offline(self, what: str) -> Iterator[None]:
        """Stop the server for the length of the work, alone; start it again if it ran."""
        self._home.prepare()
        with self._exclusive():
            others = self._client.others()
            if others:
                message = (
                    f"{_count(others)} connected (process {_listed(others)}): no {what} meanwhile. End them first."
                )
                raise Conflict(message)
            self._home.check_line(self._line)
            state = process.read_state(self._home)
            server = process.find(self._home)
            if server is not None:
                process.end(server, self._home)
            self._settle()
            try:
                yield
            finally:
                if server is not None and process.find(self._home) is None:
                    self._launcher.start()
                elif server is None and process.find(self._home) is not None:
                    self._end()
                if state is not None and state.kept and process.find(self._home) is not None:
                    self._mark_kept()

    def _replace(self, fill: Callable[[AdminTool, Home], None], launcher: Launcher) -> None:
        """Make a new store in a scratch home, put it in place, see that it answers; else put the old one back."""
        home = self._home
        with readable_errors(home.root, "the database's home"):
            scratch = swap.begin(home)
            try:
                tool = self._tool()
                tool.write_scratch_conf(scratch)
                fill(tool, scratch)
            except BaseException:
                swap.finish(home)
                raise
            swap.commit(home)
            try:
                launcher.start()
            except BaseException:
                if swap.is_open(home):
                    self._end()
                    swap.undo(home)
                raise

    def _settle(self) -> None:
        """Offline tools want a database that has answered: one start makes it, or ends a swap that was cut short."""
        home = self._home
        swap.recover(home)
        if not home.has_store or home.half_made or swap.is_open(home):
            self._launcher.start()
            self._end()

    def _need_empty(self, at_most_nodes: int) -> None:
        connection = self.start()
        with GraphDatabase.driver(connection.uri, auth=(connection.username, connection.password)) as driver:
            records, _, _ = driver.execute_query(server_statement("node_count"), database_=connection.database)
        if records[0]["nodes"] > at_most_nodes:
            raise Conflict(
                f"The database holds {records[0]['nodes']:,} nodes; the offline import fills an empty one only."
                " Load without it, or use another GUANXI_HOME."
            )


def _count(others: list[int]) -> str:
    return "1 other Guanxi process is" if len(others) == 1 else f"{len(others)} other Guanxi processes are"


def _listed(pids: list[int]) -> str:
    return ", ".join(map(str, sorted(set(pids))))


def _rss(server: psutil.Process | None) -> int | None:
    try:
        return int(server.memory_info().rss) if server else None
    except psutil.Error:
        return None
