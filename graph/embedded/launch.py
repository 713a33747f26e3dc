"""Starting the server of a home: recover what an earlier one left, choose the port, write the options, wait."""

from __future__ import annotations

from pathlib import Path

import psutil
from neo4j.exceptions import AuthError

from graph.connect import Connection
from graph.embedded import process, ready, startcache, swap
from graph.embedded.cache import ensure_jars
from graph.embedded.conf import configured_port, machine_memory, plan_memory, write_conf, write_java_options
from graph.embedded.files import readable_errors
from graph.embedded.home import DATABASE, USERNAME, Home
from graph.embedded.lock import Line
from graph.embedded.process import State
from graph.embedded.progress import Progress
from graph.embedded.settings import Settings
from graph.errors import StoreUnavailable

_PORT_TRIES = 3


class Launcher:
    """Starts one home's server. Every method wants the home's start lock held by the caller."""

    def __init__(self, home: Home, line: Line, settings: Settings, progress: Progress) -> None:
        self.home = home
        self.line = line
        self.settings = settings
        self.progress = progress

    def connection(self, port: int) -> Connection:
        """How to reach the server on this port, without anybody holding it."""
        return Connection(f"bolt://127.0.0.1:{port}", USERNAME, self.home.password(), DATABASE, embedded=True)

    def ensure(self) -> int:
        """Make sure that this home's server answers; its port."""
        server = process.find(self.home)
        port = self._port_of_running()
        if server is not None and port is not None and self._adopted(server, port):
            return port
        if server is not None:
            self.progress.note("The database that was running does not answer; it is started again.")
            process.end(server, self.home)
        return self.start()

    def _port_of_running(self) -> int | None:
        state = process.read_state(self.home)
        return state.port if state else configured_port(self.home) or self.home.memory().port

    def _adopted(self, server: psutil.Process, port: int) -> bool:
        """Whether the running server answers, now or (its starter may have been killed) in a while."""
        connection = self.connection(port)
        try:
            if not ready.answers(connection):
                ready.wait_until_ready(server, connection, port, self.home, self.settings.start_timeout)
        except AuthError as error:
            raise self.home.lost_password() from error
        except (StoreUnavailable, ready.PortTaken):
            return False
        if process.read_state(self.home) is None:
            process.write_state(self.home, State(server.pid, server.create_time(), port))
        self._answered(port)
        return True

    def _answered(self, port: int) -> None:
        """From now on the store may hold something: it is never taken for half made, and no older one comes back."""
        self.home.remember(port=port, initialised=True)
        swap.finish(self.home)

    def start(self) -> int:
        """Start the server, which must not be running; its port. A new store that does not open gives way to the old
        one, where a restore or import was cut short before it had answered."""
        with readable_errors(self.home.root, "the database's home"):
            swap.recover(self.home)
            try:
                port = self._start_mending()
            except ready.DidNotStart:
                swap.undo(self.home)
                raise
            self._answered(port)
            return port

    def _start_mending(self) -> int:
        """Start; when program files turn out broken, hash them all, fetch the broken ones and start once more."""
        try:
            return self._start(ensure_jars(self.line, self.settings, self.progress))
        except ready.DidNotStart as error:
            if not error.damaged_jar:
                raise
            self.progress.note("A program file of the database is damaged; all are checked and the bad ones fetched.")
            return self._start(ensure_jars(self.line, self.settings, self.progress, full=True))

    def _start(self, jars: list[Path]) -> int:
        home = self.home
        home.check_line(self.line)
        home.forget_half_made()
        fresh = not home.has_store
        home.hand_over_password(home.password())
        if fresh:
            home.remember(initialised=False)
        home.remember(line=self.line.name, version=self.line.version)
        self.progress.step(f"Starting Neo4j {self.line.version}")
        for _ in range(_PORT_TRIES):
            port = self.choose_port()
            try:
                self._launch(jars, port)
            except ready.PortTaken:
                continue
            return port
        raise StoreUnavailable("The database did not start: each port it tried was taken at once. Try again.")

    def _launch(self, jars: list[Path], port: int) -> None:
        memory = plan_memory(self.settings, machine_memory(), self.home.store_bytes())
        write_conf(self.home.conf, self.line, port, memory, self.settings.replan)
        options = write_java_options(self.home, jars, memory, startcache.options(jars, self.settings))
        for log in (self.home.console_log, self.home.logs / "neo4j.log"):
            if log.exists():  # a fresh one each start, so that no old complaint is told as the reason for a new failure
                log.replace(log.with_suffix(".log.1"))
        server = process.spawn(self.home, self.line, options)
        process.write_state(self.home, State(server.pid, server.create_time(), port))
        try:
            ready.wait_until_ready(server, self.connection(port), port, self.home, self.settings.start_timeout)
        except BaseException:
            process.end(server, self.home)
            self.home.state_file.unlink(missing_ok=True)
            raise

    def choose_port(self) -> int:
        """The port set, else the one remembered, else a free one; says so when a remembered one had to go."""
        fixed = self.settings.port
        if fixed is not None:
            if not ready.port_free(fixed):
                raise StoreUnavailable(
                    f"Port {fixed} (GUANXI_NEO4J_PORT) is taken by another program. End that program, choose another"
                    " port, or unset GUANXI_NEO4J_PORT to have a free one chosen."
                )
            return fixed
        remembered = self.home.memory().port
        if remembered is not None and ready.port_free(remembered):
            return remembered
        port = ready.free_port()
        if remembered is not None:
            self.progress.note(f"Port {remembered} is taken by another program; the database now uses {port}.")
        return port
