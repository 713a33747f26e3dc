"""`report exposure`: what a run found, as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.frame import KeepDb, app, opened
from api.cli.written import check_place, whole_file
from api.services.report_exposure import exposure_workbook
from graph.errors import BadInput

report = typer.Typer(help="Documents of what a run found.", no_args_is_help=True)
app.add_typer(report, name="report")


@report.command("exposure")
def exposure_command(
    file: Annotated[Path, typer.Option("--out", help="The spreadsheet to write (.xlsx).")],
    run_id: Annotated[str | None, typer.Option("--run", help="An earlier run; else the current one.")] = None,
    rules: Annotated[
        list[str] | None, typer.Option("--rules", metavar="SET", help="Only this rule set of the run; may be repeated.")
    ] = None,
    keep_db: KeepDb = False,
) -> None:
    """Exposure against limits as a spreadsheet: summary, groups, members with reasons, excluded, parameters."""
    if file.suffix.lower() != ".xlsx":
        raise BadInput(f"--out is {str(file)!r}; a spreadsheet's name ends in .xlsx.", field="--out", value=str(file))
    check_place(file, "--out")
    with opened(keep_db) as (guanxi, watch):
        watch.step("Writing the report")
        settings = guanxi.settings
        made = exposure_workbook(guanxi.view(), settings.archive, bank=settings.bank, run_id=run_id, rules=rules or ())
        with whole_file(file) as part:
            part.write_bytes(made)
        watch.pause()
        watch.note(f"{file}: {len(made):,} bytes")
