"""files.*: an upload in three steps, processed a moment after it is complete.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from dataclasses import replace

from sandbox.errors import SlackError
from sandbox.methods.chat import announce
from sandbox.methods.desk import Args, Desk
from sandbox.people import BOT_USER
from sandbox.posting import is_ready
from sandbox.things import File, Json, Message

# Seen: a file can be used in blocks only some time after it is complete; here that takes a second.
PROCESSING = 1.0


def get_upload_url(desk: Desk, args: Args) -> Json:
    """An address to send the bytes to, for a name and a length."""
    name, length = args.text("filename"), args.whole("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", details=("length must be greater than 0",))
    file = File(desk.space.new_id("F"), name, length, alt_text=args.maybe("alt_txt") or "")
    desk.space.files[file.id] = file
    return {"ok": True, "upload_url": f"{desk.address()}/upload/{file.id}", "file_id": file.id}


def complete_upload(desk: Desk, args: Args) -> Json:
    """Say that the bytes are there, and where the files are shared."""
    wanted = args.parsed("files")
    if not isinstance(wanted, list) or not all(isinstance(entry, dict) for entry in wanted) or not wanted:
        raise SlackError("invalid_arguments", details=("missing required field: files",))
    given = args.maybe("channel_id") or args.maybe("channels")
    rooms = [desk.channel(name, live=True) for name in (given or "").split(",") if name]
    done: list[File] = []
    for entry in wanted:
        file = desk.space.files.get(str(entry.get("id")))
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        ready_at = desk.space.clock.now() + PROCESSING
        title = entry.get("title") or file.name
        file = replace(file, title=title, channels=tuple(room.id for room in rooms), ready_at=ready_at)
        desk.space.files[file.id] = file
        done.append(file)
    for room in rooms:
        message = Message(
            room.id,
            desk.space.new_ts(),
            BOT_USER,
            text=args.maybe("initial_comment") or "",
            thread_ts=args.maybe("thread_ts"),
            by_bot=True,
            files=tuple(file.id for file in done),
            subtype="file_share",
        )
        announce(desk, desk.space.post(message))
    return {"ok": True, "files": [_body(desk, file) for file in done]}


def info(desk: Desk, args: Args) -> Json:
    """One file; ``mimetype`` and addresses come once it has been processed."""
    file = desk.space.files.get(args.text("file"))
    if file is None or file.ready_at is None:
        raise SlackError("file_not_found")
    return {"ok": True, "file": _body(desk, file)}


def _body(desk: Desk, file: File) -> Json:
    body: Json = {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "user": BOT_USER,
        "channels": list(file.channels),
        "alt_txt": file.alt_text,
        "mimetype": "",
        "filetype": "",
    }
    if is_ready(desk.space, file):
        kind = file.name.rpartition(".")[2].lower()
        body |= {
            "filetype": kind,
            "mimetype": f"image/{kind}" if kind in {"png", "gif", "jpeg"} else "application/octet-stream",
            "url_private": f"{desk.address()}/files/{file.id}/{file.name}",
        }
    return body
