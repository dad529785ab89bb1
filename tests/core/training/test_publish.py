from __future__ import annotations

import json

import pytest
import torch

from vrn_core.config import TrainConfig
from vrn_core.errors import ConfigError
from vrn_core.models import create_model, load_model, save_model
from vrn_core.training.publish import publish


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    torch.manual_seed(0)
    config = TrainConfig.from_dict(
        {
            "run_folder": str(folder),
            "model": "vrn-guided",
            "steps": 10,
            "landmark_network": str(tmp_path / "secret-place" / "best.safetensors"),
        }
    )
    save_model(
        create_model("vrn-guided"),
        folder / "best.safetensors",
        name="vrn-guided",
        size="lite",
        overrides={},
        metadata={
            "step": 10,
            "samples": 80,
            "validation": {"volume_iou": 0.5},
            "config": config.to_dict(),
        },
    )
    config.write(folder / "config.json")
    rows = [
        {"kind": "train", "step": 10, "samples": 80, "loss": 0.3},
        {"kind": "validation", "step": 10, "samples": 80, "volume_iou": 0.5},
    ]
    (folder / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder


def test_card_holds_the_figures_of_the_log_and_of_the_evaluation(run, tmp_path, data_folder):
    evaluation = tmp_path / "evaluation.json"
    by_yaw = {"landmarks": "detected", "yaw_deg": "all", "pictures": 13, "found": 1.0}
    by_yaw |= {"iou": 0.8765, "nme_interocular": 0.0321, "landmark_nme": 0.0345}
    by_group = {"kind": "gender", "group": "female", "people": 14, "iou": 0.87}
    by_group |= {"nme_interocular": 0.0333, "nme_spread": 0.001, "nme_difference": 0.042}
    evaluation.write_text(
        json.dumps({"methods": {"vrn-guided": {"rows": [by_yaw], "groups": [by_group]}}})
    )
    weights, card = publish(run, "mine", evaluation, folder=tmp_path, note="Half a day.")
    text = card.read_text()
    for shown in ("80 samples in all", "0.8765", "0.0321", "+4.2%", "Half a day."):
        assert shown in text
    assert "secret-place" not in text
    assert next(load_model(weights).parameters()).dtype == torch.float32
    assert weights.stat().st_size < 4_500_000


def test_missing_log_is_named(tmp_path, run, data_folder):
    (run / "log.jsonl").unlink()
    with pytest.raises(ConfigError, match=r"cannot read the log .*log\.jsonl"):
        publish(run, "mine", folder=tmp_path)
    assert not (tmp_path / "mine.md").exists()
