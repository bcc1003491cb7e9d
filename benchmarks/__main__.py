"""Every benchmark."""

import asyncio

from benchmarks import answer

answer.report(asyncio.run(answer.compare()))
