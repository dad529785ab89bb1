from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkIdList, vtkPoints
from vtkmodules.vtkCommonDataModel import vtkStaticCellLocator

from vrn_core.errors import CancelledError, ShapeError
from vrn_core.inference.frames import canonical_frame
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import Reconstructor
from vrn_core.meshing.cleanup import to_polydata
from vrn_core.meshing.geometry import face_cross_products
from vrn_core.pose import Similarity, fit_similarity
from vrn_core.progress import CancelToken
from vrn_core.template.expression_fit import posed
from vrn_core.template.faces import photo_frame, wrap_reconstruction
from vrn_core.template.nearest import SurfaceLocator
from vrn_core.template.template import Part, Template
from vrn_core.template.wrap import (
    WrapError,
    WrappedFace,
    face_weights,
    flipped_share,
    wrap,
)
from vrn_core.types import FloatArray, Reconstruction, TriangleMesh

Face = tuple[TriangleMesh, FloatArray]


def _skin(template: Template, vertices: NDArray[np.floating]) -> TriangleMesh:
    """Return the triangles of the skin alone."""
    faces = template.triangles
    own = (template.parts[faces] == Part.SKIN).all(axis=1)
    return TriangleMesh(np.asarray(vertices, np.float32), faces[own])


def _bent(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Make another person's head of one: wider, with a longer nose and a fuller right cheek."""
    moved = np.asarray(points, np.float64) * [1.06, 0.96, 1.03]
    for center, width, move in (
        ((0, -45, 30), 15, (0, -3, 6)),
        ((-40, -50, 0), 22, (-3, 0, 4)),
        ((0, 30, 15), 30, (0, 2, -3)),
    ):
        near = np.exp(-((moved - center) ** 2).sum(axis=1) / (2 * width**2))
        moved += near[:, None] * move
    return moved


@pytest.mark.parametrize("smile", [0.0, 0.6])
def test_wrapping_onto_a_deformed_copy_gives_back_its_positions(
    template: Template, smile: float
) -> None:
    strengths = np.zeros(len(template.expressions))
    for name in ("mouthSmileLeft", "mouthSmileRight", "mouthLowerDownLeft", "mouthLowerDownRight"):
        strengths[template.expressions.index(name)] = smile
    truth = _bent(posed(template, strengths))
    landmarks = template.landmarks(truth).astype(np.float32)
    found = wrap(template, _skin(template, truth), landmarks, expressions=False)
    face = template.fit_weights > 0.5
    error = np.linalg.norm(found.vertices - truth, axis=1)[face]
    before = np.linalg.norm(template.vertices - truth, axis=1)[face]
    assert before.mean() > 3
    assert error.mean() < 0.6
    assert np.percentile(error, 95) < 1.8
    assert found.distance_mm < 0.1
    assert flipped_share(template, found.vertices) < 0.002


def _gap_back(template: Template, wrapped: WrappedFace, mesh: TriangleMesh) -> float:
    """Return the mean distance of a reconstruction's face to the wrapped one, by area."""
    skin = _skin(template, wrapped.vertices)
    cross = face_cross_products(mesh)
    area = np.linalg.norm(cross, axis=1)
    near = SurfaceLocator(skin).nearest(mesh.vertices[mesh.faces].mean(axis=1))
    face = (template.fit_weights[skin.faces] > 0.5).all(axis=1)[near.triangles]
    # The cut sides and what fills an open mouth have no counterpart.
    face &= cross[:, 2] > -0.4 * area
    return float(np.average(near.distances[face], weights=area[face]))


def _crossing_share(template: Template, vertices: FloatArray) -> float:
    """Return the share of the face's edges that pass through another of its triangles."""
    faces = template.triangles
    skin = TriangleMesh(vertices, faces[(template.fit_weights[faces] > 0.5).all(axis=1)])
    locator = vtkStaticCellLocator()
    locator.SetDataSet(to_polydata(skin))
    locator.BuildLocator()
    edges = np.unique(np.sort(skin.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
    crossing = 0
    cells, points = vtkIdList(), vtkPoints()
    for first, second in edges:
        ends = vertices[first].tolist(), vertices[second].tolist()
        locator.IntersectWithLine(*ends, 1e-6, points, cells)
        hit = {cells.GetId(i) for i in range(cells.GetNumberOfIds())}
        crossing += any(not {first, second} & set(skin.faces[cell].tolist()) for cell in hit)
    return crossing / len(edges)


def test_sample_photo_is_wrapped_within_half_a_millimeter_both_ways(
    template: Template, sample: Face, wrapped: WrappedFace, figures: list[str]
) -> None:
    back = _gap_back(template, wrapped, sample[0])
    crossing = _crossing_share(template, wrapped.vertices)
    flipped = flipped_share(template, wrapped.vertices)
    figures.append(
        f"wrapped template, sample photo: {wrapped.distance_mm:.2f} mm to the surface, "
        f"{back:.2f} mm back; {100 * flipped:.2f}% flipped, {100 * crossing:.2f}% crossing"
    )
    assert wrapped.distance_mm <= 0.5
    assert back <= 0.5
    assert flipped < 0.005
    assert crossing < 0.005


def test_vertex_order_quads_and_uvs_are_the_same_for_every_face(
    template: Template, wrapped: WrappedFace
) -> None:
    assert wrapped.template is template
    assert wrapped.vertices.shape == template.vertices.shape
    np.testing.assert_array_equal(wrapped.mesh.faces, template.triangles)
    assert wrapped.expressions == template.expressions
    with pytest.raises(ValueError, match="read-only"):
        template.uvs[0] = 0


def test_landmarks_of_the_wrapped_face_lie_where_they_were_found(
    template: Template, sample: Face, wrapped: WrappedFace
) -> None:
    on_surface = SurfaceLocator(sample[0]).nearest(sample[1]).points
    off = np.linalg.norm(template.landmarks(wrapped.vertices) - on_surface, axis=1)
    assert off[36:].mean() < 1.5


def test_pieces_keep_their_shape_and_stay_inside(template: Template, wrapped: WrappedFace) -> None:
    for part in (Part.LEFT_EYE, Part.RIGHT_EYE, Part.UPPER_TEETH):
        own = template.parts == part
        fit = fit_similarity(template.vertices[own], wrapped.vertices[own])
        left = fit.apply(template.vertices[own]) - wrapped.vertices[own]
        assert np.abs(left).max() < 0.1
    skin = _skin(template, wrapped.vertices)
    front = skin.vertices[np.unique(skin.faces)]
    for part in (Part.UPPER_TEETH, Part.LOWER_TEETH, Part.TONGUE):
        assert wrapped.vertices[template.parts == part, 2].max() < front[:, 2].max() - 5
    for part in (Part.LEFT_EYE, Part.RIGHT_EYE):
        eye = wrapped.vertices[template.parts == part]
        middle = (eye.min(axis=0) + eye.max(axis=0)) / 2
        offset = (front - middle) / (np.ptp(eye, axis=0) / 2)
        over = (np.linalg.norm(offset, axis=1) < 1.0) & (offset[:, 2] > 0)
        assert not over.any()


def test_similarity_moves_expressions_with_the_face(wrapped: WrappedFace) -> None:
    assert wrapped.offsets is not None
    turn = np.diag([1.0, -1.0, -1.0])
    moved = wrapped.transformed(Similarity(2.0, turn, np.array([1.0, 2.0, 3.0])))
    assert moved.offsets is not None
    np.testing.assert_allclose(
        moved.vertices + moved.offsets[3],
        (wrapped.vertices + wrapped.offsets[3]) * [2, -2, -2] + [1, 2, 3],
        atol=1e-3,
    )


def test_real_portraits_are_wrapped_within_half_a_millimeter(
    template: Template, reconstructor: Reconstructor, data_folder: Path, figures: list[str]
) -> None:
    folder = data_folder / "portraits"
    with (folder / "portraits.csv").open() as file:
        people = [row for row in csv.DictReader(file) if row["split"] == "test"]
    people.sort(key=lambda row: float(row["yaw_deg"]))
    there = []
    back = []
    for person in people[:: len(people) // 2]:
        face = reconstructor.reconstruct(load_photo(folder / "images" / person["file"]))[0]
        marks = canonical_frame(face.landmarks, reconstructor.iod_mm).apply(face.landmarks)
        found = wrap(template, face.mesh_canonical, marks.astype(np.float32), expressions=False)
        there.append(found.distance_mm)
        back.append(_gap_back(template, found, face.mesh_canonical))
    figures.append(
        f"wrapped template, {len(there)} portraits: at most {max(there):.2f} mm to the surface, "
        f"{max(back):.2f} mm back"
    )
    assert max(there) <= 0.5
    assert max(back) <= 0.5


def _ball(_: TriangleMesh) -> TriangleMesh:
    ball = trimesh.creation.icosphere(5, 80.0)
    return TriangleMesh(
        (ball.vertices + [0, -30, -50]).astype(np.float32), ball.faces.astype(np.int32)
    )


def _empty(_: TriangleMesh) -> TriangleMesh:
    return TriangleMesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))


def _not_a_number(mesh: TriangleMesh) -> TriangleMesh:
    vertices = mesh.vertices.copy()
    vertices[7] = np.nan
    return TriangleMesh(vertices, mesh.faces)


def _rough(mesh: TriangleMesh) -> TriangleMesh:
    noise = np.random.default_rng(5).normal(0, 8, mesh.vertices.shape)
    return TriangleMesh((mesh.vertices + noise).astype(np.float32), mesh.faces)


def _shuffled(mesh: TriangleMesh) -> TriangleMesh:
    order = np.random.default_rng(5).permutation(mesh.faces.ravel())
    return TriangleMesh(mesh.vertices, order.reshape(-1, 3))


def _inside_out(mesh: TriangleMesh) -> TriangleMesh:
    return TriangleMesh(mesh.vertices, np.ascontiguousarray(mesh.faces[:, ::-1]))


def _upside_down(mesh: TriangleMesh) -> TriangleMesh:
    flipped = (mesh.vertices * [1, -1, 1]).astype(np.float32)
    return TriangleMesh(flipped, np.ascontiguousarray(mesh.faces[:, ::-1]))


def _in_meters(mesh: TriangleMesh) -> TriangleMesh:
    return TriangleMesh(mesh.vertices / 1000, mesh.faces)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_empty, "the mesh is empty"),
        (_not_a_number, "no numbers"),
        (_in_meters, "triangles of the mesh face the viewer"),
        (_inside_out, "landmarks do not lie on the mesh"),
        (_ball, "landmarks do not lie on the mesh"),
        (_rough, "cannot be wrapped onto this mesh"),
        (_shuffled, "cannot be wrapped onto this mesh"),
        (_upside_down, "landmarks do not lie on the mesh|cannot be wrapped"),
    ],
)
def test_what_is_no_face_is_refused_with_a_reason(
    template: Template,
    sample: Face,
    spoil: Callable[[TriangleMesh], TriangleMesh],
    words: str,
) -> None:
    with pytest.raises(WrapError, match=words):
        wrap(template, spoil(sample[0]), sample[1], expressions=False)


