"""The made-up answers have the shapes that the services answer in, so that the page is tested against the truth."""

from __future__ import annotations

import pytest

from api.services.group_exposure import ExposureAnswer
from api.services.group_list import GroupsAnswer
from api.services.groups import GroupAnswer
from api.services.network import NetworkAnswer
from api.services.opening_answer import PartyOpenings
from api.services.party_answer import PartyAnswer
from api.services.paths import PathsAnswer
from api.services.search import SearchAnswer
from tests.browser import answers


@pytest.mark.parametrize("party_id", answers.PARTIES)
def test_answers_have_the_shapes_of_the_services(party_id: str) -> None:
    PartyAnswer.model_validate(answers.party_answer(party_id))
    NetworkAnswer.model_validate(answers.network_answer(party_id, 2))
    status, openings = answers.openings_answer(party_id)
    assert status == 404 or PartyOpenings.model_validate(openings)


def test_routes_have_the_shape_of_the_service() -> None:
    status, told = answers.paths_answer(answers.MANAGER, answers.HOLDING[0])
    assert (status, len(PathsAnswer.model_validate(told).paths)) == (200, 1)


def test_search_and_supernode_answers_have_the_shapes_of_the_services() -> None:
    assert SearchAnswer.model_validate(answers.search_answer("远洋")).hits
    assert len(NetworkAnswer.model_validate(answers.many_answer()).nodes) == 141


def test_the_group_and_the_networks_that_grow_have_the_shapes_of_the_services() -> None:
    assert GroupsAnswer.model_validate(answers.groups_answer()).total == 2
    assert GroupAnswer.model_validate(answers.group_answer()).total == 4
    assert ExposureAnswer.model_validate(answers.exposure_answer()).state == "breach"
    assert NetworkAnswer.model_validate(answers.capped_answer()).caps
    assert NetworkAnswer.model_validate(answers.grown_answer(answers.CHEN[0])).nodes
