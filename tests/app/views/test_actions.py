from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QObject

from app.views.actions import Actions
from app.views.commands import COMMANDS
from app.views.main_window import MENUS, SUBMENUS
from vrn_core.resources import resource

pytestmark = pytest.mark.usefixtures("qapp")


def test_every_command_has_a_tooltip_that_names_its_key() -> None:
    parent = QObject()
    actions = Actions(parent)
    for command in COMMANDS:
        tip = actions[command.name].toolTip()
        assert tip.startswith(command.tip)
        if command.keys:
            assert tip.endswith(")")


def test_no_two_commands_share_a_key() -> None:
    keys = Counter(command.keys for command in COMMANDS if command.keys)
    assert keys.most_common(1)[0][1] == 1


def test_every_icon_is_drawn() -> None:
    missing = [
        c.icon for c in COMMANDS if c.icon and not resource("icons", f"{c.icon}.svg").exists()
    ]
    assert missing == []


def test_every_command_is_in_a_menu() -> None:
    in_menus = {name for _, names in (*MENUS, *SUBMENUS.items()) for name in names}
    assert {command.name for command in COMMANDS} <= in_menus
