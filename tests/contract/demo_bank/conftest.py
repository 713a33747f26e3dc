"""The demo bank: loaded through its mapping and run, once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.services.run import run
from api.services.run_parameters import RunParameters
from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store
from loaders.demo.generate import generate
from loaders.engine import load
from loaders.report import LoadOptions
from tests.contract.conftest import empty
from tests.contract.demo_bank.given import Bank


@pytest.fixture(scope="package")
def bank(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("demo")
    rejects = folder / "rejects.csv"
    manifest = generate("small", 1, folder / "bank")
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        options = LoadOptions(rejects="keep-going", rejects_file=rejects, user="tester", bulk="never")
        report = load(store, "credit_core_hr", folder / "bank", options)
        run(store, folder / "archive", RunParameters(), user="tester")
        yield Bank(store, folder, manifest, report, rejects)
