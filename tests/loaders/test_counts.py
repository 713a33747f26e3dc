"""The account of a load: what becomes of each row of a table."""

from __future__ import annotations

import polars as pl

from loaders.canonical import TableCount
from loaders.counts import table_reports
from loaders.plan import LinkPlan, NodePlan, Plan
from loaders.report import TableReport
from loaders.staging import Staged
from tests.loaders.given import records


def test_rows_that_only_help_others_are_neither_loaded_nor_unchanged() -> None:
    counts = [TableCount("CUSTOMER", 3, 2, 1, 2, listed=1), TableCount("CODES", 5, 4, 0, 0, skipped=1)]
    nothing = pl.DataFrame()
    plan = Plan(LinkPlan(), NodePlan(), NodePlan(), {}, nothing, nothing, nothing, nothing, [], {})
    with Staged() as staged:
        staged.take([records({"key": "1"}, {"key": "2"}, table="CUSTOMER")])
        told = table_reports(staged, plan, counts, lambda _: None, all_new=True)
    assert told == [
        TableReport("CUSTOMER", read=3, loaded=2, unchanged=0, rejected=1, flagged=2, listed=1),
        TableReport("CODES", read=5, loaded=0, unchanged=0, rejected=0, flagged=0, skipped=1, consulted=4),
    ]
