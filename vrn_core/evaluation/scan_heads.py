"""Which way a scan looks, how large it is, where its landmarks lie, and what is its face.

A file NAME.json beside the scan NAME.obj may say so. Its keys, all optional::

    {"unit": "mm", "up": "y", "front": "z", "landmarks": [[x, y, z], ... 68 of them]}

``unit`` is mm, cm or m; ``up`` and ``front``, given together, are the scan's axes that point
to the top of the head and out of the face, with a minus sign if need be; ``landmarks`` are in
iBUG order, in the scan's own axes and unit.

What it does not say is found. Landmarks: the scan is drawn and our own landmark network looks
at the picture; the points found lie on the surface in the depth in which it was drawn. Without
axes the scan is drawn from the six sides of its axes, +z first, until a face is found, and then
once more with the average face's landmarks upright and looking at the viewer: that is the pose
without yaw and pitch. The unit is the one that makes the outer corners of the eyes 60 to 130 mm
apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.errors import DataError
from vrn_core.evaluation.metrics import interocular_distance
from vrn_core.evaluation.scan_files import Scan
from vrn_core.evaluation.scan_render import (
    Camera,
    Surface,
    draw,
    make_light,
    make_surface,
    visible_depth,
)
from vrn_core.ibug import CONTOUR, INNER, OUTER_EYES
from vrn_core.inference.landmarks import DOUBTFUL, LandmarkResult
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import fit_similarity, rotation_from_pose
from vrn_core.types import NUM_LANDMARKS, ByteArray, FloatArray, Pose

UNITS_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
EYES_MM = (60.0, 130.0)
"""Between these lies the distance of the outer corners of anybody's eyes."""
NOSE_TIP = 30

PICTURE = 512
"""Side of the pictures."""
EYES_PIXELS = 100.0
"""How far the outer corners of the eyes lie apart in a picture of the face from the front."""
WHOLE_SHARE = 0.9
"""Of the picture that a whole scan takes, when its face is searched."""
FARTHEST = 0.35
"""How far a landmark's place on the surface may lie from where the network sees it in depth, in
interocular distances; beyond, it looks past an edge, and the nearest visible place counts."""
FARTHEST_GIVEN = 0.25
"""How far given landmarks may lie from the surface, in their median, likewise."""

FACE_RADIUS = 1.0
"""Of the sphere round the face that is measured, in interocular distances. On the average head it
holds 86 % of the skin from forehead to chin and from ear to ear, no ear and no neck."""
SEEN_FROM_DEG = (-45.0, 0.0, 45.0)
"""Yaws from which a vertex may be seen to count as the face's outside."""
MOST_VERTICES = 20_000
"""Vertices of the face that are measured at most, spread evenly; the paper has about 19,000."""
FEWEST_VERTICES = 100

FindLandmarks = Callable[[ByteArray], Sequence[LandmarkResult]]
"""Returns the landmarks of a photo's faces."""


@dataclass(frozen=True)
class ScanFacts:
    """What is known of a scan beforehand; ``None`` where nothing is."""

    unit: str | None = None
    rotation: NDArray[np.float64] | None = None
    """(3, 3), from the scan's axes to the viewer's (x right, y up, z towards the viewer)."""
    landmarks: FloatArray | None = None
    """(68, 3) in the scan's axes and unit."""


@dataclass(frozen=True)
class ScanHead:
    """A scan in millimetres and the viewer's axes, its face in the origin."""

    surface: Surface
    landmarks: FloatArray
    """(68, 3)."""
    face: FloatArray
    """(N, 3) vertices of the face, at which the error is measured."""
    colored: bool
    """Whether the scan has colors; else it is drawn in gray."""
    facts: ScanFacts
    """With these the scan is placed again just so, without a search."""

    def light(self, name: str, seed: int) -> FloatArray | None:
        """Return the light of a name; a gray head, that needs shade to be seen, has a lamp."""
        return _light(name, self.colored, seed)

    def camera(self, yaw_deg: float, pitch_deg: float) -> Camera:
        """Return the camera that sees the head turned."""
        scale = EYES_PIXELS / interocular_distance(self.landmarks)
        return Camera(rotation_from_pose(Pose(yaw_deg, pitch_deg, 0.0)), scale, PICTURE)


