"""Beneficial ownership statements: the real examples (0.4), and the older forms written here."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graph import times
from graph.errors import BadInput
from loaders.mapping import load_mapping
from tests.loaders.reading import Result, flagged, real

BODS = load_mapping("bods")


@pytest.fixture(scope="module")
def examples() -> Result:
    return Result(BODS, real("bods"))


def _file(folder: Path, statements: list[dict[str, Any]], name: str = "s.json") -> Path:
    (folder / name).write_text(json.dumps(statements), encoding="utf-8")
    return folder


def _stakes(result: Result, holder: str, company: str) -> list[tuple[Any, ...]]:
    """(first day, first day no longer, share, votes) of one pair's holdings, in order of time."""
    found = result.links("OWNS").filter(
        pl.col("from_key").str.ends_with(holder) & pl.col("to_key").str.ends_with(company)
    )
    rows = found.sort("valid_from").select("valid_from", "valid_to", "share", "votes").rows()
    return [(times.from_day(a), times.from_day(b), share, votes) for a, b, share, votes in rows]


def test_every_statement_is_taken(examples: Result) -> None:
    count = examples.count("statement")
    assert (count.read, count.accepted, count.rejected) == (98, 98, 0)
    assert examples.records.height == 39
    assert {kind: examples.links(kind).height for kind in ("OWNS", "CONTROLS", "EXECUTIVE_OF")} == {
        "OWNS": 35,
        "CONTROLS": 8,
        "EXECUTIVE_OF": 4,
    }


def test_later_statements_make_periods(examples: Result) -> None:
    assert _stakes(examples, "018AF6B3EB", "01B68D7633") == [
        (date(2002, 3, 9), date(2021, 9, 24), 1.0, 1.0),
        (date(2021, 9, 24), date(2022, 9, 21), 0.4, 0.4),
        (date(2022, 9, 21), date(2023, 3, 3), 0.3, 0.3),
    ]
    assert _stakes(examples, "033E84672B", "01B68D7633")[-1] == (date(2023, 3, 1), None, 0.8, 0.8)


def test_what_is_said_again_is_one_link_and_ends_where_stated(examples: Result) -> None:
    assert _stakes(examples, "per-5faa4103dee78621", "ent-93c75c87ab28f889") == [
        (date(2019, 9, 11), date(2021, 4, 3), 0.5, None)
    ]
    assert _stakes(examples, "per-41c0bb0cef246f7c", "ent-93c75c87ab28f889") == [
        (date(2019, 9, 11), date(2022, 1, 21), 0.5, None),
        (date(2022, 1, 21), None, 1.0, None),
    ]


def test_bands_unspecified_and_indirect_interests(examples: Result) -> None:
    stakes = examples.links("OWNS")
    band = stakes.filter(pl.col("share_min").is_not_null())
    assert band.select("share", "share_min", "share_max").rows() == [(None, 0.75, 1.0)]
    assert flagged(stakes, "unknown:share")["holding_kind"].unique().to_list() == ["unspecified"]
    indirect = flagged(stakes, "indirect")
    assert indirect.height == 5
    assert set(indirect["status"]) == {"flagged"}
    assert flagged(stakes, "above_one").is_empty()  # periods follow each other, indirect stakes stand beside


def test_declared_control_has_its_basis(examples: Result) -> None:
    control = examples.links("CONTROLS")
    assert set(control["basis"]) == {"influence", "trustee", "settlor", "beneficiary", "nominator", "nominee"}
    doubtful = control.filter(pl.col("status") == "flagged")
    assert set(doubtful["basis"]) == {"influence", "nominator", "nominee"}  # not declared as control by the statement
    assert set(examples.links("EXECUTIVE_OF")["post"]) == {"boardMember", "boardChair"}


