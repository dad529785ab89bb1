"""Frames of a camera or a video file, read in a thread of its own; late ones are dropped."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from app.failures import Failure
from app.state.frames import Frame, FrameSource
from app.translation import translate
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    import cv2

FAILED_READS = 15
"""One after another, after which a camera counts as unplugged."""
PAUSE_S = 0.02


class Capture(QThread):
    """Keeps the newest frame only."""

    arrived = Signal()
    """A frame can be taken."""
    ended = Signal()
    """A video file is over."""
    failed = Signal(object)
    """The failure: the camera is missing, busy or was unplugged."""

    def __init__(self, source: FrameSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self._lock = threading.Lock()
        self._newest: Frame | None = None
        self._stopped = threading.Event()

    @property
    def fresh(self) -> bool:
        """Whether there is a frame that nobody took."""
        return self._newest is not None

    def take(self) -> Frame | None:
        """Return the newest frame, once."""
        with self._lock:
            frame, self._newest = self._newest, None
            return frame

    def stop(self, timeout_ms: int = 5_000) -> bool:
        """End the thread and free the camera; return whether it ended in time."""
        self._stopped.set()
        return self.wait(timeout_ms)

    def run(self) -> None:
        """Read until stopped."""
        import cv2

        source = self.source.source
        video = cv2.VideoCapture(str(source) if isinstance(source, Path) else source)
        try:
            if not video.isOpened():
                self.failed.emit(_not_opened(self.source))
            elif isinstance(source, Path):
                self._play(video)
            else:
                video.set(cv2.CAP_PROP_FRAME_WIDTH, self.source.size[0])
                video.set(cv2.CAP_PROP_FRAME_HEIGHT, self.source.size[1])
                self._watch(video)
        finally:
            video.release()

    def _watch(self, video: cv2.VideoCapture) -> None:
        """Read a camera, which waits for each frame by itself."""
        missed = 0
        while not self._stopped.is_set():
            there, image = video.read()
            if there:
                missed = 0
                self._keep(np.asarray(image, np.uint8), time.monotonic())
                continue
            missed += 1
            if missed >= FAILED_READS:
                self.failed.emit(_lost(self.source))
                return
            self._stopped.wait(PAUSE_S)

    def _play(self, video: cv2.VideoCapture) -> None:
        """Read a file at the pace at which it was filmed."""
        import cv2

        rate = video.get(cv2.CAP_PROP_FPS) or 25.0
        began, number = time.monotonic(), 0
        while not self._stopped.is_set():
            there, image = video.read()
            if not there:
                if number == 0:
                    self.failed.emit(_not_opened(self.source))
                else:
                    self.ended.emit()
                return
            ahead = began + number / rate - time.monotonic()
            if ahead > 0:
                self._stopped.wait(ahead)
            self._keep(np.asarray(image, np.uint8), number / rate)
            number += 1

    def _keep(self, image: ByteArray, time_s: float) -> None:
        import cv2

        pixels = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
        if self.source.mirrored:
            pixels = np.ascontiguousarray(pixels[:, ::-1])
        with self._lock:
            self._newest = Frame(pixels, time_s)
        self.arrived.emit()


def _not_opened(source: FrameSource) -> Failure:
    if isinstance(source.source, Path):
        return Failure(
            translate("Capture", "The video cannot be played"),
            translate("Capture", "{video} is no video that can be read here.").format(
                video=source.name
            ),
            "",
        )
    return Failure(
        translate("Capture", "The camera cannot be opened"),
        _why_not(source.source, source.name),
        "",
    )


def _why_not(number: int, name: str, devices: Path = Path("/dev")) -> str:
    """Return why a camera cannot be opened and what to do, as far as the system tells."""
    device = devices / f"video{number}"
    if not sys.platform.startswith("linux"):
        text = translate(
            "Capture",
            "{camera} is missing, or another program uses it. Plug it in, close the other "
            "program, or choose another camera.",
        )
    elif not device.exists():
        text = translate(
            "Capture", "{camera} is not plugged in. Plug it in, or choose a video file."
        )
    elif not os.access(device, os.R_OK | os.W_OK):
        text = translate(
            "Capture",
            "This account may not use {camera}. Add it to the group “video” and log in again.",
        )
    else:
        text = translate(
            "Capture", "Another program uses {camera}. Close it, or choose another camera."
        )
    return text.format(camera=name)


def _lost(source: FrameSource) -> Failure:
    return Failure(
        translate("Capture", "The camera is gone"),
        translate("Capture", "{camera} was unplugged. Plug it in and start again.").format(
            camera=source.name
        ),
        "",
    )
