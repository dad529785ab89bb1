"""What of the packages the built program does without, and why.

Read by `vrn-studio.spec`. Whatever is added here is checked by `make package-test`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

MODULES = (
    # Peers of the benchmarks and other runtimes: for those who set the program up from its
    # sources. What they would weigh is told in docs/packaging.md.
    "dask",
    "distributed",
    "_dlib_pybind11",
    "dlib",
    "eos",
    "onnx",
    "onnxruntime",
    "openvino",
    "pxr",
    # Parts of torch for its own developers, and for compiling networks.
    "torch._inductor.codegen",
    "torch._inductor.fx_passes",
    "torch._inductor.kernel",
    "torch.testing._internal.codegen",
    "torch.testing._internal.common_device_type",
    "torch.testing._internal.common_distributed",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.common_modules",
    "torch.testing._internal.common_nn",
    "torch.testing._internal.common_utils",
    "torch.testing._internal.distributed",
    "torch.testing._internal.generated",
    "torch.testing._internal.opinfo",
    "torch.testing._internal.optests",
    "torch.utils.benchmark",
    "torch.utils.tensorboard",
    "triton",
    # All of VTK; VTK_MODULES are asked for by name.
    "vtk",
    "vtkmodules.all",
    "vtkmodules.web",
    # Asked for by packages for what is not done here.
    "IPython",
    "PyQt5",
    "PyQt6",
    "PySide2",
    "PySide6.QtNetwork",
    "_pytest",
    "jinja2.tests",
    "librt",
    "matplotlib.tests",
    "mypy",
    "mypyc",
    "numba.tests",
    "numpy.tests",
    "pandas",
    "pyqtgraph.examples",
    "pyqtgraph.opengl",
    "pytest",
    "pyvista.examples",
    "rich",
    "scipy.cluster",
    "scipy.odr",
    "scipy.signal",
    "scipy.stats",
    "setuptools",
    "sqlite3",
    "tkinter",
    "trame",
)
"""Not looked for and not taken in."""

VTK_MODULES = (
    "vtkChartsCore",
    "vtkCommonColor",
    "vtkCommonComputationalGeometry",
    "vtkCommonCore",
    "vtkCommonDataModel",
    "vtkCommonExecutionModel",
    "vtkCommonMath",
    "vtkCommonMisc",
    "vtkCommonSystem",
    "vtkCommonTransforms",
    "vtkFiltersCore",
    "vtkFiltersGeneral",
    "vtkFiltersGeometry",
    "vtkFiltersPython",
    "vtkFiltersSources",
    "vtkIOCore",
    "vtkIOImage",
    "vtkImagingCore",
    "vtkImagingMath",
    "vtkImagingSources",
    "vtkInteractionStyle",
    "vtkInteractionWidgets",
    "vtkParallelCore",
    "vtkPythonContext2D",
    "vtkRenderingAnnotation",
    "vtkRenderingContext2D",
    "vtkRenderingContextOpenGL2",
    "vtkRenderingCore",
    "vtkRenderingFreeType",
    "vtkRenderingHyperTreeGrid",
    "vtkRenderingLabel",
    "vtkRenderingMatplotlib",
    "vtkRenderingOpenGL2",
    "vtkRenderingUI",
    "vtkRenderingVolume",
    "vtkRenderingVolumeOpenGL2",
    "vtkViewsContext2D",
    "vtkViewsCore",
)
"""Those that the window and the core load; pyvista asks for them by strings, as it needs them."""

FILES = (
    # torch: its tests, tools and headers, and the sources of what is there compiled.
    "torch/test/*",
    "torch/bin/*",
    "torch/include/*",
    "torch/share/*",
    "torch/lib/*_test.so",
    "torch/lib/libbackend_with_compiler.so",
    "torch/lib/libaoti_custom_ops.so",
    "torch/_dynamo/*.py",
    "torch/_inductor/*.py",
    "torch/ao/*.py",
    "torch/distributed/*.py",
    "torch/onnx/*.py",
    "torch/testing/*.py",
    "*.a",
    "*.lib",
    "*.h",
    "*.hpp",
    "*.cuh",
    "*.pyi",
    "*.pxd",
    # Qt: what is not for windows of widgets, and languages that the program does not speak.
    "PySide6/Qt/qml/*",
    "PySide6/qml/*",
    "*Qt6Quick*",
    "*Qt6Qml*",
    "*Qt6Designer*",
    "*Qt6Wayland*Compositor*",
    "PySide6/Qt/plugins/sqldrivers/*",
    "PySide6/Qt/plugins/qmltooling/*",
    "PySide6/Qt/plugins/platforms/libqeglfs.so",
    "PySide6/Qt/plugins/platforms/libqlinuxfb.so",
    "PySide6/Qt/plugins/platforms/libqvnc.so",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay.so",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
    "PySide6/Qt/translations/*",
    "PySide6/translations/*",
    # The desktop's own: with others of its kind it must be of one version.
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    "libatk*",
    "libcairo*",
    "libgdk*",
    "libgtk*",
    "libpango*",
    # Drivers of graphics are built with the system's own, which is never older than what the
    # packages ask for.
    "libstdc++.so*",
    "libgcc_s.so*",
    # Pictures and data that come with packages as examples.
    "matplotlib/mpl-data/sample_data/*",
    "matplotlib/mpl-data/images/*",
    "pyvista/examples/*",
    "pyqtgraph/examples/*",
    "trimesh/resources/templates/*",
)
"""Patterns of places in the built folder; `*` stands for any characters, `/` too."""

KEPT = (
    # Training with several workers shares memory by it.
    "torch/bin/torch_shm_manager*",
    # Settings that torch reads from their own sources.
    "torch/*config*.py",
    "*/translations/qtbase_en.qm",
    "*/translations/qtbase_es.qm",
)
"""Patterns of places that stay even if one of `FILES` fits."""

STRIPPED = (
    "libpython3*",
    "llvmlite/binding/*.so",
    "python3*/lib-dynload/*.so",
    "torch/lib/*.so",
    "vtkmodules/*.so",
)
"""On Linux these come with names for debuggers, a fifth of the whole, and lose them."""


def is_left_out(place: str) -> bool:
    """Return whether a file with this place in the built folder is left out."""
    return _fits(place, FILES) and not _fits(place, KEPT)


def is_stripped(place: str) -> bool:
    """Return whether a file with this place loses its names for debuggers."""
    return _fits(place, STRIPPED)


def _fits(place: str, patterns: tuple[str, ...]) -> bool:
    place = place.replace("\\", "/")
    return any(fnmatchcase(place, pattern) for pattern in patterns)
