"""One runner a resource: a lease that is renewed while the run goes on, else a lock on a file."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.journal import JournalFull

if TYPE_CHECKING:
    from hubwarden_cli.azure.lease import Held, Lease

# Seconds. A lease lives for 60.
_RENEW: Final = 20
_DOUBTFUL: Final = 40


def elapsed() -> float:
    """Seconds, with those of a machine that was suspended: Linux leaves them out of monotonic."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lock(Protocol):
    """What keeps a second runner away."""

    def check(self) -> None:
        """Raises a Failure where it is not ours any more."""


class Taken(Failure):
    """Another runner works on the resource."""


class FileLock:
    """Held until the process ends, by the kernel's word: there is nothing to check."""

    epochs: Sequence[int] = ()

    def check(self) -> None:
        return


class LeaseLock:
    """Leases that a thread renews. Who was asleep for too long renews before it acts."""

    def __init__(self, held: Sequence[Held], monotonic: Callable[[], float]) -> None:
        self._held = held
        self._monotonic = monotonic
        self._renewed = monotonic()
        self._lost: Taken | None = None
        self._turn = threading.Lock()
        self._over = threading.Event()

    @property
    def epochs(self) -> Sequence[int]:
        """One a lease, higher than that of everybody who held it before."""
        return tuple(one.epoch for one in self._held)

    def check(self) -> None:
        """Taken where another runner has come between, a Failure where nobody can tell."""
        with self._turn:
            if self._lost is None and self._monotonic() - self._renewed > _DOUBTFUL:
                self._renew()
            if self._lost is not None:
                raise self._lost

    @contextmanager
    def kept(self) -> Iterator[LeaseLock]:
        """Renewed inside."""
        thread = threading.Thread(target=self._keep, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def _keep(self) -> None:
        while self._lost is None and not self._over.wait(_RENEW):
            with self._turn:
                try:
                    self._renew()
                except Failure:
                    # Ours until its time is over; `check` asks again before anything is done.
                    continue

    def _renew(self) -> None:
        from hubwarden_cli.azure.lease import LeaseTaken

        began = self._monotonic()
        try:
            for one in self._held:
                one.renew()
        except LeaseTaken as taken:
            self._lost = Taken(str(taken))
            return
        self._renewed = began


@contextmanager
def locked(
    resources: Iterable[ResourceId],
    folder: Path,
    lease: Lease | None,
    monotonic: Callable[[], float] = elapsed,
) -> Iterator[FileLock | LeaseLock]:
    """Every resource is ours inside; Taken where one is not to be had. Nobody waits."""
    ordered = sorted(set(resources), key=lambda one: one.path.casefold())
    with ExitStack() as stack:
        # Beside a lease too: it is free, and tells two runners of this machine at once.
        for one in ordered:
            stack.enter_context(_flock(folder, one))
        if lease is None:
            yield FileLock()
            return
        held = [stack.enter_context(_leased(lease, one)) for one in ordered]
        yield stack.enter_context(LeaseLock(held, monotonic).kept())


@contextmanager
def _leased(lease: Lease, resource: ResourceId) -> Iterator[Held]:
    from hubwarden_cli.azure.lease import LeaseTaken

    try:
        held = lease.acquire(resource)
    except LeaseTaken as taken:
        raise Taken(str(taken)) from None
    try:
        yield held
    finally:
        _released(held)


def _released(held: Held) -> None:
    try:
        held.release()
    except Failure:
        return  # It ends by itself.


@contextmanager
def _flock(folder: Path, resource: ResourceId) -> Iterator[None]:
    import fcntl

    digest = hashlib.sha256(resource.path.casefold().encode()).hexdigest()[:32]
    path = folder / f"{digest}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise JournalFull(
            f"{path} cannot be written ({error.strerror}), and nothing is done without a lock; make"
            " the folder writable, then run the command again."
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Taken(
                f"Another process works on {resource}: wait for it, or look with `hubwarden creds"
                " status`."
            ) from None
        yield
    finally:
        os.close(handle)
