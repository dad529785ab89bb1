"""``vrn runs``: the trainings in a folder, and what one of them is to do."""

from __future__ import annotations

from pathlib import Path

from vrn_core.commands.terminal import say, table
from vrn_core.errors import ConfigError
from vrn_core.training.runs import CONFIG_NAME, Run, RunState, Wish, ask, list_runs, read_run, start

ALIVE = (RunState.RUNNING, RunState.PAUSED)


def run(folder: Path, wish: str | None, start_it: bool) -> None:
    """List the runs in a folder; or tell the run in it what to do, or start it again."""
    if start_it:
        _start(folder)
    elif wish is not None:
        _tell(folder, Wish[wish])
    else:
        _list(folder)


def _list(folder: Path) -> None:
    runs = [read_run(folder)] if (folder / CONFIG_NAME).exists() else list_runs(folder)
    if not runs:
        say(f"there is no training in {folder}; vrn train CONFIG begins one")
        return
    header = ("name", "state", "network", "step", "of", "validation")
    say(table(header, [_row(one) for one in runs], numeric=(3, 4)))


def _row(run: Run) -> tuple[str, ...]:
    found = run.validation or {}
    shown = [name for name in ("volume_iou", "nme_interocular", "loss") if name in found]
    figures = f"{shown[0]} {found[shown[0]]:.4f}" if shown else "-"
    steps = (f"{run.step:,}", f"{run.config.steps:,}")
    return (run.name, run.state.value, f"{run.config.model} {run.config.size}", *steps, figures)


def _tell(folder: Path, wish: Wish) -> None:
    state = read_run(folder).state
    if state not in ALIVE:
        raise ConfigError(f"the training in {folder} is {state.value}; it hears no wishes")
    ask(folder, wish)
    say(f"the training in {folder} is to {wish.value}")


def _start(folder: Path) -> None:
    run = read_run(folder)
    if run.state in ALIVE:
        raise ConfigError(f"the training in {folder} is {run.state.value} already")
    if run.state is RunState.FINISHED:
        raise ConfigError(f"the training in {folder} is finished; train it with more steps")
    process = start(
        folder / CONFIG_NAME, resume=run.state is RunState.STOPPED, folder=folder.absolute()
    )
    say(f"training goes on in {folder}, in process {process.pid}")
