"""Where live frames come from, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vrn_core.types import ByteArray


@dataclass(frozen=True)
class FrameSource:
    """A camera by its number, or a video file."""

    source: int | Path
    size: tuple[int, int] = (640, 480)
    """Width and height that a camera is asked for."""
    mirrored: bool = True
    camera: str = ""
    """What the camera is called, if that is known."""

    @property
    def name(self) -> str:
        """What it is called."""
        if isinstance(self.source, Path):
            return self.source.name
        return self.camera or f"Camera {self.source + 1}"


@dataclass(frozen=True, eq=False)
class Frame:
    """An image (H, W, 3) RGB and when it was taken, in seconds."""

    image: ByteArray
    time_s: float
