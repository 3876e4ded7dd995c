"""What the engine would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frames import here

if TYPE_CHECKING:
    from ..frames import Frames


class Refusal(Exception):
    """The text is the sentence that the user reads; its place is that of the refused call."""

    def __init__(self, text: str, frames: Frames | None = None) -> None:
        super().__init__(text)
        # Raised in a thread of the SDK's, its own traceback shows no code of the user's.
        self._hubwarden_frames = frames or here()
