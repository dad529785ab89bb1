"""Pictures of a mesh without a window, by VTK; they need neither display nor GPU."""

from __future__ import annotations

import ctypes.util
import functools
import os
import sys
from typing import Any, Literal, get_args

import numpy as np

from vrn_core.errors import ConfigError, RenderError
from vrn_core.meshing.cleanup import to_polydata
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.pose import FLIP
from vrn_core.types import ByteArray, TriangleMesh

View = Literal["front", "left", "right", "three-quarter", "back", "photo"]
Look = Literal["shaded", "colored"]
Frame = Literal["canonical", "photo"]
Color = tuple[float, float, float]

SUPERSAMPLING = 2
"""Pixels rendered along each side of a pixel returned; software OpenGL lacks good smoothing."""
CLAY: Color = (0.80, 0.77, 0.74)
BACKDROP: tuple[Color, Color] = ((0.20, 0.22, 0.25), (0.42, 0.45, 0.49))
"""Bottom and top of the default background."""
CAMERA_DIRECTIONS: dict[str, Color] = {
    "front": (0.0, 0.0, 1.0),
    "left": (-1.0, 0.0, 0.0),
    "right": (1.0, 0.0, 0.0),
    "three-quarter": (-0.64, 0.12, 0.76),
    "back": (0.0, 0.0, -1.0),
}
"""From the mesh to the camera, in the canonical frame; left is the viewer's left."""
LIGHTS: tuple[tuple[Color, Color, float], ...] = (
    ((-0.9, 0.9, 1.2), (1.0, 0.96, 0.90), 0.80),
    ((1.2, 0.1, 0.9), (0.86, 0.92, 1.0), 0.32),
    ((0.4, 0.9, -1.2), (1.0, 1.0, 1.0), 0.45),
)
"""Key, fill and rim light: direction seen from the camera, color, intensity."""


def render_mesh(
    mesh: TriangleMesh,
    size: tuple[int, int] = (512, 512),
    view: View = "front",
    look: Look | None = None,
    background: Color | None = None,
    frame: Frame = "canonical",
) -> ByteArray:
    """Draw a mesh.

    Parameters
    ----------
    mesh : TriangleMesh
        Smooth normals are computed from its triangles.
    size : (width, height), default: (512, 512)
        Pixels.
    view : {"front", "left", "right", "three-quarter", "back", "photo"}, default: "front"
        Where the camera stands, from the viewer's side; it frames the whole mesh. "photo"
        draws a mesh given in the photo frame at the pixels it covers in a photo of this size.
    look : {"shaded", "colored"}, optional
        Gray clay under three lights, or the mesh's own colors, hardly lit since the photo's
        light is in them; by default colored if the mesh has colors.
    background : (r, g, b) in 0-1, optional
        One flat color; by default a gray gradient.
    frame : {"canonical", "photo"}, default: "canonical"
        Frame of the mesh.

    Returns
    -------
    (height, width, 3) uint8
        RGB.

    Raises
    ------
    RenderError
        If there is no OpenGL.
    ConfigError
        If a setting cannot be used.
    """
    look = look or ("shaded" if mesh.colors is None else "colored")
    for name, value, known in (
        ("view", view, View),
        ("look", look, Look),
        ("frame", frame, Frame),
    ):
        if value not in get_args(known):
            raise ConfigError(f"{name} is {value!r}; expected one of {get_args(known)}")
    if look == "colored" and mesh.colors is None:
        raise ConfigError("the mesh has no colors; color it or draw it shaded")
    if min(size) < 1:
        raise ConfigError(f"size is {size}; expected a width and height of at least one pixel")
    if frame == "photo" or view == "photo":
        turned = (mesh.vertices @ FLIP.astype(np.float32)).astype(np.float32)
        mesh = TriangleMesh(turned, mesh.faces, mesh.colors)

    window = off_screen_window()
    from vtkmodules.vtkRenderingCore import vtkRenderer

    renderer = vtkRenderer()
    renderer.AddActor(_actor(mesh, look))
    set_background(renderer, background)
    add_lights(renderer)
    _place_camera(renderer.GetActiveCamera(), mesh, size, view)
    renderer.ResetCameraClippingRange()

    width, height = size
    window.SetSize(width * SUPERSAMPLING, height * SUPERSAMPLING)
    window.AddRenderer(renderer)
    window.Render()
    pixels = read_pixels(window)
    window.Finalize()
    blocks = pixels.reshape(height, SUPERSAMPLING, width, SUPERSAMPLING, 3).astype(np.float32)
    picture: ByteArray = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
    return picture


def render_contact(
    mesh: TriangleMesh,
    size: tuple[int, int] = (384, 480),
    views: tuple[View, ...] = ("front", "three-quarter", "left"),
    background: Color | None = None,
    frame: Frame = "canonical",
) -> ByteArray:
    """Draw several views side by side; a colored mesh has a second row as gray clay.

    `size` is that of one view; the picture is (rows * height, views * width, 3) uint8 RGB.
    """
    looks: tuple[Look, ...] = ("shaded",) if mesh.colors is None else ("colored", "shaded")
    rows = [
        np.concatenate(
            [render_mesh(mesh, size, view, look, background, frame) for view in views], axis=1
        )
        for look in looks
    ]
    return np.concatenate(rows, axis=0)


