"""Settings of the training data."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vrn_core.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """How samples are made from portraits; ranges are those of the paper where it has any."""

    resolution: str = "half"
    """Of the target volumes: "half" (100, 96, 96), "full" (200, 192, 192) or "none"."""
    parameters: bool = False
    """Whether samples tell the face model's parameters."""
    seed: int = 0
    real_share: float = 0.33
    """Share of samples that are the photo itself, not turned out of its plane."""
    yaw_deg: float = 90.0
    """Turned faces have their yaw within plus and minus this."""
    pitch_deg: float = 30.0
    roll_deg: float = 45.0
    """In-plane rotation, within plus and minus this; most samples are turned far less."""
    shift_px: float = 15.0
    scale_low: float = 0.85
    scale_high: float = 1.15
    flip_share: float = 0.5
    color_low: float = 0.6
    color_high: float = 1.4
    new_identity_share: float = 0.35
    """Share of turned samples whose identity is drawn anew round the photo's own."""
    identity_spread: float = 0.7
    new_expression_share: float = 0.4
    """Share of turned samples that show another expression than the photo."""
    environment_share: float = 0.35
    """Share of turned samples that are lit by an environment map ..."""
    lamp_share: float = 0.3
    """... and by a lamp; the others keep the light of the photo."""
    occluder_share: float = 0.3
    hand_share: float = 0.06
    glasses_share: float = 0.12
    validation_people: int = 60
    """People of the train split that are kept for validation."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if self.resolution not in ("half", "full", "none"):
            raise ConfigError(
                f"resolution is {self.resolution!r}; expected 'half', 'full' or 'none'"
            )
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_share") and not 0 <= value <= 1:
                raise ConfigError(f"{field.name} is {value}; expected a share within 0 and 1")
        if self.environment_share + self.lamp_share > 1:
            raise ConfigError(
                f"environment_share {self.environment_share} and lamp_share {self.lamp_share}: "
                "expected shares that add up to 1 at most"
            )
        if not 0 < self.scale_low <= self.scale_high:
            raise ConfigError(
                f"scale_low {self.scale_low} and scale_high {self.scale_high}: "
                "expected 0 < scale_low <= scale_high"
            )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> DataConfig:
        """Build from JSON values; raise :class:`ConfigError` for a key that is not known."""
        known = [f.name for f in dataclasses.fields(cls)]
        for key in values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
                raise ConfigError(f"unknown data setting {key!r}; {hint}")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return dataclasses.asdict(self)
