"""What is kept of a fine-tuning: the mean of the weights before and after.

A network that is trained further on few pictures forgets some of what it knew. Between its weights
before and after lie networks that have most of what was gained and little of that loss (Wortsman
et al., *Robust fine-tuning of zero-shot models*, CVPR 2022).
"""

from __future__ import annotations

import copy
import os
from pathlib import Path

from torch import nn

from vrn_core.config import require
from vrn_core.errors import ModelFileError
from vrn_core.models.header import read_header
from vrn_core.models.weights import load_model, save_model


def blend(before: nn.Module, after: nn.Module, share: float) -> nn.Module:
    """Return a network whose numbers are those of two of its kind, mixed.

    Parameters
    ----------
    before, after : Module
        Networks of the same kind and size; both stay as they are.
    share : float
        Of `after`, from 0 (only `before`) to 1.

    Raises
    ------
    ModelFileError
        If they are not of the same kind.
    """
    require("the share of what was learned", share, 0, 1)
    first, second = before.state_dict(), after.state_dict()
    if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
        raise ModelFileError(
            "the networks before and after are not of the same kind; "
            "choose the one that the fine-tuning began with as its base"
        )
    mixed = copy.deepcopy(after)
    mixed.load_state_dict(
        {
            key: value.lerp(second[key], share) if value.is_floating_point() else second[key]
            for key, value in first.items()
        }
    )
    return mixed


def blend_files(
    before: str | os.PathLike[str], after: str | os.PathLike[str], target: Path, share: float
) -> None:
    """Write the model between two model files; see :func:`blend`."""
    facts = read_header(after)
    save_model(
        blend(load_model(before), load_model(after), share),
        target,
        name=facts["name"],
        size=facts["size"],
        overrides=facts["overrides"],
        metadata=facts["metadata"],
    )
