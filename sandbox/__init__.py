"""A Slack workspace on your own machine, to try the bot and to test it.

Strict enough for a test against it to mean something: it refuses what Slack refuses, and each rule
names its source. It imports nothing of the bot. ``docs/sandbox.md`` says how to use it.
"""

from sandbox.box import Sandbox
from sandbox.clock import Clock
from sandbox.errors import BadRequest, SlackError
from sandbox.faults import Fault, Faults
from sandbox.methods import METHODS
from sandbox.pace import Limits
from sandbox.people import BOT_USER, DEFAULT_CHANNELS, DEFAULT_PEOPLE, Channel, Person
from sandbox.record import Exchange, Outcome
from sandbox.validate import check_blocks, check_view

__all__ = [
    "BOT_USER",
    "DEFAULT_CHANNELS",
    "DEFAULT_PEOPLE",
    "METHODS",
    "BadRequest",
    "Channel",
    "Clock",
    "Exchange",
    "Fault",
    "Faults",
    "Limits",
    "Outcome",
    "Person",
    "Sandbox",
    "SlackError",
    "check_blocks",
    "check_view",
]
