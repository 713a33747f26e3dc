"""`/`: the landing page and its files."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

from api.routes.asking import Whole
from api.settings import Settings
from graph.schema import guanxi_version
from viz import pages
from viz.models import Example, LandingContext

router = APIRouter(include_in_schema=False)

EXAMPLES = (
    Example("有限公司", "a part of a Chinese name", "中文名称的一部分"),
    Example("zw", "initials of a pinyin name", "拼音首字母"),
    Example("zhangwei", "pinyin", "拼音"),
)
DEMO_BANK = ("Demo bank", "演示银行")


@router.get("/")
def landing(guanxi: Whole) -> HTMLResponse:
    """Search, one 360, one network."""
    context = LandingContext(version=guanxi_version(), bank=_bank(guanxi.settings), examples=EXAMPLES)
    return HTMLResponse(pages.render_landing(context), headers=pages.SECURITY_HEADERS)


def _bank(settings: Settings) -> tuple[str, str] | None:
    """The bank's name in both languages: the one that is set, or that of the demo bank where this home has made it."""
    if settings.bank:
        return settings.bank, settings.bank
    return DEMO_BANK if (settings.home / "demo").is_dir() else None


@router.get("/assets/{name}")
def asset(name: str) -> Response:
    """A file of the page."""
    for known in pages.assets():
        if known.name == name:
            return FileResponse(known.path, media_type=known.content_type, headers={"Cache-Control": "no-cache"})
    raise HTTPException(404)
