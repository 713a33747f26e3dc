"""`load`, `rollback`, `demo`: commands that bring data, and undo it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from api.cli.days import read_day
from api.cli.frame import Json, KeepDb, User, Watch, acting_user, app, opened, out
from api.cli.running import print_run
from api.cli.sheet import print_sheet
from api.services.demo import SEED, check_size, make_demo
from api.services.run_parameters import RunParameters
from graph.errors import BadInput
from graph.rollback import rollback
from loaders.engine import load
from loaders.mapping import load_mapping
from loaders.report import LoadOptions, LoadReport
from loaders.tables import check_location


@app.command("load")
def load_command(
    mapping: Annotated[str, typer.Argument(help="A shipped mapping's name, or a mapping file.")],
    source: Annotated[str, typer.Option("--from", metavar="DIR|URL", help="Folder, file, or database URL.")],
    full: Annotated[bool, typer.Option("--full", help="Close what the source no longer has.")] = False,
    delta: Annotated[bool, typer.Option("--delta", help="Only what is new or changed; close nothing.")] = False,
    allow_closing: Annotated[bool, typer.Option(help="Let --full close more than 5%.")] = False,
    rejects: Annotated[str, typer.Option(help="fail (above 0.1% of rows) or keep-going")] = "fail",
    rejects_file: Annotated[Path | None, typer.Option(help="Where rejected rows go.")] = None,
    data_date: Annotated[str | None, typer.Option(metavar="DAY", help="The day the data speak of.")] = None,
    bulk: Annotated[str, typer.Option(help="The offline import: auto, never or always.")] = "auto",
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Load a source through a mapping."""
    if full and delta:
        raise BadInput("Give either --full or --delta.", field="--full")
    _one_of("--rejects", rejects, "fail", "keep-going")
    _one_of("--bulk", bulk, "auto", "never", "always")
    day = read_day(data_date, "--data-date")
    found = load_mapping(mapping)
    check_location(source)
    with opened(keep_db, filling=True) as (guanxi, watch):
        options = LoadOptions(
            mode="full" if full else "delta" if delta else "merge",
            rejects=rejects,  # type: ignore[arg-type]
            rejects_file=rejects_file or guanxi.settings.home / "rejects" / f"{Path(mapping).stem}.csv",
            data_date=day,
            user=acting_user(user, guanxi.settings),
            allow_closing=allow_closing,
            bulk=bulk,  # type: ignore[arg-type]
        )
        report = load(guanxi.store, found, source, options, watch)
    print_load(report, as_json)


def _one_of(field: str, value: str, *known: str) -> None:
    if value not in known:
        raise BadInput(f"{field} is {value!r}; give {' or '.join(known)}.", field=field, value=value)


def print_load(report: LoadReport, as_json: bool) -> None:
    """What a load did: rows by table, changes by kind."""
    if as_json:
        _print_plain(report)
        return
    names = ("read", "loaded", "unchanged", "consulted", "rejected", "flagged", "skipped")
    read = [(one.table, *(f"{getattr(one, name):,}" for name in names)) for one in report.tables]
    print_sheet(("table", *names), read, numbers=names)
    kinds = ("created", "changed", "unchanged", "closed", "missing")
    changes = [
        (kind, *(f"{getattr(change, name):,}" for name in kinds))
        for kind, change in report.changes.items()
        if change.touched
    ]
    if changes:
        print_sheet(("kind", *kinds), changes, numbers=kinds)
    for warning in report.warnings:
        out.print(warning)
    flags = [f"{one.table} {flag} {count:,}" for one in report.tables for flag, count in one.flags.items()]
    if flags:
        out.print(f"Flagged: {'; '.join(flags)}")
    if doubts := _doubts(report):
        out.print(doubts)
    took = f"{report.elapsed_ms / 1000:.1f} s"
    out.print(f"{report.load_id} published as state {report.published_seq} in {took}")


def _doubts(report: LoadReport) -> str:
    """How many rows were rejected and flagged, and how many of them stand in the file of rejects; empty for none."""
    names = ("rejected", "flagged", "listed")
    rejected, flagged, listed = (sum(getattr(one, name) for one in report.tables) for name in names)
    told = f"{rejected:,} rejected and {flagged:,} flagged rows"
    if not report.rejects_file:
        return told if rejected or flagged else ""
    if not rejected:
        return f"{told}, {listed:,} of them by a value that is listed with its reason in {report.rejects_file}"
    by_value = f" and {listed:,} flagged ones by a value" if listed else ""
    return f"{told}; {rejected:,} rejected ones{by_value} are listed with their reasons in {report.rejects_file}"


def _print_plain(report: Any) -> None:
    out.file.write(orjson.dumps(asdict(report), default=str, option=orjson.OPT_INDENT_2).decode() + "\n")


@app.command("rollback")
def rollback_command(
    load_id: Annotated[str, typer.Argument(metavar="LOAD", help="The load to undo; it must be the last.")],
    user: User = None,
    keep_db: KeepDb = False,
) -> None:
    """Undo the last load. The past still tells what was known then."""
    with opened(keep_db, filling=True) as (guanxi, watch):
        watch.step(f"Undoing {load_id}")
        number = rollback(guanxi.store, load_id, acting_user(user, guanxi.settings))
    out.print(f"{load_id} is undone; the world is now state {number}. Runs that read it are marked stale.")


@app.command("demo")
def demo_command(
    size: Annotated[str, typer.Argument(help="small, medium or large")] = "small",
    seed: Annotated[int, typer.Option(help="The same seed makes the same bank.")] = SEED,
    into_existing: Annotated[bool, typer.Option("--into-existing", help="Mix it with what the store holds.")] = False,
    user: User = None,
    keep_db: KeepDb = False,
) -> None:
    """Make the demo bank, load it and run the analysis."""
    check_size(size)
    with opened(keep_db, filling=True) as (guanxi, watch):
        demo(guanxi, watch, size, seed, user, into_existing=into_existing)


def demo(
    guanxi: Any,
    watch: Watch,
    size: str,
    seed: int = SEED,
    user: str | None = None,
    *,
    into_existing: bool = False,
) -> None:
    """The same within a running Guanxi."""
    who = acting_user(user, guanxi.settings)
    home = guanxi.settings.home
    asked = RunParameters(grading=str(guanxi.settings.grading or ""))
    done = make_demo(guanxi.store, home, size, seed, who, watch, into_existing=into_existing, parameters=asked)
    watch.pause()
    print_load(done.load, False)
    print_run(done.run, False)
