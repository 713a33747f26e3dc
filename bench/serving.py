"""The real `guanxi` service in a process of its own, on a free loopback port, ended by itself."""

from __future__ import annotations

import http.client
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.command import CommandFailed, environment, guanxi

HOST = "127.0.0.1"
READY_TIMEOUT_S = 180.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def answers(port: int, path: str = "/readyz") -> bool:
    """Whether the service answers 200 there."""
    link = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        link.request("GET", path)
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


@contextmanager
def service(home: Path, **settings: str) -> Iterator[tuple[int, int]]:
    """(port, process id) of `guanxi up` over a home; it stops the server too if nobody else is connected.

    settings: further environment variables. The world of the run is not taken into memory meanwhile, which on the large
    bank keeps one of two cores busy for a while: `bench.what_if` measures that.
    """
    port = free_port()
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(
            [guanxi(), "up", "--port", str(port)],
            env=environment(home, GUANXI_WARM_WORLD="off", **settings),
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(child, port)
            yield port, child.pid
        finally:
            child.terminate()
            try:
                child.wait(timeout=60)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _wait(child: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < end:
        if child.poll() is not None:
            raise CommandFailed(f"guanxi up ended with {child.returncode}")
        if answers(port):
            return
        time.sleep(0.2)
    raise CommandFailed("guanxi up did not answer in time")
