"""Honest answers to `sigmoid` as students write them, cell by cell."""

# ruff: noqa: E501  (an answer a line, where one fits)

_BODY = (
    "    x = np.asarray(x, float)\n    with np.errstate(all='ignore'):\n        return 1 / (1 + np.exp(-x))"
)
_STABLE = "np.exp(-np.logaddexp(0, -np.asarray(x)))"


def _sigmoid(*lines: str) -> str:
    """A right answer that does these things first."""
    return "\n    ".join(["def sigmoid(x):", *lines]) + "\n" + _BODY


FAIR = {
    # besides
    "prints a lot": [_sigmoid("for _ in range(1000): print('x' * 500)")],
    "writes to streams": [_sigmoid("import sys", "sys.stdout.write(sys.stdout.encoding.upper())", "print(x, end='', file=sys.stderr, flush=True)")],
    "logs": ["import logging\nlogging.basicConfig(level=10)\nlog = logging.getLogger()", _sigmoid("log.warning('x %s', x)")],
    "warns": [_sigmoid("import warnings", "warnings.warn('look', DeprecationWarning)")],
    "makes warnings errors": ["import warnings\nwarnings.simplefilter('error')", f"def sigmoid(x):\n    warnings.warn('x')\n    return {_STABLE}"],
    "sleeps": [_sigmoid("import time", "time.sleep(3)")],
    "asks for input elsewhere": ["name = input('Your name?')", _sigmoid()],
    "plots in the function": [
        _sigmoid(
            "import matplotlib.pyplot as plt",
            "figure, (left, right) = plt.subplots(1, 2, figsize=(3, 3))",
            "line, = left.plot(np.ravel(x), label='x')",
            "left.set(title='t')",
            "plt.legend(); plt.tight_layout(); figure.savefig('a.png'); plt.show(); plt.close('all')",
        )
    ],
    "plots above the function": [
        "%matplotlib inline\nimport matplotlib as mpl\nfrom matplotlib import cm, pyplot as plt\nfrom mpl_toolkits.mplot3d import Axes3D\n"
        "mpl.rcParams['figure.figsize'] = (3, 3)\nfigure, axes = plt.subplots(2, 3)\nfor ax in axes.flat: ax.plot([1])\n"
        "axes[0, 1].imshow(np.eye(3), cmap=cm.gray)\nn, bins, patches = plt.hist([1])\n(a, b), (c, d) = plt.subplots(2, 2)[1]\n" + _sigmoid()
    ],
    "reads what a plot has": [_sigmoid("import matplotlib.pyplot as plt", "low, high = plt.ylim()", "handles, labels = plt.gca().get_legend_handles_labels()", "assert high - low > 0")],
    "animates": [
        "import matplotlib.pyplot as plt\nfrom matplotlib.animation import FuncAnimation\nfrom IPython.display import HTML\nfigure, ax = plt.subplots()\n"
        "line, = ax.plot([], [])\nHTML(FuncAnimation(figure, lambda i: (line,), frames=10).to_jshtml())\n" + _sigmoid()
    ],
    "a slider": ["from ipywidgets import interact\n@interact(a=(0, 1))\ndef f(a=0): print(a)\n" + _sigmoid()],
    "shows progress": [
        "from tqdm.auto import tqdm, trange",
        _sigmoid(
            "bar = tqdm(range(3))",
            "for i in bar: bar.set_postfix(i=i)",
            "with tqdm(total=3) as bar: bar.update(1)",
            "assert i == 2 and list(trange(2)) == [0, 1]",
        ),
    ],
    "checks itself": ["from dlcourse import exercises", _sigmoid() + "\nsigmoid = exercises.check(sigmoid)"],
    "magics": ["%load_ext autoreload\n!pip install numpy\n%pip install numpy\n# a comment\n%time one = 1.0\n" + _sigmoid("assert one == 1") + "\nsigmoid?"],
    "a magic and a % that goes on": ["%matplotlib inline\n" + _sigmoid("print('%s, %s'", "      % (x, x))")],
    "magics, Windows lines": [("%matplotlib inline\n" + _sigmoid()).replace("\n", "\r\n")],
    "asks for help": ["help(np.exp)\n" + _sigmoid()],
    "where it runs": ["import os, platform, sys\nprint(platform.platform(), sys.version, os.getcwd(), os.cpu_count())\nnp.show_config()\n" + _sigmoid()],
    "a file that may be there": ["import os\nif os.path.exists('weights.npz'): np.load('weights.npz')\n" + _sigmoid()],
    "seeds": ["import random\nrandom.seed(1)\nnp.random.seed(1)\n" + _sigmoid("np.random.seed(2)", "np.random.rand(3)")],
    "waits for the clock": [_sigmoid("import time", "end = time.perf_counter() + 0.01", "while time.perf_counter() < end: time.sleep(0.001)")],
    "threads, if there are any": ["import concurrent.futures as c", _sigmoid("try:", "    with c.ThreadPoolExecutor() as pool: list(pool.map(abs, [1]))", "except RuntimeError: pass")],
    "magics of all kinds": ["%%capture out\n%matplotlib inline\nfrom __future__ import annotations\nfiles = !ls\nlen(files)\nt = %timeit -o 1\n'''\nIs it?\n%no\n'''\n?\n" + _sigmoid()],
    "prompts": ["\n".join(f"{'...' if line[:1] == ' ' else '>>>'} {line}" for line in _sigmoid().split("\n"))],
    "a session": ["In [1]: " + _sigmoid().replace("\n", "\n   ...: ") + "\n\nIn [2]: sigmoid(0)\nOut[2]: 0.5"],
    "a timed cell": ["%%time\n" + _sigmoid()],
    "a module that may be there": ["try:\n    import torch\nexcept ImportError:\n    torch = None", _sigmoid("assert torch is None")],
    "a module that is not there, elsewhere": ["import pandas as pd", _sigmoid()],
    "tests of its own": ["import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(1, 1)\nunittest.main(argv=[''], exit=False)", _sigmoid()],
    "a doctest": ["import doctest\n" + _sigmoid('"""\n    >>> float(sigmoid(0))\n    0.5\n    """') + "\nassert doctest.testmod().attempted == 1"],
    "an import of what is not there, above the answer": ["import pandas as pd\nimport seaborn as sns\n" + _sigmoid()],
    "a thread above the answer": ["import threading\nthreading.Thread(target=print).start()\n" + _sigmoid()],
    "a demonstration above the answer": ["print(train_on_xor('identity', 1, seed=0)[0])\nX, y = datasets.digits()\n" + _sigmoid()],
    "a file above the answer": ["with open('data.csv') as f:\n    data = f.read()\nimport math\nONE = 1.0\n" + _sigmoid("assert math.e > ONE")],
    "a failure above helpers": ["import torch\nif True:\n    class S:\n        one = 1\nelse: pass\nimport functools\n@functools.lru_cache\ndef one(): return S.one\n" + _sigmoid("assert one() == 1")],
    "a failure above a lambda": [f"import torch\nsigmoid = lambda x: {_STABLE}"],
    "a failure above a loop without end": ["import torch\nwhile True: pass\n" + _sigmoid()],
    "a failure above what would spoil it": ["x = 3.0\n1 / 0\nx += 1\ndel x\n" + _sigmoid("assert globals()['x'] == 3")],
    "a return at the top": ["return 1\n" + _sigmoid()],
    "a failure after await": ["import asyncio\nt = asyncio.create_task(asyncio.sleep(0, 1))\nawait nothing()\nv = await t\n" + _sigmoid("assert v == 1")],
    "a cell that fails before": ["for x in range(3): print(sigmoid(x))", _sigmoid()],
    # what it returns
    "a NumPy scalar": [f"def sigmoid(x):\n    y = {_STABLE}\n    return y[()]"],
    "a list": [f"def sigmoid(x):\n    return {_STABLE}.tolist()"],
    "bytes the other way round": [f"def sigmoid(x):\n    return np.asarray({_STABLE}).astype('>f8')"],
    "an array that is read-only": [f"def sigmoid(x):\n    y = np.array({_STABLE})\n    y.flags.writeable = False\n    return y"],
    "extended numbers": ["def sigmoid(x):\n    with np.errstate(all='ignore'):\n        return 1 / (1 + np.exp(-np.asarray(x, np.longdouble)))"],
    # the language
    "await": ["import asyncio\nasync def f(): return 1\nv = await f()\n" + _sigmoid("assert v == 1")],
    "hints": ["from __future__ import annotations\nfrom numpy.typing import ArrayLike, NDArray\nfrom typing import *\n" + _sigmoid().replace("(x)", "(x: NDArray[np.float64] | float, *, out: torch.Tensor = None) -> ArrayLike")],
    "a dataclass": ["from dataclasses import dataclass, field\n@dataclass(frozen=True, slots=True)\nclass P:\n    one: float = 1.0\n    rest: list = field(default_factory=list)\np = P()", _sigmoid("assert p.one == 1")],
    "an object that can be called": ["class S:\n    def __call__(self, x):\n        return " + _STABLE + "\nsigmoid = S()"],
    "a method": ["class S:\n    def f(self, x):\n        return " + _STABLE + "\nsigmoid = S().f"],
    "globals": ["count = 0", _sigmoid("global count", "count += 1")],
    "a decorator": ["import functools\ndef log(f):\n    @functools.wraps(f)\n    def g(*a, **k):\n        print(a)\n        return f(*a, **k)\n    return g", "@log\n" + _sigmoid()],
    "an indented cell": ["\n".join(f"    {line}" for line in _sigmoid().split("\n"))],
    "exec": [f"exec({_sigmoid()!r})"],
    "eval": [f"sigmoid = eval({'lambda x: ' + _STABLE!r})"],
    "a closure": [f"def make():\n    e, n = np.exp, 0\n    def sigmoid(x):\n        nonlocal n\n        n += 1\n        return {_STABLE}\n    return sigmoid\nsigmoid = make()"],
    "a static method": [f"class S:\n    @staticmethod\n    def f(x):\n        return {_STABLE}\nsigmoid = S.f"],
    "a cache": ["import functools, math\n@functools.lru_cache(maxsize=None)\ndef one(v): return 1 / (1 + math.exp(-v)) if not v < -700 else 0.0", "def sigmoid(x):\n    return np.array([one(float(v)) for v in np.ravel(x)]).reshape(np.shape(x))"],
    "a deep recursion": ["def depth(n): return n and depth(n - 1)", _sigmoid("assert depth(900) == 0")],
    "everything of math's": ["from math import *", "def sigmoid(x):\n    return np.array([1 / (1 + exp(-v)) if not v < -700 else 0.0 for v in np.ravel(x)]).reshape(np.shape(x))"],
    "a loop over entries": ["def sigmoid(x):\n    x = np.asarray(x, float)\n    y = np.empty_like(x)\n    for i in np.ndindex(x.shape): y[i] = np.exp(-np.logaddexp(0, -x[i]))\n    return y"],
    "much memory for a while": [_sigmoid("big = np.ones(40_000_000)", "del big")],
    "recursion": [_sigmoid("if np.ndim(x): return np.array([sigmoid(v) for v in x], float).reshape(np.shape(x))")],
    "np.vectorize": ["import math\n@np.vectorize\ndef sigmoid(x):\n    return 1 / (1 + math.exp(-x)) if not x < -700 else 0.0"],
    "a lambda": [f"sigmoid = lambda x: {_STABLE}"],
    "a partial function": ["from functools import partial\ndef power(x, base): return " + _STABLE + "\nsigmoid = partial(power, base=np.e)"],
    "a generator inside": ["def each(x):\n    for v in np.ravel(x): yield np.exp(-np.logaddexp(0, -v))", "def sigmoid(x):\n    return np.fromiter(each(x), float).reshape(np.shape(x))"],
    "cells out of order": ["def sigmoid(x):\n    return helper(x)", f"def helper(x):\n    return {_STABLE}"],
    "a cell twice": ["def sigmoid(x):\n    return x", _sigmoid()],
    "names in other letters": ["def σ(ｘ):\n    return " + _STABLE, "def sigmoid(x):\n    ŷ = σ(x)\n    return ŷ"],
    "a walrus": [_sigmoid("if (n := np.ndim(x)) > 9: return n")],
    "match": [_sigmoid("match np.ndim(x):", "    case 0 | 1: pass", "    case _: pass")],
    "copies of its arguments": ["import copy", _sigmoid("x = copy.deepcopy(x)", "x += 0")],
    "everything of NumPy's": ["from numpy import *", "def sigmoid(x):\n    return exp(-logaddexp(0, -asarray(x)))"],
    "tabs and Windows lines": [_sigmoid().replace("    ", "\t").replace("\n", "\r\n")],
}  # fmt: skip

