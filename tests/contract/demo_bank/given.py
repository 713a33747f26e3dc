"""The small demo bank on a real server, and what is read of it."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path

from api.services.export import export
from api.services.resolve import resolve
from api.services.run import run
from api.services.run_parameters import read_parameters
from graph import times
from graph.store import Store, View
from loaders.demo.manifest import Manifest
from loaders.report import LoadReport


@dataclass(frozen=True)
class Bank:
    """The loaded bank with its manifest and the party of each planted source key."""

    store: Store
    folder: Path
    manifest: Manifest
    report: LoadReport
    rejects: Path

    @property
    def view(self) -> View:
        return self.store.view()

    def ids(self, *keys: str) -> list[str]:
        answers = resolve(self.view, list(keys)).results
        assert all(a.party_id for a in answers), [a.id for a in answers if not a.party_id]
        return [a.party_id or "" for a in answers]


def controlled(bank: Bank, *settings: str) -> dict[str, set[str]]:
    """Who controls whom by party id, by a run with these settings."""
    made = run(bank.store, bank.folder / "archive", read_parameters(settings), user="tester")
    out = io.StringIO()
    export(bank.view, "control", out, archive=bank.folder / "archive", run_id=made.run_id)
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(out.getvalue())):
        for one in row["controller_id"].split("+"):
            found.setdefault(one, set()).add(row["controlled_id"])
    return found


def exported(bank: Bank, table: str, *, source_keys: bool = True) -> list[dict[str, str]]:
    out = io.StringIO()
    export(bank.view, table, out, archive=bank.folder / "archive", source_keys=source_keys)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def assigned(bank: Bank) -> dict[str, set[str]]:
    """By staff number the customers assigned today, as the file says."""
    tables = {"1": "core:CIF10PF:", "2": "core:CIF20PF:"}
    found: dict[str, set[str]] = {}
    refused = {row.line for row in bank.manifest.rejects if row.table == "CRM_ASSIGNMENT"}
    with gzip.open(bank.folder / "bank/crm/CRM_ASSIGNMENT.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2):
            if line not in refused and (not row["TO_DATE"] or row["TO_DATE"] >= str(times.today(times.DEFAULT_ZONE))):
                found.setdefault(row["STAFF_ID"], set()).add(tables[row["CUST_KIND"]] + row["CUST_NO"])
    return found


def rows(bank: Bank, table: str, *settings: str, rules: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """A table of the current run, or of one made with these settings and rule sets."""
    run_id = None
    if settings or rules:
        made = run(bank.store, bank.folder / "archive", read_parameters(settings, rules=rules), user="tester")
        run_id = made.run_id
    out = io.StringIO()
    export(bank.view, table, out, archive=bank.folder / "archive", run_id=run_id)
    return list(csv.DictReader(io.StringIO(out.getvalue())))
