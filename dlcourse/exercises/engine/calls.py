"""What crosses between tests and a submitted function: calls one way, outcomes the other.

This file stands alone (standard library, NumPy, msgspec): a sandbox loads it as a plain file.

    trusted side                                      student's side
    conversation = Conversation(calls)
    conversation.frame            ─── frame ───▶      serve(frame, function, call_back, send)
    conversation.receive(message) ◀── message ──         send(message): one outcome a call
                                  ─── reply ───▶         reply = call_back(message): an argument is a function
    outcomes = conversation.close(ending)

`receive` gives None to an outcome, bytes to send back to a call-back, and raises `Malformed`, alone, at
anything else. How bytes travel is the transport's business; `run_locally` is the one that stays in this
process.

Values keep their exact type: None, bool, int, float, str, list, tuple, dict with text keys, NumPy scalars and
plain ndarrays of numbers; a subclass of these does not cross. Every array arrives as a fresh, writable,
C-contiguous copy: neither side can harm the other's, and a function that takes `x.ravel()` for a view works.
"""

import builtins
import dis
import inspect
import io
import linecache
import math
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import lru_cache
from itertools import starmap
from typing import Any, Protocol, TypeVar

import msgspec
import numpy as np

MAX_FRAME = 1 << 24  # bytes of one message
MAX_TREE = 1 << 20  # bytes of its structure: all but the arrays' data
MAX_NODES = 20_000
MAX_HOLLOW = 1 << 16  # places in arrays without entries: whoever walks along their axes meets each of them
MAX_DEPTH = 32
MAX_BITS = 1_000  # of an integer, which is then within the range of float
MAX_TEXT = 1_000  # characters of a message, of what was printed
MAX_CALLBACKS = 10_000  # a call
MAX_CALLBACK_BYTES = 1 << 26  # a call, both ways: small arguments, broadcast, give large results
MAX_MADE = 1 << 20  # numbers that a function of ours may make at once of what the other side gives it
MAX_TRACED_BYTES = 1 << 20  # a call whose call-backs are kept
SMALL_REQUEST = 1 << 12  # bytes: a call-back may be given these, or four times what its call was
MAX_WARNINGS = 5

_NUMBERS = [np.dtype(code) for code in "?bhilqBHILQefdgFD"]  # bool, integers, floats, complex numbers
_DTYPES = {dtype.str: np.dtype(dtype.str) for dtype in _NUMBERS}
_PLAIN = frozenset((type(None), bool, float))
_OUTCOME, _CALL_BACK = b"o", b"c"

Function = Callable[..., Any]  # a student's, the reference, or one among the arguments of a call
CallBack = Callable[[bytes], bytes | None]  # an outcome it takes, a question it answers
_Changed = tuple[int | str, ...]  # positions and keywords of arguments
_Asked = tuple[int, tuple[Any, ...]]  # which function, its arguments
_T = TypeVar("_T")


class Malformed(ValueError):
    """A message that is not one of ours, or is larger than agreed."""


class Unsendable(TypeError):
    """A value that does not cross: `.type` names what it is, `.reason` says why."""

    def __init__(self, type_name: str, reason: str = ""):
        super().__init__(f"{type_name}: {reason}" if reason else type_name)
        self.type, self.reason = type_name, reason


class TimeUp(BaseException):
    """Raised inside a function that has run for too long."""


# A frame is: length of the tree, the tree, the data of all arrays. The tree is one flat list in prefix order:
# a container is its mark, its length and its items; text is the mark "u" and the text. So nothing nests for
# msgspec to recurse into, and the only keys ever hashed are text, whose hashes Python salts.

_TREE = msgspec.msgpack.Decoder(list[bool | int | float | str | None])
_FRAMES = msgspec.msgpack.Decoder(list[bytes])
_pack = msgspec.msgpack.Encoder().encode


