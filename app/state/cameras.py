"""Which cameras are plugged in, by name where the system tells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.translation import translate

V4L = Path("/sys/class/video4linux")
"""Where Linux lists its cameras: a folder each, of which files hold name and index."""
UNNAMED = 4
"""Cameras offered by number where the system does not tell."""


@dataclass(frozen=True)
class Camera:
    """A camera by its number and by what it is called."""

    number: int
    name: str


def find_cameras(folder: Path | None = None) -> list[Camera]:
    """Return the cameras to choose from; on Linux those that are plugged in.

    Qt can name them everywhere, but not by the part of it that this program comes with.
    """
    folder = folder or V4L
    if not folder.parent.is_dir():
        return [Camera(number, number_name(number)) for number in range(UNNAMED)]
    found = []
    for device in folder.glob("video*"):
        number = device.name.removeprefix("video")
        # A camera has further nodes for what is no picture; their index is not 0.
        if number.isdecimal() and _read(device / "index") in ("", "0"):
            name = _read(device / "name") or number_name(int(number))
            found.append(Camera(int(number), name))
    return _told_apart(sorted(found, key=lambda camera: camera.number))


def number_name(number: int) -> str:
    """Return what a camera is called that has a number only."""
    return translate("Cameras", "Camera {number}").format(number=number + 1)


def _told_apart(cameras: list[Camera]) -> list[Camera]:
    """Return cameras of which those of one name are numbered."""
    many = Counter(camera.name for camera in cameras)
    seen: Counter[str] = Counter()
    told = []
    for camera in cameras:
        seen[camera.name] += 1
        alone = many[camera.name] == 1
        name = camera.name if alone else f"{camera.name} ({seen[camera.name]})"
        told.append(Camera(camera.number, name))
    return told


def _read(path: Path) -> str:
    """Return a line of the system, or nothing: a camera may go at any moment."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(200)
    except OSError:
        return ""
    # "Integrated Camera: Integrated C": many drivers say it twice, the second time cut off.
    name, _, again = text.strip().partition(": ")
    return name if again and name.startswith(again) else text.strip()
