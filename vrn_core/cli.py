"""The command ``vrn``.

Only what the parser needs is imported here, so that ``vrn --help`` answers at once; every
command imports its own work when it runs.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vrn_core import __version__
from vrn_core.errors import CancelledError, VrnError, describe_error
from vrn_core.threads import share_processors

MESH_FORMATS = ("obj", "ply", "stl", "glb")
"""The same as :func:`vrn_core.meshing.export_formats` (a test says so)."""
EXPORT_FORMATS = (*MESH_FORMATS, "usdz")
"""Those that :func:`vrn_core.meshing.export.save_mesh` takes (a test says so)."""
LARGEST_TEXTURE = 4096
"""The same as :data:`vrn_core.texture.bake.LARGEST` (a test says so)."""
RUNTIMES = ("auto", "torch", "openvino", "onnxruntime")
"""The same as :data:`vrn_core.config.Runtime` (a test says so)."""
PHOTO_BENCHMARKS = ("aflw2000-3d", "300w-lp")
SCAN_BENCHMARKS = ("scans", "bu-4dfe", "florence")
"""The same as :data:`vrn_core.evaluation.scan_sets.SCAN_SETS` (a test says so)."""
BENCHMARKS = ("portraits", "fusion", *PHOTO_BENCHMARKS, *SCAN_BENCHMARKS)
LIGHTS = ("ambient", "front", "side", "random")
"""The same as :data:`vrn_core.evaluation.scan_render.LIGHTS` (a test says so)."""
OWN_OPTIONS = {
    **dict.fromkeys(("people", "split"), ("portraits", "fusion")),
    "landmarks": ("portraits",),
    **dict.fromkeys(
        ("methods", "icp", "resume"), ("portraits", *PHOTO_BENCHMARKS, *SCAN_BENCHMARKS)
    ),
    **dict.fromkeys(("root", "limit"), (*PHOTO_BENCHMARKS, *SCAN_BENCHMARKS)),
    **dict.fromkeys(("yaws", "pitches", "light", "max_megabytes"), SCAN_BENCHMARKS),
    "plots": ("portraits", *PHOTO_BENCHMARKS),
}
"""The options that not all benchmarks have, and those that have them."""
MOST_ANGLES = 100
EFFORTS = ("quick", "balanced", "thorough")
"""The same as :class:`vrn_core.finetune.settings.Effort` (a test says so)."""
METHODS = ("vrn", "vrn-multitask", "vrn-guided", "parametric", "eos", "3ddfa")
DEVICES = "cpu, cuda, mps or auto"

SUCCESS, FAILURE, STOPPED = 0, 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code.

    0 if all succeeded, 1 if something failed, 2 if the command line is wrong (argparse's own
    code), 130 if Ctrl-C stopped the work.
    """
    from vrn_core.commands.terminal import complain, silence_output, tolerate_odd_names

    tolerate_odd_names()
    share_processors()
    words = sys.argv[1:] if arguments is None else arguments
    options = build_parser().parse_args(_with_angles_joined(words))
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (KeyboardInterrupt, CancelledError):
        complain("stopped")
        return STOPPED
    except BrokenPipeError:
        silence_output()
        return FAILURE
    except VrnError as error:
        complain(str(error))
        if options.trace:
            raise
        return FAILURE
    # The last boundary: users get a line, and the trace if they ask for it.
    except Exception as error:
        complain(f"{describe_error(error)}; run it again with --trace to see where")
        if options.trace:
            raise
        return FAILURE


def _with_angles_joined(words: Sequence[str]) -> list[str]:
    """Return a command line in which angles stand in one word with their option.

    argparse takes a word such as -80:80:20 by itself for an option.
    """
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in ("--yaws", "--pitches"):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="vrn", description="One photo of a face in, a 3D mesh of it out."
    )
    parser.add_argument("--version", action="version", version=f"vrn {__version__}")
    # Shared by every command, so that it may stand behind its name.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--trace", action="store_true", help="show where in the program an error came from"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_reconstruct(commands, common)
    _add_export(commands, common)
    _add_detect(commands, common)
    _add_models(commands, common)
    _add_data(commands, common)
    _add_train(commands, common)
    _add_finetune(commands, common)
    _add_runs(commands, common)
    _add_evaluate(commands, common)
    _add_bench(commands, common)
    return parser


_Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_reconstruct(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "reconstruct",
        parents=[common],
        help="photos to meshes",
        description="Reconstruct every face of every photo. One bad photo never stops the "
        "rest; the exit code is 0 only if all succeeded.",
    )
    _add_meshes_options(parser, "PHOTO", "photos and folders", MESH_FORMATS)
    large = parser.add_argument_group(
        "large folders", "one folder of any size; OUT gets a folder for each photo"
    )
    large.add_argument(
        "--resume",
        action="store_true",
        help="keep a record of each photo and leave finished ones alone: stopped work goes on",
    )
    large.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="let the workers of a Dask scheduler do it, as tcp://host:8786; they must see the "
        "photos and OUT under the same names",
    )
    _add_models_options(parser)
    parser.set_defaults(command=_reconstruct, refuse=parser.error)


def _add_export(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "export",
        parents=[common],
        help="photos and projects to textured meshes",
        description="Export every face of photos and of saved projects for other programs, laid "
        "flat on a texture painted from the photo. One bad file never stops the rest; the exit "
        "code is 0 only if all succeeded.",
    )
    _add_meshes_options(parser, "PHOTO|PROJECT", "photos, folders and projects", EXPORT_FORMATS)
    parser.add_argument(
        "--texture",
        type=_texture,
        default="auto",
        metavar="auto|N|none",
        help="side of the texture in texels; auto: as many as keep the photo's pixels; none: "
        "colors at the vertices only (default: auto)",
    )
    parser.add_argument(
        "--normal-map",
        action="store_true",
        help="a picture of the full surface's relief, for meshes of few triangles",
    )
    parser.add_argument(
        "--even-light", action="store_true", help="take the photo's soft shading off the colors"
    )
    parser.add_argument(
        "--detail",
        type=_strength,
        default=0.0,
        metavar="0..1",
        help="strength of fine relief told from the photo's shading, as a normal map (default: 0)",
    )
    parser.add_argument(
        "--template",
        action="store_true",
        help="a head of clean quads, the same for every face, wrapped onto it: with eyes, teeth "
        "and, in GLB, 52 expressions as morph targets",
    )
    _add_models_options(parser)
    parser.set_defaults(command=_export, refuse=parser.error)


def _add_meshes_options(
    parser: argparse.ArgumentParser, metavar: str, given: str, formats: Sequence[str]
) -> None:
    """Add what the commands that write meshes share."""
    parser.add_argument("photos", nargs="+", type=Path, metavar=metavar, help=given)
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="folder of the meshes"
    )
    parser.add_argument(
        "--format",
        action="extend",
        type=_some_of(formats),
        dest="formats",
        metavar="NAME,...",
        help=f"of the mesh files: {', '.join(formats)}; may be repeated (default: glb)",
    )
    parser.add_argument(
        "--frame",
        choices=("photo", "canonical"),
        default="canonical",
        help="photo: pixels of the photo, x right, y down, z away; canonical: millimeters, "
        "y up, facing +z, origin between the eyes (default: canonical)",
    )
    parser.add_argument(
        "--triangles",
        type=_triangles,
        metavar="N",
        help="at most so many a mesh; 0 keeps all (default: 20000)",
    )
    parser.add_argument(
        "--iod-mm",
        type=_positive,
        metavar="MM",
        help="distance between the centers of the eyes in the canonical frame (default: 63)",
    )
    parser.add_argument(
        "--iso-level",
        type=_share,
        metavar="P",
        help="probability at which the surface is taken, between 0 and 1 (default: 0.55)",
    )
    parser.add_argument(
        "--fuse",
        action="store_true",
        help="the photos show one person: fuse the largest face of each into one mesh",
    )
    parser.add_argument(
        "--same-person",
        action="store_true",
        help="with --fuse: do not ask whether it is the same person",
    )
    parser.add_argument(
        "--json", type=Path, metavar="REPORT", dest="report", help="write a report of all faces"
    )
    parser.add_argument(
        "--quiet", action="store_true", help="say only what went wrong, without a progress bar"
    )