class _Writer:
    def __init__(self, callables: list[Function] | None = None):
        self.nodes: list[bool | int | float | str | None] = []
        self.data: list[bytes] = []
        self.size, self.callables = 0, callables
        self.hollow = 0

    def put(self, value: Any, depth: int = 0) -> None:
        kind = type(value)
        if kind in _PLAIN:
            self.nodes.append(value)
        elif kind in _WRITERS:
            if depth > MAX_DEPTH:
                raise Unsendable(kind.__name__, "nested too deeply")
            _WRITERS[kind](self, value, depth + 1)
        elif self.callables is not None and callable(value):
            self.nodes += "f", _place(value, self.callables)
        else:
            raise Unsendable(_type_name(value), _reason(value))

    def integer(self, value: int, depth: int) -> None:
        if -(1 << 63) <= value < 1 << 64:
            self.nodes.append(value)
        elif value.bit_length() <= MAX_BITS:
            self.nodes += "i", hex(value)
        else:
            raise Unsendable("int", "too large")

    def array(self, value: np.ndarray, depth: int) -> None:
        dtype = (value.dtype if value.dtype.isnative else value.dtype.newbyteorder("=")).str
        self.hollow += _hollow(value.shape)
        if self.hollow > MAX_HOLLOW:
            raise Unsendable("ndarray", "without entries, and too large")
        self.nodes += "a", dtype, value.ndim, *value.shape
        self._bytes(value, dtype)

    def scalar(self, value: np.generic, depth: int) -> None:
        self.nodes += "s", value.dtype.str
        self._bytes(value, value.dtype.str)

    def _bytes(self, value: np.ndarray | np.generic, dtype: str) -> None:
        if dtype not in _DTYPES:
            raise Unsendable("ndarray", "of text" if value.dtype.kind in "UST" else f"of {value.dtype}"[:100])
        self.size += value.nbytes
        if self.size > MAX_FRAME - MAX_TREE:
            raise Unsendable("ndarray", "too large")
        self.data.append((value if value.dtype.isnative else value.astype(_DTYPES[dtype])).tobytes())

    def text(self, value: str, depth: int) -> None:
        if len(value) > MAX_TREE:
            raise Unsendable("str", "too long")
        self.nodes += "u", str.__str__(value)

    def room(self, value: Sized) -> None:
        if len(self.nodes) + len(value) > MAX_NODES:
            raise Unsendable(type(value).__name__, "too long")

    def sequence(self, value: list[Any] | tuple[Any, ...], depth: int) -> None:
        self.room(value)
        self.nodes += "l" if type(value) is list else "t", len(value)
        for item in value:
            self.put(item, depth)

    def mapping(self, value: dict[Any, Any], depth: int) -> None:
        self.room(value)
        self.nodes += "d", len(value)
        for key, item in value.items():
            if type(key) is not str:
                raise Unsendable("dict", "keys that are not strings")
            self.nodes.append(key)
            self.put(item, depth)

    def frame(self) -> bytes:
        try:
            tree = _pack(self.nodes)
        except UnicodeEncodeError:
            raise Unsendable("str", "not valid Unicode") from None
        if len(tree) > MAX_TREE or len(self.nodes) > MAX_NODES:
            raise Unsendable("value", "too large")
        return b"".join((len(tree).to_bytes(4, "big"), tree, *self.data))


def _place(function: Function, callables: list[Function]) -> int:
    """Where it stands among `callables`, at whose end it is put if it is not there."""
    for token, known in enumerate(callables):
        if known is function:
            return token
    callables.append(function)
    return len(callables) - 1


_WRITERS: dict[type, Callable[[_Writer, Any, int], None]] = {
    int: _Writer.integer,
    str: _Writer.text,
    np.str_: _Writer.text,
    list: _Writer.sequence,
    tuple: _Writer.sequence,
    dict: _Writer.mapping,
    np.ndarray: _Writer.array,
    **{dtype.type: _Writer.scalar for dtype in _NUMBERS},
}


def _hollow(shape: tuple[int, ...]) -> int:
    """How many places an array without entries has, were its axes of length 0 of length 1."""
    return 0 if all(shape) else math.prod(n or 1 for n in shape)


def _reason(value: object) -> str:
    return "a subclass of ndarray" if issubclass(type(value), np.ndarray) else ""


class _ByToken(Protocol):
    """A list of functions, or what makes them."""

    def __getitem__(self, token: int, /) -> Function: ...


