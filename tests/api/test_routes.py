"""Each address leads to the question that it is described for."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from api.app import make_app
from api.settings import read_settings
from api.wiring import Guanxi


def test_no_question_is_hidden_by_one_before_it() -> None:
    app = make_app(cast(Guanxi, SimpleNamespace(settings=read_settings(home=Path(".guanxi")))))
    routes = [(method, told.path or "") for told in iter_route_contexts(app.routes) for method in told.methods or ()]
    assert len(routes) > 80
    for method, path in routes:
        address = re.sub(r"\{[^}]*\}", "x", path)
        found = next(other for of, other in routes if of == method and compile_path(other)[0].match(address))
        assert found == path
