"""The report on exposures from a real store: over HTTP and from the command line, of a run and of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from api.routes.operations import XLSX
from api.services.report_exposure import exposure_workbook
from api.settings import read_settings
from api.wiring import Guanxi, assemble
from graph.connect import Connection
from tests.contract.answering import fill, make
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def guanxi(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guanxi]:
    """The hand-made bank with capital, and a loan to the holding company beside that to its subsidiary."""
    fill(connection).close()
    whole = assemble(read_settings(home=tmp_path_factory.mktemp("home"), bank="示范银行"), connection)
    bank = Bank()
    capital = {"currency": "CNY", "net_tier_1": 500_000_00, "net_capital": 500_000_00, "tier_1": 500_000_00}
    bank.node("CapitalFigures", "hand:capital:1", day=19_000, **capital)
    bank.node("Facility", "hand:facility:F2", code="F2", limit_amount=50_000_00, drawn_amount=50_000_00, currency="CNY")
    bank.link("BORROWS", "P-HOLD", "hand:facility:F2", role="borrower")
    bank.load(whole.store, "capital")
    yield whole
    whole.store.close()


def cells(file: bytes) -> str:
    book = load_workbook(BytesIO(file))
    rows = (row for page in book for row in page.iter_rows(values_only=True))
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def test_a_run_is_reported_over_http_as_it_is_written(guanxi: Guanxi, tmp_path: Path) -> None:
    archive = guanxi.settings.archive
    first = make(guanxi.store, archive, rules=("cn-large-exposure",))
    second = make(guanxi.store, archive, "control.threshold=0.55", rules=("cn-large-exposure", "basel-lex"))
    view = guanxi.view()
    written = exposure_workbook(view, archive, bank="示范银行")
    with served(guanxi) as client:
        got = client.get(f"/v1/runs/{second.run_id}/report/exposure.xlsx")
        assert (got.status_code, got.headers["content-type"]) == (200, XLSX)
        assert got.content == written
        one = client.get(f"/v1/runs/{second.run_id}/report/exposure.xlsx", params={"rules": "basel-lex"})
        of_both, of_one = (cells(answer.content).split("\n") for answer in (got, one))
        assert "cn-large-exposure" in of_both
        assert "cn-large-exposure" not in of_one  # but among the parameters of the run, and what it warned of
        for path, status in (
            (f"{second.run_id}/report/exposure.xlsx?rules=hkma", 400),
            ("R/report/exposure.xlsx", 404),
        ):
            refused: httpx.Response = client.get(f"/v1/runs/{path}")
            assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
        kept = {run["run_id"]: run["warnings"] for run in client.get("/v1/runs").json()["runs"]}
    assert kept[second.run_id] == second.warnings
    told = cells(written)
    for word in (second.run_id, second.result_digest, "示范银行", "宁波远洋物流有限公司", *second.warnings):
        assert word in told
    assert "{" not in told
    assert "controlled by 浙江远洋控股有限公司 (direct) with 60% of the votes" in told
    earlier = cells(exposure_workbook(view, archive, bank="示范银行", run_id=first.run_id))
    assert first.run_id in earlier
    assert "陈志远" in earlier  # holds 51%, which is not enough for the second run
    assert "陈志远" not in told
    assert second.run_id not in earlier