class _Reader:
    def __init__(self, frame: bytes, functions: _ByToken | None = None, copy: bool = False):
        if not 4 <= len(frame) <= MAX_FRAME:
            raise Malformed(f"a frame of {len(frame)} bytes")
        start = 4 + int.from_bytes(frame[:4], "big")
        if start > min(len(frame), MAX_TREE + 4):
            raise Malformed("a tree larger than its frame or than agreed")
        self.nodes = _TREE.decode(frame[4:start])
        if len(self.nodes) > MAX_NODES:
            raise Malformed(f"{len(self.nodes)} nodes")
        self.left = iter(self.nodes)
        self.frame, self.position, self.next = frame, start, self.left.__next__
        self.functions, self.copy, self.hollow = functions, copy, 0

    def whole(self) -> Any:
        value = self.take()
        if self.position != len(self.frame) or next(self.left, self) is not self:
            raise Malformed("something follows the value")
        return value

    def take(self, depth: int = 0) -> Any:
        node = self.next()
        if type(node) is not str:
            return node
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply")
        return _READERS[node](self, depth + 1)

    def integer(self, depth: int) -> int:
        value = int(self.expect(str)[:MAX_BITS], 16)
        if value.bit_length() > MAX_BITS:
            raise Malformed(f"an integer of {value.bit_length()} bits")
        return value

    def text(self, depth: int) -> str:
        return self.expect(str)

    def expect(self, kind: type[_T]) -> _T:
        node = self.next()
        if type(node) is not kind:
            raise Malformed(f"{type(node).__name__} where {kind.__name__} was due")
        return node

    def length(self) -> int:
        n = self.expect(int)
        if not 0 <= n <= len(self.nodes):
            raise Malformed(f"a length of {n}")
        return n

    def list(self, depth: int) -> list[Any]:
        return [self.take(depth) for _ in range(self.length())]

    def tuple(self, depth: int) -> tuple[Any, ...]:
        return tuple(self.list(depth))

    def dict(self, depth: int) -> dict[str, Any]:
        return {self.expect(str): self.take(depth) for _ in range(self.length())}

    def array(self, depth: int) -> np.ndarray:
        dtype = _DTYPES[self.expect(str)]
        shape = tuple([self.expect(int) for _ in range(self.length())])
        if len(shape) > MAX_DEPTH or (shape and not 0 <= min(shape) <= max(shape) <= MAX_FRAME):
            raise Malformed(f"shape {shape[:MAX_DEPTH]}")
        size = math.prod(shape)
        if not size:
            self.hollow += _hollow(shape)
        if self.hollow > MAX_HOLLOW or size > MAX_FRAME:
            raise Malformed(f"shape {shape}")
        return self._data(dtype, size).reshape(shape)

    def scalar(self, depth: int) -> Any:
        return self._data(_DTYPES[self.expect(str)], 1)[0]

    def _data(self, dtype: np.dtype, count: int) -> np.ndarray:
        start, self.position = self.position, self.position + count * dtype.itemsize
        if dtype.kind == "b":
            return np.frombuffer(self.frame, np.uint8, count, start).astype(bool)
        flat: np.ndarray = np.frombuffer(self.frame, dtype, count, start) if count else np.empty(0, dtype)
        return flat.copy() if self.copy else flat

    def function(self, depth: int) -> Function:
        if self.functions is None:
            raise Malformed("a function where none may be")
        return self.functions[self.length()]


_READERS: dict[str, Callable[[_Reader, int], Any]] = {
    "i": _Reader.integer,
    "u": _Reader.text,
    "l": _Reader.list,
    "t": _Reader.tuple,
    "d": _Reader.dict,
    "a": _Reader.array,
    "s": _Reader.scalar,
    "f": _Reader.function,
}


def encode_value(value: Any, callables: list[Function] | None = None) -> bytes:
    """One frame for one value; functions in it become tokens, their places in `callables`.

    Raises Unsendable where something in it does not cross.
    """
    writer = _Writer(callables)
    writer.put(value)
    return writer.frame()


def decode_value(frame: bytes, functions: _ByToken | None = None, copy: bool = False) -> Any:
    """The value of a frame; its arrays share the frame's memory, read-only, unless `copy`.

    Raises Malformed, and nothing else, whatever the bytes.
    >>> decode_value(encode_value(("σ", [1, 2.0], {"rate": np.float32(0.5)})))
    ('σ', [1, 2.0], {'rate': np.float32(0.5)})
    """
    try:
        return _Reader(frame, functions, copy).whole()
    except Malformed:
        raise
    except Exception as error:
        raise Malformed(f"{type(error).__name__}: {str(error)[:MAX_TEXT]}") from None