def test_parties_carry_what_statements_say(examples: Result) -> None:
    parties = {row["key"]: row for row in examples.records.iter_rows(named=True)}
    assert parties["12b7dd0770ce"]["certificate"] == "GB-COH:03209885"
    assert parties["05ce06ec97b1"]["exempt"] == "sovereign"
    assert parties["c25d4d612c2c"]["flags"] == ["partial:birth_day=1965-11"]
    assert parties["81337a6e"]["flags"] == ["unspecified:anonymousPerson"]
    assert parties["018AF6B3EB"]["birth_day"] == times.to_day(date(1956, 5, 24))


def _older(version: str, **share: Any) -> list[dict[str, Any]]:
    details = {"publicationDate": "2020-02-01", "bodsVersion": version}
    common = {"statementDate": "2020-01-01", "publicationDetails": details}
    return [
        common | {"statementID": "e1", "statementType": "entityStatement", "entityType": "registeredEntity", "name": "A Ltd"},
        common | {"statementID": "p1", "statementType": "personStatement", "names": [{"fullName": "Ann"}]},
        common
        | {"statementID": "p2", "statementType": "personStatement", "names": [{"fullName": "Ann B"}], "replacesStatements": ["p1"], "statementDate": "2021-01-01"},
        common
        | {
            "statementID": "o1",
            "statementType": "ownershipOrControlStatement",
            "subject": {"describedByEntityStatement": "e1"},
            "interestedParty": {"describedByPersonStatement": "p2"},
            "interests": [
                {"type": "shareholding", "interestLevel": "direct", "share": share},
                {"type": "influence-or-control", "interestLevel": "unknown"},
            ],
        },
        common
        | {
            "statementID": "o2",
            "statementType": "ownershipOrControlStatement",
            "subject": {"describedByEntityStatement": "e1"},
            "interestedParty": {"unspecified": {"reason": "subjectUnableToConfirmOrIdentifyBeneficialOwner"}},
            "interests": [{"type": "voting-rights", "share": {"exact": 20}}],
        },
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["0.2", "0.3"])
def test_older_versions_name_statements_instead_of_records(tmp_path: Path, version: str) -> None:
    result = Result(BODS, _file(tmp_path, _older(version, minimum=25, exclusiveMinimum=True, maximum=50)))
    parties = dict(result.records.select("record_id", "name").iter_rows())
    assert parties["bods:record:p1"] == "Ann B"  # p2 replaces p1: one record under the first name
    stake = result.links("OWNS").filter(pl.col("from_key") == "bods:record:p1").row(0, named=True)
    assert (stake["share_min"], stake["share_max"], stake["to_key"]) == (0.25, 0.5, "bods:record:e1")
    assert result.links("CONTROLS")["basis"].to_list() == ["influence"]


def test_a_holder_that_is_not_named_stays_visible(tmp_path: Path) -> None:
    result = Result(BODS, _file(tmp_path, _older("0.3", exact=50)))
    unnamed = result.links("OWNS").filter(pl.col("from_key") == "bods:record:unspecified/o2")
    assert unnamed["votes"].to_list() == [0.2]
    [record] = result.records.filter(pl.col("record_id") == "bods:record:unspecified/o2").to_dicts()
    assert record["flags"] == ["unspecified:subjectUnableToConfirmOrIdentifyBeneficialOwner"]
    assert record["kind"] is None


