"""What a statement reads, as the registry tells it: an incremental run relies on it."""

from __future__ import annotations

import re

import pytest

from graph.registry import Statement, build, shipped

SNAPSHOTS = [one for one in shipped() if one.name.startswith("snapshot/") and one.each is None]
_NODE = re.compile(r"\((\w+)\)")


def reads(body: str) -> frozenset[str]:
    (one,) = build("x/y", f"// A question.\n// returns: n: int\n{body}")
    return one.reads


def test_labels_and_types_are_told() -> None:
    assert reads("MATCH (a:Account)-[r:TRANSFERS_TO]->(b) WHERE @visible(r) AND @system(b) RETURN 1 AS n") == {
        "Account",
        "TRANSFERS_TO",
    }
    assert reads("MATCH (a:LoadRun|AnalysisRun) RETURN 1 AS n") == {"LoadRun", "AnalysisRun"}


def test_whoever_reads_a_kind_of_party_reads_parties() -> None:
    assert reads("MATCH (p:Company) WHERE @scope(p) RETURN 1 AS n") == {"Company", "Party"}


@pytest.mark.parametrize("statement", SNAPSHOTS, ids=[one.name for one in SNAPSHOTS])
def test_a_snapshot_reads_no_attribute_of_a_node_whose_label_it_does_not_name(statement: Statement) -> None:
    text = statement.text
    labelled = set(re.findall(r"\((\w+)\s*:", text))
    for node in set(_NODE.findall(text)) - labelled:
        if re.search(rf"(-|<-)\s*\(?\(?{node}\)|\({node}\)\s*(-|<-)", text):
            assert not re.search(rf"\b{node}(\.|\s*\{{)", text), f"{statement.name} reads attributes of {node}"
