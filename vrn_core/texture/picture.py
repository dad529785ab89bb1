"""A finished mesh as a picture: with its texture and its normal map, as a renderer shows it."""

from __future__ import annotations

from typing import Any

import numpy as np

from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.render import (
    CLAY,
    add_lights,
    off_screen_window,
    read_pixels,
    set_background,
)
from vrn_core.meshing.tangents import vertex_tangents
from vrn_core.texture.viewpoint import Viewpoint
from vrn_core.types import ByteArray, TexturedMesh, TriangleMesh, halved_quads

BRIGHTNESS = 2.1
"""Of the lights: the material of renderers, which divides by pi, takes more than Phong's."""
EDGE = (0.10, 0.16, 0.22)
AIR = 0.78
"""Of the radius round the mesh, half the height of the picture: a face fills its sphere badly."""


class FinishedScene:
    """A finished mesh before a camera; what the graphics card was given serves many pictures."""

    def __init__(self, face: TriangleMesh | TexturedMesh) -> None:
        """Prepare a mesh in the canonical frame; raise :class:`RenderError` without OpenGL."""
        from vtkmodules.vtkRenderingCore import vtkRenderer

        self._mesh = face.mesh if isinstance(face, TexturedMesh) else face
        self._window = off_screen_window()
        self._skins = {clay: _skin(face, clay) for clay in (False, True)}
        self._edges = _edges(face)
        self._renderer = vtkRenderer()
        for actor in (*self._skins.values(), self._edges):
            self._renderer.AddActor(actor)
        set_background(self._renderer, None)
        add_lights(self._renderer)
        lights = self._renderer.GetLights()
        for place in range(lights.GetNumberOfItems()):
            light: Any = lights.GetItemAsObject(place)
            light.SetIntensity(BRIGHTNESS * light.GetIntensity())
        # Thin edges and what is fine in a texture shimmer without.
        self._renderer.UseFXAAOn()
        self._window.AddRenderer(self._renderer)

    def draw(self, size: tuple[int, int], viewpoint: Viewpoint) -> ByteArray:
        """Return a picture (height, width, 3) uint8 RGB; `size` is (width, height) in pixels."""
        for clay, skin in self._skins.items():
            skin.SetVisibility(clay == viewpoint.clay)
        self._edges.SetVisibility(viewpoint.edges)
        _aim(self._renderer.GetActiveCamera(), self._mesh, viewpoint)
        self._renderer.ResetCameraClippingRange()
        self._window.SetSize(*size)
        self._window.Render()
        return read_pixels(self._window)

    def close(self) -> None:
        """Give back what the graphics card holds."""
        self._window.Finalize()


def _skin(face: TriangleMesh | TexturedMesh, clay: bool) -> Any:
    """Return the surface with its material as a vtkActor."""
    from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

    colored = not clay
    mapper = vtkPolyDataMapper()
    actor = vtkActor()
    material = actor.GetProperty()
    material.SetInterpolationToPBR()
    material.SetMetallic(0.0)
    material.SetRoughness(0.65)
    if isinstance(face, TexturedMesh):
        mapper.SetInputData(_polydata(face))
        if colored and face.texture is not None:
            material.SetBaseColorTexture(_texture(face.texture, srgb=True))
        if face.normal_map is not None:
            material.SetNormalTexture(_texture(face.normal_map, srgb=False))
        colored = colored and face.texture is None
        mesh = face.mesh
        colors = None if mesh.colors is None else mesh.colors[face.origin]
    else:
        mesh, colors = face, face.colors
        mapper.SetInputData(_plain(mesh))
    if colored and colors is not None:
        _set_colors(mapper.GetInput(), colors)
        mapper.SetColorModeToDirectScalars()
    else:
        mapper.ScalarVisibilityOff()
        if clay or not isinstance(face, TexturedMesh) or face.texture is None:
            material.SetColor(*CLAY)
    actor.SetMapper(mapper)
    return actor


