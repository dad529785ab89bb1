"""The parametric peer: our network that regresses the linear face model's parameters."""

from __future__ import annotations

import numpy as np
import torch

from vrn_core.data.profiling import Placement, solid_in_image
from vrn_core.data.voxelization import voxelize
from vrn_core.errors import ConfigError
from vrn_core.evaluation.methods import FaceShape, LandmarkMethod, MethodSettings
from vrn_core.ibug import MIRROR
from vrn_core.imaging import warp_image
from vrn_core.inference.device import autocast, choose_device, prepare, to_images
from vrn_core.models import ParametricNetwork, load_model, model_path
from vrn_core.morphable.face_model import FaceModel, load_face_model
from vrn_core.morphable.parameters import camera_offset, decode, mirror
from vrn_core.pose import FLIP
from vrn_core.types import CROP_SIZE, ByteArray, FaceCrop, FloatArray, TriangleMesh


class ParametricMethod(LandmarkMethod):
    """Starts from our own detector, landmarks and crop, as VRN-Guided does."""

    def __init__(self, settings: MethodSettings) -> None:
        super().__init__(settings, ParametricFit(settings))


class ParametricFit:
    """Network and face model together."""

    def __init__(self, settings: MethodSettings) -> None:
        path = model_path(settings.volume_model or "parametric-lite")
        network = load_model(path)
        if not isinstance(network, ParametricNetwork):
            raise ConfigError(f"{path} is no parametric network; choose another file")
        self._device = choose_device(settings.device)
        self._network = prepare(network, self._device)
        self._flip = settings.flip
        self._model = load_face_model()
        self._triangles = self._model.triangles_between(0, self._model.parts.face_end)

    def __call__(self, photo: ByteArray, landmarks: FloatArray) -> FaceShape:
        """Return the face in the crop round landmarks (68, 3) of the photo frame."""
        crop = FaceCrop.around_landmarks(landmarks)
        return face_of_parameters(
            self._model, self._triangles, self._predict(photo, crop, landmarks), crop
        )

    def _predict(self, photo: ByteArray, crop: FaceCrop, landmarks: FloatArray) -> FloatArray:
        """Return the parameters (125,)."""
        pixels = warp_image(photo, crop.matrix(), crop.size)
        guide = crop.to_crop(landmarks)[:, :2]
        images, guides = [pixels], [guide]
        if self._flip:
            mirrored = guide[MIRROR].copy()
            mirrored[:, 0] = CROP_SIZE - 1 - mirrored[:, 0]
            images.append(np.ascontiguousarray(pixels[:, ::-1]))
            guides.append(mirrored)
        with torch.inference_mode(), autocast(self._device):
            output = self._network(
                to_images(np.stack(images), self._device),
                torch.from_numpy(np.stack(guides)).to(self._device),
            )
        found = output.parameters.float().cpu().numpy()
        mean = 0.5 * (found[0] + mirror(self._model, found[1])) if self._flip else found[0]
        return np.asarray(mean, np.float32)


def face_of_parameters(
    model: FaceModel, triangles: np.ndarray, parameters: FloatArray, crop: FaceCrop
) -> FaceShape:
    """Return the face that parameters (125,) describe in a crop, in the photo frame.

    `triangles` (T, 3) are those of the narrow face. The volume is that of the solid which the
    volume networks are trained on.
    """
    face = decode(parameters)
    shape = model.shape(face.identity, face.expression, len(model.neutral))
    offset = camera_offset(model, face, shape)
    scale = float(np.cbrt(np.linalg.det(face.matrix)))
    placement = Placement(FLIP @ face.matrix / scale, scale, offset)
    vertices = placement.apply(shape[: model.parts.face_end])
    photo_frame = crop.to_photo(vertices)
    return FaceShape(
        landmarks=photo_frame[model.landmark_vertices],
        mesh=TriangleMesh(photo_frame, triangles),
        crop=crop,
        volume=voxelize(solid_in_image(model, shape, placement)),
    )
