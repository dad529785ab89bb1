"""The user's guide as a site that opens without a server and without a network."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {path.stem for path in (ROOT / "docs" / "guide" / "en").glob("*.md")}

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None,
    reason="MkDocs is not installed; `make guide` installs it",
)


class Page(HTMLParser):
    """What a page loads and links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[dict[str, str]] = []
        self.loaded: list[str] = []
        self.tags: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "a":
            self.links.append(facts)
        elif "src" in facts or "href" in facts:
            self.loaded.append(facts.get("src") or facts["href"])

    def target(self, link: str) -> Path:
        return (self.path.parent / link.partition("#")[0]).resolve()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    config = ROOT / "packaging" / "guide" / "mkdocs.yml"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    built = subprocess.run(
        [*command, "-f", str(config), "-d", str(folder)], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return folder


def pages(site: Path) -> Iterator[Page]:
    return map(Page, site.rglob("*.html"))


def test_both_languages_are_there_page_by_page(site: Path) -> None:
    for language in ("en", "es"):
        assert {path.stem for path in (site / language).iterdir()} == PAGES


def test_whatever_a_page_loads_or_links_to_lies_in_the_site(site: Path) -> None:
    for page in pages(site):
        assert page.loaded
        for name in (*page.loaded, *(link["href"] for link in page.links)):
            assert "//" not in name, f"{page.path}: {name} needs a network"
            assert page.target(name).is_file(), f"{page.path}: {name}"
            assert page.target(name).is_relative_to(site)
        assert "script" not in page.tags
    style = (site / "guide.css").read_text(encoding="utf-8")
    assert "//" not in style.replace("/*", "").replace("*/", "")
    assert (site / "fonts" / "Manrope-Regular.ttf").is_file()


def test_every_page_leads_to_all_others_and_to_itself_in_the_other_language(site: Path) -> None:
    for language, other in (("en", "es"), ("es", "en")):
        for name in PAGES:
            page = Page(site / language / f"{name}.html")
            targets = {page.target(link["href"]) for link in page.links}
            assert {site / language / f"{each}.html" for each in PAGES} <= targets
            [switch] = [link for link in page.links if "hreflang" in link]
            assert switch["hreflang"] == other
            assert page.target(switch["href"]) == site / other / f"{name}.html"


def test_the_start_offers_both_languages(site: Path) -> None:
    page = Page(site / "index.html")
    assert [link["href"] for link in page.links] == ["en/index.html", "es/index.html"]