def _add_models_options(
    parser: argparse.ArgumentParser, default: str = "as vrn models says"
) -> None:
    parser.add_argument(
        "--model",
        metavar="NAME|FILE",
        help=f"a volume network of vrn models or a model file (default: {default})",
    )
    parser.add_argument(
        "--landmark-model",
        metavar="NAME|FILE",
        help="the network that finds the landmarks (default: landmarks-lite)",
    )
    parser.add_argument(
        "--device", default="auto", help=f"{DEVICES}, for the best there is (default: auto)"
    )
    parser.add_argument(
        "--runtime",
        choices=RUNTIMES,
        default="auto",
        help="what computes the networks; auto: torch for a few photos, for many the fastest that "
        "is installed (default: auto)",
    )
    parser.add_argument(
        "--fast", action="store_true", help="do not look at the mirrored face as well"
    )


def _add_detect(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser("detect", parents=[common], help="where the faces of photos are")
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="photos and folders")
    _add_json(parser)
    parser.add_argument(
        "--landmarks", action="store_true", help="find the 68 landmarks and the pose too"
    )
    parser.add_argument("--landmark-model", metavar="NAME|FILE", help="the network that does so")
    parser.set_defaults(command=_detect)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        dest="report",
        help="write the result as JSON; - prints it",
    )


def _add_models(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "models",
        parents=[common],
        help="networks, their parameters and weights, and your own models",
        description="List the networks and the models that are here. Your own models stand "
        "beside the shipped ones and are used by their names, in the window too.",
    )
    wishes = parser.add_mutually_exclusive_group()
    wishes.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help="write the shipped networks as ONNX files there, and print how far the output of each "
        "runtime that is installed differs from torch's",
    )
    wishes.add_argument(
        "--import",
        type=Path,
        metavar="FILE",
        dest="take_in",
        help="take a model file in among your own models",
    )
    parser.add_argument("--name", help="with --import: what to call it (default: as the file)")
    wishes.add_argument(
        "--export-model",
        nargs=2,
        metavar=("NAME", "FILE"),
        dest="copy",
        help="copy a model to a file, with all that is known of it",
    )
    wishes.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"), help="of your own models")
    wishes.add_argument(
        "--describe", nargs=2, metavar=("NAME", "TEXT"), help="say what an own model is for"
    )
    wishes.add_argument("--delete", metavar="NAME", help="delete an own model for good")
    wishes.add_argument(
        "--set-default", metavar="NAME", help="the model to take where none is named"
    )
    parser.set_defaults(command=_models, refuse=parser.error)