def read_facts(scan_path: Path) -> ScanFacts:
    """Return what NAME.json beside a scan says; nothing if there is none.

    Raises :class:`DataError` if it is damaged or says what cannot be.
    """
    path = scan_path.with_suffix(".json")
    if not path.is_file():
        return ScanFacts()
    try:
        if path.stat().st_size > 1_000_000:
            raise ValueError("it is larger than a megabyte")
        content = json.loads(path.read_bytes())
        if not isinstance(content, dict):
            raise ValueError("it is no object in braces")
        unknown = sorted(set(content) - {"unit", "up", "front", "landmarks"})
        if unknown:
            raise ValueError(f"it has {unknown[0]!r}")
        unit = content.get("unit")
        if unit is not None and unit not in UNITS_MM:
            raise ValueError(f"the unit is {unit!r}")
        rotation = None
        if "up" in content or "front" in content:
            rotation = _rotation(content.get("up"), content.get("front"))
        landmarks = _landmarks(content["landmarks"]) if "landmarks" in content else None
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror or error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(
            f"{path.name} cannot be used: {error}; expected in it, each if known: unit (mm, cm or "
            "m), up and front (x, y, z, -x, -y or -z), and landmarks (68 points [x, y, z])"
        ) from error
    return ScanFacts(unit, rotation, landmarks)


def _rotation(up: object, front: object) -> NDArray[np.float64]:
    axes = {
        f"{sign}{name}": direction * np.eye(3)[i]
        for sign, direction in (("", 1.0), ("+", 1.0), ("-", -1.0))
        for i, name in enumerate("xyz")
    }
    if up not in axes or front not in axes:
        raise ValueError(f"up is {up!r} and front {front!r}")
    y, z = axes[str(up)], axes[str(front)]
    if abs(y @ z) > 0.5:
        raise ValueError(f"up is {up!r} and front {front!r}, which is the same line")
    return np.stack([np.cross(y, z), y, z])


def _landmarks(value: Any) -> FloatArray:
    points = np.array(value, np.float64)
    if points.shape != (NUM_LANDMARKS, 3) or not np.isfinite(points).all():
        raise ValueError(f"the landmarks are an array of {points.shape} numbers")
    if not interocular_distance(points.astype(np.float32)) > 0:
        raise ValueError("the landmarks of the eyes fall on one another")
    return points.astype(np.float32)


def place_head(scan: Scan, facts: ScanFacts, find_landmarks: FindLandmarks) -> ScanHead:
    """Return a scan's head in millimetres, looking at the viewer.

    The face that is measured is made of the vertices that lie within :data:`FACE_RADIUS` outer
    interocular distances of the mean of the 51 landmarks of brows, nose, eyes and mouth, and are
    seen from the front or from 45 degrees to either side: ears, neck and skull are farther away,
    and what lies inside, as the back of an eyeball, is not seen. Of more than
    :data:`MOST_VERTICES` vertices every second, third and so on counts.

    Parameters
    ----------
    scan : Scan
    facts : ScanFacts
        What need not be found.
    find_landmarks : callable
        Only called where the landmarks are not known.

    Raises
    ------
    DataError
        If no face is found, or what the facts say does not fit the scan.
    """
    if facts.landmarks is None:
        landmarks, rotation = _find(scan, facts.rotation, find_landmarks)
    else:
        landmarks = facts.landmarks
        rotation = _frontal(landmarks) if facts.rotation is None else facts.rotation
        _check_given(scan, landmarks)
    _check_looks(landmarks @ rotation.T)
    unit = facts.unit or _guess_unit(interocular_distance(landmarks))
    to_mm = UNITS_MM[unit]
    eyes_mm = to_mm * interocular_distance(landmarks)
    if not EYES_MM[0] <= eyes_mm <= EYES_MM[1]:
        raise DataError(
            f"the outer corners of its eyes are {eyes_mm:.4g} mm apart; expected {EYES_MM[0]:.0f} "
            f"to {EYES_MM[1]:.0f}: check the unit in its JSON file"
        )
    middle = landmarks[INNER].mean(axis=0)
    placed = ((scan.vertices - middle) @ rotation.T * to_mm).astype(np.float32)
    marks = ((landmarks - middle) @ rotation.T * to_mm).astype(np.float32)
    camera = Camera(np.eye(3), EYES_PIXELS / eyes_mm, PICTURE)
    surface = make_surface(scan, placed, camera.scale)
    face = _face(surface, camera, FACE_RADIUS * eyes_mm)
    placing = ScanFacts(unit, rotation, landmarks)
    return ScanHead(surface, marks, face, scan.colored, placing)