# Answers that cannot be right while grading, and what is said of them.
TOLD = {
    "SciPy at the top": (["from scipy.special import expit\ndef sigmoid(x): return expit(x)"], "Line 1 of code cell 1, `from scipy.special import expit`, failed: ModuleNotFoundError: No module named 'scipy'; there is NumPy and the standard library while grading"),
    "SciPy below pandas": (["import pandas as pd\nimport scipy.stats as st", "def sigmoid(x): return st.logistic.cdf(x)"], "Line 2 of code cell 1, `import scipy.stats as st`, failed: ModuleNotFoundError: No module named 'scipy'"),
    "a name that is made in a line that was left out": (["import pandas as pd\nfor one in [1.0]: pass", "def sigmoid(x): return one / (1 + np.exp(-x))"], "name 'one' is not defined"),
    "numba": (["from numba import njit\n\n@njit\ndef sigmoid(x): return x"], "Line 1 of code cell 1, `from numba import njit`, failed: ModuleNotFoundError: No module named 'numba'"),
    "PyTorch in the function": ([_sigmoid("import torch")], "No module named 'torch'; there is NumPy and the standard library while grading"),
    "a file": ([_sigmoid("open('weights.npy')")], "files, processes and the network are out of reach while grading"),
    "a thread": ([_sigmoid("import threading", "threading.Thread(target=print).start()")], "can't start new thread; there are no threads while grading"),
    "a thread in a cell": (["import threading\nlock = threading.Thread(target=print).start()\ndef sigmoid(x): return lock"], "`lock = threading.Thread(target=print).start()`, failed: RuntimeError: can't start new thread; there are no threads while grading"),
    "np.float_": ([_sigmoid("x = np.float_(x)")], "`np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead."),
    "a name of a later cell": (["def sigmoid(x, one=ONE): return x", "ONE = 1"], "Line 1 of code cell 1, `def sigmoid(x, one=ONE): return x`, failed: NameError: name 'ONE' is not defined."),
    "a generator": (["def sigmoid(x):\n    yield x"], "returned a value of type generator; return plain numbers, lists or NumPy arrays"),
    "a coroutine": (["async def sigmoid(x): return x"], "returned a value of type coroutine"),
}  # fmt: skip
