from __future__ import annotations

import torch

from vrn_core.inference.device import available_devices, choose_device, use_threads


def test_every_device_that_is_offered_can_be_chosen():
    found = available_devices()
    assert found[0] == "cpu"
    assert [choose_device(name).type for name in found] == found


def test_the_number_of_threads_is_set_and_set_back():
    before = torch.get_num_threads()
    use_threads(3)
    assert torch.get_num_threads() == 3
    use_threads(0)
    assert torch.get_num_threads() == before
