from __future__ import annotations

import io
import linecache
import logging
import os
import subprocess
import sys

import pytest
import structlog
import yaml

from bot import memory
from bot.log import set_up_logging

RESIDENT = """
from bot.memory import give_back, set_up_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

def pieces(size, count):
    made = [bytes([1]) * size for _ in range(count)]
    return made, made.pop()
"""
FREED_WITHIN = """
made, behind = pieces(8_000, 10_000)
made.clear()
before = resident()
give_back()
print(before - resident())
"""
FREED_IN_CIRCLES = """
import gc
gc.disable()  # the collector has not come by yet
for _ in range(10_000):
    circle = [bytes([1]) * 8_000]
    circle.append(circle)
before = resident()
give_back()
print(before - resident())
"""
FREED_AMONG_SMALL = """
made = [str(number) * 12 for number in range(10**6, 2 * 10**6)]
kept = made[::400]  # one in 50 kB
made.clear()
before = resident()
give_back()
print(before - resident())
"""
FREED_LARGE = """
set_up_memory()
bytearray(16_000_000)  # by the end of such a one glibc learns to keep the next in its heap
made, behind = pieces(1_000_000, 80)
before = resident()
made.clear()
print(before - resident())
"""


@pytest.mark.skipif(memory._trim is None, reason="the allocator of this system is not glibc's")
@pytest.mark.parametrize("steps", [FREED_WITHIN, FREED_IN_CIRCLES, FREED_AMONG_SMALL, FREED_LARGE])
def test_what_is_free_goes_back_although_something_small_stays_behind_it(steps: str) -> None:
    line = [sys.executable, "-c", RESIDENT + steps]
    deployed = {**os.environ, "PYTHONMALLOC": "malloc"}
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=deployed)
    assert int(done.stdout) > 50_000_000


def test_of_an_error_that_is_logged_no_source_file_stays_in_memory() -> None:
    written = io.StringIO()
    set_up_logging(written)
    linecache.clearcache()
    try:
        yaml.safe_load("[")
    except yaml.YAMLError as error:
        structlog.get_logger().error("broken", exc_info=error)
        logging.getLogger("yaml").exception("Broken too")
    set_up_logging()
    assert written.getvalue().count("yaml/parser.py:") > 1
    assert not linecache.cache


def test_who_gives_back_again_and_again_does_not_look_for_circles_each_time() -> None:
    steps = """
import gc
from bot.memory import give_back
much = [[number] for number in range(300_000)]
before = gc.get_stats()[2]["collections"]
for _ in range(20):
    give_back()
print(gc.get_stats()[2]["collections"] - before)
"""
    line = [sys.executable, "-c", steps]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert int(done.stdout) == 1