def test_statements_that_cannot_be_taken_are_rejected_by_their_place(tmp_path: Path) -> None:
    statements = _older("0.3", exact=150)
    statements += [
        {"statementID": "x", "statementType": "opinion"},
        {"statementType": "personStatement"},
        statements[0],
    ]
    result = Result(BODS, _file(tmp_path, statements))
    assert [(r.line, r.column, r.reason) for r in result.log.kept] == [
        (4, "share", "is no percentage between 0 and 100"),
        (6, "recordType", "is not one of personStatement, entityStatement, ownershipOrControlStatement, person, entity, relationship"),
        (7, "statementId", "is empty"),
        (8, "statementId", "repeats an earlier statement"),
    ]  # fmt: skip
    assert result.links("CONTROLS").is_empty()  # a statement is taken whole or not at all
    count = result.count("statement")
    assert (count.read, count.accepted, count.rejected) == (8, 4, 4)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"interests": [{"share": {"exact": "a quarter"}}]}, (4, "share")),
        ({"interests": [{"share": {"minimum": -1}}]}, (4, "share")),
        ({"interests": ["shareholding"]}, (4, "interests")),
        ({"interests": {"share": 1}}, (4, "interests")),
        ({"subject": None}, (4, "subject")),
        ({"subject": {"describedByEntityStatement": ["e1"]}}, (4, "subject")),
        ({"interestedParty": {"describedByPersonStatement": 5}}, (4, "interestedParty")),
        ({"interests": [{"type": ["shareholding"], "share": {"exact": 50}}]}, (4, "interests")),
        ({"statementType": ["ownershipOrControlStatement"], "replacesStatements": ["a", "b"]}, (4, "recordType")),
        ({"nationalities": [{"code": 5}]}, (4, "nationalities")),
        ({"names": [{"fullName": 5}]}, (4, "names")),
        ({"jurisdiction": {"code": 5}}, (4, "jurisdiction")),
        ({"alternateNames": [5]}, (4, "alternateNames")),
    ],
)
def test_a_statement_of_another_form_is_rejected(
    tmp_path: Path, changes: dict[str, Any], place: tuple[int, str]
) -> None:
    statements = _older("0.3", exact=50)
    statements[3] |= changes
    assert [(r.line, r.column) for r in Result(BODS, _file(tmp_path, statements)).log.kept] == [place]


@pytest.mark.parametrize("unspecified", [None, "unknown", 5])
def test_a_holder_unspecified_in_another_form_stays_visible(tmp_path: Path, unspecified: Any) -> None:
    statements = _older("0.3", exact=50)
    statements[3]["interestedParty"] = {"unspecified": unspecified}
    result = Result(BODS, _file(tmp_path, statements))
    assert result.log.kept == []
    [record] = result.records.filter(pl.col("key") == f"unspecified/{statements[3]['statementID']}").to_dicts()
    assert record["flags"] == ["unspecified:unknown"]


@pytest.mark.parametrize(
    ("kind", "exempt"), [("state", "sovereign"), ("stateBody", "public_body"), ("arrangement", None)]
)
def test_states_and_their_bodies_have_the_words_of_the_rules(tmp_path: Path, kind: str, exempt: str | None) -> None:
    statement = {"statementID": "e", "statementType": "entityStatement", "entityType": kind, "name": "S"}
    assert Result(BODS, _file(tmp_path, [statement])).records["exempt"].to_list() == [exempt]


def test_percent_signs_and_missing_publication_details_are_read(tmp_path: Path) -> None:
    statements = _older("0.3", exact="25%")
    for statement in statements:
        statement["publicationDetails"] = None
    result = Result(BODS, _file(tmp_path, statements))
    assert result.links("OWNS")["share"].drop_nulls().to_list() == [0.25]
    assert result.log.kept == []


def _stake(name: str, holder: str, on: str, share: float, replaced: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "statementID": name,
        "statementType": "ownershipOrControlStatement",
        "statementDate": on,
        "subject": {"describedByEntityStatement": "e1"},
        "interestedParty": {"describedByPersonStatement": holder},
        "interests": [{"type": "shareholding", "share": {"exact": share}}],
        "replacesStatements": list(replaced),
    }


