"""``vrn evaluate``: how accurate methods are, on a benchmark."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vrn_core.commands.outputs import check_report, check_writable
from vrn_core.commands.terminal import complain, progress_bar, say, table
from vrn_core.errors import ConfigError, DataError, ModelFileError
from vrn_core.evaluation import comparison, groups, landmark_report, pictures, portraits
from vrn_core.evaluation.landmark_benchmark import PhotoScore, Results, evaluate_photos
from vrn_core.evaluation.methods import METHOD_NAMES, MethodSettings, create_method
from vrn_core.evaluation.photos300w import list_photos
from vrn_core.evaluation.plots import write_cumulative_plot
from vrn_core.evaluation.portraits import PortraitScore
from vrn_core.evaluation.report import Report
from vrn_core.models import model_path, read_header


@dataclass(frozen=True, kw_only=True)
class EvaluateOptions:
    """What all benchmarks are run with."""

    methods: Sequence[str] = ()
    """Their names; none stands for that of `model`, or VRN-Guided."""
    model: str | None = None
    landmark_model: str | None = None
    device: str = "auto"
    fast: bool = False
    icp: bool = False
    workers: int = 1
    report: Path | None = None
    resume: bool = False
    plots: Path | None = None
    """Folder of the plot and of the pictures of errors."""
    eos_folder: str | None = None
    three_ddfa_folder: str | None = None

    def settings(self) -> MethodSettings:
        """Return what methods are made with."""
        defaults = MethodSettings()
        return MethodSettings(
            volume_model=self.model,
            landmark_model=self.landmark_model or defaults.landmark_model,
            device=self.device,
            flip=not self.fast,
            eos_folder=self.eos_folder,
            three_ddfa_folder=self.three_ddfa_folder,
        )

    def method_names(self) -> tuple[str, ...]:
        """Return the methods to run; raise if `model` would stand for several."""
        if self.model is None:
            return tuple(dict.fromkeys(self.methods)) or ("vrn-guided",)
        own = str(read_header(model_path(self.model))["name"])
        if own not in METHOD_NAMES:
            raise ConfigError(f"{self.model} is a network {own}; expected a volume network")
        if self.methods and tuple(self.methods) != (own,):
            raise ConfigError(f"--model {self.model} is of the method {own}; leave --methods out")
        return (own,)


def run_portraits(
    options: EvaluateOptions,
    *,
    split: str = "test",
    people: int | None = None,
    landmarks: str = "both",
) -> None:
    """Score methods on the built-in portraits and print the tables."""
    sources = portraits.LANDMARK_SOURCES if landmarks == "both" else (landmarks,)
    report = open_report("portraits", options)
    group_of = groups.groups_by_name(split)
    for method in ready_methods(report, options):
        made_with = {
            **made_with_settings(method, options),
            "split": split,
            "landmarks": list(sources),
        }
        save = _PortraitSaver(report, method, made_with, group_of)
        with progress_bar() as progress:
            scores = portraits.evaluate_portraits(
                method,
                options.settings().of(method),
                split=split,
                people=people,
                landmark_sources=sources,
                icp=options.icp,
                workers=options.workers,
                scores=report.scores(method, made_with, PortraitScore),
                save=save,
                progress=progress,
            )
        save(scores)
        say_heading(method, options)
        say(portraits.format_table(portraits.table_rows(scores)))
        rows = groups.group_rows(scores, group_of)
        if rows:
            say("\n" + groups.format_groups(rows))
    _compare(report, options)
    if options.plots is not None:
        pictures.write_portrait_errors(options.plots, report, options.settings(), split)


@dataclass(frozen=True)
class _PortraitSaver:
    """Puts the scores known so far into the report."""

    report: Report
    method: str
    made_with: dict[str, Any]
    group_of: dict[str, dict[str, str]]

    def __call__(self, scores: Sequence[PortraitScore]) -> None:
        entry = {
            "settings": self.made_with,
            "rows": portraits.table_rows(scores),
            "groups": [asdict(row) for row in groups.group_rows(scores, self.group_of)],
            "scores": [asdict(score) for score in scores],
        }
        self.report.put(self.method, entry)


def run_photos(
    data_set: str,
    root: Path,
    options: EvaluateOptions,
    *,
    limit: int | None = None,
) -> bool:
    """Score methods on annotated photos and print the tables; return whether all were read.

    With a report the scores are written now and then, and may be gone on from; the photos of
    its scores count, even if `limit` is smaller.
    """
    names = list_photos(data_set, root)
    report = open_report(data_set, options)
    sound = True
    for method in ready_methods(report, options):
        made_with = made_with_settings(method, options)
        results = Results(report.scores(method, made_with, PhotoScore))
        check_names([score.name for score in results.scores], names, options.report, root)
        done = {score.name for score in results.scores}
        save = _PhotoSaver(report, method, made_with)
        with progress_bar() as progress:
            evaluate_photos(
                data_set,
                root,
                [name for name in names[:limit] if name not in done],
                method,
                options.settings().of(method),
                icp=options.icp,
                workers=options.workers,
                results=results,
                save=save,
                progress=progress,
            )
        save(results)
        say_heading(method, options)
        _print_results(results, options.icp)
        sound = sound and not results.failures
    _compare(report, options)
    if options.plots is not None:
        pictures.write_photo_errors(options.plots, report, options.settings(), data_set, root)
    return sound


@dataclass(frozen=True)
class _PhotoSaver:
    """Puts the results known so far into the report."""

    report: Report
    method: str
    made_with: dict[str, Any]

    def __call__(self, results: Results) -> None:
        entry = {
            "settings": self.made_with,
            "rows": landmark_report.table_rows(results.scores),
            "scores": [asdict(score) for score in results.scores],
            "failures": [asdict(failure) for failure in results.failures],
        }
        self.report.put(self.method, entry)


def open_report(benchmark: str, options: EvaluateOptions) -> Report:
    """Return the report to fill, after a check that it can be written."""
    if options.plots is not None:
        check_writable(options.plots)
    if options.report is None:
        return Report(benchmark)
    report = Report(benchmark, options.report)
    if options.resume:
        report = Report.resumed(benchmark, options.report)
    check_report(options.report)
    return report


def ready_methods(report: Report, options: EvaluateOptions) -> Iterator[str]:
    """Yield the methods that can be run; the others leave word in the report why not.

    A method that was asked for alone raises instead.
    """
    names = options.method_names()
    for method in names:
        try:
            create_method(method, options.settings())
        except (DataError, ModelFileError) as error:
            if len(names) == 1:
                raise
            report.put(method, {"missing": str(error)})
            complain(f"{method}: {error}")
            continue
        yield method


def made_with_settings(method: str, options: EvaluateOptions) -> dict[str, Any]:
    """Return all that a method's scores depend on besides the pictures."""
    settings = asdict(options.settings().of(method))
    # Networks are trained anew under the same name.
    weights = {
        f"{name}_digest": _digest(settings[name])
        for name in ("volume_model", "landmark_model")
        if settings[name] is not None
    }
    return {**settings, **weights, "icp": options.icp}


