"""Print how near the face models come when they are fitted to the 68 landmarks of a photo.

The truth is ICT-FaceKit fitted to 478 measured points of the test portraits. From found landmarks
alone, both models are fitted to the same photos as in fine-tuning with photos that have no scans::

    python packaging/face_models.py --portraits 60
"""

from __future__ import annotations

import argparse

import numpy as np
from tables import markdown_table

from vrn_core.data.portraits import load_portraits
from vrn_core.data.voxelization import voxelize
from vrn_core.evaluation.landmark_search import LandmarkSearch
from vrn_core.evaluation.metrics import interocular_distance, volume_iou
from vrn_core.morphable.face_model import FREE_HEAD, FaceModel, load_face_model
from vrn_core.morphable.fitting import FaceFit, fit_landmarks
from vrn_core.morphable.solid import close_solid
from vrn_core.pose import FLIP
from vrn_core.types import ByteArray, FaceCrop, TriangleMesh


def main() -> None:
    """Fit both models to the portraits and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--portraits", type=int, default=60)
    arguments = parser.parse_args()
    truth, find = load_face_model(), LandmarkSearch()
    models = {"ICT-FaceKit": truth, "free head": load_face_model(FREE_HEAD)}
    scores: dict[str, list[tuple[float, float]]] = {name: [] for name in models}
    people = [p for p in load_portraits() if p.split == "test"][: arguments.portraits]
    for person in people:
        found = find(person.load())
        if not found:
            continue
        landmarks = max(found, key=lambda face: interocular_distance(face.points)).points
        crop = FaceCrop.around_landmarks(landmarks)
        true = _volume(truth, person.fit, crop)
        for name, model in models.items():
            fit = fit_landmarks(model, landmarks)
            residual = fit.residual_mm * fit.camera.scale / interocular_distance(landmarks)
            scores[name].append((volume_iou(_volume(model, fit, crop), true), residual))
    rows = [
        [name, f"{iou:.3f}", f"{residual:.4f}"]
        for name, values in scores.items()
        for iou, residual in [np.mean(values, axis=0)]
    ]
    count = len(scores["free head"])
    print(f"{count} of {len(people)} test portraits, one face each\n")
    print(markdown_table(["face model", "IoU", "landmarks off / eye distance"], rows))


def _volume(model: FaceModel, fit: FaceFit, crop: FaceCrop) -> ByteArray:
    """Return the occupancy of a fitted face in a crop of its photo, at half resolution."""
    face = model.shape(fit.identity, fit.expression, model.parts.face_end)
    solid = close_solid(model, face)
    middle = fit.camera.apply(model.middle(face)[None])[0] * [0, 0, 1]
    photo = ((fit.camera.apply(solid.vertices) - middle) @ FLIP).astype(np.float32)
    return voxelize(TriangleMesh(crop.to_crop(photo), solid.faces), "half")


if __name__ == "__main__":
    main()
