"""The texts of the window for translators, and what Qt reads of them: ``make translations``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from environment import ROOT

FOLDER = ROOT / "resources" / "translations"
LANGUAGES = {"en": ("-pluralonly",), "es": ()}
"""What is gathered for each; English says what it says, but for its plurals."""


def main() -> int:
    """Gather the texts of the sources and compile what is translated; return the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    left = []
    for language in LANGUAGES:
        texts = FOLDER / f"vrn_{language}.ts"
        update(texts, language)
        release(texts, texts.with_suffix(".qm"))
        left += [f"{texts.name}: {source}" for source in untranslated(texts)]
    if left:
        print("To be translated yet, by hand or with pyside6-linguist:", *left, sep="\n  ")
    return 1 if left else 0


def update(texts: Path, language: str) -> None:
    """Put the texts of the sources into a file; translations that are in it stay."""
    call = ["-extensions", "py", "-no-obsolete", "-locations", "none", *LANGUAGES[language]]
    call += ["-source-language", "en", "-target-language", language]
    _run("lupdate", *call, "app", "-ts", str(texts))


def release(texts: Path, target: Path) -> None:
    """Write the file that Qt reads."""
    _run("lrelease", str(texts), "-qm", str(target))


def untranslated(texts: Path) -> list[str]:
    """Return the texts of a file that have no finished translation."""
    return [
        message.findtext("source", "")
        for message in ElementTree.parse(texts).iter("message")
        if (translation := message.find("translation")) is None or translation.get("type")
    ]


def tool(name: str) -> str | None:
    """Return a tool of Qt that comes with PySide6, or None where it is missing."""
    return shutil.which(f"pyside6-{name}", path=str(Path(sys.executable).parent))


def _run(name: str, *arguments: str) -> None:
    command = tool(name)
    if command is None:
        raise SystemExit(f"There is no pyside6-{name}; `make setup` installs it.")
    subprocess.run([command, "-silent", *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