def test_a_statement_that_replaces_two_ends_both(tmp_path: Path) -> None:
    statements = _older("0.3", exact=50)[:2]
    statements.append({"statementID": "q1", "statementType": "personStatement", "names": [{"fullName": "Bob"}]})
    statements += [_stake("a", "p1", "2020-01-01", 30), _stake("b", "q1", "2020-01-01", 20)]
    statements += [_stake("c", "p1", "2022-01-01", 50, ("a", "b"))]
    result = Result(BODS, _file(tmp_path, statements))
    changed, since = times.to_day(date(2022, 1, 1)), times.SINCE_EVER
    found = result.links("OWNS").select("from_key", "share", "valid_from", "valid_to").sort("from_key", "valid_from")
    assert found.rows() == [
        ("bods:record:p1", 0.3, since, changed),
        ("bods:record:p1", 0.5, changed, times.UNTIL_FURTHER),
        ("bods:record:q1", 0.2, since, changed),
    ]


def test_parties_that_one_statement_replaces_together_are_one(tmp_path: Path) -> None:
    statements = _older("0.3", exact=50)[:2]
    twin = {"statementID": "q1", "statementType": "personStatement", "names": [{"fullName": "Ann Bee"}]}
    both = twin | {"statementID": "r1", "statementDate": "2022-01-01", "replacesStatements": ["p1", "q1"]}
    statements += [twin, both, _stake("a", "q1", "2020-01-01", 30)]
    result = Result(BODS, _file(tmp_path, statements))
    assert result.links("OWNS")["from_key"].to_list() == ["bods:record:p1"]
    assert sorted(result.records["record_id"]) == ["bods:record:e1", "bods:record:p1"]


def test_another_version_is_refused(tmp_path: Path) -> None:
    statements = _older("0.1", exact=50)
    assert Result(BODS, _file(tmp_path, statements)).count("statement").rejected == len(statements)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(BadInput, match=r"broken\.json is no JSON"):
        Result(BODS, tmp_path)


def test_a_database_is_refused_without_its_password() -> None:
    with pytest.raises(BadInput, match="reads files of statements, and no database") as caught:
        Result(BODS, "postgresql://loader:s3cret@db.bank/core")
    assert "s3cret" not in f"{caught.value} {caught.value.value}"


def test_lists_without_end_are_named(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("[" * 200_000)
    with pytest.raises(BadInput, match="holds lists within lists"):
        Result(BODS, tmp_path)


def test_half_letters_are_rejected_and_separators_made_blanks(tmp_path: Path) -> None:
    half, whole = _company("e1", called="a\ud83d"), _company("e2", called="a\x1fb \U0001f600")
    result = Result(BODS, _file(tmp_path, [half, whole]))
    assert [(r.line, r.reason) for r in result.log.kept] == [(1, "holds half of a letter (a lone surrogate)")]
    assert result.records["name"].to_list() == ["a b \U0001f600"]


def test_names_that_are_too_long_to_be_looked_up_are_rejected(tmp_path: Path) -> None:
    long = [_company("e" * 2001), _company("e2") | {"recordId": "号" * 667}]
    result = Result(BODS, _file(tmp_path, [*long, _company("e" * 2000)]))
    assert [(r.column, r.reason) for r in result.log.kept] == [
        ("statementId", "is too long"),
        ("recordId", "is too long"),
    ]
    assert result.records["key"].to_list() == ["e" * 2000]


def test_a_number_that_is_too_long_is_left_out(tmp_path: Path) -> None:
    numbers = [{"scheme": "X", "id": "1" * 2001}, {"scheme": "XI-LEI", "id": "529900T8BM49AURSDO55"}]
    result = Result(BODS, _file(tmp_path, [_company("e1", identifiers=numbers)]))
    assert result.records.select("certificate", "lei", "flags").row(0) == (
        None,
        "529900T8BM49AURSDO55",
        ["value:certificate"],
    )


def _company(id: str, called: str = "a company", **more: Any) -> dict[str, Any]:
    return {
        "statementId": id,
        "recordType": "entity",
        "publicationDetails": {"bodsVersion": "0.4"},
        "recordDetails": {"entityType": {"type": "registeredEntity"}, "name": called, **more},
    }


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(_older("0.3", exact=50)).encode())
    (tmp_path / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match=r"cut\.json\.gz is damaged or cut short"):
        Result(BODS, tmp_path)
