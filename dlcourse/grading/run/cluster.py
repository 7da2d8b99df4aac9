"""Grading on the machines of a Dask cluster."""

import hashlib
import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager

from dlcourse.course.errors import UserError
from dlcourse.course.interrupts import uninterrupted
from dlcourse.course.language import catalogue_digest, languages
from dlcourse.exercises import exercises

_PATIENCE = "10s"


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor on the scheduler at `address`, and how many jobs it does at once.

    Raises UserError where there is no such cluster, or where its machines would judge otherwise than ours.
    """
    try:
        with uninterrupted():
            from distributed import Client, KilledWorker
    except ImportError:
        raise UserError("--cluster needs Dask: pip install 'dlcourse[cluster]'") from None
    with _unlogged():
        try:
            client = Client(address, timeout=_PATIENCE)
        except (OSError, ValueError) as error:
            raise UserError(
                f"no Dask scheduler answers at {address}: start `dask scheduler` there"
            ) from error
        with client:
            _see_that_all_judge_alike(client, address)
            try:
                yield client.get_executor(pure=False), sum(client.nthreads().values())
            except (KilledWorker, CancelledError) as error:
                why = f"the cluster at {address} broke off ({type(error).__name__})"
                raise UserError(f"{why}; run the same command again, what is graded is kept") from error


@contextmanager
def _unlogged() -> Iterator[None]:
    """Without Dask's own words on a connection that is lost, tracebacks of several screens."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _see_that_all_judge_alike(client, address: str) -> None:
    found = client.run(exercises_digest, on_error="return")
    if not found:
        raise UserError(
            f"the cluster at {address} has no workers: start `dask worker {address}` on some machine"
        )
    ours = exercises_digest()
    others = sorted(worker for worker, digest in found.items() if digest != ours)
    if others:
        raise UserError(
            f"{others[0]} has not the dlcourse and the Python of this machine: install the same there"
        )


def exercises_digest() -> str:
    """Tells whether two installations judge alike."""
    versions = sorted((name, exercise.version) for name, exercise in exercises().items())
    words = [(language, catalogue_digest(language)) for language in languages()]
    return hashlib.sha256(repr((versions, words)).encode()).hexdigest()
