"""Exposure against limits as a spreadsheet for a risk committee. The same run and names give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from api.services.report_figures import MILLIONS_FROM, exposure_report
from api.services.report_sheets import sheets_of
from graph.store import View
from loaders.currencies import minor_digits
from viz.workbook import Book, write_workbook


def exposure_workbook(
    view: View, archive: Path, *, bank: str, run_id: str | None = None, rules: Sequence[str] = ()
) -> bytes:
    """The spreadsheet; parameters and errors as in `exposure_report`. bank: the name on it."""
    found = exposure_report(view, archive, bank=bank, run_id=run_id, rules=rules)
    digits = minor_digits(found.currency)
    return write_workbook(
        Book(
            title="Exposure against limits 风险暴露与限额",
            company=bank,
            footer=f"{found.run['run_id']} of {found.as_of}",
            made_at=found.published_at,
            currency=found.currency,
            digits=digits,
            millions=found.largest_minor >= MILLIONS_FROM * 10**digits,
            sheets=sheets_of(found),
        )
    )
