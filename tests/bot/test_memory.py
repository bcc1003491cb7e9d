from __future__ import annotations

import subprocess
import sys

import pytest

from bot import memory

HELD = """
from bot.memory import give_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

pieces = [bytes(8_000) for _ in range(10_000)]
last = pieces.pop()
del pieces
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(memory._trim is None, reason="the allocator of this system has no malloc_trim")
def test_what_is_free_goes_back_although_something_small_stays_behind_it() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 50_000_000
