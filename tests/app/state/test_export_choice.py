from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.state.export_choice import (
    OWN,
    PRESETS,
    ExportChoice,
    blocked,
    decode,
    encode,
    preset_of,
)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_holds_nothing_that_excludes_itself(name: str) -> None:
    choice = PRESETS[name]
    assert choice.possible() == choice
    assert preset_of(choice) == name


def test_another_choice_is_an_own_one() -> None:
    assert preset_of(ExportChoice(triangles=777)) == OWN


def test_stl_alone_takes_neither_pictures_nor_the_open_head() -> None:
    choice = ExportChoice(formats=("stl",), normal_map=True, detail=0.5, even_light=True)
    barred = {"textured", "size", "normal_map", "detail", "even_light", "template"}
    assert set(blocked(choice)) == barred
    assert choice.possible() == ExportChoice(formats=("stl",), textured=False)


def test_the_head_of_quads_is_not_printed_and_has_no_number_of_triangles() -> None:
    choice = ExportChoice(formats=("glb", "stl"), template=True, normal_map=True)
    assert {"formats/stl", "triangles", "normal_map"} <= set(blocked(choice))
    assert choice.possible() == ExportChoice(template=True)


def test_fine_relief_goes_with_the_texture_only() -> None:
    assert "detail" in blocked(ExportChoice(textured=False))
    assert "detail" not in blocked(ExportChoice())


def test_usdz_is_barred_where_its_package_is_not_there() -> None:
    assert "formats/usdz" in blocked(ExportChoice(), usd=False)


def test_a_choice_comes_back_as_it_was_kept() -> None:
    choice = ExportChoice(formats=("obj", "ply"), triangles=1234, size=2048, detail=0.3)
    assert decode(encode(choice)) == choice


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("formats", ["exe"]),
        ("formats", []),
        ("formats", [["glb"]]),
        ("size", 17),
        ("size", True),
        ("detail", 7),
        ("triangles", "many"),
        ("textured", None),
    ],
)
def test_what_is_damaged_takes_its_usual_value_and_the_rest_stays(key: str, value: object) -> None:
    kept = json.loads(encode(ExportChoice(even_light=True, template=True)))
    kept[key] = value
    assert decode(json.dumps(kept)) == replace(ExportChoice(), even_light=True, template=True)


@pytest.mark.parametrize("stored", ["", "{", "[]", "7", '{"version": 99}', 7])
def test_what_is_no_choice_is_refused(stored: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - Settings resets on any
        decode(stored)