def _find(
    scan: Scan, rotation: NDArray[np.float64] | None, find_landmarks: FindLandmarks
) -> tuple[FloatArray, NDArray[np.float64]]:
    """Return landmarks (68, 3) of a scan, and the rotation with which it looks at the viewer."""
    low, high = np.percentile(scan.vertices, [0.5, 99.5], axis=0)
    middle = (low + high) / 2
    scale = WHOLE_SHARE * PICTURE / max(float(np.linalg.norm(high - low)), 1e-12)
    best, sharpness = None, 0.0
    for side in [rotation] if rotation is not None else _sides():
        seen = _look(scan, side, middle, scale, find_landmarks)
        if seen is not None and seen.sharpness > sharpness:
            best, sharpness = seen.points, seen.sharpness
        if sharpness >= DOUBTFUL:
            break
    if best is None:
        side_text = "from the front" if rotation is not None else "from any side"
        raise DataError(
            f"no face was found on it, seen {side_text}; tell its axes or its landmarks by a JSON "
            "file beside it"
        )
    front = _frontal(best) if rotation is None else rotation
    scale = EYES_PIXELS / interocular_distance(best)
    closer = _look(scan, front, best[INNER].mean(axis=0), scale, find_landmarks)
    return (best if closer is None else closer.points), front


def _light(name: str, colored: bool, seed: int = 0) -> FloatArray | None:
    name = "front" if name == "ambient" and not colored else name
    return make_light(name, np.random.default_rng(seed))


def _look(
    scan: Scan,
    rotation: NDArray[np.float64],
    middle: NDArray[np.floating],
    scale: float,
    find_landmarks: FindLandmarks,
) -> LandmarkResult | None:
    """Draw a scan, and return the landmarks seen best, in its own axes and unit."""
    # Small numbers, that a float holds exactly enough.
    size = EYES_PIXELS / scale
    camera = Camera(rotation, EYES_PIXELS, PICTURE)
    surface = make_surface(scan, ((scan.vertices - middle) / size).astype(np.float32), camera.scale)
    picture = draw(surface, camera, _light("ambient", scan.colored))
    seen = max(find_landmarks(picture), key=lambda s: s.sharpness, default=None)
    if seen is None:
        return None
    depth = visible_depth(surface, camera)
    lifted = lift_to_surface(seen.points, depth)
    if lifted is None or lifted[NOSE_TIP, 2] > lifted[list(OUTER_EYES), 2].mean():
        # Nothing there, or a hollow face: the inside of a scan seen from behind.
        return None
    points = camera.to_points(lifted) * size + middle
    return LandmarkResult(points.astype(np.float32), seen.sharpness)


