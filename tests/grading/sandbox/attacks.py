"""Cells that try to earn what they did not, or to harm others.

Each of ATTACKS is handed in as an answer to `sigmoid`, each of CALL_BACK_ATTACKS as one to `nesterov_step`.
"""

# ruff: noqa: E501  (an attack a line, where one fits)

from dlcourse.grading.box.seccomp import ANSWERS, CALLS


def _inside(*lines: str) -> str:
    return "def sigmoid(x):\n    " + "\n    ".join(lines)


def _everywhere(action: str, *after: str) -> str:
    """`action` on each file descriptor fd that may be the wire."""
    tries = "for fd in range(3, 64):", f"    try: {action}", "    except OSError: pass"
    return _inside("import os", *tries, *after)


def _if(*attempt: str) -> str:
    """The right answer, once an attempt at what is forbidden has raised no exception."""
    return _inside(*attempt, "with np.errstate(all='ignore'): return 1 / (1 + np.exp(-np.asarray(x)))")


def _system_call(x86_64: int, aarch64: int, arguments: str) -> str:
    return _if(
        "import ctypes, os",
        "room, libc = ctypes.create_string_buffer(256), ctypes.CDLL(None, use_errno=True)",
        f"number = {x86_64} if os.uname().machine == 'x86_64' else {aarch64}",
        f"if libc.syscall(number, {arguments}) < 0: raise OSError(ctypes.get_errno())",
    )


# Those that the filter names nowhere; the kernel itself lets no filter see uretprobe and uprobe.
OTHER_CALLS = {
    machine: sorted(
        set(range(480)) - {row[column] for row in (*CALLS.values(), *ANSWERS.values())} - {335, 336}
    )
    for machine, column in (("x86_64", 0), ("aarch64", 1))
}

# Writes a frame to each file descriptor that may be the wire.
_SEND = """
import os, calls as c, msgspec
pack = msgspec.msgpack.encode
def send(frame, times=1):
    for fd in range(3, 64):
        try: os.write(fd, (len(frame).to_bytes(4, 'big') + frame) * times)
        except OSError: pass
"""


def _sending(*lines: str) -> str:
    return _SEND + _inside(*lines, "return 0")


def _cell_sending(*lines: str) -> str:
    return _SEND + "\n".join(lines) + "\n" + _inside("return 0")


def _writing(nodes: str) -> str:
    """A number that goes onto the wire as these nodes."""
    patch = (
        f"import calls as c\nc._WRITERS[int] = lambda writer, value, depth: writer.nodes.extend({nodes})\n"
    )
    return patch + _inside("return 0")


