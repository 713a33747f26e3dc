"""`up`: start everything and serve it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Annotated

import typer
import uvicorn

from api.app import make_app
from api.cli.frame import KeepDb, User, Watch, acting_user, app, opened, out, settings_of
from api.cli.working import demo
from api.services.demo import check_size
from api.services.run import run
from api.services.run_parameters import RunParameters
from api.services.warm import warm_in_background
from api.settings import check_host
from api.wiring import Guanxi
from graph.errors import GuanxiError, Interrupted

_STOP_S = 5
_LAST = 65_535


@app.command("up")
def up_command(
    host: Annotated[str | None, typer.Option(help="Address to serve on; only this machine's own.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve on.")] = None,
    with_demo: Annotated[bool, typer.Option("--demo", help="Fill an empty store with the demo bank.")] = False,
    size: Annotated[str, typer.Option("--demo-size", help="small, medium or large")] = "small",
    user: User = None,
    keep_db: KeepDb = False,
) -> None:
    """Start the database and serve the API and the page until stopped with Ctrl-C."""
    settings = settings_of(host=host, port=port)
    check_host(settings.host)
    check_size(size)
    check_free(settings.host, settings.port)
    with opened(keep_db, settings, filling=True) as (guanxi, watch):
        if with_demo:
            _fill(guanxi, watch, size, user)
        watch.hide()
        _tell(guanxi)
        _serve(guanxi)


def _fill(guanxi: Guanxi, watch: Watch, size: str, user: str | None) -> None:
    """The demo bank into an empty store; a store that holds loads is left as it is, with a run made if it has none."""
    view = guanxi.view()
    if view.seq == 0:
        demo(guanxi, watch, size, user=user)
    elif view.run_id is None:
        who = acting_user(user, guanxi.settings)
        parameters = RunParameters(grading=str(guanxi.settings.grading or ""))
        run(guanxi.store, guanxi.settings.archive, parameters, user=who, progress=watch)


def check_free(host: str, port: int) -> None:
    """Raises GuanxiError where another program, or another Guanxi, listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise GuanxiError(_taken(host, port, error)) from error


def _taken(host: str, port: int, error: OSError) -> str:
    from api.services.doctor import serves_guanxi  # it reads half of Guanxi, which only this refusal needs

    other = (
        f"Choose another port by --port or GUANXI_PORT, for example --port {port + 1 if port < _LAST else port - 1}."
    )
    if error.errno == errno.EADDRINUSE and serves_guanxi(host, port):
        return f"A Guanxi serves on port {port} of {host} already: use that one, or stop it. {other}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. {other}"
    return f"Port {port} on {host} cannot be served on ({error.strerror}). {other}"


def _tell(guanxi: Guanxi) -> None:
    settings = guanxi.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{settings.port}"
    view = guanxi.view()
    out.print(f"\nGuanxi serves at {base}  (state {view.seq}, {view.run_id or 'no run yet'})")
    if view.seq == 0:
        out.print("The store is empty. Try: guanxi demo   or: guanxi load MAPPING --from DIR")
    out.print(f"  page      {base}/")
    out.print(f"  API       {base}/openapi.json  (docs/api.md says it in words)")
    out.print(f"  search    curl -G {base}/v1/search --data-urlencode q=贸易")
    out.print(f"  database  {guanxi.store.connection.uri}  (guanxi db shell)")
    out.print("Stop with Ctrl-C.")


class Server(uvicorn.Server):
    """A server that does something once it answers."""

    def __init__(self, config: uvicorn.Config, then: Callable[[], object]) -> None:
        super().__init__(config)
        self._then = then

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; then what is to be done, which must not wait."""
        await super().startup(sockets)
        if self.started:
            self._then()


def _serve(guanxi: Guanxi) -> None:
    config = uvicorn.Config(
        make_app(guanxi),
        host=guanxi.settings.host,
        port=guanxi.settings.port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_STOP_S,
        server_header=False,
        proxy_headers=False,
    )
    worlds = guanxi.worlds if guanxi.settings.warm_world else None
    server = Server(config, lambda: warm_in_background(guanxi.store, guanxi.related_rules, worlds))
    try:
        server.run()
    except KeyboardInterrupt:
        raise Interrupted("Stopped serving.") from None
    if not server.started:
        raise GuanxiError(f"The server could not start on {guanxi.settings.host}:{guanxi.settings.port}.")
