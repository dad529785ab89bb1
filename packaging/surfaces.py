"""What brings the surface nearer to the truth, at the same network: docs/experiments.md.

``python packaging/surfaces.py`` reconstructs people kept for validation at several yaws, takes
the surface of each volume in every way of `WAYS`, and writes the table. Nothing is trained.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from experiments import PAGE
from tables import fill, markdown_table

from vrn_core.evaluation.matching import nearest_face
from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance
from vrn_core.evaluation.portraits import PortraitBenchmark, PortraitItem
from vrn_core.files import write_atomically
from vrn_core.inference.frames import canonical_frame
from vrn_core.inference.reconstructor import DEFAULT_IOD_MM, Reconstructor
from vrn_core.meshing.cleanup import clean_mesh
from vrn_core.meshing.frames import crop_to_photo
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.smoothing import SMOOTHING_ITERATIONS
from vrn_core.meshing.symmetry import SymmetryPlane, complete_behind
from vrn_core.types import ByteArray, Reconstruction, TriangleMesh

YAWS_DEG = (-75, -45, 0, 30, 60)


@dataclass(frozen=True)
class Way:
    """One way to take the surface of a volume; the defaults are the program's."""

    what: str
    iso_level: float = 0.55
    smoothing: int = SMOOTHING_ITERATIONS
    full: bool = False
    """From the full volume instead of the half one that the network predicts."""
    completed: bool = True

    def surface(self, face: Reconstruction) -> TriangleMesh:
        """Return the surface in the photo frame, with all of its triangles."""
        volume = self._volume(face)
        grid = VoxelGrid.of_crop(face.crop.size // volume.shape[2])
        mesh = clean_mesh(
            extract_isosurface(volume, self.iso_level, grid=grid), None, self.smoothing
        )
        return crop_to_photo(mesh, face.crop)

    def _volume(self, face: Reconstruction) -> ByteArray:
        if not self.full:
            assert face.solid is not None
            return face.solid
        if not self.completed:
            return face.volume
        plane = SymmetryPlane.of_canonical_frame(canonical_frame(face.landmarks, DEFAULT_IOD_MM))
        return complete_behind(face.volume, plane.in_crop(face.crop))


WAYS = (
    Way("as the program does"),
    *(Way(f"iso level {level}", iso_level=level) for level in (0.45, 0.5, 0.6, 0.65)),
    Way("not smoothed", smoothing=0),
    Way("smoothed half as much", smoothing=8),
    Way("from the full volume", full=True),
    Way("from the full volume, cut off at its back border", full=True, completed=False),
)


def faces(people: int) -> Iterator[tuple[PortraitItem, Reconstruction]]:
    """Yield the pictures of people and what is reconstructed of them, landmarks and all."""
    benchmark, reconstructor = PortraitBenchmark("validation"), Reconstructor()
    for number in range(0, len(benchmark), max(len(benchmark) // people, 1)):
        for item in benchmark.items(number, YAWS_DEG):
            face = nearest_face(reconstructor.reconstruct(item.photo), item.landmarks)
            if face is not None:
                yield item, face


def measure(people: int) -> str:
    """Return the table."""
    errors: dict[Way, list[tuple[float, float, int]]] = {way: [] for way in WAYS}
    for item, face in faces(people):
        unit = interocular_distance(item.landmarks)
        for way, found in errors.items():
            mesh = way.surface(face)
            points = np.concatenate([item.vertices, item.landmarks])
            away = distance_to_surface(points, mesh) / unit
            count = len(item.vertices)
            found.append((away[:count].mean(), away[count:].mean(), len(mesh.faces)))
    rows = []
    for way, found in errors.items():
        nme, landmarks, triangles = np.mean(found, axis=0)
        rows.append([way.what, f"{nme:.4f}", f"{landmarks:.4f}", f"{triangles:,.0f}"])
    pictures = len(errors[WAYS[0]])
    table = markdown_table(["", "NME", "of the landmarks", "triangles"], rows)
    return f"{pictures} pictures, yaws {', '.join(map(str, YAWS_DEG))}°.\n\n{table}"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20)
    table = measure(parser.parse_args().people)
    print(table)
    write_atomically(PAGE, fill(PAGE.read_text(encoding="utf-8"), "surfaces", table).encode())


if __name__ == "__main__":
    main()
