from __future__ import annotations

import pytest

from vrn_core.inference.frames import canonical_frame
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import Reconstructor
from vrn_core.resources import resource
from vrn_core.template.template import Template, shipped_template
from vrn_core.template.wrap import WrappedFace, wrap
from vrn_core.types import FloatArray, Reconstruction, TriangleMesh


@pytest.fixture(scope="session")
def template() -> Template:
    return shipped_template()


@pytest.fixture(scope="session")
def reconstructor() -> Reconstructor:
    return Reconstructor()


@pytest.fixture(scope="session")
def face(reconstructor: Reconstructor) -> Reconstruction:
    """The face of the sample photo."""
    return reconstructor.reconstruct(load_photo(resource("sample.jpg")))[0]


@pytest.fixture(scope="session")
def sample(reconstructor: Reconstructor, face: Reconstruction) -> tuple[TriangleMesh, FloatArray]:
    """Its mesh and landmarks, canonical frame."""
    frame = canonical_frame(face.landmarks, reconstructor.iod_mm)
    return face.mesh_canonical, frame.apply(face.landmarks).astype("float32")


@pytest.fixture(scope="session")
def wrapped(template: Template, sample: tuple[TriangleMesh, FloatArray]) -> WrappedFace:
    return wrap(template, *sample)
