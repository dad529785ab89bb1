"""``vrn detect``: where the faces are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vrn_core.commands.photos import chosen_photos, process_photos
from vrn_core.commands.terminal import give_json, say
from vrn_core.errors import NoFaceFoundError
from vrn_core.inference.detection import DetectedFace, FaceDetector
from vrn_core.inference.photo import load_photo
from vrn_core.progress import Progress
from vrn_core.types import ByteArray


def run(
    paths: Sequence[Path],
    *,
    landmarks: bool = False,
    landmark_model: str | None = None,
    report: Path | None = None,
    trace: bool = False,
) -> bool:
    """Find the faces of every photo; return whether each had one."""
    photos = chosen_photos(paths)
    detector = FaceDetector()
    find = _landmark_reporter(landmark_model) if landmarks else None

    def work(path: Path, progress: Progress) -> list[dict[str, Any]]:
        photo = load_photo(path)
        progress(0.5, "looking for faces")
        faces = detector.detect(photo)
        if not faces:
            raise NoFaceFoundError("no face was found in the photo")
        found = [_face_report(face) for face in faces]
        if find is not None:
            for entry, facts in zip(found, find(photo, faces), strict=True):
                entry.update(facts)
        return found

    entries: list[dict[str, Any]] = []
    succeeded = process_photos(photos, work, entries, trace)
    if report is not None:
        give_json(report, {"photos": entries})
        return succeeded
    for entry in entries:
        for face in entry["faces"]:
            x, y, width, height = face["box"]
            say(
                f"{entry['photo']}: {width:.0f} x {height:.0f} at ({x:.0f}, {y:.0f}), "
                f"tilted {face['tilt']:+.0f} degrees, score {face['score']:.2f}"
            )
    return succeeded


def _face_report(face: DetectedFace) -> dict[str, Any]:
    box = face.box
    return {
        "box": [round(v, 2) for v in (box.x, box.y, box.width, box.height)],
        "score": round(box.score, 4),
        "tilt": round(face.roll_deg, 2),
    }


def _landmark_reporter(model: str | None) -> Any:
    """Return a function from a photo and its faces to landmarks and pose of each."""
    from vrn_core.inference.device import choose_device
    from vrn_core.inference.frames import head_pose
    from vrn_core.inference.landmarks import LandmarkFinder
    from vrn_core.inference.reconstructor import LANDMARK_MODEL
    from vrn_core.inference.runtime import Network
    from vrn_core.models import model_path

    device = choose_device("cpu")
    network = Network(model_path(model or LANDMARK_MODEL), device)
    finder = LandmarkFinder(network, device)

    def find(photo: ByteArray, faces: list[DetectedFace]) -> list[dict[str, Any]]:
        found = []
        for result in finder.find(photo, faces):
            pose = head_pose(result.points)
            found.append(
                {
                    "landmarks": [[round(float(v), 3) for v in p] for p in result.points],
                    "pose": {
                        "yaw": round(pose.yaw_deg, 2),
                        "pitch": round(pose.pitch_deg, 2),
                        "roll": round(pose.roll_deg, 2),
                    },
                }
            )
        return found

    return find
