from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vrn_core.data.config import DataConfig
from vrn_core.data.lighting import (
    draw_light,
    harmonics,
    lamp,
    light_of_map,
    load_environments,
    mix,
    shading,
    turn_light,
)
from vrn_core.errors import ConfigError, DataError
from vrn_core.types import FloatArray

AXES = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32)


def received(light: FloatArray, *normal: float) -> FloatArray:
    return (harmonics(np.array([normal], np.float32)) @ light)[0]


def test_even_surroundings_light_every_normal_alike() -> None:
    light = light_of_map(np.full((64, 128, 3), 0.5, np.float32))
    # Irradiance under a constant radiance L is pi L.
    np.testing.assert_allclose(harmonics(AXES) @ light, 0.5 * np.pi, rtol=2e-3)


def test_a_map_lights_the_side_that_its_bright_part_lies_on() -> None:
    sky = np.zeros((64, 128, 3), np.float32)
    sky[:32] = [0, 0, 1]
    blue = light_of_map(sky)
    assert received(blue, 0, 1, 0)[2] == pytest.approx(np.pi, rel=0.05)
    assert abs(received(blue, 0, -1, 0)[2]) < 0.1
    assert received(blue, 0, 1, 0)[0] == 0
    wall = np.zeros((64, 128, 3), np.float32)
    wall[:, 64:128] = 1  # right of the middle of the map, which lies behind the head
    right = light_of_map(wall)
    assert received(right, 1, 0, 0)[0] > 20 * abs(received(right, -1, 0, 0)[0])
    behind = np.zeros((64, 128, 3), np.float32)
    behind[:, 32:96] = 1
    back = light_of_map(behind)
    assert received(back, 0, 0, -1)[0] > 20 * abs(received(back, 0, 0, 1)[0])


def test_a_lamp_lights_as_the_cosine_does() -> None:
    light = lamp(np.array([0, 0, 1], np.float32))
    for degrees in (0, 30, 60):
        angle = np.deg2rad(degrees)
        cosine = np.cos(angle)
        assert received(light, np.sin(angle), 0, cosine)[0] == pytest.approx(cosine, abs=0.07)
    assert abs(received(light, 0, 0, -1)[0]) < 0.08


def test_turning_a_light_moves_it_round_the_head() -> None:
    light = lamp(np.array([0, 0, 1], np.float32))
    turned = turn_light(light, 90)
    sides = (harmonics(AXES) @ turned)[:, 0]
    front = received(light, 0, 0, 1)[0]
    assert float(sides[[0, 3]].max()) == pytest.approx(front, abs=1e-3)
    assert received(turned, 0, 1, 0)[0] == pytest.approx(received(light, 0, 1, 0)[0], abs=1e-4)
    np.testing.assert_allclose(turn_light(turned, -90), light, atol=1e-4)


def test_shading_of_a_face_is_one_on_average_and_even_when_mixed_so() -> None:
    light = 7 * lamp(np.array([0.8, 0, 0.6], np.float32))
    lit = shading(light, np.array([[0.6, 0, 0.8], [-0.6, 0, 0.8]], np.float32))
    assert float(lit[0, 0]) > 1.15 > 0.8 > float(lit[1, 0])
    np.testing.assert_allclose(shading(mix(light, 1.0), AXES), 1, atol=1e-4)


def test_shares_decide_which_light_is_drawn() -> None:
    rng = np.random.default_rng(1)
    dark = DataConfig(environment_share=0, lamp_share=0)
    assert draw_light(rng, dark) is None
    lit = DataConfig(environment_share=0, lamp_share=1)
    light = draw_light(rng, lit)
    assert light is not None
    assert light.shape == (9, 3)
    with pytest.raises(ConfigError, match=r"environment_share 0\.7 and lamp_share 0\.5"):
        DataConfig(environment_share=0.7, lamp_share=0.5)


def test_missing_maps_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"hdri\.npz.*environment_share"):
        load_environments(tmp_path)


def test_maps_are_read_as_lights(data_folder: Path) -> None:
    lights = load_environments(data_folder / "hdri")
    assert len(lights) > 10
    for light in lights:
        assert np.isfinite(light).all()
        assert (shading(light, AXES) > 0).all()