def _add_data(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    data = commands.add_parser("data", help="the training data")
    actions = data.add_subparsers(metavar="ACTION", required=True)
    parser = actions.add_parser(
        "preview",
        parents=[common],
        help="a sheet of samples to look at",
        description="Write a picture of training samples: photo with landmarks over volume.",
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("out/preview.png"), metavar="FILE.png",
        help="(default: out/preview.png)",
    )  # fmt: skip
    parser.add_argument("--count", type=_count, default=24, metavar="N", help="(default: 24)")
    parser.add_argument(
        "--first", type=int, default=0, metavar="INDEX", help="of the first sample (default: 0)"
    )
    parser.add_argument(
        "--split", choices=("train", "validation", "test"), default="train", help="(default: train)"
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument(
        "--resolution",
        choices=("half", "full"),
        default="half",
        help="of the volumes (default: half)",
    )
    parser.set_defaults(command=_preview)


def _add_train(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "train",
        parents=[common],
        help="train a network",
        description="Train a network. Ctrl-C stops it after the present step, with a checkpoint.",
    )
    parser.add_argument("config", type=Path, metavar="CONFIG", help="JSON file of the settings")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="overrides",
        help="replace a setting of the file; may be repeated",
    )
    parser.set_defaults(command=_train)


def _add_finetune(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "finetune",
        parents=[common],
        help="better a network on one's own photos and scans",
        description="Look at a folder's photos and scans of faces, train a network further on "
        "them, show what it brought on those that were kept for validation, and take it in among "
        "the models. The folder of a fine-tuning that was stopped is gone on with.",
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="of photos and scans, or of a fine-tuning"
    )
    parser.add_argument("--check", action="store_true", help="look at the items, nothing more")
    parser.add_argument("--name", help="of the new model (default: the folder's)")
    parser.add_argument("--base", metavar="MODEL", help="to start from (default: vrn-guided-lite)")
    parser.add_argument("--effort", choices=EFFORTS, default="balanced", help="(default: balanced)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="overrides",
        help="set samples, learning_rate, batch_size, mix_share, frozen and so on; may be repeated",
    )
    parser.add_argument(
        "--face-model", type=Path, metavar="FOLDER",
        help="ICT-FaceKit as downloaded, for photos without scans "
        "(default: $VRN_FACE_MODEL, else the free head that ships)",
    )  # fmt: skip
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="ITEM", help="leave an item out"
    )
    parser.add_argument(
        "--people", type=Path, metavar="FILE",
        help='JSON that names whom items show: {"a.jpg": "ann", "b.jpg": "ann"}',
    )  # fmt: skip
    parser.add_argument(
        "--runs", type=Path, default=Path("runs"), metavar="FOLDER",
        help="in which the training is kept (default: runs)",
    )  # fmt: skip
    parser.add_argument(
        "--keep",
        choices=("better", "always", "never"),
        default="better",
        help="when the model joins the others (default: better)",
    )
    parser.set_defaults(command=_finetune)


def _add_runs(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "runs",
        parents=[common],
        help="trainings that run or ran, and what they are to do",
        description="List the trainings in the folders of a folder, or tell one what to do.",
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path("runs"), help="(default: runs)"
    )
    wishes = parser.add_mutually_exclusive_group()
    for name, text in (
        ("pause", "wait, with a checkpoint"),
        ("go-on", "go on after a pause"),
        ("stop", "stop after the present step, with a checkpoint"),
        ("stop-after-validation", "stop once it was validated next"),
    ):
        wishes.add_argument(
            f"--{name}",
            action="store_const",
            const=name.replace("-", "_").upper(),
            dest="wish",
            help=f"the training in FOLDER is to {text}",
        )
    wishes.add_argument(
        "--start",
        action="store_true",
        help="resume the training in FOLDER in a process of its own",
    )
    parser.set_defaults(command=_runs)


def _add_evaluate(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "evaluate",
        parents=[common],
        help="accuracy on a benchmark",
        description="portraits: people kept out of training, each at 13 yaws; volume IoU and "
        "NME by yaw. fusion: the same people, several yaws fused, against single photos; and "
        "the check for the same person. aflw2000-3d, 300w-lp: photos that you have; how far our "
        "surface and landmarks are from theirs, by yaw. scans, bu-4dfe, florence: 3D scans that "
        "you have, drawn at many poses; how far our surface is from theirs in millimeters, by yaw. "
        "The exit code is 1 if a photo or a scan could not be read.",
    )
    parser.add_argument(
        "benchmark", choices=BENCHMARKS, metavar="BENCHMARK", help=", ".join(BENCHMARKS)
    )
    parser.add_argument(
        "--workers", type=_count, default=1, metavar="N", help="processes (default: 1)"
    )
    parser.add_argument(
        "--json", type=Path, metavar="REPORT", dest="report", help="write all scores to a file"
    )
    parser.add_argument(
        "--methods",
        type=_some_of(METHODS),
        default=(),
        metavar="NAME,...",
        help=f"which to compare: {', '.join(METHODS)} (default: vrn-guided)",
    )
    parser.add_argument(
        "--icp", action="store_true", help="measure after a rigid alignment as well"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from the file of --json, which is written now and then",
    )
    parser.add_argument(
        "--plots",
        type=Path,
        metavar="DIR",
        help="draw how many errors are how large, and where the worst, median and best lie",
    )
    parser.add_argument("--eos-folder", metavar="DIR", help="the Surrey Face Model's files")
    parser.add_argument("--three-ddfa-folder", metavar="DIR", help="3DDFA's files, see README")
    people = parser.add_argument_group("portraits and fusion only")
    people.add_argument("--people", type=_count, metavar="N", help="only the first (default: all)")
    people.add_argument("--split", choices=("test", "validation"), help="(default: test)")
    people.add_argument(
        "--landmarks",
        choices=("detected", "true", "both"),
        help="which ones guide the network: found by itself, those of the truth, or each in "
        "turn (default: both); not for fusion",
    )
    photos = parser.add_argument_group("all but portraits and fusion")
    photos.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="folder of the photos and their .mat files, or of the scans",
    )
    photos.add_argument("--limit", type=_count, metavar="N", help="only the first (default: all)")
    _add_scan_options(parser)
    _add_models_options(parser, "the shipped one")
    parser.set_defaults(command=_evaluate, refuse=parser.error)


