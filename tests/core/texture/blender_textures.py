"""Run inside Blender: import the files named behind `--`, tell what arrived and draw it."""

import json
import sys
from pathlib import Path

import numpy

# Blender 3.4 asks for names that numpy has dropped since.
if not hasattr(numpy, "bool"):
    numpy.bool = bool

import bmesh
import bpy
from mathutils import Vector

FRONT = Vector((0, -1, 0))
SIDES = {"front": FRONT, "left": Vector((-0.9, -0.6, 0.1)), "right": Vector((0.9, -0.6, 0.1))}


def load(path: str) -> None:
    suffix = Path(path).suffix
    if suffix == ".glb":
        bpy.ops.import_scene.gltf(filepath=path)
    elif suffix == ".obj":
        bpy.ops.wm.obj_import(filepath=path)
    elif suffix == ".usdz":
        bpy.ops.wm.usd_import(filepath=path)
    else:
        getattr(bpy.ops.import_mesh, suffix[1:])(filepath=path)


def prepare() -> None:
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    scene = bpy.context.scene
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    camera.data.type, camera.data.clip_start, camera.data.clip_end = "ORTHO", 1e-4, 1e5
    scene.world = bpy.data.worlds.new("white")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs[0].default_value = (0.9, 0.9, 0.9, 1)
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.max_bounces = 4, 0
    scene.cycles.use_denoising = False
    scene.view_settings.view_transform = "Standard"
    scene.render.resolution_x = scene.render.resolution_y = 128


def draw(mesh: bpy.types.Object, stem: str) -> None:
    corners = [mesh.matrix_world @ Vector(corner) for corner in mesh.bound_box]
    middle = sum(corners, Vector()) / 8
    radius = max((corner - middle).length for corner in corners)
    scene = bpy.context.scene
    for name, side in SIDES.items():
        scene.camera.data.ortho_scale = 1.8 * radius
        scene.camera.location = middle + side.normalized() * radius * 4
        scene.camera.rotation_euler = side.to_track_quat("Z", "Y").to_euler()
        scene.render.filepath = f"{stem}-{name}.png"
        bpy.ops.render.render(write_still=True)


def told(mesh: bpy.types.Object) -> dict:
    layer = mesh.data.uv_layers.active
    places = [tuple(item.uv) for item in layer.data] if layer else []
    images = []
    for material in mesh.data.materials:
        for node in material.node_tree.nodes if material and material.use_nodes else ():
            if node.type == "TEX_IMAGE" and node.image:
                pixels = numpy.array(node.image.pixels[:]).reshape(-1, 4)[:, :3]
                images.append(
                    {
                        "size": list(node.image.size),
                        "spread": float(pixels.std(axis=0).mean()),
                        "space": node.image.colorspace_settings.name,
                    }
                )
    kinds = [n.type for m in mesh.data.materials if m and m.use_nodes for n in m.node_tree.nodes]
    whole = bmesh.new()
    whole.from_mesh(mesh.data)
    count = len(whole.faces)
    bmesh.ops.remove_doubles(whole, verts=whole.verts, dist=1e-7)
    manifold = all(edge.is_manifold for edge in whole.edges)
    volume = whole.calc_volume(signed=True)
    whole.free()
    points = [list(mesh.matrix_world @ vertex.co) for vertex in mesh.data.vertices]
    keys = mesh.data.shape_keys
    shapes = {}
    for key in keys.key_blocks[1:] if keys else ():
        moved = [(a.co - b.co).length for a, b in zip(key.data, key.relative_key.data, strict=True)]
        shapes[key.name] = max(moved)
    return {
        "faces": count,
        "corners": sorted({len(face.vertices) for face in mesh.data.polygons}),
        "shapes": shapes,
        "low": [min(p[k] for p in points) for k in range(3)],
        "high": [max(p[k] for p in points) for k in range(3)],
        "front": min(points, key=lambda p: p[1]),
        "places": [min(map(min, places)), max(map(max, places))] if places else None,
        "images": images,
        "nodes": kinds,
        "manifold": manifold,
        "volume": volume,
    }


prepare()
report = {}
for path in sys.argv[sys.argv.index("--") + 1 :]:
    before = set(bpy.data.objects)
    try:
        load(path)
    except AttributeError:
        # This Blender was built without the format.
        report[Path(path).name] = None
        continue
    new = [thing for thing in bpy.data.objects if thing not in before]
    (mesh,) = (thing for thing in new if thing.type == "MESH")
    bpy.context.view_layer.update()
    report[Path(path).name] = told(mesh)
    draw(mesh, str(Path(path).with_suffix("")) + Path(path).suffix.replace(".", "-"))
    for thing in new:
        bpy.data.objects.remove(thing)
sys.stdout.write("REPORT" + json.dumps(report) + "\n")
