"""A folder of made-up scans with landmarks, which needs neither networks nor data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.evaluation.made_up_scans import made_up_head, write_facts, write_ply
from vrn_core.finetune.prepare import label_folder
from vrn_core.finetune.store import LabelSet, write_labels


def nobody(photo: object) -> list[object]:
    """Find no face in any photo."""
    return []


@pytest.fixture
def scans(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a folder of scans, one for each name."""

    def make(*names: str, colors: bool = True) -> Path:
        head = made_up_head()
        for name in names:
            write_facts(write_ply(tmp_path / "scans" / f"{name}.ply", head, colors), head)
        return tmp_path / "scans"

    return make


@pytest.fixture
def labelled(scans: Callable[..., Path], tmp_path: Path) -> tuple[LabelSet, Path]:
    """Return the labels of three people's scans, and the folder they were written to."""
    labels = label_folder(scans("ann", "bob", "cem"), find_landmarks=nobody)
    write_labels(labels, tmp_path / "labels")
    return labels, tmp_path / "labels"