def _add_scan_options(parser: argparse.ArgumentParser) -> None:
    scans = parser.add_argument_group("scans, bu-4dfe and florence only")
    for name, plural in (("yaw", "yaws"), ("pitch", "pitches")):
        scans.add_argument(
            f"--{plural}",
            type=_angles,
            metavar="DEGREES",
            help=f"every {name} at which scans are drawn, as -80,0,80 or as first:last:step "
            "(default: the benchmark's own)",
        )
    scans.add_argument(
        "--light",
        choices=LIGHTS,
        help="ambient: the colors as the scan has them (default: the benchmark's own)",
    )
    scans.add_argument(
        "--max-megabytes",
        type=_count,
        metavar="N",
        help="refuse larger files of scans (default: 1000)",
    )


def _add_bench(
    commands: _Commands[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    parser = commands.add_parser(
        "bench",
        parents=[common],
        help="speed and memory on this machine",
        description="Medians and spread of every stage on one face of a photo, memory, cold start; "
        "or the pace of a training and what it waits for.",
    )
    parser.add_argument(
        "what", nargs="?", choices=("photo", "train"), default="photo", help="(default: photo)"
    )
    parser.add_argument("--photo", type=Path, help="default: the sample photo")
    parser.add_argument("--size", type=_count, default=1024, help="longest side (default: 1024)")
    parser.add_argument("--runs", type=_count, metavar="N", help="of each stage (default: 15)")
    parser.add_argument("--quick", action="store_true", help="fewer runs, and less exact")
    _add_json(parser)
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="OLD.json",
        help="show each figure as a multiple of that of an earlier --json",
    )
    _add_models_options(parser, "the shipped one")
    parser.set_defaults(command=_bench)


def _reconstruct(options: argparse.Namespace) -> int:
    from vrn_core.commands.reconstruct import ReconstructOptions, run

    for name in ("resume", "scheduler"):
        if options.fuse and getattr(options, name):
            options.refuse(f"--fuse makes one mesh of a few photos; leave --{name} out")
    succeeded = run(
        ReconstructOptions(
            **_meshes_options(options), resume=options.resume, scheduler=options.scheduler
        )
    )
    return SUCCESS if succeeded else FAILURE


def _export(options: argparse.Namespace) -> int:
    from vrn_core.commands.export import ExportOptions, run
    from vrn_core.texture.textured import TextureSettings

    given = {} if options.triangles is None else {"triangles": options.triangles}
    if options.template:
        if options.normal_map:
            options.refuse("--normal-map goes with the reconstructed surface; leave --template out")
        if "stl" in (options.formats or ()):
            options.refuse("the head of --template is open at the neck; leave the format stl out")
        if options.triangles is not None:
            options.refuse("--template has a number of triangles of its own; leave --triangles out")
    if options.detail and options.texture == "none":
        options.refuse("--detail comes from the texture; leave --texture none out")
    settings = TextureSettings(
        textured=options.texture != "none",
        size=options.texture if isinstance(options.texture, int) else None,
        normal_map=options.normal_map,
        even_light=options.even_light,
        template=options.template,
        detail=options.detail,
        **given,
    )
    succeeded = run(ExportOptions(**_meshes_options(options), settings=settings))
    return SUCCESS if succeeded else FAILURE


def _meshes_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the commands that write meshes share."""
    if options.same_person and not options.fuse:
        options.refuse("--same-person is for --fuse; leave it out")
    if options.fuse and options.frame == "photo":
        options.refuse("--fuse makes one mesh of many photos; leave --frame photo out")
    names = (
        "photos", "output", "frame", "model", "landmark_model", "device", "triangles", "iod_mm",
        "iso_level", "fast", "runtime", "report", "quiet", "trace", "fuse", "same_person",
    )  # fmt: skip
    formats = tuple(dict.fromkeys(options.formats or ("glb",)))
    return {"formats": formats, **{name: getattr(options, name) for name in names}}


def _detect(options: argparse.Namespace) -> int:
    from vrn_core.commands.detect import run

    succeeded = run(
        options.photos,
        landmarks=options.landmarks,
        landmark_model=options.landmark_model,
        report=options.report,
        trace=options.trace,
    )
    return SUCCESS if succeeded else FAILURE


def _runs(options: argparse.Namespace) -> int:
    from vrn_core.commands.runs import run

    run(options.folder, options.wish, options.start)
    return 0


def _models(options: argparse.Namespace) -> int:
    from vrn_core.commands import models

    if options.name is not None and options.take_in is None:
        options.refuse("--name is for --import; leave it out")
    if options.export is not None:
        models.export(options.export)
    elif options.take_in is not None:
        models.take_in(options.take_in, options.name)
    elif options.copy is not None:
        models.copy(options.copy[0], Path(options.copy[1]))
    elif options.rename is not None:
        models.rename(*options.rename)
    elif options.describe is not None:
        models.describe(*options.describe)
    elif options.delete is not None:
        models.delete(options.delete)
    elif options.set_default is not None:
        models.set_default(options.set_default)
    else:
        models.run()
    return SUCCESS


def _preview(options: argparse.Namespace) -> int:
    from vrn_core.data.config import DataConfig
    from vrn_core.data.preview import write_preview

    config = DataConfig(seed=options.seed, resolution=options.resolution)
    write_preview(options.output, config, options.count, options.first, options.split)
    print(f"{options.count} samples in {options.output}")
    return SUCCESS


def _train(options: argparse.Namespace) -> int:
    from vrn_core.commands.train import run

    return run(options.config, options.resume, options.overrides)


def _finetune(options: argparse.Namespace) -> int:
    from vrn_core.commands.finetune import run

    return run(
        options.folder,
        name=options.name,
        runs=options.runs,
        check=options.check,
        base=options.base,
        effort=options.effort,
        overrides=options.overrides,
        face_model=options.face_model,
        people=options.people,
        exclude=options.exclude,
        keep=options.keep,
    )


def _evaluate(options: argparse.Namespace) -> int:
    for name, owners in OWN_OPTIONS.items():
        if getattr(options, name) and options.benchmark not in owners:
            listed = " and ".join(filter(None, (", ".join(owners[:-1]), owners[-1])))
            flag = name.replace("_", "-")
            options.refuse(f"--{flag} is for {listed}; leave it out for {options.benchmark}")
    if options.benchmark not in ("portraits", "fusion") and options.root is None:
        options.refuse(f"{options.benchmark} needs --root, the folder of its photos or scans")
    if options.resume and options.report is None:
        options.refuse("--resume needs --json, the file to go on from")

    if options.benchmark == "fusion":
        from vrn_core.commands.evaluate_fusion import run_fusion
        from vrn_core.evaluation.fusion_benchmark import FusionWork

        defaults = FusionWork()
        work = FusionWork(
            split=options.split or defaults.split,
            model=options.model or defaults.model,
            landmark_model=options.landmark_model or defaults.landmark_model,
            device=options.device,
            flip=not options.fast,
        )
        run_fusion(work, people=options.people, workers=options.workers, report=options.report)
        return SUCCESS

    from vrn_core.commands.evaluate import EvaluateOptions, run_photos, run_portraits
    from vrn_core.commands.evaluate_scans import ScanOptions, run_scans

    shared = EvaluateOptions(
        methods=options.methods,
        model=options.model,
        landmark_model=options.landmark_model,
        device=options.device,
        fast=options.fast,
        icp=options.icp,
        workers=options.workers,
        report=options.report,
        resume=options.resume,
        plots=options.plots,
        eos_folder=options.eos_folder,
        three_ddfa_folder=options.three_ddfa_folder,
    )
    if options.benchmark in SCAN_BENCHMARKS:
        own = ScanOptions(
            yaws_deg=options.yaws,
            pitches_deg=options.pitches,
            light=options.light,
            limit=options.limit,
            max_megabytes=options.max_megabytes,
        )
        usable = run_scans(options.benchmark, options.root, shared, own)
        return SUCCESS if usable else FAILURE
    if options.benchmark == "portraits":
        run_portraits(
            shared,
            split=options.split or "test",
            people=options.people,
            landmarks=options.landmarks or "both",
        )
        return SUCCESS
    all_read = run_photos(options.benchmark, options.root, shared, limit=options.limit)
    return SUCCESS if all_read else FAILURE


def _bench(options: argparse.Namespace) -> int:
    if options.what == "train":
        from vrn_core.commands import bench_train

        bench_train.run(
            device=options.device, quick=options.quick, runs=options.runs, report=options.report
        )
        return SUCCESS
    from vrn_core.commands.bench import run

    run(
        photo=options.photo,
        size=options.size,
        runs=options.runs,
        quick=options.quick,
        model=options.model,
        landmark_model=options.landmark_model,
        device=options.device,
        fast=options.fast,
        runtime=options.runtime,
        report=options.report,
        compare=options.compare,
    )
    return SUCCESS


def _triangles(text: str) -> int:
    value = int(text)
    if value != 0 and value < 4:
        raise argparse.ArgumentTypeError(f"{value}; expected 0 or at least 4")
    return value


def _texture(text: str) -> int | str:
    if text in ("auto", "none"):
        return text
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not 64 <= value <= LARGEST_TEXTURE:
        raise argparse.ArgumentTypeError(
            f"{text!r}; expected auto, none or 64 to {LARGEST_TEXTURE} texels"
        )
    return value


def _some_of(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser of lists of known names."""

    def parse(text: str) -> tuple[str, ...]:
        names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            raise argparse.ArgumentTypeError(
                f"{unknown[0] if unknown else text!r}; expected some of {', '.join(known)}"
            )
        return names

    return parse


def _angles(text: str) -> tuple[float, ...]:
    """Return the angles of a list, or of a range that contains its last one."""
    try:
        parts = [float(part) for part in text.split(":" if ":" in text else ",")]
        if ":" in text:
            first, last, step = parts
            if step <= 0 or (last - first) / step > MOST_ANGLES:
                raise ValueError
            parts = [first + i * step for i in range(int((last - first) / step + 1e-6) + 1)]
    except (ValueError, OverflowError):
        parts = []
    angles = tuple(sorted(set(parts)))
    if not angles or len(angles) > MOST_ANGLES or not all(abs(angle) <= 180 for angle in angles):
        raise argparse.ArgumentTypeError(
            f"{text!r}; expected angles in degrees as -80,0,80 or first:last:step as -80:80:20, "
            f"at most {MOST_ANGLES}"
        )
    return angles


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value}; expected at least 1")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"{text}; expected more than 0")
    return value


def _strength(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text}; expected a number from 0 to 1")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text}; expected a number between 0 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