class Call:
    """The arguments of one call, frozen when it is made; `traced` keeps what call-backs are given."""

    def __init__(
        self, args: Iterable[Any] = (), kwargs: Mapping[str, Any] | None = None, traced: bool = False
    ):
        self.callables: list[Function] = []
        self.traced = traced
        self.frame = encode_value((tuple(args), dict(kwargs or {})), self.callables)
        self._seen: tuple[tuple[Any, ...], dict[str, Any]] | None = None

    @property
    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Fresh copies of (args, kwargs)."""
        args, kwargs = decode_value(self.frame, self.callables, copy=True)
        return args, kwargs

    @property
    def looked_at(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """(args, kwargs), their arrays read-only; the same each time where nothing in them can be changed."""
        if self._seen:
            return self._seen
        args, kwargs = decode_value(self.frame, self.callables)
        if _is_fixed(args) and _is_fixed(tuple(kwargs.values())):
            self._seen = args, kwargs
        return args, kwargs

    def overheard(self, trace: list["_Asked"]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The same; functions are given copies, as over the wire, and `trace` keeps what they are given."""

        def listening(which: int, function: Function) -> Function:
            def asked(*args: Any) -> Any:
                request = encode_value(args)
                trace.append((which, decode_value(request)))
                return function(*decode_value(request, copy=True))

            return asked

        args, kwargs = decode_value(self.frame, list(starmap(listening, enumerate(self.callables))))
        return args, kwargs


def _is_fixed(value: Any) -> bool:
    """Whether it holds no list and no dict; arrays are read-only where this is asked."""
    return all(map(_is_fixed, value)) if type(value) is tuple else type(value) not in (list, dict)


class Outcome(msgspec.Struct, frozen=True):
    """What one call came to.

    kind          meaning                                         says more in
    returned      a value                                         value
    raised        an exception                                    type, kinds, message, line, source
    unsupported   a value that does not cross                     type, message (why, or empty)
    not started   NotImplementedError, or a body with nothing in  message, or type (of what that gives)
    signature     it does not take these arguments                message
    not callable  there is no function                            type
    stopped       the person at the keyboard interrupted it
    too slow      (from a transport) time ran out                 message
    died          (from a transport) the process ended, or lied   message
    """

    kind: str
    value: Any = None
    type: str = ""
    message: str = ""
    line: int = 0  # of the student's file or cell, 0 if not known
    source: str = ""  # that line
    printed: str = ""
    changed: _Changed = ()  # arguments changed in place: positions and keywords
    warnings: tuple[tuple[str, str], ...] = ()  # (category, message)
    kinds: str = ""  # of an exception: its built-in classes, however a student's own is called
    trace: tuple[_Asked, ...] = ()  # filled in by Conversation


# Those that a student's side may send: "too slow" and "died" are a transport's to say.
_KINDS = frozenset(
    ("returned", "raised", "unsupported", "not started", "signature", "not callable", "stopped")
)
_TEXTS: dict[str, type] = dict.fromkeys(("type", "kinds", "message", "source", "printed"), str)
_DETAILS = _TEXTS | {"line": int, "changed": list, "warnings": list}


def encode_outcome(outcome: Outcome) -> bytes:
    """One frame; the trace stays behind. Raises Unsendable where the value does not cross."""
    said = [(name, detail) for name in _DETAILS if (detail := getattr(outcome, name))]
    details = {name: list(detail) if type(detail) is tuple else detail for name, detail in said}
    return encode_value((outcome.kind, outcome.value, details))


def decode_outcome(frame: bytes, copy: bool = False) -> Outcome:
    """The outcome of a frame. Raises Malformed, and nothing else, whatever the bytes."""
    message = decode_value(frame, copy=copy)
    if type(message) is not tuple or len(message) != 3:
        raise Malformed("not an outcome")
    kind, value, details = message
    if type(kind) is not str or kind not in _KINDS or type(details) is not dict:
        raise Malformed("not an outcome")
    return Outcome(kind, value, **{name: _detail(name, detail) for name, detail in details.items()})


def _detail(name: str, detail: Any) -> Any:
    kind = type(detail)
    if kind is not _DETAILS.get(name):
        raise Malformed(f"an outcome's {name!r:.40}")
    if name == "changed":
        return tuple(item for item in detail[:100] if type(item) in (int, str))
    if name == "warnings":
        return tuple(map(_warning, detail[:MAX_WARNINGS]))
    return detail[:MAX_TEXT] if name in _TEXTS else max(0, min(detail, 10**6))


def _warning(item: Any) -> tuple[str, str]:
    if type(item) is not tuple or [type(text) for text in item] != [str, str]:
        raise Malformed("an outcome's warnings")
    return item[0][:MAX_TEXT], item[1][:MAX_TEXT]


