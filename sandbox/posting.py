"""From a body with text and blocks to a message: the checks that all ways of posting share."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.blocks import MESSAGE
from sandbox.errors import SlackError
from sandbox.mrkdwn import pings
from sandbox.things import File, Json, Message
from sandbox.validate import check_blocks
from sandbox.workspace import Workspace

# https://docs.slack.dev/changelog/2018-truncating-really-long-messages
CUT_AT = 40_000


@dataclass(frozen=True)
class Draft:
    """What shall be said, found right."""

    text: str
    blocks: tuple[Json, ...]
    attachments: tuple[Json, ...]
    metadata: Json | None
    pings: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def on(self, message: Message) -> Message:
        """The message with these contents."""
        return replace(
            message,
            text=self.text,
            blocks=self.blocks,
            attachments=self.attachments,
            metadata=self.metadata,
            pings=self.pings,
        )


def draft(space: Workspace, body: Json) -> Draft:
    """Check a body as Slack does; raise its refusal or give what can be posted."""
    text, blocks, attachments = body.get("text") or "", body.get("blocks"), body.get("attachments")
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", details=("must be a string [json-pointer:/text]",))
    if blocks is not None:
        check_blocks(blocks, MESSAGE)
        _check_files(space, blocks)
    _check_attachments(attachments)
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    metadata = body.get("metadata") or None
    _check_metadata(metadata)
    loud = body.get("link_names") in {True, "true", "1"} or body.get("parse") == "full"
    silent = body.get("mrkdwn") in {False, "false", "0"}
    return Draft(
        text=text[:CUT_AT],
        blocks=tuple(space.named_blocks(blocks or [])),
        attachments=tuple(attachments or []),
        metadata=metadata,
        pings=pings("" if silent else text, blocks, parse_names=loud),
        warnings=("message_truncated",) if len(text) > CUT_AT else (),
    )


def _check_attachments(attachments: Any) -> None:
    """https://docs.slack.dev/reference/methods/chat.postMessage: at most 100 attachments."""
    if attachments is None:
        return
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if "blocks" in attachment:
            check_blocks(attachment["blocks"], MESSAGE)


def _check_metadata(metadata: Any) -> None:
    """https://docs.slack.dev/messaging/message-metadata: event_type and event_payload."""
    if metadata is None:
        return
    right = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not right:
        raise SlackError("invalid_metadata_format")


def _check_files(space: Workspace, blocks: list[Json]) -> None:
    """Seen: a ``slack_file`` image is refused until the file is shared and has been processed."""
    for index, block in enumerate(blocks):
        for part in (block, block.get("accessory") or {}):
            wanted = part.get("slack_file")
            file = space.files.get(str(wanted.get("id"))) if wanted else None
            if wanted and not (file and is_ready(space, file)):
                raise SlackError(
                    "invalid_blocks", details=(f"invalid slack file [json-pointer:/blocks/{index}]",)
                )


def is_ready(space: Workspace, file: File) -> bool:
    """Whether an upload has been processed."""
    return file.ready_at is not None and space.clock.now() >= file.ready_at
