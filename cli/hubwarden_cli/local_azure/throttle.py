"""Token buckets: what is asked for too often is refused (429), or waits first."""

from __future__ import annotations

from typing import Final

from .message import Answer, Problem, Request, azure_error, retry_after
from .resource import Resource
from .world import World

_LEFT: Final = "x-ms-ratelimit-remaining-subscription-"


class Bucket:
    """Holds `capacity` tokens at most and is full at first."""

    def __init__(self, capacity: float, per_second: float, now: float) -> None:
        self._capacity, self._per_second = capacity, per_second
        self._left, self._at = capacity, now

    def take(self, now: float) -> bool:
        """One token, if there is one."""
        self._left = min(self._capacity, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def left(self) -> int:
        return int(self._left)

    @property
    def wait(self) -> float:
        """Seconds until the next token."""
        return max(0.0, 1 - self._left) / self._per_second


class Throttle:
    """The buckets of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._arm: dict[str, Bucket] = {}
        self._planes: dict[str, Bucket] = {}
        quota, now = world.behaviour.quota, world.clock.now()
        if quota is not None:
            self._arm = {
                "writes": Bucket(quota.writes, quota.writes_per_second, now),
                "reads": Bucket(quota.reads, quota.reads_per_second, now),
            }

    def arm(self, request: Request) -> dict[str, str]:
        """Charges a request; the headers say what is left."""
        name = "reads" if request.method == "GET" else "writes"
        bucket = self._arm.get(name)
        if bucket is None:
            return {}
        if not bucket.take(self._world.clock.now()):
            raise Problem(self._refusal(bucket))
        return {f"{_LEFT}{name}": str(bucket.left)}

    def data_plane(self, resource: Resource) -> None:
        """Charges a request; one that need not wait too long waits."""
        behaviour, clock = self._world.behaviour, self._world.clock
        if behaviour.data_plane_per_minute is None:
            return
        units = resource.stored.get("sku", {}).get("capacity", 1)
        a_minute = behaviour.data_plane_per_minute * units
        fresh = Bucket(a_minute, a_minute / 60, clock.now())
        bucket = self._planes.setdefault(resource.host, fresh)
        if bucket.take(clock.now()):
            return
        if bucket.wait <= behaviour.data_plane_queue:
            # A moment more, so that no rounding leaves the bucket just below its token.
            clock.sleep(bucket.wait + 0.001)
            if bucket.take(clock.now()):
                return
        raise Problem(self._refusal(bucket))

    def _refusal(self, bucket: Bucket) -> Answer:
        behaviour, now = self._world.behaviour, self._world.clock.now()
        told = azure_error(429, "TooManyRequests", "The request is throttled.")
        seconds = behaviour.retry_after
        # Whole seconds are all that Retry-After can say.
        seconds = float(int(bucket.wait) + 1) if seconds is None else seconds
        return Answer(429, told.body, retry_after(seconds, behaviour.retry_after_form, now))