def encode_calls(calls: list[Call]) -> bytes:
    """The frame that `serve` takes."""
    return _pack([call.frame for call in calls])


def decode_calls(frame: bytes) -> list[bytes]:
    """The frames of the calls in it, each a value (args, kwargs). Raises Malformed alone."""
    try:
        return _FRAMES.decode(frame)
    except Exception as error:
        raise Malformed(str(error)[:MAX_TEXT]) from None


class Conversation:
    """The trusted side of one batch of calls: collects outcomes, answers call-backs.

    lent: functions that the other side may call as well, by `names`: see `borrowed`.
    """

    def __init__(self, calls: list[Call], lent: Mapping[str, Function] | None = None):
        self.calls = calls
        self.names, self._lent = list(lent or ()), list((lent or {}).values())
        self.outcomes: list[Outcome] = []
        self._begin_call()

    def _begin_call(self) -> None:
        self._trace: list[_Asked] = []
        self._asked, self._asked_bytes = 0, 0

    @property
    def frame(self) -> bytes:
        return encode_calls(self.calls)

    @property
    def done(self) -> bool:
        return len(self.outcomes) == len(self.calls)

    def receive(self, message: bytes) -> bytes | None:
        """Take one message; bytes must be sent back where it asked for them. Raises Malformed alone."""
        if self.done:
            raise Malformed("more outcomes than calls")
        if message[:1] == _CALL_BACK:
            return self._answer(message[1:])
        if message[:1] != _OUTCOME:
            raise Malformed("neither outcome nor call-back")
        outcome = decode_outcome(message[1:])
        if self._trace:
            outcome = msgspec.structs.replace(outcome, trace=tuple(self._trace))
        self.outcomes.append(outcome)
        self._begin_call()
        return None

    def close(self, ending: Outcome) -> list[Outcome]:
        """All outcomes, with `ending` in place of those that never came."""
        return self.outcomes + [ending] * (len(self.calls) - len(self.outcomes))

    def _answer(self, request: bytes) -> bytes:
        call = self.calls[len(self.outcomes)]
        too_much = self._too_much(call, len(request))
        if too_much:
            return _refuse(RuntimeError(f"the function given was {too_much}"))
        asked = decode_value(request, copy=True)
        kinds = [type(part) for part in asked] if type(asked) is tuple else []
        if kinds == [int, tuple] and 0 <= asked[0] < len(call.callables):
            # two large arrays, broadcast, would fill all memory
            if len(request) > max(SMALL_REQUEST, 4 * len(call.frame)):
                return _refuse(RuntimeError("the function given was given far more than this call is about"))
            if call.traced:
                self._trace.append(decode_value(request))
            reply, size = _ask(_bounded(call.callables[asked[0]]), asked[1], {})
        elif kinds == [int, tuple, dict] and -len(self._lent) <= asked[0] < 0:
            reply, size = _ask(_bounded(self._lent[asked[0]]), *asked[1:])
        else:
            raise Malformed("not a call-back of a function that was given")
        self._asked_bytes += size
        return reply

    def _too_much(self, call: Call, size: int) -> str:
        """What has become too much, if anything: calls, or their bytes, of which a trace must keep all."""
        self._asked += 1
        self._asked_bytes += size
        if self._asked > 2 * MAX_CALLBACKS:
            raise Malformed("call-backs without end, although refused")
        if self._asked > MAX_CALLBACKS:
            return f"called more than {MAX_CALLBACKS} times"
        most = MAX_TRACED_BYTES if call.traced else MAX_CALLBACK_BYTES
        return f"given more than {most} bytes" if self._asked_bytes > most else ""


