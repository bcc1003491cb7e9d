"""Every benchmark."""

import asyncio

from benchmarks import answer, compose, page, sending

answer.report(asyncio.run(answer.compare()))
compose.report(asyncio.run(compose.compare()))
sending.report(asyncio.run(sending.compare()))
page.report(asyncio.run(page.compare()))
