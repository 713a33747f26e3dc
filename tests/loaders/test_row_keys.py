"""Keys of rows that look like ordinals, and ordinals of rows without keys."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from loaders.mapping import load_mapping
from loaders.plan import KEYLESS, as_ordinals
from loaders.plan_links import LinkPlanning
from loaders.report import LoadOptions
from loaders.row_keys import stated_row_key
from loaders.staging import Staged
from loaders.stored import LINKS, Stored
from loaders.values import no_ordinal
from tests.loaders.given import key, links
from tests.loaders.reading import Result, mapping_of


def branches_of(folder: Path, branch: str) -> pl.DataFrame:
    (folder / "party.csv").write_text(f"party,kind,branch\n#12,company,{branch}\n7,company,{branch}\n")
    return Result(load_mapping("exchange"), folder).links("BELONGS_TO")


def test_a_key_like_an_ordinal_is_none(tmp_path: Path) -> None:
    found = branches_of(tmp_path, "b1")
    assert found["row_key"].to_list() == ["party:##12", "party:7"]
    assert not found["row_key"].str.contains(KEYLESS).any()


def test_ordinals_of_an_export_come_back_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "ownership.csv").write_text("owner,company,row_key\na,b,HOLD:#2\na,c,#2\na,d,\na,e,core:x:#3\n")
    found = Result(load_mapping("exchange"), tmp_path).links("OWNS")
    assert found["row_key"].to_list() == ["HOLD:#2", "ownership:##2", "ownership:#1", "core:x:#3"]


def test_keys_of_a_mapping_of_ones_own(tmp_path: Path) -> None:
    mapping = mapping_of("""
name: bank
sources: {core: {}}
tables: {CUST: {key: NO, optional: true}, HOLD: {key: NO}}
entries:
- link: OWNS
  table: HOLD
  row_key: NO
  from: {ref: CUST, column: A}
  to: {ref: CUST, column: B}
""")
    (tmp_path / "HOLD.csv").write_text("NO,A,B\n#1,a,b\n##1,a,b\n#x,a,b\n")
    assert Result(mapping, tmp_path).links("OWNS")["row_key"].to_list() == ["HOLD:##1", "HOLD:###1", "HOLD:#x"]


@pytest.mark.parametrize("whole", [True, False])
def test_no_two_keys_become_one(whole: bool) -> None:
    given = pl.DataFrame({"k": ["#1", "##1", "###1", "1", "x#1", "#", "#1x"]})
    made = given.select(stated_row_key(pl.col("k"), "T", whole=whole).alias("k")).to_series()
    assert made.n_unique() == given.height
    assert not made.str.contains(KEYLESS).any()
    assert made.to_frame().select(as_ordinals(pl.col("k"))).to_series().to_list()[:4] == [
        "T:#1",
        "T:##1",
        "T:###1",
        None,
    ]
    assert pl.select(no_ordinal(pl.lit("a:b:#1"))).item() == "a:b:#1"


class Holding(Stored):
    """A store that holds some links."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def links(self, link_type: str, sources: list[str]) -> pl.DataFrame:  # noqa: ARG002
        return self._frame


def closed(before: str, now: str) -> list[str]:
    """The row keys of one party's stored link to a branch that a load closes which tells of another branch."""
    ends = {"start": key("#12"), "end": key("b1", table="B"), "row": before}
    known = links("BELONGS_TO", ends, ends=("Party", "Branch"), table="party").frame
    stored = known.select("id", "row_key", "source", "from_key", seq_in=1, digest=0).select(*LINKS)
    told = links(
        "BELONGS_TO", ends | {"end": key("b2", table="B"), "row": now}, ends=("Party", "Branch"), table="party"
    )
    with Staged() as staged:
        staged.take([told], lambda *_: None)
        planning = LinkPlanning(staged, Holding(pl.DataFrame(stored.to_dicts(), schema=LINKS)), LoadOptions(), 20_000)
        plan = planning._links()
        return known.join(plan.close["BELONGS_TO"], on="id")["row_key"].to_list()


def test_another_branch_closes_the_one_before() -> None:
    assert closed("##12", "##12") == ["party:##12"]
    assert closed("#12", "##12") == ["party:#12"], "as earlier versions kept it"
    assert closed("#13", "##12") == []
