"""Long use of the real window, for its memory and its longest halts: ``make soak``.

A scripted user loads many photos, changes the mesh many times, draws and undoes, exports and
looks through a camera (a video, played again and again) for a long time. After each part the
memory of the process and the longest halt of the window are printed. The first round of each
part warms it up and is not counted as growth.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 600.0
BEAT_MS = 5
"""How often the watchdog looks; a halt is the time by which it was late."""


def main() -> int:
    """Run all parts; return the exit code."""
    sys.path.insert(0, str(ROOT))
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=120.0, help="of live preview")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        user = ScriptedUser(Path(folder))
        user.load(given.photos)
        user.change(given.changes)
        user.export()
        user.watch(60 * given.minutes)
        user.leave()
    return 0


class Watchdog:
    """Measures by how much the event loop is late: the longest halt of the window."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self._timer = QTimer()
        self._timer.timeout.connect(self._on_beat)
        self._timer.start(BEAT_MS)
        self.reset()

    def reset(self) -> None:
        """Forget what was; what comes counts from now on."""
        self.longest_ms = 0.0
        self._beat = time.perf_counter()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now - self._beat) - BEAT_MS)
        self._beat = now


class ScriptedUser:
    """Drives the window; tells a line for each part."""

    def __init__(self, folder: Path, tell: Callable[[str], object] = print) -> None:
        from app.settings import Settings
        from app.studio import Studio, make_application

        self._folder = folder
        self._application = make_application()
        self._studio = Studio(self._application, Settings(folder / "settings.ini"))
        self._watchdog, self._say = Watchdog(), tell
        self._say(f"{'part':34} {'memory MB':>9} {'growth MB':>9} {'longest halt ms':>15}")
        began = memory_mb()
        self._studio.show()
        self._until(lambda: self._studio.window.mesh.view.is_ready)
        self._tell("start", began)

    def load(self, count: int) -> None:
        """Open many photos and reconstruct all of them."""
        from PIL import Image

        from app.state.photo import PhotoState

        paths = []
        with Image.open(ROOT / "resources" / "sample.jpg") as sample:
            for number in range(count):
                # Different files of one photo: each is read and reconstructed for itself.
                paths.append(self._folder / f"photo-{number:04d}.jpg")
                sample.rotate(number % 20 - 10).save(paths[-1], quality=90)
        session = self._studio.session
        for part, few in (("the first photos", paths[:10]), ("all photos", paths)):
            before = memory_mb()
            self._studio.workflow.add_paths(few)
            self._until(lambda few=few: session.counts()[PhotoState.DONE] >= len(few))  # type: ignore[misc]
            self._tell(f"{part} ({len(few)})", before)

    def change(self, count: int) -> None:
        """Take the surface anew by the sliders, many times, and undo it all."""
        session, controls = self._studio.session, self._studio.window.mesh.controls
        session.select(session.photos()[0].key)
        self._studio.actions["adjust"].setChecked(True)
        for part, times in (("the first changes", 10), ("all changes", count)):
            before = memory_mb()
            for number in range(times):
                controls.iso_level.setValue(30 + number * 7 % 30)
                controls.smoothing.setValue(5 + number * 3 % 20)
                self._step(4)
                controls.settle()
                self._until(lambda: not self._studio.adjusting.busy)
            self._tell(f"{part} ({times})", before)
        before = memory_mb()
        while self._studio.history.stack.canUndo():
            self._studio.history.undo()
            self._step(1)
        self._tell("undone", before)

    def export(self) -> None:
        """Save the mesh in every format."""
        from app.jobs.exporting import FORMATS, save

        before = memory_mb()
        saved: list[object] = []
        photo = self._studio.session.photos()[0]
        assert photo.face is not None
        for suffix, _ in FORMATS:
            target = self._folder / f"mesh.{suffix}"
            mesh = photo.face.mesh_canonical
            self._studio.saving.runner.submit(
                lambda mesh=mesh, target=target: save(mesh, target),  # type: ignore[misc]
                saved.append,
            )
        self._until(lambda: len(saved) == len(FORMATS))
        self._tell("exports", before)

    def watch(self, seconds: float) -> None:
        """Look through a camera, which is a video played again and again."""
        path, frames = self._write_video(), [0]
        self._watchdog.reset()
        studio = self._studio
        studio.live.ended.connect(lambda: studio.window.photo.live.use_video(path))
        studio.live.shown.connect(lambda _: frames.__setitem__(0, frames[0] + 1))
        studio.window.photo.live.use_video(path)
        studio.actions["camera"].setChecked(True)
        for part, span in (("live, the first seconds", 10.0), ("live", seconds)):
            before, frames[0] = memory_mb(), 0
            end = time.monotonic() + span
            self._until(lambda end=end: time.monotonic() > end, span + PATIENCE_S)  # type: ignore[misc]
            self._tell(f"{part} ({frames[0] / span:.1f} frames/s)", before)
        studio.actions["camera"].setChecked(False)

    def leave(self) -> None:
        """Close the window."""
        before = memory_mb()
        ended = self._studio.shut_down()
        self._tell("closed in time" if ended else "NOT CLOSED IN TIME", before)

    def _write_video(self) -> Path:
        import cv2
        import numpy as np

        from vrn_core.inference.photo import load_photo

        photo = load_photo(ROOT / "resources" / "sample.jpg")[..., ::-1]
        path = self._folder / "camera.avi"
        video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (640, 480))
        for number in range(300):
            turn = cv2.getRotationMatrix2D((225, 125), 10 * np.sin(number / 15), 1.8)
            turn[:, 2] += (95 + 30 * np.sin(number / 20), 115)
            video.write(cv2.warpAffine(photo, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE))
        video.release()
        return path

    def _until(self, done: Callable[[], bool], patience_s: float = PATIENCE_S * 10) -> None:
        end = time.monotonic() + patience_s
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come to the state that was waited for")
            self._step(1)

    def _step(self, times: int) -> None:
        from PySide6.QtCore import QThread

        for _ in range(times):
            self._application.processEvents()
            QThread.msleep(1)

    def _tell(self, part: str, before_mb: float) -> None:
        now = memory_mb()
        halt = self._watchdog.longest_ms
        self._say(f"{part:34} {now:9.0f} {now - before_mb:9.0f} {halt:15.0f}")
        self._watchdog.reset()


def memory_mb() -> float:
    """Return the resident memory of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
