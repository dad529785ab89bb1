"""Reader of VRML scenes, versions 1.0 and 2.0 in text: triangles and what colors them.

Of a scene it takes the indexed face sets with their coordinates, texture coordinates, colors
and the name of their texture, moved as the transforms above them say. Lights, cameras,
normals and materials are passed over: what a scan needs lies in the rest.

References
----------
.. [1] ISO/IEC 14772-1:1997, "The Virtual Reality Modeling Language", VRML97.
.. [2] Bell, Parisi and Pesce, "The Virtual Reality Modeling Language, Version 1.0", 1995.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from vrn_core.errors import DataError
from vrn_core.types import IntArray

DEEPEST = 100
"""Nodes within nodes; scans have about five."""
MOST_NODES = 10_000
"""Nodes of a scene, each counted as often as it is used; scans have about ten."""
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s,{}\[\]"#]+')
BLANK = re.compile(r"(?:[\s,]+|#[^\n]*)+")
PLAIN_LIST = re.compile(r'\[([^\[\]{}"#]*)\]')
"""A list of nothing but numbers, of which a scan holds hundreds of thousands."""
NUMBER = re.compile(r"[-+.]?\d")

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class FaceSet:
    """One indexed face set, cut into triangles."""

    vertices: NDArray[np.float64]
    """(V, 3)."""
    faces: IntArray
    """(F, 3)."""
    colors: NDArray[np.float64] | None
    """(V, 3) RGB in 0 to 1, if every vertex has one."""
    uv: NDArray[np.float64] | None
    """(T, 2) from the texture's lower left corner, in 0 to 1 ..."""
    uv_faces: IntArray | None
    """... and which of them each corner has, (F, 3)."""
    texture: str | None
    """As the file names it."""


@dataclass
class _Node:
    kind: str
    fields: dict[str, _Value] = field(default_factory=dict)
    children: list[_Node] = field(default_factory=list)

    def below(self) -> list[_Node]:
        """Return the nodes right below this one, in the order in which they are walked."""
        return [*self.children, *_nodes(self.fields.get("children"))]


_Value = str | NDArray[np.float64] | _Node | list["str | _Node"]


@dataclass
class _State:
    """What holds for the nodes to come; in version 1.0 nodes set it for their successors."""

    matrix: Matrix
    coordinates: _Node | None = None
    texture_coordinates: _Node | None = None
    texture: _Node | None = None


def read_vrml(text: str, max_triangles: int) -> list[FaceSet]:
    """Return the face sets of a scene.

    Raises :class:`DataError` if it is no whole scene, or has more than `max_triangles`: a few
    nodes that are used again and again can make any number of them.
    """
    if not text.startswith("#VRML V"):
        raise DataError("it does not begin with #VRML V1.0 or #VRML V2.0")
    state = _State(np.eye(4))
    found, triangles = [], 0
    for node in _Parser(text).scene():
        for face_set in _walk(node, state):
            found.append(face_set)
            triangles += len(face_set.faces)
            if triangles > max_triangles:
                raise DataError(f"it has more than {max_triangles} triangles; make it simpler")
    return found


