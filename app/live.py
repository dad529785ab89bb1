"""The live preview: newest frame to the network, its face to the views, and nothing queued."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.failures import Failure
from app.jobs.capture import Capture
from app.jobs.inference import Inference
from app.state.frames import Frame, FrameSource

if TYPE_CHECKING:
    from vrn_core.inference.live import LiveFace

RATE_FRAMES = 20
"""Frames that the rate is taken of."""
AHEAD = 2
"""Frames asked for at a time: the next is worked on while the window draws, which may take as
long. Each is the newest when its turn comes."""


@dataclass(frozen=True, eq=False)
class LiveView:
    """What the views show of one frame."""

    frame: Frame
    face: LiveFace | None
    frames_per_second: float


class Live(QObject):
    """Runs one source at a time; frames that come while others are worked on are dropped."""

    shown = Signal(object)
    """A :class:`LiveView`."""
    ended = Signal()
    """The video is over; the last frame stays."""
    failed = Signal(object)
    """The failure; the preview has stopped."""

    def __init__(self, inference: Inference, parent: QObject) -> None:
        super().__init__(parent)
        self._inference = inference
        self._capture: Capture | None = None
        self._past: Capture | None = None
        self._asked = 0
        self._frozen = False
        self._last: LiveView | None = None
        self._times: deque[float] = deque(maxlen=RATE_FRAMES)
        inference.followed.connect(self._on_followed)
        inference.not_followed.connect(self._on_not_followed)

    @property
    def running(self) -> bool:
        """Whether a source is open."""
        return self._capture is not None

    @property
    def last(self) -> LiveView | None:
        """What was shown last, since the start."""
        return self._last

    def start(self, source: FrameSource) -> None:
        """Show a source in the place of any other."""
        self.stop()
        self._inference.unfollow()
        self._capture = Capture(source)
        self._capture.arrived.connect(self._feed)
        self._capture.ended.connect(self._on_capture_ended)
        self._capture.failed.connect(self._on_capture_failed)
        self._capture.start()

    def stop(self) -> bool:
        """Free the camera; return whether its thread ended in time."""
        capture, self._capture = self._capture, None
        # Signals of its thread may still be on their way: it must outlive them.
        self._past = capture or self._past
        self._frozen, self._last = False, None
        self._times.clear()
        return capture is None or capture.stop()

    def freeze(self, on: bool) -> None:
        """Keep the frame that is shown, or go on."""
        self._frozen = on
        self._times.clear()
        self._feed()

    def _feed(self) -> None:
        capture = self._capture
        if capture is None or self._frozen or self._asked == AHEAD or not capture.fresh:
            return
        self._asked += 1
        self._inference.follow(lambda: capture.take() if self._capture is capture else None)

    def _on_followed(self, frame: Frame | None, face: LiveFace | None) -> None:
        self._asked -= 1
        # The next frame is worked on while this one is drawn.
        self._feed()
        if frame is not None and self._capture is not None and not self._frozen:
            self._times.append(time.monotonic())
            spent = self._times[-1] - self._times[0]
            rate = (len(self._times) - 1) / spent if spent else 0.0
            self._last = LiveView(frame, face, rate)
            self.shown.emit(self._last)

    def _on_capture_ended(self) -> None:
        if self.sender() is self._capture:
            self.ended.emit()

    def _on_capture_failed(self, failure: Failure) -> None:
        # What a source before this one told may arrive late.
        if self.sender() is self._capture:
            self._fail(failure)

    def _on_not_followed(self, failure: Failure) -> None:
        self._asked -= 1
        self._fail(failure)

    def _fail(self, failure: Failure) -> None:
        if self._capture is not None:
            self.stop()
            self.failed.emit(failure)
