"""A wrong mapping is told with file, line, what is wrong and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import BadInput
from loaders.exchange_render import PAGE as EXCHANGE_PAGE
from loaders.exchange_render import rendered_mapping, rendered_page
from loaders.mapping import SHIPPED, load_mapping
from loaders.mapping_docs import PAGE, SCHEMA_PAGE, with_lists
from loaders.mapping_schema import rendered
from tests.loaders.reading import mapping_of

ROOT = Path(__file__).parents[2]
GOOD = """name: bank
sources:
  core: {priority: 1}
tables:
  CUST: {key: NO}
  HOLD: {}
entries:
- party: company
  table: CUST
  properties:
    name: NAME
- link: OWNS
  table: HOLD
  from: {ref: CUST, column: A}
  to: {ref: CUST, column: B}
  properties:
    share: {column: P, as: percent}
"""


def test_the_good_one_is_good() -> None:
    assert [entry.name for entry in mapping_of(GOOD).entries] == ["Party from CUST", "OWNS from HOLD"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    name: NAME", "    nmae: NAME", 11, r"Party has no property 'nmae'. Did you mean 'name'\?"),
        ("link: OWNS", "link: OWNED", 12, r"'OWNED' is not possible for 'link'. Did you mean 'OWNS'\?"),
        (
            "ref: CUST, column: A",
            "ref: CUSTS, column: A",
            14,
            r"the table 'CUSTS' is not declared. Did you mean 'CUST'\?",
        ),
        ("as: percent", "as: percents", 17, r"there is no step 'percents'. Did you mean 'percent'\?"),
        ("  table: HOLD", "  tabel: HOLD", 13, r"'tabel' is not known here. Did you mean 'table'\?"),
        ("  from: {ref: CUST, column: A}\n", "", 12, "a link needs 'from'"),
        ("  from: {ref: CUST, column: A}", "  from: A", 12, "`from`, `to` and `of` are references"),
        ("as: percent}", "as: percent}\n  checks: {unknown: reject}", 18, "'reject' is not possible for 'unknown'"),
        ("as: percent}", "as: percent}\n  checks: {above_one: reject}", 18, "'reject' is not possible for 'above_one'"),
        ("{key: NO}", "{}", 8, "the table 'CUST' has no `key`"),
        ("as: percent}", 'as: {regex: "("}}', 17, r"step 'regex': '\(' is no regular expression: unclosed group"),
        ("as: percent}", 'as: {replace: "["}}', 17, r"'\[' is no regular expression: unclosed character class"),
        ("as: percent}", 'as: {replace: "a", with: 1}}', 17, "takes {replace: PATTERN, with: TEXT}"),
        ("{priority: 1}", "{priority: 99999999999999999999}", 3, "greater than the maximum of 999999"),
        ("{priority: 1}", "{priority: -1}", 3, "less than the minimum of 0"),
        ("  core: {", '  "a:b": {', 3, "the source name 'a:b' holds a ':'.* Give another, of letters"),
        ("  core: {", "  run: {", 3, "the source name 'run' is Guanxi's own. Give another"),
        ("  table: HOLD", "  table: HOLD\n  source: {value: run}", 14, "'run' is Guanxi's own. Give another source"),
        ("  core: {", "  manual: {", 3, "the source name 'manual' is Guanxi's own"),
        ("  core: {", "  matching: {", 3, "the source name 'matching' is Guanxi's own"),
        ("{priority: 1}", "{priority: one}", 3, "'priority': 'one' is not of type 'integer'"),
        ("{priority: 1}", "{time_zone: Mars}", 3, "'Mars' is no time zone"),
        ("{key: NO}", "{key: NO, encoding: latin-99}", 5, "'latin-99' is no encoding"),
        ("    share: {column: P, as: percent}", "    amount: P", 17, "'amount' is money"),
        ("    name: NAME", "    name: {column: A, value: x}", 11, "comes from exactly one of"),
        ("    name: NAME", "    name: {column: A, as: {map: {01: x}}}", 11, "Codes and names stand in quotes"),
        ("    name: NAME", "    name: {column: A, as: {date: 3}}", 11, "step 'date': takes one text"),
        ("- party: company\n  table: CUST", "- table: CUST", 8, "exactly one of `party`, `node`, `link`"),
        ("  HOLD: {}", "  HOLD: {source: kernel}", 6, "the source 'kernel' is not declared"),
        ("name: bank", "name: bank\nname: bank", 2, "not valid YAML"),
        ("  properties:\n    name: NAME", "  properties:\n   - name: NAME", 10, "properties"),
    ],
)
def test_each_fault_is_named_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInput, match=said) as caught:
        mapping_of(GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(f"test.yaml, line {line}:")


def test_no_source_gives_what_runs_find_of_a_group() -> None:
    group = "- node: Group\n  table: CUST\n  properties:\n    nearness: {column: N, as: integer}\n"
    with pytest.raises(BadInput, match="Group has no property 'nearness'"):
        mapping_of(GOOD.replace("- link: OWNS", f"{group}- link: OWNS"))


def test_a_table_has_one_party_entry() -> None:
    with pytest.raises(BadInput, match="already has a party entry"):
        mapping_of(GOOD + "- party: person\n  table: CUST\n")


def test_one_end_cannot_lead_to_two_labels() -> None:
    text = GOOD.replace("  HOLD: {}", "  HOLD: {}\n  BR: {key: B}\n  TM: {key: T}\n  P: {}")
    text += "- {node: Branch, table: BR}\n- {node: Team, table: TM}\n"
    text += '- {link: PART_OF, table: P, from: {ref: BR, column: X}, to: {ref: {by: K, tables: {"1": BR, "2": TM}}, column: Y}}\n'
    with pytest.raises(BadInput, match="one end leads to Branch and Team"):
        mapping_of(text)


def test_an_unknown_mapping_lists_the_shipped_ones() -> None:
    with pytest.raises(BadInput, match=r"no mapping 'nothing'.*finbench.*sec13d"):
        load_mapping("nothing")


def test_a_mapping_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD)
    assert load_mapping(tmp_path / "mine.yaml").name == "bank"


def test_rendered_documents_are_current() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert with_lists(page) == page, "python -m loaders.mapping_docs"
    assert (ROOT / SCHEMA_PAGE).read_text(encoding="utf-8") == rendered(), "python -m loaders.mapping_docs"
    assert (SHIPPED / "exchange.yaml").read_text(encoding="utf-8") == rendered_mapping(), (
        "python -m loaders.exchange_render"
    )
    assert (ROOT / EXCHANGE_PAGE).read_text(encoding="utf-8") == rendered_page(), "python -m loaders.exchange_render"