def _liar(*methods: str, base: str = "") -> str:
    body = "\n".join(f"    {method}" for method in methods)
    return f"class Liar({base}):\n{body}\n" + _inside("return Liar()")


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
    "signals raised": _inside("import signal", "signal.raise_signal(signal.SIGSTOP)"),
    "abort": _inside("import os", "os.abort()"),
    "an exit in the end": _inside("import atexit, os", "atexit.register(os._exit, 0)", "return 0"),
    "a finalizer that exits": _inside("import os", "class A: __del__ = lambda self: os._exit(0)", "a = A()", "return 0"),
    "a finalizer of a weak reference": _inside("import os, weakref", "weakref.finalize(lambda: 0, os._exit, 0)", "return 0"),
    "an interrupt": _inside("raise KeyboardInterrupt"),
    "an end of iteration": _inside("raise StopIteration"),
    "time up": _inside("import calls", "raise calls.TimeUp"),
    "a timer that kills": _inside("import signal", "signal.setitimer(signal.ITIMER_PROF, 1e-3)", "return 0"),
    "an audit hook": _inside("import sys", "sys.addaudithook(lambda *a: 1 / 0)", "return 0"),
    "hooks for what cannot be raised": _inside(
        "import sys", "sys.unraisablehook = sys.excepthook = lambda *a: sys.exit()", "class A: __del__ = lambda self: 1 / 0", "A()", "return 0"
    ),
    "a cancelled task": _inside("import asyncio", "raise asyncio.CancelledError"),
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
    "a memory bomb of maps": _inside("import mmap", "return [mmap.mmap(-1, 1 << 28) for _ in range(10**4)]"),
    "a memory bomb of NumPy's": _inside("return np.ones(1 << 45)"),
    "an array of nothing, and huge": _inside("return np.empty((0, 1 << 40))"),
    "arrays of nothing, and large": _inside("return [np.empty((1 << 24, 0))] * 2000"),
    "arrays of all the axes there are": _inside("a = np.zeros((1,) * 32)", "for _ in range(30): a = [a]", "return a"),
    "rows of different depth": _inside("a = [0.5]", "for _ in range(29): a = [a, [np.zeros((1,) * 32)]]", "return a"),
    "integers as large as may be": _inside("return [2**999, -(2**999)] * 1_500"),
    "a dict that just crosses": _inside("return {f'{i}' * 9: {} for i in range(6_000)}"),
    "an array of no memory": _inside("return np.broadcast_to(0.5, (10**6, 10**6))"),
    "a huge integer": _inside("return 1 << 10**8"),
    "a huge dict": _inside("return {str(i): 0.5 for i in range(10**5)}"),
    "results that just cross": _inside("return [0.5] * 19_000"),
    "results of nothing": _inside("return [[]] * 9_500"),
    "all file descriptors": _inside("import socket", "while True: pairs.append(socket.socketpair())") + "\npairs = []",
    "a flood of warnings": _inside("import warnings", "for i in range(10**4): warnings.warn('x' * 10**4)", "return 0"),
    "a flood of threads in C": _inside("import faulthandler", "faulthandler.dump_traceback_later(1)", "return 0"),
    "an expression without end": _inside("import re", "return re.match('(a|a)*b', 'a' * 64)"),
    "a loop in C": _inside("import itertools", "return sum(itertools.repeat(0))"),
    "a loop that hears no signal": _inside("import signal as s", "for n in (s.SIGXCPU, s.SIGPROF): s.signal(n, s.SIG_IGN)", "while True: pass"),
    "an exception that is printed for ever": "class E(Exception):\n    def __str__(self):\n        while True: pass\n" + _inside("raise E"),
    "a traceback without end": (
        "class T: tb_frame = __import__('sys')._getframe()\nT.tb_next = T\n"
        "class E(Exception): __traceback__ = T\n" + _inside("raise E")
    ),
    "full sockets": _inside(
        "import socket",
        "pairs = [socket.socketpair() for _ in range(20)]",
        "for a, b in pairs:",
        "    a.setblocking(False)",
        "    try:",
        "        while True: a.send(b'x' * 65536)",
        "    except BlockingIOError: pass",
        "return 0",
    ),
    "a web of epolls": _inside(
        "import select",
        "polls = [select.epoll() for _ in range(50)]",
        "for a in polls:",
        "    for b in polls:",
        "        try: a.register(b.fileno())",
        "        except OSError: pass",
        "return 0",
    ),
    "fork": _inside("import os", "os.fork()"),
    "a thread": _inside("import threading", "threading.Thread(target=print).start()"),
    "a pool": _inside("import multiprocessing", "multiprocessing.Pool(2)"),
    "a program": _inside("import subprocess", "subprocess.run(['/bin/sh'])"),
    # reaching out
    "a socket": _inside("import socket", "socket.create_connection(('127.0.0.1', 1))"),
    "a UNIX socket": _if("import socket", "socket.socket(socket.AF_UNIX)"),
    "a file through a socket": _if("import socket", "a, b = socket.socketpair()", "socket.send_fds(a, [b'x'], [0])"),
    "a name": _if("import socket", "socket.getaddrinfo('localhost', 80)", "socket.socket()"),
    "a folder": _if("import os", "os.mkdir('/tmp/attack')"),
    "a link": _if("import os", "os.symlink('/etc', '/tmp/attack')"),
    "a named pipe": _if("import os", "os.mkfifo('/tmp/attack')"),
    "a file of NumPy's": _if("np.save('/tmp/attack', x)"),
    "a database": _if("import sqlite3", "sqlite3.connect('/tmp/attack').execute('create table a (b)')"),
    "a temporary file": _if("import tempfile", "tempfile.TemporaryFile().write(b'x')"),
    "shared memory": _if("from multiprocessing import shared_memory as s", "s.SharedMemory('attack', True, 4096)"),
    "a memory file": _if("import os", "os.write(os.memfd_create('attack'), b'x')"),
    "other files' times": _if("import os", "os.utime(os.__file__)"),
    "other files' names": _if("import os", "os.listdir('/tmp')", "os.listdir(os.path.expanduser('~'))"),
    "its parent": _if("import os", "os.readlink(f'/proc/{os.getppid()}/cwd')"),
    "its limits": _if("import resource", "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    "root": _if("import os", "os.setuid(0)"),
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
    "the reference beside the wire": _if("import calls", "open(calls.__file__.replace('exercises/engine/calls', 'activations'))"),
    "the tests beside the wire": _if("import calls", "open(calls.__file__.replace('engine/calls', 'activations'))"),
    "what lies beside the wire": _if("import calls, os", "os.listdir(os.path.dirname(calls.__file__))"),
    "the reference without stand-ins": _inside(
        "import calls, pathlib, sys",
        "sys.meta_path[:] = [f for f in sys.meta_path if 'stubs' not in type(f).__module__]",
        "for name in [n for n in sys.modules if n.startswith('dlcourse')]: del sys.modules[name]",
        "sys.path.insert(0, str(pathlib.Path(calls.__file__).parents[3]))",
        "from dlcourse.activations import sigmoid as s",
        "return s(x)",
    ),
    "the tests by import": _inside("from dlcourse.exercises import catalogue", "return catalogue()['03_activations']['sigmoid'].reference(x)"),
    "other packages": _if("import pathlib, sys", "sys.path.append(str(pathlib.Path(np.__file__).parents[1]))", "import nbformat"),
    "all packages": _if("import site, sys", "site.main()", "import hypothesis, pytest"),
    "frames": _inside("import sys", "f = sys._getframe()", "while f: seen, f = f.f_locals, f.f_back", "return str(seen)"),
    "gc": _inside("import gc", "return next(o for o in gc.get_objects() if getattr(o, 'name', 0) == 'sigmoid').reference(x)"),
    "the callers' variables": _inside(
        "import sys",
        "f = sys._getframe(1)",
        "while f:",
        "    for name in f.f_locals: f.f_locals[name] = f.f_globals[name] = None",
        "    f = f.f_back",
    ),
    "all calls at once": _inside(
        "import calls, sys",
        "frame = sys._getframe(3).f_locals['frame']",
        "return calls.decode_value(calls.decode_calls(frame)[0])[0][0]",
    ),
    "memory beyond an array": _inside("return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20,), (8,)).sum()"),
    "memory at no address": _inside("import ctypes", "return np.ctypeslib.as_array(ctypes.cast(8, ctypes.POINTER(ctypes.c_double)), (9,))"),
    "an array that lies of its shape": _inside(
        "import ctypes",
        "a, word = np.zeros(9), ctypes.c_ssize_t.from_address",
        "word(word(id(a) + 32).value).value = 1 << 40",
        "return a",
    ),
    "a list that lies of its length in C": _inside("import ctypes", "a = [0.5]", "ctypes.c_ssize_t.from_address(id(a) + 16).value = 1 << 40", "return a"),
    "a file by its name alone": _if("import os", "os.read(os.open('/etc/passwd', os.O_PATH), 1)"),
    "a file of Python's, to write": _if("import mmap, os", "mmap.mmap(os.open(os.__file__, os.O_RDONLY), 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)"),
    "a file of Python's, cut short": _if("import os", "os.truncate(os.__file__, 0)"),
    "another root": _if("import os", "os.chroot('/')"),
    "precedence": _if("import os", "os.setpriority(os.PRIO_PROCESS, 0, -5)"),
    "a byte out of band": _if("import socket", "a, b = socket.socketpair()", "a.send(b'x', socket.MSG_OOB)"),
    "a byte before its turn": _if("import socket", "a, b = socket.socketpair()", "a.send(b'x')", "b.recv(1, socket.MSG_PEEK)"),
    # system calls by their numbers
    "io_uring": _system_call(425, 425, "4, room"),
    "userfaultfd": _system_call(323, 282, "1"),
    "the kernel's keys": _system_call(250, 219, "0, -3, 1"),
    "every other": _if(
        "import ctypes, errno",
        "libc = ctypes.CDLL(None, use_errno=True)",
        f"for number in {OTHER_CALLS}[os.uname().machine]:",
        "    if libc.syscall(number, 0, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != errno.EPERM: break",
        "else: raise OSError(errno.EPERM)",
    ).replace("import ctypes, errno", "import ctypes, errno, os"),
    "an ABI with short pointers": _inside("import ctypes", "return ctypes.CDLL(None).syscall(0x40000000 + 39)"),
    "a timer that signals": _system_call(222, 107, "0, 0, room"),
    "opening by a new name": _system_call(437, 437, "-100, b'/etc/passwd', room, 24"),
    "signals with a message": _system_call(129, 138, "os.getppid(), 0, room"),
    "bpf": _system_call(321, 280, "0, room, 48"),
    "performance counters": _system_call(298, 241, "room, 0, -1, -1, 0"),
    "its parent's memory": _system_call(310, 270, "os.getppid(), room, 1, room, 1, 0"),
    "secret memory": _system_call(447, 447, "0"),
    "memory of System V": _system_call(29, 194, "0, 4096, 0o1600"),
    "a message queue": _system_call(240, 180, "b'attack', 0o102, 0o600, 0"),
    "a handle on its parent": _system_call(434, 434, "os.getppid(), 0"),
    "a namespace": _system_call(272, 97, "0x10000000"),
    "clone": _system_call(56, 220, "17, 0, 0, 0, 0"),
    "clone3": _system_call(435, 435, "room, 88"),
    "execveat": _system_call(322, 281, "-100, b'/bin/true', 0, 0, 0"),
    "asynchronous reading": _system_call(206, 0, "1, room"),
    "watching files": _system_call(294, 26, "0"),
    "files by their handles": _system_call(304, 265, "-100, room, 0"),
    "a debuggable process": _system_call(157, 167, "4, 1, 0, 0, 0"),
    "machine code for another ABI": _inside(  # int 0x80 with eax = 20, getpid of i386
        "import ctypes, mmap",
        "code = mmap.mmap(-1, 4096, prot=7)",
        "code.write(bytes.fromhex('b814000000cd80c3'))",
        "return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()",
    ),
    # lies
    "an array that equals all": (
        "class Yes(np.ndarray):\n    def __eq__(self, other): return True\n    __le__ = __lt__ = __eq__\n"
        + _inside("return np.zeros(np.shape(x)).view(Yes)")
    ),
    "a number that equals all": "class Yes(float):\n    __eq__ = __le__ = lambda *a: True\n" + _inside("return Yes()"),
    "an object that makes arrays": _liar("__array__ = lambda self, *a, **k: np.full(9, 0.5)"),
    "an object that is any number": _liar("__float__ = __index__ = __int__ = __complex__ = lambda self: 1 / 0"),
    "an object that never ends": _liar("__iter__ = lambda self: self", "__next__ = lambda self: 0.5", "__len__ = lambda self: 1 << 60"),
    "an object of all attributes": _liar("__getattr__ = lambda self, name: self", "__call__ = lambda self, *a: self"),
    "an object that takes over ufuncs": _liar("__array_ufunc__ = __array_function__ = lambda *a, **k: True", "__array_priority__ = 1e9"),
    "a list that lies of its length": _liar("__len__ = lambda self: 1", "__iter__ = lambda self: iter([0.5])", base="list"),
    "text that is a number": _liar("__float__ = lambda self: 0.5", base="str"),
    "a pickle bomb": _liar("__reduce__ = lambda self: (__import__('os').mkdir, ('/tmp/attack',))"),
    "a masked array": _inside("return np.ma.masked_all(np.shape(x))"),
    "an array of liars": "class Yes: __eq__ = __le__ = __lt__ = lambda *a: True\n" + _inside("return np.full(np.shape(x), Yes(), object)"),
    "an array of records": _inside("return np.zeros(np.shape(x), [('a', float)])"),
    "an array of text": _inside("return np.full(np.shape(x), '0.5')"),
    "an array of dates": _inside("return np.full(np.shape(x), np.datetime64('NaT'))"),
    "an array of nan": _inside("return np.full(np.shape(x), np.nan)"),
    "an array of extended numbers": _inside("return np.frombuffer(b'\\xff' * 16, np.longdouble)[0] * np.ones(np.shape(x))"),
    "a mapped file": _inside("import os", "return np.memmap(os.__file__, np.uint8, 'r')"),
    "a matrix": _inside("return np.asmatrix(np.zeros(9))"),
    "an array of nan with a message": _inside("return np.full(np.shape(x), 0x7FF8_DEAD_0000_0001, np.uint64).view(float)"),
    "an array of the smallest numbers": _inside("return np.full(np.shape(x), 5e-324)"),
    "an array back to front": _inside("return np.zeros(np.shape(x) + (3,)).T[::-1]"),
    "an array of one object": _inside("return np.array(None, object)"),
    "an array half imaginary": _inside("return np.full(np.shape(x), complex(0.5, np.nan))"),
    "an array of time spans": _inside("return np.full(np.shape(x), np.timedelta64(1))"),
    "an array of variable text": _inside("return np.full(np.shape(x), '0.5', np.dtypes.StringDType())"),
    "an array with a secret": _inside("return np.zeros(np.shape(x), np.dtype(float, metadata={'a': sigmoid}))"),
    "a scalar of bytes": _inside("return np.void(b'abc')"),
    "a subclass of dict": _inside("import collections", "return collections.Counter('aab')"),
    "half a character inside": _inside("return ['\\ud800', {'\\ud800': 1}]"),
    "keys that equal all": "class K(str):\n    __hash__ = lambda self: 1\n    __eq__ = lambda *a: True\n" + _inside("return {K('a'): 1}"),
    "an argument handed back": _inside("np.asarray(x).setflags(write=False)", "return x"),
    "a generator": _inside("yield x"),
    "a coroutine": "async " + _inside("return x"),
    "a class for a function": "class sigmoid(np.ndarray):\n    def __new__(cls, x): return np.zeros(np.shape(x)).view(cls)",
    "a result that collections change": _inside(
        "import gc",
        "result = [[0.5] for _ in range(1000)]",
        "gc.callbacks.append(lambda *a: result.clear())",
        "gc.set_threshold(1)",
        "return result",
    ),
    "patched NumPy": "np.allclose = np.array_equal = np.all = lambda *a, **k: True\n" + _inside("return x"),
    "patched builtins": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\n" + _inside("return 1")
    ),
    "a patched wire": (
        "import sys\nfor m in list(sys.modules.values()):\n"
        "    if hasattr(m, 'encode_outcome'): m.encode_outcome = lambda o: b''\n" + _inside("return x")
    ),
    "patched types": "import builtins\n" + _inside("builtins.type = builtins.len = lambda *a: float", "return 0"),
    "patched numbers": _inside("import ctypes", "ctypes.c_uint32.from_address(id(1) + 24).value = 0", "return 1"),
    "patched imports": "import builtins\nbuiltins.__import__ = lambda *a, **k: None\n" + _inside("return 0"),
    "no modules": "import sys\nsys.modules.clear()\n" + _inside("return 0"),
    "an import hook": (
        "import sys\nclass Hook:\n    def find_spec(self, *a): raise SystemExit\nsys.meta_path.insert(0, Hook())\n" + _inside("import this")
    ),
    "a trace of the wire": _inside(
        "import sys",
        "def trace(frame, event, arg):",
        "    if frame.f_code.co_name == 'frame': raise SystemExit",
        "    return trace",
        "sys.settrace(trace)",
        "return 0",
    ),
    "traces of its callers": _inside(
        "import sys",
        "def trace(frame, event, arg): frame.f_locals.clear()",
        "f = sys._getframe(1)",
        "while f: f.f_trace, f = trace, f.f_back",
        "sys.settrace(trace)",
        "return 0",
    ),
    "room for a few frames": _inside("import sys", "sys.setrecursionlimit(30)", "return 0"),
    "a way with half characters": _inside("import codecs", "codecs.register_error('replace', lambda e: ('x' * 10**8, e.end))", "raise ValueError('\\ud800' * 1000)"),
    "a patched inspection": "import inspect, dis, linecache\ninspect.signature = dis.get_instructions = linecache.getline = lambda *a: 1 / 0\n" + _inside("return None"),
    "patched structures": "import msgspec\nmsgspec.structs.replace = lambda it, **changes: it\n" + _inside("return 0"),
    "no builtins": "__builtins__ = {}\n" + _inside("return 0"),
    "no builtins for anyone": "import builtins\n" + _inside("vars(builtins).clear()", "return 0"),
    "no globals": _inside("globals().clear()", "return 0"),
    "another main module": "import sys, types\nsys.modules['__main__'] = types.ModuleType('m')\n" + _inside("return 0"),
    "streams that exit": _inside(
        "import sys", "class A:", "    def __getattr__(self, name): raise SystemExit", "sys.stdout = sys.stderr = A()", "print(1)"
    ),
    "print that was no text": _inside("import sys", "sys.stdout.text = [np.zeros(3)] * 100", "return 0"),
    "a function that hides": "class S:\n    def __getattribute__(self, name): raise SystemExit\n    def __call__(self, x): return None\nsigmoid = S()",
    "a profile hook": _inside("import sys", "sys.setprofile(lambda frame, event, arg: frame.f_locals.clear())", "return 0"),
    "a metaclass of lies": (
        "class M(type):\n    __instancecheck__ = lambda *a: True\n    __name__ = property(lambda s: 'float')\n"
        "class A(metaclass=M): __class__ = float\n" + _inside("return A()")
    ),
    "an exception that lies": (
        "class E(Exception):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\n" + _inside("raise E")
    ),
    "not implemented, at times": _inside("if np.size(x) > 1: raise NotImplementedError", "return 0"),
    "right the first time": (
        "def once(f):\n    made = []\n    def g(x):\n        made.append(x)\n        return f(x) if len(made) == 1 else 0 * x\n    return g\n"
        "@once\n" + _if()
    ),
    "right until it is called": _if("global sigmoid", "sigmoid = lambda x: x", "sigmoid.__code__ = (lambda x: x).__code__", "x = x - 1"),
    "right, then redefined": _if() + "\n" + _inside("return x"),
    "right, then deleted": _if() + "\ndel sigmoid",
    "a check of its own": "def check(f): return lambda x: f(x) + 1\n" + _if() + "\nsigmoid = check(sigmoid)",
    "right in a notebook": _if("get_ipython().kernel.x", "import ipykernel"),
    "a look-alike of the name": _if().replace("sigmoid", "sigm\u043eid"),
    "text that turns around": _inside("return x  # \u202e }(x- ,pxe.np + 1) / 1 nruter \u2066"),
    "an encoding of its own": "# -*- coding: utf-7 -*-\n+AGQAZQBm sigmoid(x): return x",
    "half a character": _inside("raise type('\\ud800', (Exception,), {})('\\ud800')"),
    "a warning by half a name": _inside("import warnings", "warnings.warn(type('\\ud800', (Warning,), {})('x'))", "return 0"),
    "an exception with a name without end": _inside("raise type('E' * 10**6, (Exception,), {})('x' * 10**6)"),
    "an exception in colours": _inside("raise type('\\x1b[31m\\u202eE', (Exception,), {})('\\x1b]0;t\\a\\x9b\\r\\n\\0=cmd()\\u2028\\ue000\\U000e0041')"),
    "an exception in colours, in a cell": "raise ValueError('\\x1b[31m\\u202e\\n\\n=1+1\\0\\u2028')",
    "print in colours": _inside("print('\\x1b[31m\\u202e<script>\\r\\n=1+1')"),
    "a group of exceptions": _inside("raise ExceptionGroup('g', [ValueError('x' * 1000)] * 10**5)"),
    "exceptions in a circle": _inside("a, b = ValueError(), TypeError()", "a.__cause__ = a.__context__ = b", "b.__cause__ = b.__context__ = a", "raise a"),
    "an exception with notes": _inside("e = ValueError('x')", "for _ in range(10**4): e.add_note('n' * 1000)", "raise e"),
    "a line as long as a book": "e = SyntaxError('x')\ne.lineno = 'x' * 10**6\nraise e",
    "a line that exits": "class L:\n    def __bool__(self): raise SystemExit\ne = SyntaxError('x')\ne.lineno = L()\nraise e",
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
    "cells that were not run": _cell_sending("for n in range(9): send(pack(['done', n, '']))", "send(pack(['defined', {'sigmoid': 1}]))"),
    "a definition that is not there": _SEND + "send(pack(['done', 1, '']) )\nsend(pack(['defined', {'sigmoid': -1, 'x': 1 << 60}]))\nos._exit(0)",
    "a million names": _cell_sending("send(pack(['defined', {f'{i:05x}': 0 for i in range(10**6)}]))"),
    "an error as long as a book": _cell_sending("send(pack(['done', 1, 'x' * 10**7]))"),
    "a self-test that was passed": _cell_sending("send(pack(['probed', []]))"),
    "outcomes out of a cell": _cell_sending("send(b'o' + c.encode_outcome(c.Outcome('returned', 0.5)), 50)"),
    "a cell that exits as it fails": "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
    "time up, it says": _sending("send(b't')"),
    "an outcome that is not its to send": _sending("send(b'o' + c.encode_value(('died', None, {})))"),
    "a function for a number": _writing("['f', 0]"),
    "an array of less than nothing": _writing("['a', '<f8', 2, -1, -1]"),
    "an outcome of all details": (
        "import calls as c\nd = {'printed': 'x' * 9999, 'changed': [-1, 10**300, '\\x1b' * 99] * 99, 'line': -(10**300), 'type': '\\x1b' * 9999,\n"
        "     'message': '\\u202e' * 9999, 'source': '\\n' * 9999, 'warnings': [('RuntimeWarning', '\\a' * 9999)] * 9}\n"
        "forged = [c.encode_value((kind, True, d)) for kind in ('raised', 'returned', 'unsupported', 'signature')] * 99\n"
        "c.encode_outcome = lambda outcome: forged.pop()\n" + _inside("return 0")
    ),
    "an outcome of unknown details": "import calls as c\nc.encode_outcome = lambda o: c.encode_value(('returned', 0.5, {'kind': 'returned', 'trace': []}))\n" + _inside("return 0"),
    "a byte out of band on the wire": _everywhere("socket.socket(fileno=os.dup(fd)).send(b'x', socket.MSG_OOB)", "return 0").replace("import os", "import os, socket"),
    "an outcome as a call-back": _sending("send(b'c' + c.encode_outcome(c.Outcome('returned', 0.5)))"),
    "an earlier exercise's outcome": (
        "import calls as c\nkept, encode = [], c.encode_outcome\ndef keep(outcome):\n    kept.append(encode(outcome))\n    return kept[0]\n"
        "c.encode_outcome = keep\n" + _inside("return 0")
    ),
    "an earlier call's outcome": _SEND + "kept = []\n" + _inside("kept.append(b'o' + c.encode_outcome(c.Outcome('returned', x)))", "send(kept[0])", "return x"),
    "a finalizer that talks": _sending("class A: __del__ = lambda self: send(b'o')", "a = A()"),
    "a wire that does not wait": _everywhere("socket.socket(fileno=os.dup(fd)).setblocking(False)", "return 0").replace("import os", "import os, socket"),
    "what comes on the wire": _everywhere("os.read(fd, 1)"),
    "a reply byte by byte": _everywhere("[(os.write(fd, b'\\1'), select.select([], [], [], 0.05)) for _ in range(10**6)]").replace("import os", "import os, select"),
    "a wait without end": "import asyncio\nawait asyncio.Future()",
    # code that is none
    "too many brackets": "(" * 100_000,
    "a long expression": "x = " + "+".join(["1"] * 100_000),
    "a syntax error": "def sigmoid(x:\n    return 1",
    "null bytes": "def sigmoid(x):\n    return '\0'",
    "a cell that exits": "import os\nos._exit(0)\n" + _inside("return 1 / (1 + np.exp(-x))"),
    "a cell that loops": "while True: pass",
}  # fmt: skip