@lru_cache(maxsize=64)  # most are asked again and again
def _bounded(function: Function) -> Function:
    """A function of ours that refuses small arguments of which it would make something huge."""
    signature, counts = _counts(function)

    def asked(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments if counts else {}
        except TypeError:  # it will say so itself
            given = {}
        values = [given[name] for name in counts if name in given]
        if _makes((*args, *kwargs.values()), *values) > MAX_MADE:
            raise ValueError("too much was asked of a function that is not yours")
        return function(*args, **kwargs)

    return asked


def _counts(function: Function) -> tuple[inspect.Signature, list[str]]:
    """Its signature, and which parameters are counts (`num_classes: int`), whatever they are given."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return inspect.Signature(), []
    return signature, [name for name, p in signature.parameters.items() if p.annotation in (int, "int")]


def _makes(values: tuple[Any, ...], *counts: Any) -> int:
    """How many numbers they can come to: arrays broadcast, a row for each item of a list, a count wide."""
    shape = _broadcast([value.shape for value in values if isinstance(value, np.ndarray)])
    items = [_items(value) for value in values if isinstance(value, list | tuple | dict | str)]
    width = max([_largest_integer(values), *map(_size_of, counts)])
    return math.prod([*(n or 1 for n in shape), *(n or 1 for n in items), width or 1])


def _broadcast(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    if len(shapes) == 1:
        return shapes[0]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:  # not all of them with each other, but perhaps some
        return tuple(n for shape in shapes for n in shape)


def _items(value: Any) -> int:
    """Numbers and characters in a value."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple | dict):
        return sum(map(_items, value.values() if isinstance(value, dict) else value))
    return value.size if isinstance(value, np.ndarray) else 1


def _largest_integer(value: Any) -> int:
    """The largest of those that text or a list could be repeated by."""
    if isinstance(value, list | tuple | dict):
        return max(map(_largest_integer, value.values() if isinstance(value, dict) else value), default=0)
    if isinstance(value, np.ndarray):
        return abs(int(value.item())) if value.size == 1 and value.dtype.kind in "iu" else 0
    return abs(int(value)) if isinstance(value, int | np.integer) else 0


def _size_of(count: Any) -> int:
    """How large a count is; what is none is as large as can be."""
    try:
        return int(np.max(np.abs(count)))
    except (TypeError, ValueError, OverflowError):
        return MAX_MADE + 1


def _ask(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bytes, int]:
    """The reply, and the bytes it is charged for: what is too large to be sent was made all the same."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            reply = encode_outcome(Outcome("returned", function(*args, **kwargs)))
    except Exception as error:
        return _refuse(error), MAX_FRAME if isinstance(error, Unsendable | MemoryError) else 0
    return reply, len(reply)


def _refuse(error: BaseException) -> bytes:
    return encode_outcome(Outcome("raised", type=type(error).__name__, message=_text(error)))


# ---- the student's side: everything below runs in the sandbox ----


def serve(frame: bytes, function: Function, call_back: CallBack, send: Callable[[bytes], object]) -> None:
    """Call `function` once for each call in `frame` and `send` one message a call.

    `call_back(message) -> reply` carries calls of functions that came as arguments. Whatever the function
    raises becomes an outcome; only TimeUp, and what `send` itself raises, pass through.
    """
    stopped = False
    for call_frame in decode_calls(frame):
        outcome = Outcome("stopped") if stopped else _perform_guarded(call_frame, function, call_back)
        stopped = outcome.kind == "stopped"
        send(_OUTCOME + _encode_safely(outcome))


def _perform_guarded(call_frame: bytes, function: Function, call_back: CallBack) -> Outcome:
    try:
        return _perform(call_frame, function, call_back)
    except TimeUp:
        raise
    except BaseException as error:  # an exception whose own __str__ raises, and other spite
        return Outcome("raised", type=_type_name(error))


def _perform(call_frame: bytes, function: Function, call_back: CallBack) -> Outcome:
    if not callable(function):
        return Outcome("not callable", type=_type_name(function))
    functions = _Functions(call_back)
    args, kwargs = decode_value(call_frame, functions, copy=True)
    with _heard() as (printed, warned):
        try:
            value = function(*args, **kwargs)
        except TimeUp:
            raise
        except BaseException as error:
            outcome = _raised(error, function, call_frame, functions)
        else:
            outcome = _returned(value, _changed(call_frame, args, kwargs, functions), function, printed)
    if printed.text or warned:
        return msgspec.structs.replace(outcome, printed=printed.text, warnings=tuple(warned))
    return outcome


def _returned(value: Any, changed: _Changed, function: Function, printed: "_Printed") -> Outcome:
    if value is None and not changed and not printed.text and _says_nothing(function):
        return Outcome("not started", type="NoneType")
    return Outcome("returned", value, changed=changed)


def _encode_safely(outcome: Outcome) -> bytes:
    try:
        return encode_outcome(outcome)
    except Unsendable as error:
        said = {"value": None, "type": error.type, "message": error.reason}
        return encode_outcome(msgspec.structs.replace(outcome, kind="unsupported", **said))


class _Functions:
    """Stand-ins for the functions among a call's arguments, by token."""

    def __init__(self, call_back: CallBack):
        self._call_back = call_back
        self.made: dict[int, Function] = {}

    def __getitem__(self, token: int) -> Function:
        return self.made.setdefault(token, self._stand_in(token))

    def _stand_in(self, token: int) -> Function:
        def function(*args: Any) -> Any:
            return _called_back(self._call_back, (token, args))

        function.__qualname__ = function.__name__  # as Python's own messages give it
        return function


def _called_back(call_back: CallBack, asked: tuple[Any, ...]) -> Any:
    """What a function on the other side gives."""
    try:
        request = encode_value(asked)
    except Unsendable as error:
        raise TypeError(f"give this function plain numbers or arrays, not {error}") from None
    reply = decode_outcome(call_back(_CALL_BACK + request) or b"", copy=True)
    if reply.kind == "raised":
        raise _exception(reply)
    return reply.value


def borrowed(names: list[str], call_back: CallBack) -> dict[str, Function]:
    """The functions that a Conversation lends, by name; numbered from its list's end, below 0."""

    def stand_in(token: int) -> Function:
        return lambda *args, **kwargs: _called_back(call_back, (token, args, kwargs))

    return {name: stand_in(i - len(names)) for i, name in enumerate(names)}


def _exception(reply: Outcome) -> Exception:
    kind = getattr(builtins, reply.type, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        with suppress(TypeError):  # UnicodeDecodeError and its like want more than a message
            return kind(reply.message)
    return RuntimeError(f"{reply.type}: {reply.message}")


def _changed(
    call_frame: bytes, args: Sequence[Any], kwargs: Mapping[str, Any], functions: _Functions
) -> _Changed:
    """Which arguments are no longer what came in `call_frame`."""
    if _encoding((args, kwargs), functions) == call_frame:
        return ()
    old_args, old_kwargs = decode_value(call_frame, functions)
    pairs = [(i, old, args[i]) for i, old in enumerate(old_args)]
    pairs += [(name, old, kwargs.get(name)) for name, old in old_kwargs.items()]
    return tuple(name for name, old, new in pairs if _encoding(old, functions) != _encoding(new, functions))


def _encoding(value: Any, functions: _Functions) -> bytes | None:
    try:
        return encode_value(value, [functions.made[token] for token in sorted(functions.made)])
    except Exception:
        return None


def _raised(error: BaseException, function: Function, call_frame: bytes, functions: _Functions) -> Outcome:
    if isinstance(error, KeyboardInterrupt):
        return Outcome("stopped")
    line, source = _where(error)
    if isinstance(error, NotImplementedError):
        other = _unwritten(error, function)
        if not other:
            return Outcome("not started", message="" if _only_raises(function) else "after lines of its own")
        message = f"`{other}`, which it calls, is not written yet"
        return Outcome("raised", type=_type_name(error), message=message, line=line, source=source)
    if isinstance(error, TypeError) and not line and not _accepts(function, call_frame, functions):
        return Outcome("signature", message=_text(error))
    kind, message = _type_name(error), _text(error)
    return Outcome("raised", type=kind, kinds=_kinds(error), message=message, line=line, source=source)


def _kinds(error: BaseException) -> str:
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return " ".join(name for name in kinds if hasattr(builtins, name))


def _where(error: BaseException) -> tuple[int, str]:
    """The deepest line of the student's that the exception passed, and its text."""
    entry = error.__traceback__ and error.__traceback__.tb_next
    if entry is None:
        return 0, ""
    file, line = entry.tb_frame.f_code.co_filename, 0
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == file:
            line = entry.tb_lineno or 0
        entry = entry.tb_next
    return line, linecache.getline(file, line).strip()[:200]


def _unwritten(error: BaseException, function: Function) -> str:
    """The name of the function that raised the error where it is not `function` itself, else nothing."""
    entry = error.__traceback__
    while entry and entry.tb_next:
        entry = entry.tb_next
    if entry is None:
        return ""
    code = entry.tb_frame.f_code
    known = entry.tb_frame.f_globals.get(code.co_name)
    beside = known is not function and getattr(known, "__code__", None) is code
    return code.co_name if beside and code is not getattr(function, "__code__", None) else ""


def _accepts(function: Function, call_frame: bytes, functions: _Functions) -> bool:
    args, kwargs = decode_value(call_frame, functions)
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return False
    except Exception:
        return True
    return True


def _says_nothing(function: Function) -> bool:
    """Whether the body is only a docstring, `pass`, `...` or `return None`."""
    return _is_made_of(function, {"RETURN_VALUE", "RETURN_CONST"})


def _only_raises(function: Function) -> bool:
    """Whether the body is only `raise NotImplementedError`, with a message or without."""
    return _is_made_of(
        function, {"LOAD_GLOBAL", "LOAD_NAME", "PUSH_NULL", "PRECALL", "CALL", "RAISE_VARARGS"}
    )


def _is_made_of(function: Function, operations: set[str]) -> bool:
    """Whether its body is only these, constants aside."""
    code = getattr(function, "__code__", None)
    if not inspect.iscode(code):
        return False
    made_of = {instruction.opname for instruction in dis.get_instructions(code)}
    return made_of <= operations | {"RESUME", "NOP", "CACHE", "LOAD_CONST"}


def _type_name(value: object) -> str:
    return str(type.__dict__["__name__"].__get__(type(value)))[:100]


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except TimeUp:
        raise
    except BaseException:
        text = "(an exception that cannot be printed)"
    return text[:MAX_TEXT].encode("utf-8", "replace").decode()


class _Printed(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += str(text)[: MAX_TEXT - len(self.text)].encode("utf-8", "replace").decode()
        if len(self.text) >= MAX_TEXT:
            self.write = len  # type: ignore[assignment, method-assign]  # all that is left to do
        return len(text)


@contextmanager
def _heard() -> Iterator[tuple[_Printed, list[tuple[str, str]]]]:
    """(what is printed, what is warned) while the block runs."""
    printed, stdout, stderr = _Printed(), sys.stdout, sys.stderr
    warned: list[tuple[str, str]] = []

    def keep(message: Any, *_: Any, **__: Any) -> None:
        if len(warned) < MAX_WARNINGS:
            warned.append((_type_name(message), _text(message)))

    try:
        sys.stdout = sys.stderr = printed
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = keep
            yield printed, warned
    finally:
        sys.stdout, sys.stderr = stdout, stderr


# ---- a transport without a wire ----


def run_locally(function: Function, calls: list[Call], limit: float | None = None) -> list[Outcome]:
    """Outcomes of `function` in this process, by the same bytes as through a sandbox.

    limit: seconds for all calls together, kept on the main thread where there is SIGALRM, ignored elsewhere.
    """
    conversation, alarm = Conversation(calls), _Alarm(limit)
    streams = sys.stdout, sys.stderr
    try:
        with alarm:
            serve(conversation.frame, function, conversation.receive, conversation.receive)
    except TimeUp:
        alarm.cancel()
        sys.stdout, sys.stderr = streams
    return conversation.close(Outcome("too slow", message=f"{limit:g} seconds" if limit else ""))


def run_ours(function: Function, call: Call) -> Outcome:
    """The outcome of a function of ours, without the wire where that would make no difference."""
    if call.callables:
        return run_locally(function, [call])[0]
    outcome = _perform_guarded(call.frame, function, lambda message: None)
    if type(outcome.value) is np.ndarray and outcome.value.dtype in _NUMBERS and not outcome.warnings:
        return outcome
    return decode_outcome(_encode_safely(outcome))


@contextmanager
def unheard() -> Iterator[None]:
    """Nothing that is printed or warned meanwhile leaves this process."""
    with warnings.catch_warnings(), redirect_stdout(_Printed()), redirect_stderr(_Printed()):
        warnings.simplefilter("ignore")
        yield


class _Alarm:
    """Raises TimeUp in the main thread after `seconds`, and again each second in case it is swallowed."""

    def __init__(self, seconds: float | None):
        on_main = threading.current_thread() is threading.main_thread()
        self.seconds = seconds if on_main and hasattr(signal, "setitimer") else None
        self.armed = False

    def __enter__(self) -> None:
        if self.seconds:
            self.armed = True
            self.before = signal.signal(signal.SIGALRM, self._ring), signal.getitimer(signal.ITIMER_REAL)
            signal.setitimer(signal.ITIMER_REAL, self.seconds, 1.0)

    def _ring(self, *_: Any) -> None:
        if self.armed:
            raise TimeUp

    def __exit__(self, *_: Any) -> None:
        self.cancel()

    def cancel(self) -> None:
        if self.seconds and self.armed:
            self.armed = False
            handler, timer = self.before
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, *timer)
