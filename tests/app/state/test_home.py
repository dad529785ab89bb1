from __future__ import annotations

from pathlib import Path

import pytest

from app.state.home import Home, Taken


def test_a_project_has_one_window_at_a_time(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a.vrn")
    assert (home.name, home.lock is not None) == ("a", True)
    with pytest.raises(Taken):
        Home.at(tmp_path / "a.vrn")
    home.leave()
    again = Home.at(tmp_path / "a.vrn")
    again.leave()
    assert list(tmp_path.iterdir()) == []


def test_where_no_lock_can_be_kept_a_project_is_opened_without(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "not there" / "a.vrn")
    assert home.lock is None
    assert home.name == "a"
    home.leave()