def _polydata(face: TexturedMesh) -> Any:
    """Return a mesh cut open along its seams, with places in the texture and tangents."""
    from vtkmodules.util.numpy_support import numpy_to_vtk

    mesh = face.mesh
    normals = vertex_normals(mesh)[face.origin]
    polydata = _plain(TriangleMesh(mesh.vertices[face.origin], face.corners), normals)
    tangents = numpy_to_vtk(vertex_tangents(face), deep=True)
    tangents.SetName("tangents")
    polydata.GetPointData().SetTangents(tangents)
    polydata.GetPointData().SetTCoords(numpy_to_vtk(face.uv, deep=True))
    return polydata


def _plain(mesh: TriangleMesh, normals: Any = None) -> Any:
    from vtkmodules.util.numpy_support import numpy_to_vtk

    from vrn_core.meshing.cleanup import to_polydata

    polydata = to_polydata(TriangleMesh(mesh.vertices, mesh.faces))
    normals = vertex_normals(mesh) if normals is None else normals
    polydata.GetPointData().SetNormals(numpy_to_vtk(normals, deep=True))
    return polydata


def _set_colors(polydata: Any, colors: ByteArray) -> None:
    from vtkmodules.util.numpy_support import numpy_to_vtk

    polydata.GetPointData().SetScalars(numpy_to_vtk(colors, deep=True))


def _texture(image: ByteArray, *, srgb: bool) -> Any:
    """Return a picture (S, S, 3), top row first, as a vtkTexture."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkRenderingCore import vtkTexture

    height, width = image.shape[:2]
    data = vtkImageData()
    data.SetDimensions(width, height, 1)
    flat = np.ascontiguousarray(image[::-1]).reshape(-1, 3)
    data.GetPointData().SetScalars(numpy_to_vtk(flat, deep=True))
    texture = vtkTexture()
    texture.SetInputData(data)
    texture.InterpolateOn()
    texture.MipmapOn()
    texture.SetUseSRGBColorSpace(srgb)
    return texture


def _edges(face: TriangleMesh | TexturedMesh) -> Any:
    """Return the edges of the triangles, or of the quads, as a vtkActor."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
    from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

    mesh = face.mesh if isinstance(face, TexturedMesh) else face
    cells = mesh.faces
    if isinstance(face, TexturedMesh) and face.quads:
        cells = halved_quads(mesh.faces)
    points = vtkPoints()
    points.SetData(numpy_to_vtk(mesh.vertices, deep=True))
    loops = np.column_stack([np.full(len(cells), cells.shape[1]), cells]).astype(np.int64)
    polygons = vtkCellArray()
    polygons.ImportLegacyFormat(numpy_to_vtkIdTypeArray(loops.ravel(), deep=True))
    polydata = vtkPolyData()
    polydata.SetPoints(points)
    polydata.SetPolys(polygons)
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(polydata)
    # Else they would lie half in the surface.
    mapper.SetResolveCoincidentTopologyToPolygonOffset()
    mapper.SetRelativeCoincidentTopologyPolygonOffsetParameters(-2, -2)
    actor = vtkActor()
    actor.SetMapper(mapper)
    material = actor.GetProperty()
    material.SetRepresentationToWireframe()
    material.SetLighting(False)
    material.SetColor(*EDGE)
    material.SetOpacity(0.55)
    return actor


def _aim(camera: Any, mesh: TriangleMesh, viewpoint: Viewpoint) -> None:
    """Place the camera so that the mesh fills the picture at zoom 1."""
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    middle = ((low + high) / 2).astype(np.float64)
    radius = max(float(np.linalg.norm(high - low)) / 2, 1e-6)
    yaw, pitch = np.deg2rad([viewpoint.yaw_deg, viewpoint.pitch_deg])
    direction = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    distance = AIR * radius / np.sin(np.deg2rad(camera.GetViewAngle()) / 2)
    camera.SetViewUp(0, 1, 0)
    camera.SetFocalPoint(*middle)
    camera.SetPosition(*(middle + distance * direction))
    camera.Zoom(viewpoint.zoom)
