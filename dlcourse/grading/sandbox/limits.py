"""How much one submission may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """CPU time decides; the clock ends only what waits for ever. A step: one cell, or one exercise."""

    cpu: int = 10  # seconds a step
    cpu_total: int = 60  # seconds a submission
    wall: float = 60.0  # seconds a step
    wall_total: float = 300.0  # seconds a submission
    idle: float = 6.0  # seconds in which it only waits
    memory: int = 1 << 30  # bytes of address space
    starts: int = 12  # children a submission may use up
    judging_cpu: float = 20.0  # seconds that judging a submission may take
    judging_memory: int = 300 << 20  # bytes that it may take, beyond what the judge has to begin with
    student: float = 600.0  # seconds for all that one student has handed in, in one run
