"""What a person tells of a link, and what of it is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.services.register_attributes import contact_key, in_words, plain_values
from api.services.register_party import PartyAsked, _party, _values
from api.services.register_values import INVERSE, Told, check_basis, check_evidence, check_period, properties_told
from graph import model, times
from graph.errors import BadInput

TODAY = date(2025, 7, 1)


def refused(field: str, told: str, work: Any) -> None:
    with pytest.raises(BadInput, match=told) as error:
        work()
    assert error.value.field == field


def test_what_is_told_is_kept_as_the_graph_keeps_it() -> None:
    told = Told(share="0.6", votes="1", amount="12.5", currency="CNY", valid_from=TODAY, valid_to=date(2030, 1, 1))
    assert properties_told("OWNS", told, TODAY) == {
        "share": 0.6,
        "votes": 1.0,
        "amount": 1250,
        "currency": "CNY",
        "valid_from": times.to_day(TODAY),
        "valid_to": times.to_day(date(2030, 1, 1)),
    }
    assert properties_told("DEPENDS_ON", Told(share="0.7"), TODAY) == {"weight": 0.7}
    assert properties_told("GUARANTEES", Told(amount="7", currency="JPY"), TODAY) == {"amount": 7, "currency": "JPY"}
    assert properties_told("KIN_OF", Told(), TODAY) == {}


@pytest.mark.parametrize(
    ("kind", "told", "field", "says"),
    [
        ("OWNS", Told(share="1.3"), "share", "130%"),
        ("OWNS", Told(share="-0.1"), "share", "-10%"),
        ("OWNS", Told(share="1e999999"), "share", "from 0 to 1"),
        ("OWNS", Told(share="-1e9999999999"), "share", "from 0 to 1"),
        ("OWNS", Told(share="60%"), "share", "give a fraction"),
        ("OWNS", Told(share="nan"), "share", "give a fraction"),
        ("OWNS", Told(votes="0.0000000001"), "votes", "nine decimals"),
        ("KIN_OF", Told(share="0.5"), "share", "has no share"),
        ("DEPENDS_ON", Told(votes="0.5"), "votes", "has no votes"),
        ("DEPENDS_ON", Told(amount="5", currency="CNY"), "amount", "has no amount"),
        ("GUARANTEES", Told(amount="5"), "currency", "needs its currency"),
        ("GUARANTEES", Told(amount="5", currency="RMB"), "currency", "ISO 4217"),
        ("GUARANTEES", Told(currency="CNY"), "currency", "give `amount`"),
        ("GUARANTEES", Told(amount="-5", currency="CNY"), "amount", "not below zero"),
        ("GUARANTEES", Told(amount="5.005", currency="CNY"), "amount", "at most 2"),
        ("GUARANTEES", Told(amount="1e99", currency="CNY"), "amount", "major units"),
        ("GUARANTEES", Told(amount="1e999999", currency="CNY"), "amount", "major units"),
        ("OWNS", Told(valid_from=date(2025, 7, 2)), "valid_from", "still to come"),
    ],
)
def test_what_cannot_be_is_refused_and_named(kind: str, told: Told, field: str, says: str) -> None:
    refused(field, says, lambda: properties_told(kind, told, TODAY))


def test_a_link_does_not_end_before_it_begins() -> None:
    check_period(1, 2)
    refused("valid_to", "before it begins", lambda: check_period(2, 2))


def test_a_basis_is_a_word_that_the_type_knows() -> None:
    assert check_basis("KIN_OF", " spouse ") == "spouse"
    assert check_basis("OWNS", None) is None
    assert check_basis("EXECUTIVE_OF", "总经理") == "总经理"
    refused("basis", "relation of KIN_OF is one of spouse", lambda: check_basis("KIN_OF", "friend"))
    refused("basis", "needs its basis, the post", lambda: check_basis("EXECUTIVE_OF", " "))
    refused("basis", "has no basis", lambda: check_basis("REFERRED", "x"))
    refused("basis", "letters", lambda: check_basis("OWNS", "x" * 101))
    assert all(INVERSE[INVERSE[word]] == word for word in INVERSE)


def test_evidence_is_needed() -> None:
    assert check_evidence(" p. 4 ") == "p. 4"
    refused("evidence", "missing", lambda: check_evidence("  "))
    refused("evidence", "letters", lambda: check_evidence("x" * 2_001))


def test_every_registered_type_joins_parties_and_carries_who_answers_for_it() -> None:
    for kind in (*model.REGISTERED, "IDENTIFIES"):
        link = model.link_type(kind)
        assert kind == "IDENTIFIES" or link.sources == link.targets == ("Party",)
        assert all(link.prop(name) for name in ("evidence", "registered_by", "approved_by"))


@pytest.mark.parametrize(
    ("told", "field", "says"),
    [
        ({"kind": "fund"}, "kind", "person or company"),
        ({"name": " "}, "name", "needs its name"),
        ({"name": "x" * 201}, "name", "letters"),
        ({"name": "甲\x1b[2J"}, "name", "control letter"),
        ({"uscc": "91310000132149237H"}, "uscc", "check digit"),
        ({"lei": "529900T8BM49AURSDO56"}, "lei", "check digit"),
        ({"certificate": "330203198012150014"}, "certificate", "give its type"),
        ({"kind": "person", "certificate": "resident_id:330203198012150014"}, "certificate", "check digit"),
        ({"kind": "person", "uscc": "91310000132149237G"}, "uscc", "not of a person"),
        ({"kind": "person", "birth_day": date(2025, 7, 2)}, "birth_day", "still to come"),
        ({"birth_day": date(2000, 1, 1)}, "birth_day", "not of a company"),
        ({"country": "China"}, "country", "ISO 3166"),
        ({"roles": ("Customer",)}, "roles", "a system of the bank"),
        ({"phones": ("none",)}, "phones", "no telephone number"),
        ({"emails": ("a.example",)}, "emails", "no e-mail address"),
        ({"addresses": (" - ",)}, "addresses", "no address"),
        ({"phones": tuple(f"1390000{n:04}" for n in range(21))}, "phones", "at most 20"),
    ],
)
def test_a_party_that_cannot_be_is_refused(told: dict[str, Any], field: str, says: str) -> None:
    asked = PartyAsked(**{"kind": "company", "evidence": "x", "name": "甲", **told})
    refused(field, says, lambda: _values(asked, TODAY))


def test_telephones_and_addresses_are_kept_in_their_plain_form() -> None:
    told = PartyAsked("person", "x", name="王", phones=("+86 139-1234-5678", "13912345678"), emails=("A@B.CN",))
    values = _values(told, TODAY)
    assert values["phones"] == [{"value": "13912345678", "text": "+86 139-1234-5678"}]
    assert values["emails"] == [{"value": "a@b.cn", "text": "A@B.CN"}]
    assert in_words(values)["phones"] == ["+86 139-1234-5678"]
    assert contact_key("phones", "13912345678") == "identifier:phone:13912345678"


def test_what_is_said_not_to_be_is_kept_as_nothing() -> None:
    told = {"name_en": "", "birth_day": None, "phones": (), "former_names": ["甲", "甲", " "]}
    assert plain_values("person", told, TODAY) == {
        "name_en": None,
        "birth_day": None,
        "phones": [],
        "former_names": ["甲"],
    }


def test_a_registered_party_is_described_as_a_load_would() -> None:
    asked = PartyAsked("company", "x", name="恒泰", uscc=" 9131 0000 132149237g", roles=("Referrer", "Guarantor"))
    values = _values(asked, TODAY)
    assert values == {
        "kind": "company",
        "name": "恒泰",
        "uscc": "91310000132149237G",
        "roles": ["Guarantor", "Referrer"],
    }
    made = _party("P-NEW", "manual:party:X", {**values, "priority": 900})
    assert made["key"] == "P-NEW"
    assert sorted(made["labels"]) == ["Company", "Guarantor", "Referrer"]
    assert (made["properties"]["name"], made["properties"]["uscc"]) == ("恒泰", "91310000132149237G")
    assert "hengtai" in made["properties"]["pinyin"]
