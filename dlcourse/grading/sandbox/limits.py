"""How much one submission may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """CPU time decides; the clock ends only what waits for ever. A step: one cell, or one exercise."""

    cpu: int = 10  # seconds a step
    cpu_total: int = 60  # seconds a submission
    wall: float = 60.0  # seconds a step
    wall_total: float = 300.0  # seconds a submission
    memory: int = 1 << 30  # bytes of address space
    starts: int = 12  # children a submission may use up