def lift_to_surface(landmarks: FloatArray, depth: FloatArray) -> FloatArray | None:
    """Return landmarks moved in depth onto the surface that they were seen on.

    Parameters
    ----------
    landmarks : (68, 3) float32
        Photo frame; z may have any offset.
    depth : (S, S) float32
        z of the surface in each pixel; not a number where there is none.

    Returns
    -------
    (68, 3) float32 or None
        ``None`` if most of the inner landmarks see no surface. Landmarks that look past an edge
        lie at the nearest place that is visible.
    """
    column, row = np.clip(np.rint(landmarks[:, :2]).astype(int), 0, len(depth) - 1).T
    straight = depth[row, column]
    if np.isnan(straight[INNER]).mean() > 0.5:
        return None
    lifted = landmarks.copy()
    lifted[:, 2] += np.nanmedian((straight - landmarks[:, 2])[INNER])
    far = FARTHEST * interocular_distance(landmarks)
    good = np.abs(straight - lifted[:, 2]) < far
    # Past the jaw's edge the neck is seen, not far behind.
    good[CONTOUR] = False
    rows, columns = np.nonzero(np.isfinite(depth))
    visible = np.column_stack([columns, rows, depth[rows, columns]])
    nearest = visible[cKDTree(visible).query(lifted)[1]]
    lifted[good, 2] = straight[good]
    lifted[~good] = nearest[~good]
    return lifted


def _sides() -> list[NDArray[np.float64]]:
    """Return the rotations that let each of the six axes look at the viewer, z and -z first."""
    pairs = [("y", "z"), ("y", "-z"), ("z", "-y"), ("z", "y"), ("y", "x"), ("y", "-x")]
    return [_rotation(up, front) for up, front in pairs]


def _frontal(landmarks: FloatArray) -> NDArray[np.float64]:
    """Return the rotation after which landmarks (68, 3) lie as those of the average face."""
    rotation: NDArray[np.float64] = fit_similarity(mean_landmarks(), landmarks).rotation.T
    return rotation


def _guess_unit(eyes: float) -> str:
    for name, to_mm in UNITS_MM.items():
        if EYES_MM[0] <= eyes * to_mm <= EYES_MM[1]:
            return name
    raise DataError(
        f"its eyes are {eyes:.4g} apart, which no unit makes human; "
        "scale it to millimeters, or check its landmarks"
    )


def _check_given(scan: Scan, landmarks: FloatArray) -> None:
    away = float(np.median(cKDTree(scan.vertices).query(landmarks[INNER])[0]))
    eyes = interocular_distance(landmarks)
    if away > FARTHEST_GIVEN * eyes:
        raise DataError(
            f"its landmarks lie {away / eyes:.2g} interocular distances from its surface; "
            "expected them on it, in the scan's own axes and unit"
        )


def _check_looks(landmarks: NDArray[np.floating]) -> None:
    """Raise if landmarks (68, 3) in the viewer's axes are those of a face that looks away."""
    right, left = OUTER_EYES
    if landmarks[right, 0] > landmarks[left, 0]:
        raise DataError(
            "its right eye is on the viewer's right; check up and front in its JSON file, "
            "and that neither scan nor landmarks are mirrored"
        )
    if landmarks[NOSE_TIP, 2] < landmarks[[right, left], 2].mean():
        raise DataError("its nose points away from the viewer; check up and front in its JSON file")


def _face(surface: Surface, camera: Camera, radius: float) -> FloatArray:
    """Return the vertices (N, 3) near the origin that are on the outside."""
    near = surface.mesh.vertices
    near = near[np.linalg.norm(near, axis=1) < radius]
    outside = np.zeros(len(near), bool)
    for yaw_deg in SEEN_FROM_DEG:
        turned = replace(camera, rotation=rotation_from_pose(Pose(yaw_deg, 0.0, 0.0)))
        depth = visible_depth(surface, turned)
        # On slopes the depth changes a lot from pixel to pixel.
        farthest = cv2.dilate(np.nan_to_num(depth, nan=-1e9), np.ones((3, 3), np.uint8))
        places = turned.to_photo(near)
        column, row = np.clip(np.rint(places[:, :2]).astype(int), 0, camera.size - 1).T
        outside |= places[:, 2] < farthest[row, column] + 1
    face: FloatArray = near[outside]
    if len(face) < FEWEST_VERTICES:
        raise DataError(
            f"it has {len(face)} vertices on its face; expected {FEWEST_VERTICES} or more"
        )
    return face[:: -(-len(face) // MOST_VERTICES)]
