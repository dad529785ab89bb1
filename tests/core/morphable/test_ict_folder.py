"""ICT-FaceKit as it is downloaded gives the model that its packed form gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vrn_core.errors import DataError
from vrn_core.finetune.prepare import find_face_model
from vrn_core.morphable.face_model import FREE_HEAD, IDENTITY_COUNT, load_face_model
from vrn_core.morphable.fitting import fit_face
from vrn_core.morphable.ict_folder import EXPRESSIONS, VERTEX_COUNT
from vrn_core.types import FloatArray, IntArray

HEADER = b"# a licence\n\nmtllib ICTFaceModelMaterial.mtl\n"


def vertex_lines(vertices: FloatArray) -> bytes:
    return ("v %.6g %.6g %.6g\n" * len(vertices) % tuple(vertices.ravel().tolist())).encode()


def face_lines(quads: IntArray) -> bytes:
    faces = [" ".join(f"{c + 1}/{c + 1}" for c in quad if c >= 0) for quad in quads.tolist()]
    return "".join(f"usemtl skin\nf {face}\n" for face in faces).encode()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a made-up download: identity n lies n + 1 cm beside, expressions 1 cm above."""
    folder = tmp_path_factory.mktemp("ict") / "FaceXModel"
    folder.mkdir()
    (folder / "generic_neutral_mesh.obj").write_bytes(
        HEADER + b"v 1 2 3\n" * VERTEX_COUNT + b"vt 0 0\nf 1/1 2/1 3/1 4/1\nf 4/1 5/1 6/1\n"
    )
    for number in range(IDENTITY_COUNT):
        line = f"v {2 + number} 2 3\n".encode()
        (folder / f"identity{number:03d}.obj").write_bytes(HEADER + line * VERTEX_COUNT)
    for name in EXPRESSIONS:
        (folder / f"{name}.obj").write_bytes(HEADER + b"v 1 3 3\n" * VERTEX_COUNT)
    indices = {"idx_to_landmark_verts": list(range(68))}
    (folder / "vertex_indices.json").write_text(json.dumps(indices))
    return folder


def test_a_download_is_read(whole: Path) -> None:
    model = load_face_model(whole.parent)
    assert find_face_model(whole) == whole
    np.testing.assert_array_equal(model.neutral[[0, -1]], [[10, 20, 30]] * 2)
    np.testing.assert_array_equal(model.identity[[0, 59], 7], [[10, 0, 0], [600, 0, 0]])
    np.testing.assert_array_equal(model.expression[:, 7], [[0, 10, 0]] * 57)
    np.testing.assert_array_equal(model.triangles, [[0, 1, 2], [3, 4, 5], [0, 2, 3]])
    np.testing.assert_array_equal(model.landmark_vertices, np.arange(68))
    with pytest.raises(DataError, match="478 measured points"):
        fit_face(model, np.zeros((478, 3), np.float32))


def short(content: bytes) -> bytes:
    return content.replace(b"v 1 2 3\n", b"", 1)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("generic_neutral_mesh.obj", short, r"has 24,590 vertices; expected 24,591"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b"v 1 2", b"v 1", 1), "three numbers"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b"v 1", b"v x", 1), "three numbers"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b"v 1", b"v nan", 1), "not finite"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b" 6/1", b" 24592/1"), "does not have"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b" 6/1", b" -1/1"), "does not have"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b" 6/1", b" six"), "is damaged"),
        ("generic_neutral_mesh.obj", lambda c: c.replace(b" 4/1 5/1", b" 4"), "2 corners"),
        ("identity059.obj", lambda _: None, "cannot read .*identity059"),
        ("jawOpen.obj", lambda _: b"", "jawOpen.obj has 0 vertices"),
        ("vertex_indices.json", lambda _: None, "cannot read .*vertex_indices"),
        ("vertex_indices.json", lambda _: b"{", "vertex_indices.json is damaged"),
        ("vertex_indices.json", lambda _: b"[]", "vertex_indices.json is damaged"),
        ("vertex_indices.json", lambda c: c.replace(b"67", b"24591"), "landmark at vertex"),
        ("vertex_indices.json", lambda c: c.replace(b", 67", b""), r"expected \(68,\)"),
    ],
)
def test_a_damaged_download_is_told(
    whole: Path,
    tmp_path: Path,
    name: str,
    change: Callable[[bytes], bytes | None],
    words: str,
) -> None:
    for path in whole.iterdir():
        content = path.read_bytes() if path.name == name else None
        if content is None:
            (tmp_path / path.name).hardlink_to(path)
        elif (changed := change(content)) is not None:
            (tmp_path / path.name).write_bytes(changed)
    with pytest.raises(DataError, match=words):
        load_face_model(tmp_path)


def test_the_environment_tells_where_it_lies(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRN_DATA", str(tmp_path))
    assert find_face_model() == FREE_HEAD
    monkeypatch.setenv("VRN_FACE_MODEL", str(whole))
    assert find_face_model() == whole
    monkeypatch.setenv("VRN_FACE_MODEL", str(tmp_path))
    with pytest.raises(DataError, match="cannot read the face model"):
        find_face_model()


def test_it_equals_the_packed_model(data_folder: Path, tmp_path: Path) -> None:
    packed = data_folder / "ict_facekit"
    with np.load(packed / "ict_facekit.npz", allow_pickle=False) as arrays:
        neutral, quads = arrays["vertices"], arrays["quads"]
        identity = arrays["identity"][:IDENTITY_COUNT].astype(np.float32)
        expression = arrays["expression"].astype(np.float32)
        names = [str(name) for name in arrays["expression_names"]]
    shapes = {f"identity{n:03d}": shape for n, shape in enumerate(identity)}
    shapes |= dict(zip(names, expression, strict=True))
    for name, shape in shapes.items():
        (tmp_path / f"{name}.obj").write_bytes(HEADER + vertex_lines(neutral + shape))
    (tmp_path / "generic_neutral_mesh.obj").write_bytes(
        HEADER + vertex_lines(neutral) + face_lines(quads)
    )
    (tmp_path / "vertex_indices.json").write_bytes((packed / "vertex_indices.json").read_bytes())
    expected, model = load_face_model(packed), load_face_model(tmp_path)
    # Files tell six digits: a thousandth of a millimetre, twice in a difference.
    np.testing.assert_allclose(model.neutral, expected.neutral, atol=1e-3)
    np.testing.assert_allclose(model.identity, expected.identity, atol=2e-3)
    np.testing.assert_allclose(model.expression, expected.expression, atol=2e-3)
    assert model.expression_names == expected.expression_names
    np.testing.assert_array_equal(model.triangles, expected.triangles)
    np.testing.assert_array_equal(model.landmark_vertices, expected.landmark_vertices)
