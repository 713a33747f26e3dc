"""`run`: the analysis. Beside the commands that load, whose modules it need not wait for."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, User, acting_user, app, opened, out, print_json
from api.services.run import RunReport, run
from api.services.run_parameters import read_parameters

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="control.threshold=0.5, control.sense=at_least, …"),
]

Rules = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="SET", help="A rule set by name, or a .yaml file of your own; may be repeated."),
]


@app.command("run")
def run_command(
    rules: Rules = None,
    settings: Settings = None,
    openings: Annotated[str, typer.Option(metavar="FILE", help="What openings count: a .yaml file of your own.")] = "",
    as_of: AsOf = None,
    known_on: KnownOn = None,
    incremental: Annotated[bool, typer.Option(help="Do not read again what nobody has written.")] = False,
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Work out who controls whom, who falls with whom, and what the bank has lent them together."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    parameters = read_parameters(settings or (), *days, rules or (), openings)
    with opened(keep_db, filling=True) as (guanxi, watch):
        who = acting_user(user, guanxi.settings)
        parameters = replace(parameters, grading=str(guanxi.settings.grading or ""))
        report = run(
            guanxi.store, guanxi.settings.archive, parameters, user=who, incremental=incremental, progress=watch
        )
    print_run(report, as_json)


def print_run(report: RunReport, as_json: bool) -> None:
    """What a run found."""
    if as_json:
        print_json(report)
        return
    counts = report.counts
    out.print(
        f"holdings: {counts['holdings_used']:,}, pairs of control: {counts['control_pairs']:,}, "
        f"companies controlled: {counts['companies_controlled']:,}, groups: {counts['groups']:,} "
        f"(memberships: {counts['memberships']:,})",
    )
    out.print(
        f"groups of connected clients beyond control: {counts['connected_groups']:,}; exposures tested: "
        f"{counts['exposures_tested']:,} (breaches: {counts['breaches_of_limits']:,}, warnings: "
        f"{counts['warnings_of_limits']:,}); guarantee circles: {counts['guarantee_circles']:,}, mutual pairs: "
        f"{counts['mutual_pairs']:,}",
    )
    for warning in [*report.coverage, *report.warnings]:
        out.print(warning)
    kind = "current" if report.is_current else f"over {report.as_of}; the current run stays"
    took = sum(report.durations_ms.values()) / 1000
    out.print(f"{report.run_id} published as state {report.published_seq} ({kind}) in {took:.1f} s")
