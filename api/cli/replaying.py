"""`replay`: a run made again from its frozen input."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.frame import Json, KeepDb, app, opened, out, print_json
from api.services.replay import Difference, ReplayReport, replay


@app.command("replay")
def replay_command(
    run_id: Annotated[
        str | None, typer.Argument(metavar="RUN", help="The run to make again; the current one if left out.")
    ] = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Make a run again from its frozen input and compare: equal, or the first difference (exit code 1)."""
    with opened(keep_db) as (guanxi, watch):
        report = replay(guanxi.store, guanxi.settings.archive, run_id, watch)
    print_json(report) if as_json else _print(report)
    if not report.equal:
        raise typer.Exit(1)


def _print(report: ReplayReport) -> None:
    if report.made_by != report.replayed_by:
        out.print(f"Made by Guanxi {report.made_by}, replayed by {report.replayed_by}.")
    compared = ", ".join(f"{rows:,} rows of {table}" for table, rows in report.rows.items())
    if report.difference is None:
        out.print(f"{report.run_id} of {report.as_of} is equal: {compared}, and both digests.")
        return
    _print_difference(report.run_id, report.difference)


def _print_difference(run_id: str, found: Difference) -> None:
    where = found.table if found.row is None else f"row {found.row:,} of {found.table}"
    out.print(f"{run_id} differs first in {where}:")
    out.print(f"  kept:     {found.kept or 'no such row'}")
    out.print(f"  replayed: {found.replayed or 'no such row'}")