def _compare(report: Report, options: EvaluateOptions) -> None:
    """Print the methods side by side if there are several, and draw their errors."""
    if len(report.entries) > 1:
        for heading, rows in (comparison.by_method(report), comparison.by_yaw(report)):
            say("")
            say(table(heading, rows, range(1, len(heading))))
        for method, entry in report.entries.items():
            if "missing" in entry:
                say(f"{method} was not run: {entry['missing']}")
    if options.plots is not None:
        path = options.plots / f"{report.benchmark}-errors.png"
        write_cumulative_plot(path, comparison.errors_by_method(report), report.benchmark)
        say(f"wrote {path}")


def say_heading(method: str, options: EvaluateOptions) -> None:
    """Say a method's name if there are several."""
    if len(options.method_names()) > 1:
        say(f"\n{method}")


def _print_results(results: Results, icp: bool) -> None:
    if results.scores:
        say(_format_rows(landmark_report.table_rows(results.scores), icp))
    missed = [score.name for score in results.scores if not score.found]
    if missed:
        say("no face was found where the landmarks are, which counts as an error of 1, in")
        for name in missed:
            say(f"  {name}")
    for failure in results.failures:
        complain(f"{failure.name}: {failure.reason}")
    if results.failures:
        total = len(results.scores) + len(results.failures)
        complain(f"{len(results.failures)} of {total} photos have no score and are in no figure")


def _format_rows(rows: Sequence[landmark_report.Row], icp: bool) -> str:
    columns = {
        "yaw_deg": "yaw",
        "photos": "photos",
        "found": "found",
        "surface_error": "surface error",
        "surface_error_median": "median",
        **({"surface_error_icp": "after ICP", "surface_error_icp_median": "median"} if icp else {}),
        "landmark_nme": "landmark NME",
        "landmark_nme_bbox": "by box",
    }

    def cell(name: str, value: object) -> str:
        if isinstance(value, float):
            return f"{value:.1%}" if name == "found" else f"{value:.4f}"
        return "-" if value is None else str(value)

    cells = [[cell(name, row[name]) for name in columns] for row in rows]
    return table(list(columns.values()), cells, numeric=range(1, len(columns)))


def _digest(model: str) -> str:
    """Return what tells a model's weights from others; raise if there are none."""
    path = model_path(model)
    read_header(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def check_names(
    done: Sequence[str],
    names: Sequence[str],
    report: Path | None,
    root: Path,
    what: str = "photos",
) -> None:
    """Raise if a report has scores of what is not among the names."""
    strange = sorted(set(done) - set(names))
    if strange:
        raise ConfigError(
            f"{report} has scores of {len(strange)} {what} that are not in {root}, such as "
            f"{strange[0]}; give the same --root or leave --resume out"
        )
