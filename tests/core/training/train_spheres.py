"""Trains on balls in a process of its own: ``train_spheres.py CONFIG.json``.

With the configuration's size "plain" the network has no norms, whose statistics depend on how
a batch is shared out, so that any number of processes must come to the same weights.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.core.training.spheres import SphereSource
from vrn_core.config import TrainConfig
from vrn_core.models.vrn import VolumeOutput
from vrn_core.progress import CancelToken
from vrn_core.training.command import print_to, stopping_on_signals
from vrn_core.training.distributed import joined_world
from vrn_core.training.trainer import Trainer


class PlainNetwork(nn.Module):
    """Three convolutions from the image to a small volume."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 7, stride=4, padding=3),
            nn.ReLU(),
            nn.Conv2d(8, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 20, 1),
        )

    def forward(self, images: Tensor) -> VolumeOutput:
        """Map (B, 3, 192, 192) to logits (B, 20, 24, 24)."""
        return VolumeOutput(self.layers(images), None)


def source() -> SphereSource:
    """Return balls on the plain network's grid."""
    return SphereSource(shape=(20, 24, 24))


if __name__ == "__main__":
    torch.set_num_threads(1)
    config = TrainConfig.read(sys.argv[1])
    cancel = CancelToken()
    with stopping_on_signals(cancel), joined_world(config.device) as world:
        torch.manual_seed(config.seed)
        result = Trainer(
            config,
            source,
            source,
            model=PlainNetwork(),
            world=world,
            report=print_to(sys.stdout),
            cancel=cancel,
        ).run("--resume" in sys.argv)
    sys.exit(0 if result.finished else 130)
