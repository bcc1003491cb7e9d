"""Reading an archive, and looking whether it is whole before anything is done with it."""

from __future__ import annotations

import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from storage.archive.form import MANIFEST, ArchiveRefused, Kept, Manifest, read_manifest, row_of
from storage.migrate import is_known

_TORN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, RuntimeError, OSError,
    ValueError,
)  # fmt: skip
"""What the standard library raises for a file that was cut or changed."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and its manifest, once every byte of it was looked at. Raises `ArchiveRefused`."""
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            manifest = read_manifest(archive.read(MANIFEST))
            for name, kept in manifest.tables.items():
                _check(archive, name, kept)
        except ArchiveRefused:
            raise
        except _TORN as error:
            raise ArchiveRefused(
                f"{path} is damaged ({type(error).__name__}); nothing was restored. Take another backup"
            ) from error
        if not is_known(manifest.revision):
            raise ArchiveRefused(
                f"the archive holds tables of a newer version (revision {manifest.revision}); "
                "install that one to restore it"
            )
        yield archive, manifest


def rows_of(archive: zipfile.ZipFile, name: str, kept: Kept) -> Iterator[dict[str, Any]]:
    """The rows of a table in an archive, one by one."""
    with archive.open(f"{name}.jsonl") as lines:
        for line in lines:
            yield row_of(line, kept.columns)


def _check(archive: zipfile.ZipFile, name: str, kept: Kept) -> None:
    digest, rows = hashlib.sha256(), 0
    with archive.open(f"{name}.jsonl") as lines:
        for line in lines:
            digest.update(line)
            rows += 1
    if (digest.hexdigest(), rows) != (kept.sha256, kept.rows):
        raise ArchiveRefused(
            f"the table {name} in the archive is not as it was written; nothing was restored. Take another "
            "backup"
        )
