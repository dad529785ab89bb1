"""Run inside Blender: import the mesh files named behind `--` and print what arrived as JSON."""

import json
import sys
from pathlib import Path

import numpy

# Blender 3.4 asks for names that numpy has dropped since.
if not hasattr(numpy, "bool"):
    numpy.bool = bool

import bpy


def load(path: str) -> None:
    suffix = Path(path).suffix
    if suffix == ".glb":
        bpy.ops.import_scene.gltf(filepath=path)
    elif suffix == ".obj":
        bpy.ops.wm.obj_import(filepath=path)
    elif f"{suffix[1:]}_import" in dir(bpy.ops.wm):
        getattr(bpy.ops.wm, f"{suffix[1:]}_import")(filepath=path)
    else:
        getattr(bpy.ops.import_mesh, suffix[1:])(filepath=path)


report = {}
for path in sys.argv[sys.argv.index("--") + 1 :]:
    before = set(bpy.data.objects)
    load(path)
    (mesh,) = (o for o in bpy.data.objects if o not in before and o.type == "MESH")
    bpy.context.view_layer.update()
    world = mesh.matrix_world
    points = [list(world @ vertex.co) for vertex in mesh.data.vertices]
    faces = [list(polygon.vertices) for polygon in mesh.data.polygons]
    layers = mesh.data.color_attributes
    colors = None
    if layers and layers[0].domain == "POINT":
        colors = [list(item.color_srgb)[:3] for item in layers[0].data]
    elif layers:
        colors = [None] * len(points)
        for loop, item in zip(mesh.data.loops, layers[0].data, strict=True):
            colors[loop.vertex_index] = list(item.color_srgb)[:3]
    nodes = [n.type for m in mesh.data.materials if m and m.use_nodes for n in m.node_tree.nodes]
    report[Path(path).suffix[1:]] = {
        "points": points,
        "faces": faces,
        "colors": colors,
        "nodes": nodes,
    }
sys.stdout.write("REPORT" + json.dumps(report) + "\n")
