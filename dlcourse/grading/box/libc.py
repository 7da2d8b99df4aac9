"""The C library with `prctl`, opened on first use: it is Linux's, but other systems import what calls it."""

import ctypes
from functools import cache


@cache
def libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return library
