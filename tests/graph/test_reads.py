"""What a statement reads, as the registry tells it: an incremental run relies on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph import model
from graph.registry import Statement, build, shipped

SNAPSHOTS = [one for one in shipped() if one.name.startswith("snapshot/") and one.each is None]
CYPHER = Path(__file__).parents[2] / "cypher"
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


LARGE = model.PARTY_LABELS | {"YearFigures", "Account", "Facility", "Drawdown", "Event", "SourceRecord", "Identifier"}
"""Labels of as many nodes as a bank has customers, or more."""
NOT_OF_REQUESTS = ("snapshot/", "export/", "plan/", "rollback/", "publishing/")
"""Statements of runs, exports and loads: `View.read` refuses those of runs to requests."""
BOUNDED = {
    "party/seen": "as many as lie in a narrower scope",
    "decisions/flagged": "what waits for a person's decision: status has no index",
    "figures/any": "one row",
    "server/node_count": "a count that the server keeps",
}
_FRAGMENT = re.compile(r"@\w+\([^)]*\)")


def has_no_start(body: str) -> bool:
    """Whether a statement goes through all nodes of a large label, or all links of a type: no parameter narrows it."""
    first = re.split(r"\b(?:WITH|RETURN)\b", _FRAGMENT.sub("", body), maxsplit=1)[0]
    start = re.match(r"MATCH \(\w*(?::([\w|]+))?\)", first)
    if not start or re.search(r"\$(?!year\b)\w+", first):
        return False
    return not start[1] or bool(set(start[1].split("|")) & LARGE)


def test_no_statement_of_a_request_goes_through_the_whole_bank() -> None:
    found = set()
    for path in CYPHER.rglob("*.cypher"):
        name = path.relative_to(CYPHER).with_suffix("").as_posix()
        text = path.read_text(encoding="utf-8")
        is_part = "// section:" in text or "/sections/" in name  # a section begins at the party asked for
        if name.startswith(NOT_OF_REQUESTS) or is_part or "// mode: write" in text:
            continue
        body = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
        if has_no_start(body.strip()):
            found.add(name)
    assert found == BOUNDED.keys()


def test_what_goes_through_the_whole_bank_is_told_apart() -> None:
    assert has_no_start("MATCH (p:Customer)\nWHERE @scope(p)\nRETURN p.party_id AS id")
    assert has_no_start("MATCH (a)-[r:OWNS]->(b) WHERE @visible(r) RETURN r.id AS id")
    assert not has_no_start("MATCH (p:Customer {party_id: $id}) WHERE @scope(p) RETURN p.party_id AS id")
    assert not has_no_start("UNWIND $ids AS id MATCH (p:Party {party_id: id}) RETURN p.party_id AS id")
    assert not has_no_start("MATCH (c:Campaign) RETURN c.campaign_id AS id")


def test_only_runs_and_the_question_asked_in_place_of_one_read_the_whole_bank() -> None:
    asking = {path.name for path in (CYPHER.parent / "api").rglob("*.py") if ".for_run()" in path.read_text("utf-8")}
    assert asking == {"run.py", "coverage.py"}
    assert all(one.whole == one.name.startswith("snapshot/") for one in shipped())
