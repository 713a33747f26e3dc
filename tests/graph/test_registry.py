"""The registry takes statements that keep the rules and refuses each way of breaking one."""

from importlib.resources import files
from pathlib import Path

import pytest

from graph.patterns import CoverageError, StatementError
from graph.registry import Registry, build, over

HEAD = "// What it answers.\n// params: id: str\n// returns: x: str\n"
GOOD = (
    HEAD
    + "MATCH (p:Party {party_id: $id})-[r:OWNS]->(q:Party)\nWHERE @scope(p) AND @visible(r) AND @scope(q)\nRETURN q.name AS x"
)


def test_a_good_statement_is_expanded() -> None:
    (statement,) = build("t/good", GOOD)
    assert statement.text.startswith("CYPHER 5\nMATCH")
    assert "@" not in statement.text
    assert "r.seq_in <= $seq AND NOT r.seq_in IN $pending" in statement.text
    assert "r.valid_from <= $as_of AND r.valid_to > $as_of" in statement.text
    assert "$scope_all OR any(scope_token IN q.scope WHERE scope_token IN $scope)" in statement.text
    assert statement.params == {"id"}
    assert statement.returns == ("x",)


PARTY = "MATCH (p:Party {party_id: $id})"
REFUSED = {
    "anonymous link": f"{PARTY}-[:OWNS]->(q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "bare arrow": f"{PARTY}-->(q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "bare arrow back": f"{PARTY}<--(q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "bare line": f"{PARTY}--(q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "uncovered link": f"{PARTY}-[r:OWNS]->(q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "uncovered party": f"{PARTY}-[r:OWNS]->(q:Party) WHERE @scope(p) AND @visible(r) RETURN q.name AS x",
    "uncovered start": f"{PARTY}-[r:OWNS]->(q:Party) WHERE @scope(q) AND @visible(r) RETURN q.name AS x",
    "anonymous party": f"{PARTY}-[r:OWNS]->(:Party) WHERE @scope(p) AND @visible(r) RETURN p.name AS x",
    "anonymous node": f"{PARTY}-[r:OWNS]->() WHERE @scope(p) AND @visible(r) RETURN p.name AS x",
    "unlabelled node": f"{PARTY}-[r]-(q) WHERE @scope(p) AND @visible(r) RETURN q.name AS x",
    "party by another label": f"{PARTY}-[r]-(q:Customer) WHERE @scope(p) AND @visible(r) RETURN q.name AS x",
    "party or branch": f"{PARTY}-[r]-(q:Branch|Company) WHERE @scope(p) AND @visible(r) RETURN q.name AS x",
    "not a branch": f"{PARTY}-[r]-(q:!Branch) WHERE @scope(p) AND @visible(r) RETURN q.name AS x",
    "variable length": f"{PARTY}-[r:OWNS*1..3]->(q:Party) WHERE @scope(p) AND @visible(r) AND @scope(q) RETURN q.name AS x",
    "in exists": f"{PARTY} WHERE @scope(p) AND EXISTS {{ (p)-[:OWNS]->(q:Branch) }} RETURN p.name AS x",
    "pattern in where": f"{PARTY} WHERE @scope(p) AND (p)-[:OWNS]->(p) RETURN p.name AS x",
    "quantified path": f"{PARTY} ((a)-[r:OWNS]->(b)){{1,4}} (q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "quantified path, party inside": (
        f"{PARTY} ((a)-[r:OWNS]->(b) WHERE @visible(r) AND @scope(a)){{1,4}} (q:Party)"
        " WHERE @scope(p) AND @scope(q) RETURN q.name AS x"
    ),
    "second pattern": "MATCH (b:Branch {branch_id: $id}), (c) RETURN c.name AS x",
    "second pattern with values": "MATCH (b:Branch {branch_id: $id}), (c {party_id: $id}) RETURN c.name AS x",
    "second party behind a covered one": f"{PARTY}, (c) WHERE @scope(p) RETURN c.name AS x",
    "label by parameter": "MATCH (p:$($id)) RETURN p.name AS x",
    "label by IS": "MATCH (p IS Party) WHERE p.party_id = $id RETURN p.name AS x",
    "name in backticks": "MATCH (`p`:Party {party_id: $id}) RETURN `p`.name AS x",
    "brackets in the node's filter": "MATCH (p:Party WHERE size(trim(toString(p.x))) > $id) RETURN p.name AS x",
    "a map in the node's values": "MATCH (p:Party {party_id: {a: $id}.a}) RETURN p.name AS x",
    "a map at the end of a link": f"{PARTY}-[r]-(q:Party {{x: {{a: 1}}.a}}) WHERE @scope(p) AND @visible(r) RETURN q.x AS x",
    "label expression in brackets": "MATCH (p:(Branch|Party) {party_id: $id}) RETURN p.name AS x",
    "any label": "MATCH (p:% {party_id: $id}) RETURN p.name AS x",
    "named path of one node": "MATCH x = (p {party_id: $id}) RETURN x",
    "path in brackets": "MATCH ((p {party_id: $id})) RETURN p.name AS x",
    "lone node in exists": f"{PARTY} WHERE @scope(p) AND EXISTS {{ (q {{name: p.name}}) }} RETURN p.name AS x",
    "lone node in count": f"{PARTY} WHERE @scope(p) RETURN COUNT {{ (q) }} AS x",
    "lone node in collect": f"{PARTY} WHERE @scope(p) RETURN COLLECT {{ MATCH (q) RETURN q.name }} AS x",
    "node of a procedure": "CALL db.index.fulltext.queryNodes('i', $id) YIELD node, score RETURN node.name AS x",
    "renamed node of a procedure": "CALL db.index.fulltext.queryNodes('i', $id) YIELD node AS n RETURN n.name AS x",
    "lists in a link": f"{PARTY}-[r:OWNS WHERE [[1]] = [[$id]]]-(q:Party) WHERE @scope(p) AND @scope(q) RETURN q.name AS x",
    "a link's name bound again": (
        f"{PARTY}-[r:OWNS]->(q:Party) WHERE @scope(p) AND @scope(q) AND @visible(r)"
        " WITH p MATCH (p)-[r:KIN_OF]->(o:Party) WHERE @scope(o) RETURN o.name AS x"
    ),
    "a party's name bound again": (
        f"{PARTY}-[r:OWNS]->(q:Party) WHERE @scope(p) AND @scope(q) AND @visible(r)"
        " WITH p MATCH (p)-[k:KIN_OF]->(q:Party) WHERE @visible(k) RETURN q.name AS x"
    ),
    "fragments that are only told": f"{PARTY} RETURN @scope(p) AS x",
    "fragments as alternatives": f"{PARTY} WHERE @scope(p) OR p.name = 'x' RETURN p.name AS x",
    "a fragment after OR": f"{PARTY} WHERE p.name = 'x' OR @scope(p) RETURN p.name AS x",
    "a fragment turned round": f"{PARTY} WHERE NOT @scope(p) RETURN p.name AS x",
    "lone unlabelled match": f"{PARTY} WHERE @scope(p) MATCH (q) RETURN q.name AS x",
}


@pytest.mark.parametrize("case", REFUSED)
def test_uncovered_patterns_are_refused(case: str) -> None:
    with pytest.raises(CoverageError, match="t/bad"):
        build("t/bad", HEAD + REFUSED[case])


ACCEPTED = {
    "quantified path with fragments inside": (
        f"{PARTY} ((a)-[r:OWNS]->(b) WHERE @visible(r) AND @scope(a) AND @scope(b)){{1,4}} (q:Party)"
        " WHERE @scope(p) AND @scope(q) RETURN q.name AS x"
    ),
    "other labels need no scope": f"{PARTY}-[r:BELONGS_TO]->(b:Branch) WHERE @scope(p) AND @visible(r) RETURN b.name AS x",
    "anonymous branch": f"{PARTY}-[r:BELONGS_TO]->(:Branch) WHERE @scope(p) AND @visible(r) RETURN p.name AS x",
    "expressions in brackets": f"{PARTY} WHERE @scope(p) AND (1 - (2)) < 3 RETURN (p.name) AS x",
    "label in a filter": f"{PARTY} WHERE @scope(p) AND NOT (p:Person) RETURN p.name AS x",
    "brackets in a text": f"{PARTY} WHERE @scope(p) AND p.name <> '(a)-[:B]->(c)--(d)' RETURN p.name AS x",
    "a second pattern with its fragment": f"{PARTY}, (c:Company) WHERE @scope(p) AND @scope(c) RETURN c.name AS x",
    "a node of a procedure with its fragment": (
        "CALL db.index.fulltext.queryNodes('i', $id) YIELD node AS n, score WITH n WHERE @scope(n) RETURN n.name AS x"
    ),
    "a list less another": f"{PARTY} WHERE @scope(p) AND size([1]) -[1][0] > 2 RETURN p.name AS x",
    "a comment": f"{PARTY} WHERE @scope(p) // -[:X]-> ()\nRETURN p.name AS x",
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_covered_patterns_pass(case: str) -> None:
    assert build("t/good", HEAD + ACCEPTED[case])


HEADERS = {
    "undeclared parameter": (
        "// Doc.\n// returns: x: str\nMATCH (b:Branch {branch_id: $id}) RETURN b.name AS x",
        r"\$id",
    ),
    "unused parameter": ("// Doc.\n// params: id: str\n// returns: x: str\nMATCH (b:Branch) RETURN b.name AS x", "id"),
    "column not declared": ("// Doc.\n// returns: x: str\nMATCH (b:Branch) RETURN b.name AS x, b.code AS y", "y"),
    "declared and not returned": ("// Doc.\n// returns: x: str, y: str\nMATCH (b:Branch) RETURN b.name AS x", "y"),
    "no header": ("MATCH (b:Branch) RETURN b.name AS x", "comment lines"),
    "unknown fragment": (
        "// Doc.\n// returns: x: str\nMATCH (b:Branch) WHERE @visibel(b) RETURN b.name AS x",
        "visibel",
    ),
    "unknown mode": ("// Doc.\n// mode: reed\n// returns: x: str\nMATCH (b:Branch) RETURN b.name AS x", "reed"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_header_and_statement_agree(case: str) -> None:
    text, told = HEADERS[case]
    with pytest.raises(StatementError, match=told):
        build("t/bad", text)


def test_shipped_statements_keep_the_rules() -> None:
    assert len(list(Registry())) > 100


def test_only_paths_lead_past_the_scope() -> None:
    folder = Path(str(files("cypher")))
    veiling = {one.relative_to(folder).as_posix() for one in folder.rglob("*.cypher") if "@veiled" in one.read_text()}
    assert veiling == {"paths/book.cypher", "paths/ties.cypher"}


def test_a_folder_with_a_bad_statement_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "bad.cypher").write_text(HEAD + REFUSED["anonymous link"], encoding="utf-8")
    with pytest.raises(CoverageError, match="bad"):
        Registry(tmp_path)


def test_each_makes_one_statement_a_type() -> None:
    built = build(
        "t/each",
        "// Doc.\n// mode: write\n// each: link\n// returns: n: int\nMATCH ()-[r:@Type]->() RETURN count(r) AS n",
    )
    assert "t/each[OWNS]" in {s.name for s in built}
    assert all("@" not in s.text for s in built)


def test_sections_are_composed_into_one_statement(tmp_path: Path) -> None:
    (tmp_path / "base.cypher").write_text(
        "// Doc.\n// params: id: str\n// returns: x: str\n" + PARTY + " WHERE @scope(p)\nRETURN p.name AS x",
        encoding="utf-8",
    )
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "owners.cypher").write_text(
        "// Owners.\n// section: p\n// params: cap: int\nMATCH (p)<-[r:OWNS]-(q:Party)\nWHERE @visible(r) AND @scope(q)\nRETURN {name: q.name} AS row LIMIT $cap",
        encoding="utf-8",
    )
    composed = Registry(tmp_path).compose("base", "parts", ("owners",))
    assert composed.returns == ("x", "owners")
    assert composed.params == {"id", "cap"}
    assert "COLLECT {" in composed.text


def test_a_statement_that_is_read_first_stands_beside(tmp_path: Path) -> None:
    (tmp_path / "first.cypher").write_text("// Doc.\n// returns: at: int\nRETURN 1 AS at", encoding="utf-8")
    (tmp_path / "base.cypher").write_text(
        "// Doc.\n// params: id: str\n// returns: x: str\n" + PARTY + " WHERE @scope(p)\nRETURN p.name AS x",
        encoding="utf-8",
    )
    composed = Registry(tmp_path).compose("base", "parts", (), "first")
    assert composed.returns == ("x", "at")
    assert composed.text.startswith("CYPHER 5\nCALL () {\nRETURN 1 AS at\n}\nMATCH")
    assert composed.text.count("CYPHER 5") == 1


@pytest.mark.parametrize(
    "first", ["// params: id: str\n// returns: at: int\nRETURN $id AS at", "// returns: x: int\nRETURN 1 AS x"]
)
def test_what_is_read_first_has_columns_of_its_own_and_no_parameters(tmp_path: Path, first: str) -> None:
    (tmp_path / "first.cypher").write_text(f"// Doc.\n{first}", encoding="utf-8")
    (tmp_path / "base.cypher").write_text(
        "// Doc.\n// params: id: str\n// returns: x: str\n" + PARTY + " WHERE @scope(p)\nRETURN p.name AS x",
        encoding="utf-8",
    )
    with pytest.raises(StatementError, match="first"):
        Registry(tmp_path).compose("base", "parts", (), "first")


def test_a_statement_is_narrowed_to_some_of_its_links() -> None:
    whole = build(
        "t/x",
        "// T.\n// params: id: str\n// returns: n: int\n"
        "MATCH (p:Party {party_id: $id})-[r:OWNS|KIN_OF|CONTROLS]-(q:Party)\n"
        "WHERE @scope(p) AND @visible(r) AND @scope(q)\nRETURN count(*) AS n",
    )[0]
    narrow = over(whole, frozenset({"CONTROLS", "OWNS"}))
    assert "[r:OWNS|CONTROLS]" in narrow.text
    assert narrow.text.replace("[r:OWNS|CONTROLS]", "[r:OWNS|KIN_OF|CONTROLS]") == whole.text
    assert (narrow.name, narrow.params) == ("t/x[OWNS|CONTROLS]", whole.params)
    for wrong in (frozenset(), frozenset({"OWNS", "HOLDS"})):
        with pytest.raises(StatementError, match="names no links of"):
            over(whole, wrong)
