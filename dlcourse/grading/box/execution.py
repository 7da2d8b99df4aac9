"""One submission: its cells run, then its functions are called."""

import ast
import builtins
import contextlib
import inspect
import io
import linecache
import sys
import types

from . import protocol, self_test
from .cell_source import Compiler, makes_names
from .rlimits import Clock
from .stubs import Stub

_MAX_ERROR = 300
_MAX_ERRORS = 5  # that are told of a cell


class Execution:
    """Answers requests on `link` until it closes. `calls` is the module that says how calls travel."""

    def __init__(self, link: protocol.Link, calls, cpu_seconds: int):
        self._link, self._calls = link, calls
        self._clock = Clock(cpu_seconds, calls.TimeUp)
        self._defined: dict[str, int] = {}
        self._space = _main_module()
        self._compiler = Compiler()

    def run(self) -> None:
        sys.stdout = sys.stderr = _nowhere()
        answer = {
            protocol.RunCells: self._run_cells,
            protocol.MakeCalls: self._make_calls,
            protocol.ReadSource: self._read_source,
            protocol.RunSelfTest: self._run_self_test,
        }
        while True:
            try:
                request = protocol.decode_request(self._link.receive())
            except EOFError:
                return
            self._clock.restart(type(request), getattr(request, "cpu_seconds", 0))
            answer[type(request)](request)

    def _send(self, payload: bytes) -> None:
        with self._clock.midway():
            self._link.send(payload)

    def _reply(self, message) -> None:
        self._send(protocol.encode(message))

    def _run_cells(self, request: protocol.RunCells) -> None:
        for number, source in request.cells:
            self._clock.restart(protocol.RunCells)
            self._reply(protocol.CellDone(number, self._run(number, source)))
        there = {name: self._defined.get(name, 0) for name in request.names if name in self._space}
        self._reply(protocol.Defined(there))

    def _run(self, number: int, source: str) -> str:
        """One cell; what its statements raised, a line each.

        After one that fails, a cell goes on with those that make names: it may have failed for want of a
        module, a file or a name of the lesson's own, which are not there while grading.
        """
        filename, errors = f"<cell {number}>", []
        linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
        try:
            statements = self._compiler.statements(source, filename)
            codes = [self._code(statement, filename) for statement in statements]
            _finish(self._execute(statements, codes, filename, errors), any(map(_awaits, codes)))
        except self._calls.TimeUp:
            errors.insert(_MAX_ERRORS - 1, "it ran for too long: is there a loop that never ends?")
        except BaseException as error:
            errors.append(_described(error, filename))
        return "\n".join(errors[:_MAX_ERRORS])

    def _code(self, statement, filename: str):
        """What runs it, or why that cannot be had."""
        try:
            return self._compiler.code(statement, filename)
        except Exception as error:
            return error

    async def _execute(self, statements, codes, filename: str, errors: list[str]) -> None:
        for statement, code in zip(statements, codes, strict=True):
            if errors and not makes_names(statement):
                continue
            try:
                if isinstance(code, Exception):
                    raise code
                result = eval(code, self._space)
                if _awaits(code):
                    await result
            except self._calls.TimeUp:
                raise
            except BaseException as error:
                errors.append(_described(error, filename))
            else:
                self._count(statement)

    def _count(self, statement) -> None:
        if isinstance(statement, ast.FunctionDef):
            self._defined[statement.name] = self._defined.get(statement.name, 0) + 1

    def _make_calls(self, request: protocol.MakeCalls) -> None:
        function = self._space.get(request.name)
        own = {name: self._space[name] for name in request.lent if name in self._space}
        self._space.update(self._calls.borrowed(request.lent, self._call_back))
        try:
            self._calls.serve(request.calls, function, self._call_back, self._send)
        except self._calls.TimeUp:
            self._send(protocol.TIME_UP)
        for name in request.lent:
            self._space.pop(name, None)
        self._space.update(own)

    def _read_source(self, request: protocol.ReadSource) -> None:
        import source_facts  # which entry.py has loaded; where this file is read elsewhere it is not there

        try:
            facts = source_facts.read(self._space.get(request.name))
        except self._calls.TimeUp:
            facts = []
        self._reply(protocol.SourceRead(facts))

    def _call_back(self, message: bytes) -> bytes:
        with self._clock.midway():
            self._link.send(message)
            return self._link.receive()

    def _run_self_test(self, request: protocol.RunSelfTest) -> None:
        self._reply(protocol.SelfTestDone(self_test.gaps(request.readable, request.writable)))


def _main_module() -> dict:
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    module.__builtins__ = builtins
    for name in ("get_ipython", "display", "help"):
        setattr(module, name, Stub(name))
    return module.__dict__


def _awaits(code) -> bool:
    return bool(getattr(code, "co_flags", 0) & inspect.CO_COROUTINE)


def _finish(running, awaits: bool) -> None:
    """Run it to its end, in an event loop only where it waits for something: asyncio takes time to import."""
    if awaits:
        import asyncio

        asyncio.run(running)
    else:
        with contextlib.suppress(StopIteration):
            running.send(None)


def _described(error: BaseException, filename: str) -> str:
    try:
        text = str(error)
    except Exception:
        text = "(an exception that cannot be printed)"
    line = error.lineno if isinstance(error, SyntaxError) else _line(error, filename)
    place = f" (line {line})" if line and f"line {line}" not in text else ""
    name = type.__dict__["__name__"].__get__(type(error))
    text = " ".join(text[:_MAX_ERROR].split())
    return f"{name[:100]}: {text}{place}".encode("utf-8", "replace").decode()


def _line(error: BaseException, filename: str) -> int:
    line, entry = 0, error.__traceback__
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == filename:
            line = entry.tb_lineno or 0
        entry = entry.tb_next
    return line


class _Sink(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        return len(data)


def _nowhere() -> io.TextIOWrapper:
    """A text stream of bounded memory: what is printed outside graded calls is of no use to anyone."""
    return io.TextIOWrapper(io.BufferedWriter(_Sink()), "utf-8", "replace")
