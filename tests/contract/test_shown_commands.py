"""Every command that the README and the pages on runs and the API show is run as it stands, in an empty folder."""

from __future__ import annotations

import os
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
    others = [block for block in blocks("README.md") if block not in own]
    assert others
    for block in others:
        assert "恒泰贸易有限公司" in shell(block, folder, env)


def test_the_page_of_runs_shows_commands_that_work(folder: Path, server_env: dict[str, str]) -> None:
    for block in blocks("docs/runs.md"):
        assert "is equal" in shell(block, folder, env_of(folder, server_env))


def test_the_api_page_shows_requests_that_answer(folder: Path, server_env: dict[str, str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(folder / ".venv/bin/guanxi"), "up", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=env_of(folder, server_env), stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", server)
            for block in blocks("docs/api.md"):
                text = block.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
                assert '"seq"' in shell(text, folder, dict(os.environ))
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