class _Parser:
    """Turns text into nodes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._names: dict[str, _Node] = {}
        self._sizes: dict[int, int] = {}
        self._depth = 0

    def scene(self) -> list[_Node]:
        nodes = []
        while (word := self._next()) != "":
            if word == "ROUTE":
                self._skip_route()
            else:
                nodes.append(self._node(word))
        return nodes

    def _peek(self) -> str:
        """Return the next token, or nothing at the end."""
        blank = BLANK.match(self._text, self._place)
        if blank:
            self._place = blank.end()
        if self._place == len(self._text):
            return ""
        token = TOKEN.match(self._text, self._place)
        if token is None:
            raise self._damage("a text without an end")
        return token.group()

    def _next(self) -> str:
        token = self._peek()
        self._place += len(token)
        return token

    def _node(self, word: str) -> _Node:
        """Read the node that begins with a word."""
        if word == "USE":
            name = self._next()
            if name not in self._names:
                raise self._damage(f"USE {name} before its DEF")
            return self._names[name]
        name = ""
        if word == "DEF":
            name, word = self._next(), self._next()
        if word in ("PROTO", "EXTERNPROTO"):
            raise DataError("it defines nodes of its own (PROTO), which are not understood")
        if not word[:1].isalpha() or self._next() != "{":
            raise self._damage(f"{word!r} instead of a node")
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._damage(f"nodes nested deeper than {DEEPEST}")
        node = _Node(word)
        while (word := self._next()) != "}":
            if word == "":
                raise self._damage("the end within a node")
            if word == "ROUTE":
                self._skip_route()
            elif word in ("DEF", "USE") or self._peek() == "{":
                node.children.append(self._node(word))
            else:
                node.fields[word] = self._value()
        self._depth -= 1
        self._sizes[id(node)] = 1 + sum(self._sizes[id(inner)] for inner in node.below())
        if self._sizes[id(node)] > MOST_NODES:
            raise self._damage(f"more than {MOST_NODES} nodes")
        if name:
            self._names[name] = node
        return node

    def _value(self) -> _Value:
        """Read what stands behind the name of a field."""
        token = self._peek()
        if token == "[":
            return self._list()
        if NUMBER.match(token):
            numbers = []
            while NUMBER.match(self._peek()):
                numbers.append(self._number(self._next()))
            return np.array(numbers)
        if token in ("", "{", "}", "]"):
            raise self._damage(f"{token!r} instead of a value")
        self._next()
        if token.startswith('"'):
            return token[1:-1]
        if token in ("DEF", "USE") or self._peek() == "{":
            return self._node(token)
        return token

    def _list(self) -> _Value:
        plain = PLAIN_LIST.match(self._text, self._place)
        words = plain.group(1).replace(",", " ").split() if plain else []
        if plain and all(NUMBER.match(word) for word in words[:1]):
            self._place = plain.end()
            return np.array([self._number(word) for word in words])
        self._next()
        values: list[str | _Node] = []
        numbers: list[float] = []
        while (token := self._next()) != "]":
            if token in ("", "{", "}"):
                raise self._damage("a list without an end")
            if token.startswith('"'):
                values.append(token[1:-1])
            elif token in ("DEF", "USE") or self._peek() == "{":
                values.append(self._node(token))
            else:
                numbers.append(self._number(token))
        return np.array(numbers) if numbers and not values else values

    def _number(self, word: str) -> float:
        try:
            return float(word) if word[:2].lower() != "0x" else float(int(word, 16))
        except ValueError:
            raise self._damage(f"{word!r} instead of a number") from None

    def _skip_route(self) -> None:
        for _ in range(3):
            self._next()

    def _damage(self, what: str) -> DataError:
        line = self._text.count("\n", 0, self._place) + 1
        return DataError(f"line {line} has {' '.join(what.split())[:60]}")


def _walk(node: _Node, state: _State) -> Iterator[FaceSet]:
    """Yield the face sets of a node and those below it."""
    if node.kind == "Coordinate3":
        state.coordinates = node
    elif node.kind == "TextureCoordinate2":
        state.texture_coordinates = node
    elif node.kind == "Texture2":
        state.texture = node
    elif node.kind == "IndexedFaceSet":
        yield _face_set(node, state)
    elif node.kind == "Shape":
        appearance, geometry = node.fields.get("appearance"), node.fields.get("geometry")
        texture = appearance.fields.get("texture") if isinstance(appearance, _Node) else None
        own = replace(state, texture=texture if isinstance(texture, _Node) else None)
        if isinstance(geometry, _Node) and geometry.kind == "IndexedFaceSet":
            yield _face_set(geometry, own)
    else:
        inner = state
        if node.kind in ("Separator", "TransformSeparator") or "children" in node.fields:
            inner = replace(state)
        inner.matrix = inner.matrix @ _matrix(node)
        for child in node.below():
            yield from _walk(child, inner)


def _nodes(value: _Value | None) -> list[_Node]:
    if isinstance(value, _Node):
        return [value]
    return [v for v in value if isinstance(v, _Node)] if isinstance(value, list) else []


def _numbers(node: _Node | None, name: str, columns: int) -> NDArray[np.float64] | None:
    """Return a field's numbers (N, columns), or None if there are none."""
    value = node.fields.get(name) if node is not None else None
    if not isinstance(value, np.ndarray) or not value.size:
        return None
    if value.size % columns:
        raise DataError(
            f"the field {name} has {value.size} numbers; expected a multiple of {columns}"
        )
    return value.reshape(-1, columns)


