"""`doctor`: is everything as it should be?"""

from __future__ import annotations

import typer
from rich.text import Text

from api.cli.frame import Json, Watch, app, print_json, settings_of
from api.cli.sheet import print_facts
from api.services.doctor import diagnose


@app.command("doctor")
def doctor_command(as_json: Json = False) -> None:
    """Look at home, disk, memory, port, Java, jars, password and store; say the way out of what is wrong.

    A database that is not running is started for it, and stopped again.
    """
    with Watch() as watch:
        found = diagnose(settings_of(), watch)
    if as_json:
        print_json(found)
    else:
        rows = []
        for one in found.findings:
            sign = Text("ok" if one.well else "look", style="green" if one.well else "bold red")
            told = Text(one.told)
            if one.way_out:
                told.append(f"\n→ {one.way_out}")
            rows.append((sign, one.what, told))
        print_facts(rows)
    if not found.well:
        raise typer.Exit(1)
