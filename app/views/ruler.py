"""Two points picked on a mesh and the straight distance between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.translation import number
from app.views.cameras import Vector
from app.views.theme import Colors

ENDS, LINE, LABEL = "ruler-ends", "ruler-line", "ruler-label"
ON_TOP = -66_000.0
"""Shift toward the camera, in the smallest steps of depth, that leaves nothing before it."""
SLACK = 5e-4
"""How far beside the mesh a click may be, as a part of the viewport's diagonal."""


class Ruler:
    """Holds no, one or two points in millimeters; a third begins anew."""

    def __init__(self) -> None:
        self.points: list[Vector] = []

    @property
    def distance_mm(self) -> float | None:
        """Between the two points, if there are two."""
        if len(self.points) < 2:
            return None
        first, second = self.points
        return float(np.linalg.norm(np.subtract(first, second)))

    def add(self, point: Vector) -> None:
        """Take the next point."""
        self.points = [*self.points, point] if len(self.points) < 2 else [point]

    def clear(self) -> None:
        """Forget the points."""
        self.points = []

    def draw(self, plotter: Any, colors: Colors) -> None:
        """Draw the points, a line and its length into a pyvista plotter, on top of all else."""
        import pyvista

        for name in (ENDS, LINE, LABEL):
            plotter.remove_actor(name, render=False)
        if not self.points:
            return
        usual = {"color": colors.accent, "lighting": False, "pickable": False}
        usual |= {"reset_camera": False, "render": False}
        ends = plotter.add_mesh(
            pyvista.PolyData(np.asarray(self.points)),
            name=ENDS,
            point_size=11,
            render_points_as_spheres=True,
            **usual,
        )
        ends.mapper.SetResolveCoincidentTopologyToPolygonOffset()
        ends.mapper.SetRelativeCoincidentTopologyPointOffsetParameter(ON_TOP)
        if self.distance_mm is None:
            return
        line = plotter.add_mesh(
            pyvista.Line(self.points[0], self.points[1]), name=LINE, line_width=3, **usual
        )
        line.mapper.SetResolveCoincidentTopologyToPolygonOffset()
        line.mapper.SetRelativeCoincidentTopologyLineOffsetParameters(0, ON_TOP)
        plotter.add_point_labels(
            np.mean(self.points, axis=0)[None],
            [f"{number(self.distance_mm, 1)} mm"],
            name=LABEL,
            always_visible=True,
            show_points=False,
            font_size=15,
            bold=False,
            text_color=colors.text,
            shape_color=colors.panel,
            shape_opacity=0.9,
            margin=5,
            pickable=False,
            reset_camera=False,
            render=False,
        )


def pick(plotter: Any, actor: Any, x: float, y: float) -> Vector | None:
    """Return where the ray through a pixel meets an actor, or None beside it.

    The pixel is counted as VTK does, from the lower left corner.
    """
    from vtkmodules.vtkRenderingCore import vtkCellPicker

    picker = vtkCellPicker()
    picker.SetTolerance(SLACK)
    picker.PickFromListOn()
    picker.AddPickList(actor)
    if not picker.Pick(x, y, 0, plotter.renderer):
        return None
    place = picker.GetPickPosition()
    return float(place[0]), float(place[1]), float(place[2])
