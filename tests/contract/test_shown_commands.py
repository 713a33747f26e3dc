"""Every command that the README and the page on runs show is run as it stands, in an empty folder.

Those of the page on the API are run against the demo bank that they name, in `demo_bank`.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = [pytest.mark.contract, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE = {"make run\n", "make test\n"}
"""Run by `make test-long` in a fresh clone, and by whoever runs this."""

UP = "GUANXI_BANK='My bank' .venv/bin/guanxi up\n"


def blocks(page: str) -> list[str]:
    found = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert found, page
    return [block for block in found if block not in MAKE]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, server_env: dict[str, str]) -> Iterator[Path]:
    """A working folder with `.venv` as after `make setup`; its database is stopped at the end."""
    place = tmp_path_factory.mktemp("newcomer")
    venv = Path(sys.executable).parent.parent
    (place / ".venv").symlink_to(venv)
    yield place
    subprocess.run([str(venv / "bin/guanxi"), "db", "stop"], env=env_of(place, server_env), cwd=place, timeout=60)
    shutil.rmtree(place / "my-bank", ignore_errors=True)


def env_of(place: Path, server_env: dict[str, str]) -> dict[str, str]:
    return {**server_env, "GUANXI_HOME": str(place / "my-bank" / "home"), "COLUMNS": "160"}


def shell(text: str, place: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=place, env=env, capture_output=True, text=True, timeout=800
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout


def test_the_readme_takes_a_newcomer_to_an_own_bank(folder: Path, server_env: dict[str, str]) -> None:
    env = env_of(folder, server_env)
    own = [block for block in blocks("README.md") if "mkdir my-bank" in block]
    said = shell(own[0], folder, env)
    assert "林晓峰" in said
    assert "group_id,party_id,role,kind,status" in said
    assert said.count(",member,control,confirmed") == 2
    others = [block for block in blocks("README.md") if block not in own and block != UP]
    assert others
    for block in others:
        assert "恒泰贸易有限公司" in shell(block, folder, env)


def test_the_page_of_runs_shows_commands_that_work(folder: Path, server_env: dict[str, str]) -> None:
    for block in blocks("docs/runs.md"):
        assert "is equal" in shell(block, folder, env_of(folder, server_env))


def test_the_page_of_matching_shows_commands_that_work(folder: Path, server_env: dict[str, str]) -> None:
    """The first block needs no database: `tests/api/test_matching_page` runs it."""
    (of_a_bank,) = blocks("docs/matching.md")[1:]
    said = shell(of_a_bank, folder, env_of(folder, server_env))
    assert " joined (" in said
    assert "nothing found" in said


def test_the_page_of_openings_shows_commands_that_work(folder: Path, server_env: dict[str, str]) -> None:
    for block in blocks("docs/openings.md"):
        assert "popularity" in shell(block, folder, env_of(folder, server_env))


def test_the_readme_shows_an_own_bank_in_the_page(folder: Path, server_env: dict[str, str]) -> None:
    assert UP in blocks("README.md")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**env_of(folder, server_env), "GUANXI_PORT": str(port)}
    with subprocess.Popen(["bash", "-c", f"exec env {UP}"], cwd=folder, env=env, stdout=subprocess.DEVNULL) as server:
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/readyz", server)
            assert "My bank" in httpx.get(base).text
            (hit,) = httpx.get(f"{base}/v1/search", params={"q": "linxiaofeng"}, timeout=60).json()["hits"]
            assert hit["name"] == "林晓峰"
        finally:
            server.terminate()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "guanxi up ended"
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")
