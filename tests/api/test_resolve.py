"""How a text is written as a certificate before it is looked up."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from api.services.resolve import CERTIFICATES, _certificates


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("33020319801215001x", "resident_id:33020319801215001X"),
        ("resident_id:33020319801215001x", "resident_id:33020319801215001X"),
        ("320599 400001234", "foreign_registration:320599400001234"),
        ("600000", "stock_code:600000"),
        ("GB-COH:07444723", "GB-COH:07444723"),
        ("XI-ABC:a 12", "XI-ABC:A12"),
        ("XI-ABC:a 12", "XI-ABC:a 12"),
    ],
)
def test_a_text_is_tried_as_the_certificate_it_may_be(text: str, form: str) -> None:
    assert form in _certificates(text)


def test_every_kind_that_shipped_mappings_give_is_tried() -> None:
    texts = [file.read_text() for file in resources.files("loaders.mappings").iterdir() if file.name.endswith(".yaml")]
    told = {kind for text in texts for kind in re.findall(r'certificate: .*(?:format|prefix): "(\w+):', text)}
    maps = [found for text in texts for found in re.findall(r"(?:Ind|Ent|\"\d\")\w*: (\w+_\w+|passport)\b", text)]
    assert told | {kind for kind in maps if kind in ("foreign_registration", "hk_macau_permit")} <= set(CERTIFICATES)
    assert {"stock_code", "resident_id"} <= told
