"""Waiting until the server answers a real query, and saying why when it does not."""

from __future__ import annotations

import re
import socket
import time

import psutil
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.connect import Connection, server_statement
from graph.embedded import process
from graph.embedded.home import Home, tail
from graph.errors import StoreUnavailable


class PortTaken(Exception):
    """Somebody else took the port between our look and the server's start."""


class DidNotStart(StoreUnavailable):
    """The server ended by itself. `damaged_jar` tells that its log speaks of broken program files."""

    def __init__(self, message: str, *, damaged_jar: bool) -> None:
        super().__init__(message)
        self.damaged_jar = damaged_jar


def _driver(connection: Connection, timeout_s: float) -> Driver:
    return GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        connection_timeout=timeout_s,
        connection_acquisition_timeout=timeout_s,
        connection_write_timeout=timeout_s,
        max_transaction_retry_time=0.0,
    )


def answers(connection: Connection, timeout_s: float = 5.0) -> bool:
    """Whether a query is answered now. Raises AuthError when the server refuses the password."""
    try:
        with _driver(connection, timeout_s) as driver:
            driver.execute_query(server_statement("ready"), database_=connection.database)
    except AuthError:
        raise
    except (Neo4jError, DriverError, OSError):
        return False
    return True


def given_up(connection: Connection, timeout_s: float = 5.0) -> bool:
    """Whether the server runs but has failed to open the database, for good."""
    try:
        with _driver(connection, timeout_s) as driver:
            records, _, _ = driver.execute_query(server_statement("databases"), database_="system")
    except (Neo4jError, DriverError, OSError):
        return False
    return any(
        r["name"] == connection.database and r["currentStatus"] == "offline" and r["statusMessage"] for r in records
    )


def port_open(port: int) -> bool:
    """Whether anything listens on the loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True


def wait_until_ready(server: psutil.Process, connection: Connection, port: int, home: Home, timeout_s: float) -> None:
    """Return when a query is answered.

    Raises DidNotStart when the process ends, PortTaken when it ends for want of its port, StoreUnavailable when
    it refuses our password or has not answered after `timeout_s` seconds.
    """
    until = time.monotonic() + timeout_s
    while process.running(server):
        if port_open(port):
            try:
                if answers(connection):
                    return
                if given_up(connection):
                    raise damaged_store(home)
            except AuthError as error:
                raise home.lost_password() from error
        if time.monotonic() > until:
            raise StoreUnavailable(
                f"The database has not answered for {timeout_s:.0f} s. It may still be recovering a large store:"
                f" see {home.logs / 'debug.log'}, and give it longer with GUANXI_START_TIMEOUT."
            )
        time.sleep(0.05)
    raise reason(home)


_REASONS: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|not enough space|Disk quota exceeded",
        "the disk is full. Free some space and try again",
    ),
    (
        r"StoreLockException|FileLockException|Store and its lock file has been locked|lock file has been locked",
        "another program has its store open. End that program and try again",
    ),
    (
        r"AccessDeniedException|Permission denied|Read-only file system",
        "it has no permission to write its folder. Give this user the right, or choose another GUANXI_HOME",
    ),
    (
        r"OutOfMemoryError|Could not reserve enough space|insufficient memory|Cannot allocate memory",
        "there is not enough memory. Close other programs, or set GUANXI_NEO4J_HEAP and GUANXI_NEO4J_PAGECACHE",
    ),
)
_DAMAGED_JAR = r"corrupt jarfile|ZipException|NoClassDefFoundError|ClassNotFoundException|zip END header"
_PORT = r"Address already in use|BindException|is already in use"


def reason(home: Home) -> Exception:
    """Why the server ended, from what it printed and logged: PortTaken, or DidNotStart with the way out."""
    console = tail(home.console_log)
    log = home.logs / "debug.log"
    words = console + tail(home.logs / "neo4j.log", 4_000)
    if re.search(_PORT, console):
        return PortTaken()
    for pattern, told in _REASONS:
        if re.search(pattern, words):
            return DidNotStart(f"The database did not start: {told} ({home.root}).", damaged_jar=False)
    return DidNotStart(
        f"The database did not start: {_last_error(console) or 'no reason given'}. Its store in {home.data} may be"
        f" damaged; the log is {log if log.exists() else home.console_log}. Try again once; else move {home.root}"
        " away, start anew, and `guanxi db restore` your last dump or load the sources again.",
        damaged_jar=bool(re.search(_DAMAGED_JAR, console)),
    )


def damaged_store(home: Home) -> DidNotStart:
    """The error for a store that the running server could not open."""
    return DidNotStart(
        f"The stored database in {home.data} cannot be opened: {_store_error(home)}. The log is"
        f" {home.logs / 'debug.log'}. `guanxi db restore` puts a dump in its place; or move {home.root} away, start"
        " anew and load the sources again.",
        damaged_jar=False,
    )


def _store_error(home: Home) -> str:
    """Why the server did not open the database: the message behind the last failure in its log."""
    found = re.findall(
        r'"message":"Failed to start DatabaseId.*?"stacktrace":"(.*?)\\n', tail(home.logs / "debug.log", 200_000)
    )
    text = re.sub(r"^(?:[\w.$]+: )+", "", found[-1]) if found else ""
    return text.strip().rstrip(".")[:300] or "it is damaged"


def _last_error(console: str) -> str:
    """The innermost cause that the server printed, in one line."""
    causes = re.findall(r"^(?:Caused by:|Exception in thread \S+|\S+ \S+ ERROR)\s*(.+)$", console, re.MULTILINE)
    rows = causes or [row for row in console.splitlines() if row.strip()]
    return re.sub(r"\s+", " ", rows[-1])[:300].rstrip(" .") if rows else ""


def failure_line(output: str) -> str:
    """The sentence of an admin command's output that says what went wrong."""
    rows = [row.strip() for row in output.splitlines() if row.strip() and not row.startswith(("\t", "Run with"))]
    wanted = [r for r in rows if re.search(r"error|fail|cannot|unable|exist|invalid|not |exception", r, re.IGNORECASE)]
    return re.sub(r"\s+", " ", (wanted or rows or ["no reason given"])[-1])[:400].rstrip(" .")


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
