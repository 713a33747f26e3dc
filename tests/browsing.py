"""How tests open pages: the fixtures `browser` and `open_page`, which `tests/conftest.py` gives to all folders."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOT_ENGLISH = re.compile(r"guanxi( match)?( run)?|credit_core_hr|run-[0-9a-f]+", re.IGNORECASE)
"""What stands in a Chinese page too: our name and command, names of mappings and runs."""
WIDTHS = {"desk": (1280, 860), "phone": (390, 844), "small phone": (375, 812)}

Open = Callable[..., Page]


def english_in(page: Page) -> set[str]:
    """English words that a page shows; what it marks as English, ids and pinyin are none."""
    texts: list[str] = page.evaluate(
        """() => {
          const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const at = walk.currentNode.parentElement;
            if (!at.closest("[lang=en], code, script, noscript, .skip, .why, .examples b") && at.getClientRects().length) found.push(walk.currentNode.data);
          }
          return found;
        }"""
    )
    labels = page.locator("[aria-label], [title], [placeholder]").evaluate_all(
        "all => all.filter(one => !one.closest('code, .evidence')).flatMap(one => "
        "['aria-label', 'title', 'placeholder'].map(name => one.getAttribute(name) ?? ''))"
    )
    return {word for text in (*texts, *labels) for word in re.findall(r"\b[A-Z]?[a-z]{3,}", NOT_ENGLISH.sub("", text))}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless; the test fails where none is installed."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("No Chromium on this machine; install the package `chromium` (.ci/run does).", pytrace=False)
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens an address in a page of its own; the test fails afterwards if the page's scripts failed."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(address: str, *, wide: str = "desk", locale: str = "en-GB", scheme: str = "light") -> Page:
        width, height = WIDTHS[wide]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
