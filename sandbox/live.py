"""Tells open pages that something has changed; they ask for the state themselves."""

import asyncio
from collections.abc import AsyncIterator


class Live:
    """A stream of "look again" for each page."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Event] = set()
        self._closed = False

    def changed(self) -> None:
        """Something is different."""
        for page in self._pages:
            page.set()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self.changed()

    async def lines(self) -> AsyncIterator[str]:
        """Server-Sent Events: one at the start and one after each change, no more than 20 a second."""
        page, self._closed = asyncio.Event(), False
        self._pages.add(page)
        try:
            while not self._closed:
                yield "data: look\n\n"
                await page.wait()
                page.clear()
                await asyncio.sleep(0.05)
        finally:
            self._pages.discard(page)