def off_screen_window() -> Any:
    """Return a vtkRenderWindow that shows on no display."""
    from vtkmodules import vtkRenderingOpenGL2  # the import registers the OpenGL renderer
    from vtkmodules.vtkRenderingCore import vtkRenderWindow

    # Left to itself VTK looks for an X server first and warns of it on the console.
    kind = ""
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        kind = _window_without_display()
    window = getattr(vtkRenderingOpenGL2, kind)() if kind else vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)
    return window


@functools.cache
def _window_without_display() -> str:
    """Return the name of VTK's window class that works here without a display."""
    from vtkmodules import vtkRenderingOpenGL2
    from vtkmodules.vtkCommonCore import vtkObject

    warns = vtkObject.GetGlobalWarningDisplay()
    vtkObject.GlobalWarningDisplayOff()
    try:
        if vtkRenderingOpenGL2.vtkEGLRenderWindow().SupportsOpenGL():
            return "vtkEGLRenderWindow"
    finally:
        vtkObject.SetGlobalWarningDisplay(warns)
    # Asked whether it works, VTK's OSMesa window ends the process if the library is missing.
    if ctypes.util.find_library("OSMesa"):
        return "vtkOSOpenGLRenderWindow"
    raise RenderError(
        "cannot draw the mesh: there is neither a display nor OpenGL without one; "
        "install libegl1 (Debian, Ubuntu) or set DISPLAY"
    )


def _actor(mesh: TriangleMesh, look: Look) -> Any:
    """Return the mesh with smooth normals and its material as a vtkActor."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

    polydata = to_polydata(mesh)
    polydata.GetPointData().SetNormals(numpy_to_vtk(vertex_normals(mesh), deep=True))
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(polydata)
    actor = vtkActor()
    actor.SetMapper(mapper)
    material = actor.GetProperty()
    material.SetInterpolationToPhong()
    if look == "colored":
        mapper.SetColorModeToDirectScalars()
        material.SetAmbient(0.72)
        material.SetDiffuse(0.36)
        material.SetSpecular(0.0)
    else:
        mapper.ScalarVisibilityOff()
        material.SetColor(*CLAY)
        material.SetAmbient(0.08)
        material.SetDiffuse(0.92)
        material.SetSpecular(0.12)
        material.SetSpecularPower(18)
    return actor


def set_background(renderer: Any, background: Color | None) -> None:
    """Paint a vtkRenderer's background in one color, or in the usual gradient."""
    if background is not None:
        renderer.SetBackground(*background)
        return
    renderer.GradientBackgroundOn()
    renderer.SetBackground(*BACKDROP[0])
    renderer.SetBackground2(*BACKDROP[1])


def add_lights(renderer: Any) -> None:
    """Light a vtkRenderer by :data:`LIGHTS`, which move with its camera."""
    from vtkmodules.vtkRenderingCore import vtkLight

    renderer.AutomaticLightCreationOff()
    for position, color, intensity in LIGHTS:
        light = vtkLight()
        light.SetLightTypeToCameraLight()
        light.SetPosition(*position)
        light.SetFocalPoint(0, 0, 0)
        light.SetColor(*color)
        light.SetIntensity(intensity)
        renderer.AddLight(light)


def _place_camera(camera: Any, mesh: TriangleMesh, size: tuple[int, int], view: View) -> None:
    """Aim the camera at a mesh with y up and the viewer at +z."""
    width, height = size
    low = mesh.vertices.min(axis=0).astype(np.float64)
    high = mesh.vertices.max(axis=0).astype(np.float64)
    radius = max(float(np.linalg.norm(high - low)) / 2, 1e-6)
    middle = (low + high) / 2
    camera.SetViewUp(0, 1, 0)
    if view == "photo":
        # Pixel centers are whole numbers, y and z are turned round already.
        middle = np.array([(width - 1) / 2, -(height - 1) / 2, middle[2]])
        camera.ParallelProjectionOn()
        camera.SetParallelScale(height / 2)
        direction, distance = np.array([0.0, 0.0, 1.0]), 3 * radius
    else:
        direction = np.asarray(CAMERA_DIRECTIONS[view])
        direction = direction / np.linalg.norm(direction)
        right = np.cross([0.0, 1.0, 0.0], direction)
        right /= np.linalg.norm(right)
        up = np.cross(direction, right)
        offset = mesh.vertices - middle
        # As far as the mesh's own outline needs, and a little air round it.
        half_angle = np.tan(np.deg2rad(camera.GetViewAngle()) / 2)
        needed = np.maximum(np.abs(offset @ up), np.abs(offset @ right) * height / width)
        distance = float((1.06 * needed / half_angle + offset @ direction).max())
    camera.SetFocalPoint(*middle)
    camera.SetPosition(*(middle + distance * direction))


def read_pixels(window: Any) -> ByteArray:
    """Return what a window shows, (height, width, 3) RGB, top row first."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

    width, height = window.GetSize()
    pixels = vtkUnsignedCharArray()
    window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, pixels)
    rgba: ByteArray = vtk_to_numpy(pixels).reshape(height, width, 4)
    return rgba[::-1, :, :3].copy()
