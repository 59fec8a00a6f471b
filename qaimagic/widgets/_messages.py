"""Messages from the front end while a cell runs: where ipykernel needs help to deliver them."""

from __future__ import annotations

from typing import Any


def answer_on_subshell(widget: Any) -> None:
    """Let ipykernel 7.4 hand on what a widget's front end sends while a cell runs.

    It would route it to the shell that last wrote to the widget, which is the one that runs the
    cell. Other versions lack the method and do not need this; a browser test watches all of them.
    """
    comm = widget.comm
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, default: default


def deliver(widget: Any) -> None:
    """Hand a widget what its front end has sent, in ipykernel 6, which does so between cells alone.

    Messages for anyone else stay where they are, in their order. Later versions have subshells.
    """
    comm = widget.comm
    kernel = getattr(comm, "kernel", None)
    queue = getattr(kernel, "msg_queue", None)
    if kernel is None or queue is None or kernel.shell_stream is None:
        return
    kernel.shell_stream.flush()
    waiting = [queue.get_nowait() for _ in range(queue.qsize())]
    for item in waiting:
        message = _for_comm(kernel.session, item, comm.comm_id)
        if message is None:
            queue.put_nowait(item)
        else:
            comm.handle_msg(message)


def _for_comm(session: Any, item: tuple[Any, ...], comm_id: str) -> dict[str, Any] | None:
    """Return the message of a queued item if a comm's front end sent it.

    A message may be taken apart once, since its signature is then used up: so its header is read
    first.
    """
    frames = next((part for part in item[2] if isinstance(part, list)), None)
    if frames is None:
        return None
    _, parts = session.feed_identities(frames, copy=False)
    header, content = (session.unpack(parts[place].bytes) for place in (1, 4))
    if header["msg_type"] != "comm_msg" or content["comm_id"] != comm_id:
        return None
    found: dict[str, Any] = session.deserialize(parts, content=True, copy=False)
    return found