# They change their own process, so that the rest of their own submission fails with it.
HARM_THEMSELVES = {
    "an audit hook",
    "a loop that hears no signal",
    "a patched wire",
    "no modules",
    "outcomes ahead of time",
    "cells that were not run",
    "a definition that is not there",
    "time up, it says",
    "an earlier exercise's outcome",
    "an earlier call's outcome",
    "a wire that does not wait",
    "a call-back in another function",
    "no globals",
    "no builtins for anyone",
    "a trace of the wire",
    "traces of its callers",
    "room for a few frames",
    "patched structures",
    "an outcome of all details",
    "an outcome of unknown details",
}

# What ends these is time, whatever the walls.
SLOW = (
    "a loop",
    "a loop that swallows",
    "a memory bomb",
    "endless recursion in C",
    "a cell that loops",
    "an expression without end",
    "a loop that hears no signal",
    "an exception that is printed for ever",
    "a traceback without end",
)

# Time ends this one too, with the process.
DEAF = "a loop in C"

# What ends these is the clock, for they only wait.
WAITING = ("what comes on the wire", "a frame that never ends", "a reply byte by byte", "a wait without end")


def _stepping(*lines: str) -> str:
    """An answer that is handed a function, `gradient`."""
    return "def nesterov_step(params, velocity, gradient, learning_rate, mu):\n    " + "\n    ".join(lines)


