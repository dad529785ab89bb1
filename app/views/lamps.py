"""The lamps that light the mesh: where they stand, their color and strength."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings import Light


@dataclass(frozen=True)
class Lamp:
    """Moves with the camera; its place is in the camera's coordinates: x right, y up, z near."""

    place: tuple[float, float, float]
    color: str
    strength: float


PRESETS: dict[Light, tuple[Lamp, ...]] = {
    # A key from above, a cooler fill, a rim from behind and a little from below.
    Light.STUDIO: (
        Lamp((-0.75, 0.85, 0.9), "#fff3e6", 0.78),
        Lamp((0.95, 0.05, 0.85), "#dfe8ff", 0.42),
        Lamp((0.55, 0.6, -1.0), "#eef2ff", 0.42),
        Lamp((0.0, -0.9, 0.45), "#ffffff", 0.12),
    ),
    # Almost no shadows, as under a cloudy sky: to judge colors.
    Light.SOFT: (
        Lamp((-0.5, 0.6, 1.0), "#ffffff", 0.34),
        Lamp((0.5, 0.6, 1.0), "#ffffff", 0.34),
        Lamp((0.0, -0.6, 1.0), "#ffffff", 0.3),
        Lamp((0.0, 0.0, 1.0), "#ffffff", 0.18),
    ),
    # Along the surface: every bump throws a shadow.
    Light.SIDE: (
        Lamp((-1.0, 0.12, 0.12), "#ffffff", 1.0),
        Lamp((1.0, 0.1, 0.6), "#cfdcff", 0.26),
    ),
    # As from a ceiling: brows, nose and lips stand out.
    Light.ABOVE: (
        Lamp((0.0, 1.0, 0.28), "#fff6ea", 0.95),
        Lamp((0.0, 0.1, 1.0), "#dfe8ff", 0.16),
    ),
}