def test_a_ball_with_landmarks_on_it_is_no_face(template: Template, sample: Face) -> None:
    ball = _ball(sample[0])
    on_ball = SurfaceLocator(ball).nearest(sample[1]).points.astype(np.float32)
    with pytest.raises(WrapError, match="not shaped like a face"):
        wrap(template, ball, on_ball, expressions=False)


def test_landmarks_that_cannot_be_right_are_refused(template: Template, sample: Face) -> None:
    mesh, landmarks = sample
    with pytest.raises(ShapeError, match="landmarks has shape"):
        wrap(template, mesh, landmarks[:10])
    with pytest.raises(WrapError, match="landmarks are no numbers"):
        wrap(template, mesh, np.full_like(landmarks, np.nan))
    mixed = landmarks[np.random.default_rng(5).permutation(68)]
    with pytest.raises(WrapError, match="do not form a face"):
        wrap(template, mesh, mixed)


def test_progress_rises_and_cancelling_stops_between_rounds(
    template: Template, sample: Face
) -> None:
    token, told = CancelToken(), []

    def progress(fraction: float, stage: str) -> None:
        told.append(fraction)
        if fraction > 0.3:
            token.cancel()

    with pytest.raises(CancelledError):
        wrap(template, *sample, cancel=token, progress=progress)
    assert told == sorted(told)
    assert 0.3 < told[-1] < 0.4


def test_a_reconstruction_is_wrapped_and_laid_back_on_its_photo(
    face: Reconstruction, wrapped: WrappedFace
) -> None:
    found = wrap_reconstruction(face, expressions=False)
    assert found.offsets is None
    assert np.abs(found.vertices - wrapped.vertices).mean() < 0.02
    in_photo = found.transformed(photo_frame(face))
    marks = found.template.landmarks(in_photo.vertices)
    # In pixels of a face some 100 wide.
    assert np.linalg.norm((marks - face.landmarks)[36:, :2], axis=1).mean() < 2


def test_face_weights_sum_to_the_area_of_a_face(template: Template) -> None:
    # In square centimeters, of the part that reconstructions show.
    assert 200 < face_weights(template).sum() / 100 < 450