CALL_BACK_ATTACKS = {
    "a million call-backs": _stepping(
        "for _ in range(10**6):",
        "    try: gradient(params)",
        "    except RuntimeError: pass",
    ),
    "a call-back after its call": "kept = []\n" + _stepping("kept.append(gradient)", "return kept[0](params), kept[0](velocity)"),
    "a call-back in another function": (
        "kept = []\n" + _stepping("kept.append(gradient)", "return params, velocity")
        + "\ndef terminal_velocity(grad, learning_rate, mu): return kept[0](grad)"
    ),
    "another token": _stepping(
        "for cell in gradient.__closure__:",
        "    if type(cell.cell_contents) is int: cell.cell_contents = 7",
        "return gradient(params), velocity",
    ),
    "a token below all": _stepping(
        "for cell in gradient.__closure__:",
        "    if type(cell.cell_contents) is int: cell.cell_contents = -1",
        "return gradient(params), velocity",
    ),
    "a token that is true": _SEND + _stepping("send(b'c' + c.encode_value((False, (params,))))", "return params, velocity"),
    "half a call-back": _SEND + _stepping("send(b'')", "os._exit(0)"),
    "huge arguments": _stepping("return gradient(np.zeros(10**6)), velocity"),
    "arguments that fill memory when they are broadcast": _stepping(
        "while True:",
        "    try: gradient(np.zeros((1000, 1, 1), np.int8) + np.zeros(3, np.int8))",
        "    except RuntimeError as error: said = str(error)",
        "    if 'more than' in said: return params, velocity",
    ),
    "arguments of all kinds": _stepping(
        "for it in (2**999, -0.0, np.nan, '', [[]], {'x': 1}, None, True, 1j, np.zeros((1,) * 32), np.zeros((0, 9)), np.longdouble(1)):",
        "    try: gradient(it)",
        "    except Exception: pass",
        "return params, velocity",
    ),
    "arguments that fill memory": _stepping("return gradient(np.zeros((10**5, 1))), velocity"),
    "no arguments": _stepping("return gradient(), velocity"),
    "many arguments": _stepping("return gradient(*[params] * 1000), velocity"),
    "itself": _stepping("return gradient(gradient), gradient(nesterov_step)"),
    "a liar": "class Liar: __array__ = __float__ = lambda *a: 1 / 0\n" + _stepping("return gradient(Liar()), velocity"),
    "text": _stepping("return gradient('__import__(\"os\")'), velocity"),
    "what its errors say": _stepping("try: gradient({'a': [None]})", "except Exception as error: return str(error), repr(error.__traceback__)"),
    "all that it says": _stepping("said = [gradient(params + i) for i in range(200)]", "return said[0], said[-1]"),
    "the function itself": _stepping("return gradient, gradient.__closure__"),
    "a finalizer that asks": _stepping("class A: __del__ = lambda self: gradient(params)", "kept = A()", "return params, velocity"),
    "a hook that asks": _stepping("import sys", "sys.setprofile(lambda *a: (sys.setprofile(None), gradient(params)))", "return params, velocity"),
    "a trace as long as a book": _stepping(
        "for _ in range(600):",
        "    try: gradient([[]] * 1000)",
        "    except Exception: pass",
        "return params, velocity",
    ),
}  # fmt: skip
