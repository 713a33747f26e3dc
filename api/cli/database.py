"""`db start|stop|status|shell|dump|restore`: the database itself."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table
from rich.text import Text

from api.cli.frame import Json, KeepDb, Watch, app, err, opened, out, settings_of
from api.cli.sheet import print_facts
from api.services.shell import ask
from graph import connect
from graph.embedded import EmbeddedServer, ServerStatus
from graph.errors import BadInput
from graph.store import Store

db = typer.Typer(help="Start, stop, look at, save and restore the database.", no_args_is_help=True)
app.add_typer(db, name="db")


def _embedded(watch: Watch | None = None) -> EmbeddedServer:
    """The embedded server of the home. Raises BadInput where NEO4J_URI names another."""
    named = connect.external()
    if named is not None:
        raise BadInput(
            f"NEO4J_URI names {named.uri}, which Guanxi neither starts nor saves. Use that server's own tools, or "
            "unset NEO4J_URI to mean the embedded database.",
            field="NEO4J_URI",
        )
    return EmbeddedServer(settings_of().home, progress=watch)


@db.command("start")
def start_command() -> None:
    """Start the embedded database and leave it running."""
    with Watch() as watch:
        server = _embedded(watch)
        connection = server.start()
        server.release(keep=True)
    out.print(f"Neo4j answers at {connection.uri} and stays up; stop it with: guanxi db stop")


@db.command("stop")
def stop_command(
    force: Annotated[bool, typer.Option("--force", help="Even while other processes use it.")] = False,
) -> None:
    """Stop the embedded database."""
    with Watch() as watch:
        told = _embedded(watch).stop(force=force)
    out.print(told or "Neo4j is stopped.")


@db.command("status")
def status_command(as_json: Json = False) -> None:
    """How the embedded database stands; starts nothing."""
    status = _embedded().status()
    if as_json:
        sys.stdout.write(orjson.dumps(asdict(status), default=str, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    _print_status(status)


def _print_status(status: ServerStatus) -> None:
    state = "answers" if status.ready else "is starting" if status.running else "is not running"
    out.print(f"Neo4j {status.version} {state}")
    told = {
        "home": str(status.home),
        "address": status.uri or "none",
        "memory": f"{status.rss_bytes / 2**20:,.0f} MiB" if status.rss_bytes else "none",
        "store": f"{status.store_bytes / 2**20:,.0f} MiB",
        "used by": f"{len(status.users)} processes" + (", kept running" if status.kept else ""),
        "log": str(status.log_file),
    }
    print_facts(told.items())


@db.command("dump")
def dump_command(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Save the whole database in one file; it is offline meanwhile."""
    with Watch() as watch:
        _embedded(watch).dump(file)
    out.print(f"{file}: {file.stat().st_size / 2**20:,.1f} MiB")


@db.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that `db dump` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Replace the whole database by a saved one."""
    if not file.is_file():
        raise BadInput(f"There is no file {file}; name one that `guanxi db dump` wrote.", field="FILE", value=str(file))
    if not yes:
        typer.confirm(f"Replace the database in {settings_of().home} by {file}?", abort=True)
    with Watch() as watch:
        _embedded(watch).restore(file)
    out.print(f"Restored from {file}.")


@db.command("shell")
def shell_command(
    statement: Annotated[str | None, typer.Argument(help="One statement; without it the shell asks.")] = None,
    keep_db: KeepDb = False,
) -> None:
    """Ask the database in Cypher, reading only. An empty line or `exit` ends it."""
    with opened(keep_db) as (guanxi, watch):
        watch.hide()
        _shell(guanxi.store, statement)


def _shell(store: Store, statement: str | None) -> None:
    if statement is not None:
        _ask(store, statement)
        return
    while line := _line():
        try:
            _ask(store, line)
        except BadInput as error:
            err.print(str(error))


def _line() -> str:
    try:
        line = input("cypher> ") if sys.stdin.isatty() else sys.stdin.readline()
    except EOFError:
        return ""
    line = line.strip().rstrip(";")
    return "" if line.lower() in ("exit", "quit", ":exit") else line


def _ask(store: Store, statement: str) -> None:
    asked = ask(store, statement)
    table = Table(box=None, pad_edge=False)
    for name in asked.columns:
        table.add_column(name, overflow="fold")
    for row in asked.rows:
        table.add_row(*[Text(_cell(value)) for value in row])
    out.print(table)
    out.print(f"first {len(asked.rows)} rows; add LIMIT" if asked.more else f"{len(asked.rows)} rows", style="dim")


def _cell(value: Any) -> str:
    if hasattr(value, "labels"):
        return f"(:{':'.join(sorted(value.labels))} {dict(value)})"
    if hasattr(value, "type") and hasattr(value, "nodes"):
        return f"[:{value.type} {dict(value)}]"
    return str(value)