def _matrix(node: _Node) -> Matrix:
    """Return how a node moves those below it or, in version 1.0, behind it."""
    if node.kind == "MatrixTransform":
        whole = _numbers(node, "matrix", 16)
        # Written for points in rows.
        return np.eye(4) if whole is None else whole[0].reshape(4, 4).T
    if node.kind not in ("Transform", "Translation", "Rotation", "Scale"):
        return np.eye(4)

    def vector(*names: str) -> NDArray[np.float64] | None:
        found = [v for name in names if (v := _numbers(node, name, 3)) is not None]
        return found[0][0] if found else None

    def turn(name: str) -> Matrix:
        matrix = np.eye(4)
        given = _numbers(node, name, 4)
        if given is not None:
            axis, angle = given[0, :3], given[0, 3]
            length = max(float(np.linalg.norm(axis)), 1e-12)
            matrix[:3, :3] = Rotation.from_rotvec(axis / length * angle).as_matrix()
        return matrix

    def moved(offset: NDArray[np.float64] | None) -> Matrix:
        matrix = np.eye(4)
        matrix[:3, 3] = 0 if offset is None else offset
        return matrix

    scale, center, slant = (
        vector("scale", "scaleFactor"),
        vector("center"),
        turn("scaleOrientation"),
    )
    stretch = np.diag([*(np.ones(3) if scale is None else scale), 1.0])
    around = moved(center) @ turn("rotation") @ slant @ stretch @ slant.T
    back = moved(None if center is None else -center)
    return moved(vector("translation")) @ around @ back


def _face_set(node: _Node, state: _State) -> FaceSet:
    coordinates, places = node.fields.get("coord"), node.fields.get("texCoord")
    points = _numbers(
        coordinates if isinstance(coordinates, _Node) else state.coordinates, "point", 3
    )
    corners = _indices(node, "coordIndex")
    if points is None or corners is None:
        return FaceSet(np.zeros((0, 3)), np.zeros((0, 3), np.int32), None, None, None, None)
    first, second, third = _triangles(corners)
    faces = np.column_stack([corners[first], corners[second], corners[third]])
    uv = _numbers(places if isinstance(places, _Node) else state.texture_coordinates, "point", 2)
    uv_faces = None
    if uv is not None:
        own = _indices(node, "texCoordIndex", "textureCoordIndex")
        own = corners if own is None else own
        if len(own) < len(corners) or ((own[: len(corners)] < 0) != (corners < 0)).any():
            raise DataError("the indices of its texture coordinates do not fit those of its faces")
        uv_faces = np.column_stack([own[first], own[second], own[third]])
        _check(uv_faces, len(uv), "texture coordinates")
    _check(faces, len(points), "points")
    if node.fields.get("ccw") == "FALSE":
        faces = faces[:, ::-1]
        uv_faces = None if uv_faces is None else uv_faces[:, ::-1]
    color = node.fields.get("color")
    colors = _numbers(color if isinstance(color, _Node) else None, "color", 3)
    indexed = "colorIndex" in node.fields or node.fields.get("colorPerVertex") == "FALSE"
    if colors is not None and (indexed or len(colors) != len(points)):
        colors = None
    return FaceSet(
        vertices=points @ state.matrix[:3, :3].T + state.matrix[:3, 3],
        faces=faces.astype(np.int32),
        colors=colors,
        uv=uv,
        uv_faces=None if uv_faces is None else uv_faces.astype(np.int32),
        texture=_texture_name(state.texture),
    )


def _indices(node: _Node, *names: str) -> NDArray[np.int64] | None:
    """Return the polygons' corners, each polygon ended by -1."""
    found = [v for name in names if (v := _numbers(node, name, 1)) is not None]
    if not found:
        return None
    numbers = np.append(found[0].ravel(), -1)
    if not (np.abs(numbers) < 2**31).all():
        raise DataError(f"the field {names[0]} has numbers that are no indices")
    return numbers.astype(np.int64)


def _triangles(corners: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return where in a list of polygons the three corners of its triangles stand, as fans."""
    place = np.arange(len(corners))
    ends = corners < 0
    start = np.maximum.accumulate(np.where(np.append(True, ends[:-1]), place, 0))
    third = place[~ends & (place - start >= 2)]
    return start[third], third - 1, third


def _check(indices: NDArray[np.int64], count: int, what: str) -> None:
    if len(indices) and (indices.max() >= count or indices.min() < 0):
        raise DataError(f"its faces use {indices.max() + 1} {what}, but it has {count}")


def _texture_name(node: _Node | None) -> str | None:
    if node is None:
        return None
    value = node.fields.get("url", node.fields.get("filename"))
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str)), None)
    return value if isinstance(value, str) and value else None
