"""Cells that try to earn what they did not, or to harm others; each is handed in as an answer to `sigmoid`."""

# ruff: noqa: E501  (an attack a line, where one fits)


def _inside(*lines: str) -> str:
    return "def sigmoid(x):\n    " + "\n    ".join(lines)


def _everywhere(action: str, *after: str) -> str:
    """`action` on each file descriptor fd that may be the wire."""
    tries = "for fd in range(3, 64):", f"    try: {action}", "    except OSError: pass"
    return _inside("import os", *tries, *after)


ATTACKS = {
    # endings
    "exit": _inside("exit()"),
    "sys.exit": _inside("import sys", "sys.exit(0)"),
    "os._exit": _inside("import os", "os._exit(0)"),
    "a crash": _inside("import ctypes", "ctypes.string_at(0)"),
    "endless recursion": _inside("return sigmoid(x)"),
    "endless recursion in C": _inside("import sys", "sys.setrecursionlimit(10**9)", "return sigmoid(x)"),
    "signals to itself": _inside("import os", "os.kill(os.getpid(), 9)"),
    "a signal to its parent": _inside("import os", "os.kill(os.getppid(), 9)"),
    "a signal to all": _inside("import os", "os.kill(-1, 9)"),
    "SIGIO by fcntl": _inside("import fcntl, os", "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())"),
    # using things up
    "a loop": _inside("while True:", "    pass"),
    "a loop that swallows": _inside("while True:", "    try:", "        while True: pass", "    except BaseException: pass"),
    "a memory bomb": _inside("return [bytearray(1 << 24) for _ in range(1 << 20)]"),
    "a huge result": _inside("return np.zeros(1 << 26)"),
    "a long result": _inside("return [0.5] * 10**7"),
    "a deep result": _inside("a = []", "for _ in range(10**5): a = [a]", "return a"),
    "a result that holds itself": _inside("a = []", "a.append(a)", "return a"),
    "a flood of output": _inside("for _ in range(10**5): print('x' * 1000)"),
    "a flood on file descriptors": _inside("import os", "for fd in (1, 2): os.write(fd, b'x' * 10**6)", "return 0"),
    "fork": _inside("import os", "os.fork()"),
    "a thread": _inside("import threading", "threading.Thread(target=print).start()"),
    "a pool": _inside("import multiprocessing", "multiprocessing.Pool(2)"),
    "a program": _inside("import subprocess", "subprocess.run(['/bin/sh'])"),
    # reaching out
    "a socket": _inside("import socket", "socket.create_connection(('127.0.0.1', 1))"),
    "a file": _inside("open('/tmp/attack', 'w')"),
    "the password file": _inside("return open('/etc/passwd').read()"),
    "its own memory": _inside("return open('/proc/self/mem', 'rb').read(1)"),
    "ptrace": _inside("import ctypes", "return ctypes.CDLL(None).ptrace(16, 1, 0, 0)"),
    "the reference by import": _inside("from dlcourse.activations import sigmoid as s", "return s(x)"),
    "the reference on disk": _inside(
        "import glob, importlib.util",
        "for path in glob.glob('/**/dlcourse/activations.py', recursive=True):",
        "    spec = importlib.util.spec_from_file_location('a', path)",
        "    module = importlib.util.module_from_spec(spec)",
        "    spec.loader.exec_module(module)",
        "    return module.sigmoid(x)",
    ),
    "frames": _inside("import sys", "f = sys._getframe()", "while f: seen, f = f.f_locals, f.f_back", "return str(seen)"),
    "gc": _inside("import gc", "return next(o for o in gc.get_objects() if getattr(o, 'name', 0) == 'sigmoid').reference(x)"),
    # lies
    "an array that equals all": (
        "class Yes(np.ndarray):\n    def __eq__(self, other): return True\n    __le__ = __lt__ = __eq__\n"
        + _inside("return np.zeros(np.shape(x)).view(Yes)")
    ),
    "a number that equals all": "class Yes(float):\n    __eq__ = __le__ = lambda *a: True\n" + _inside("return Yes()"),
    "patched NumPy": "np.allclose = np.array_equal = np.all = lambda *a, **k: True\n" + _inside("return x"),
    "patched builtins": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\n" + _inside("return 1")
    ),
    "a patched wire": (
        "import sys\nfor m in list(sys.modules.values()):\n"
        "    if hasattr(m, 'encode_outcome'): m.encode_outcome = lambda o: b''\n" + _inside("return x")
    ),
    "a metaclass of lies": (
        "class M(type):\n    __instancecheck__ = lambda *a: True\n    __name__ = property(lambda s: 'float')\n"
        "class A(metaclass=M): __class__ = float\n" + _inside("return A()")
    ),
    "an exception that lies": (
        "class E(Exception):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\n" + _inside("raise E")
    ),
    "not implemented, at times": _inside("if np.size(x) > 1: raise NotImplementedError", "return 0"),
    # the protocol
    "noise on the wire": _everywhere("os.write(fd, b'\\xff' * 64)"),
    "a frame that never ends": _everywhere("os.write(fd, b'\\x01\\xff\\xff\\xff')", "while True: pass"),
    "a flood of frames": _everywhere("os.write(fd, b'\\0\\0\\0\\2o?' * 1000)", "os._exit(0)"),
    "empty frames": _everywhere("os.write(fd, bytes(4000))"),
    "a closed wire": _everywhere("os.close(fd)", "return 0"),
    "a wire closed for ever": _everywhere("os.close(fd)", "while True: pass"),
    "call-backs out of nowhere": _everywhere(
        "f = b'c' + sys.modules['calls'].encode_value((0, (1,))); os.write(fd, len(f).to_bytes(4, 'big') + f)"
    ).replace("import os", "import os, sys"),
    "outcomes ahead of time": _everywhere(
        "f = b'o' + c.encode_outcome(c.Outcome('returned', 0.5)); os.write(fd, 50 * (len(f).to_bytes(4, 'big') + f))"
    ).replace("import os", "import os, calls as c"),
    # code that is none
    "too many brackets": "(" * 100_000,
    "a long expression": "x = " + "+".join(["1"] * 100_000),
    "a syntax error": "def sigmoid(x:\n    return 1",
    "null bytes": "def sigmoid(x):\n    return '\0'",
    "a cell that exits": "import os\nos._exit(0)\n" + _inside("return 1 / (1 + np.exp(-x))"),
    "a cell that loops": "while True: pass",
}  # fmt: skip

# They change their own process, so that the rest of their own submission fails with it.
HARM_THEMSELVES = {"a patched wire", "outcomes ahead of time"}

# What ends these is time, whatever the walls.
SLOW = (
    "a loop",
    "a loop that swallows",
    "a memory bomb",
    "endless recursion in C",
    "a frame that never ends",
    "a cell that loops",
)
