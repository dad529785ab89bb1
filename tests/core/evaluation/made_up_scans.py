"""A head of known shape, half red and half green, to be written as a scan in any format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh

from vrn_core.evaluation.scan_files import Scan, read_scan
from vrn_core.morphable import mean_landmarks

RADII = np.array([80.0, 120.0, 100.0])
"""Of the ellipsoid, mm; the viewer's axes."""
EYES_MM = 90.0


@dataclass(frozen=True)
class MadeUpHead:
    vertices: np.ndarray
    """(V, 3) mm, y up, the face looking along +z."""
    faces: np.ndarray
    colors: np.ndarray
    """(V, 3) uint8: red on the viewer's left, green on the right, darker below the middle."""
    landmarks: np.ndarray
    """(68, 3) on the surface."""


def made_up_head(detail: int = 4) -> MadeUpHead:
    sphere = trimesh.creation.icosphere(detail)
    vertices = sphere.vertices * RADII
    light = np.where(vertices[:, 1] > 0, 220, 90)
    right = vertices[:, 0] > 0
    colors = np.column_stack([light * ~right, light * right, 0 * light]).astype(np.uint8)
    mean = mean_landmarks().astype(np.float64)
    mean = (mean - mean[17:].mean(axis=0)) * EYES_MM / np.linalg.norm(mean[36] - mean[45])
    flat = mean[:, :2] / RADII[:2]
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True) / 0.95, 1)
    depth = np.sqrt(1 - (flat**2).sum(axis=1))
    landmarks = np.column_stack([flat, depth]) * RADII
    # The tip of the nose stands out.
    landmarks[30] += [0, 0, 15]
    return MadeUpHead(vertices, np.asarray(sphere.faces, np.int32), colors, landmarks)


def write_ply(path: Path, head: MadeUpHead, colors: bool = True) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    trimesh.Trimesh(
        head.vertices, head.faces, vertex_colors=head.colors if colors else None, process=False
    ).export(path)
    return path


def write_facts(scan: Path, head: MadeUpHead, **facts: object) -> None:
    content = {"landmarks": head.landmarks.tolist(), **facts}
    scan.with_suffix(".json").write_text(json.dumps(content))


def scan_of(head: MadeUpHead, folder: Path) -> Scan:
    return read_scan(write_ply(folder / "made-up.ply", head))
