"""What `make guide` adds to MkDocs: shorter addresses, and the program's own font and icon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
OWN = (
    "fonts/Manrope-Regular.ttf",
    "fonts/Manrope-SemiBold.ttf",
    "fonts/Manrope.LICENSE",
    "icons/vrn-studio.svg",
)


def on_files(files: Files, *, config: MkDocsConfig, **_: Any) -> Files:
    """Put the languages at the top of the site and add what its pages show beside pictures."""
    for file in files:
        if file.src_uri.startswith("guide/"):
            file.dest_uri = file.dest_uri.removeprefix("guide/")
            file.abs_dest_path = str(Path(config.site_dir, file.dest_uri))
            file.url = file.dest_uri
    for name in OWN:
        files.append(File.generated(config, name, abs_src_path=str(RESOURCES / name)))
    return files
