"""Files of holdings: what is read, and that each fault is told with its line, column and value."""

from __future__ import annotations

import csv
import gzip
import io
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from algorithms.holdout import NO_DAY
from api.services.holdings_file import read_holdings
from api.services.openings_quality import evaluate
from graph.errors import BadInput

DATA = Path(__file__).parents[3] / "shared" / "data" / "finbench-sf0.1"
HEAD = "customer_id,product_id,since\n"


def written(folder: Path, text: str | bytes, name: str = "held.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_pairs_told_twice_are_one_and_days_are_optional(tmp_path: Path) -> None:
    text = '\ufeffnote,product_id,customer_id,since\nx,"a, b",c1,2020-01-02\n\ny,"a, b",c1,\nz,d,c0,2020-01-02T10:00\n'
    told = read_holdings(written(tmp_path, text))
    assert (told.rows, told.dated, told.holdings.customer.tolist()) == (3, True, [0, 1])
    assert told.holdings.product.tolist() == [1, 0]
    assert NO_DAY not in told.day
    assert not read_holdings(written(tmp_path, "customer_id,product_id\na,b\n")).dated


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    frame = pl.DataFrame({"customer_id": [2, 1, 2], "product_id": ["a", "a", "b"], "since": ["2020-01-01", None, ""]})
    frame.write_parquet(tmp_path / "held.parquet")
    one = read_holdings(tmp_path / "held.parquet")
    other = read_holdings(written(tmp_path, frame.write_csv()))
    assert one.holdings.customer.tolist() == other.holdings.customer.tolist() == [0, 1, 1]
    assert one.day.tolist() == other.day.tolist()
    days = frame.with_columns(since=pl.Series([date(2020, 1, 1), None, None]))
    days.write_parquet(tmp_path / "days.parquet")
    assert read_holdings(tmp_path / "days.parquet").day.tolist() == one.day.tolist()


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("customer,product_id\na,b\n", "customer_id", "no column 'customer_id' in its first line; is 'customer' meant"),
        ("", "customer_id", "it has none"),
        (HEAD, "--holdings", "has no rows"),
        (HEAD + "a,b,2020-01-01\na,,2020-01-01\n", "product_id", "line 3: product_id is empty"),
        (HEAD + "a,b,2020-01-01\n,b,\n", "customer_id", "line 3: customer_id is empty"),
        (HEAD + "a,b,2020-13-01\n", "since", "line 2: since '2020-13-01' is no day"),
        (HEAD + "a,b,31.12.2020\n", "since", "line 2: since '31.12.2020' is no day"),
        (HEAD + "a,b\n", "--holdings", "line 2: 2 fields, where the header has 3"),
        (HEAD + 'a,"b,\n', "--holdings", "not readable as CSV"),
        (HEAD.encode() + b"\xff,b,\n", "--holdings", "not UTF-8"),
        (HEAD + "a,b,2020-01-01\nc,b,\n", "--holdings", "no customer holds two products"),
    ],
)
def test_each_fault_is_told(tmp_path: Path, text: str | bytes, field: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        evaluate(written(tmp_path, text))
    assert (refused.value.field, said in str(refused.value)) == (field, True), refused.value


def test_no_file_no_parquet_and_no_seed(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "a folder"), (tmp_path / "none.csv", "not there")):
        with pytest.raises(BadInput, match=said):
            evaluate(path)
    with pytest.raises(BadInput, match="not readable as Parquet"):
        evaluate(written(tmp_path, HEAD, "held.parquet"))
    with pytest.raises(BadInput) as refused:
        evaluate(written(tmp_path, HEAD + "a,b,\na,c,\n"), seed=-1)
    assert refused.value.field == "--seed"


@pytest.mark.skipif(not DATA.is_dir() and not os.environ.get("CI"), reason="the folder of real data is not there")
def test_accounts_of_finbench_by_their_type(tmp_path: Path) -> None:
    """Whatever is found is told: the generator deals account types out at random, so that nothing can be learnt."""

    def table(name: str) -> list[dict[str, str]]:
        text = gzip.decompress((DATA / f"{name}.csv.gz").read_bytes()).decode()
        return list(csv.DictReader(io.StringIO(text), delimiter="|"))

    kind = {row["id"]: row["type"] for row in table("account")}
    rows = [
        f"{row[f'{owner}Id']},{kind[row['accountId']]}"
        for owner in ("person", "company")
        for row in table(f"{owner}OwnAccount")
    ]
    told = evaluate(written(tmp_path, "\n".join(["customer_id,product_id", *rows])))
    assert (told.rows, told.by_lot, told.last_in_time) == (len(rows), told.hidden, 0)
    assert told.hidden > 100
    assert "popularity" in told.found
