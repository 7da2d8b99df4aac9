"""The wire between tests and functions: exact both ways, bounded, and deaf to everything else."""

import contextlib
import math
import signal
import subprocess
import sys
import time

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlcourse.exercises.engine import calls
from dlcourse.exercises.engine.calls import (
    Call,
    Conversation,
    Malformed,
    Outcome,
    Unsendable,
    decode_calls,
    decode_outcome,
    decode_value,
    encode_calls,
    encode_outcome,
    encode_value,
    run_locally,
    serve,
)

from .values import values


def alike(one, other) -> bool:
    """The same type, all the way down, and the same bits."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    return one == other or (one != one and other != other)


@given(values)
def test_a_value_arrives_with_its_exact_type_and_bits(value):
    frame = encode_value(value)
    assert alike(decode_value(frame), value)
    assert encode_value(decode_value(frame)) == frame


@pytest.mark.parametrize("number", [0, -1, 2**63, 2**64, -(2**64), 10**300, True, -0.0, math.inf, math.nan])
def test_numbers_keep_their_type_and_sign(number):
    arrived = decode_value(encode_value(number))
    assert repr(arrived) == repr(number)


def test_an_array_that_is_not_contiguous_or_not_native_arrives_as_one_that_is():
    transposed = np.arange(6.0).reshape(2, 3).T
    swapped = np.arange(3, dtype=">i4")
    arrived = decode_value(encode_value((transposed, swapped)), copy=True)
    assert (arrived[0] == transposed).all() and (arrived[1] == swapped).all()
    assert all(
        a.flags.c_contiguous and a.flags.writeable and a.flags.aligned and a.dtype.isnative for a in arrived
    )


class Point(tuple):
    pass


class Lying(float):
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        (np.recarray(1, dtype=float), "recarray"),
        (np.ma.array([1.0]), "MaskedArray"),
        (np.array([None]), "ndarray"),
        (np.array(["a"]), "ndarray"),
        (np.array(["a"], dtype=np.dtypes.StringDType()), "ndarray"),
        (np.zeros(1, dtype=[("a", float)]), "ndarray"),
        (np.array(["2020"], dtype="M8[D]"), "ndarray"),
        (Point([1]), "Point"),
        ([Lying(1)], "Lying"),
        ({1: 2}, "dict"),
        (1j, "complex"),
        ({1, 2}, "set"),
        (range(3), "range"),
        (b"bytes", "bytes"),
        (len, "builtin_function_or_method"),
        ("\ud800", "str"),
        (1 << 5000, "int"),
        ("a" * (calls.MAX_TREE + 1), "str"),
        ([0.0] * (calls.MAX_NODES + 1), "list"),
        (np.broadcast_to(0.0, (10**6, 10**6)), "ndarray"),
        (np.empty((0, 1 << 30)), "ndarray"),
    ],
)
def test_what_does_not_cross_is_named(value, type_name):
    with pytest.raises(Unsendable) as refusal:
        encode_value(value)
    assert refusal.value.type == type_name


def test_a_list_that_holds_itself_and_one_that_doubles_at_each_level_are_refused_at_once():
    loop = []
    loop.append(loop)
    doubling = [0.0]
    for _ in range(30):
        doubling = [doubling, doubling]
    start = time.perf_counter()
    for value in (loop, doubling):
        with pytest.raises(Unsendable):
            encode_value(value)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("shape", [(1 << 8, 1 << 8, 0), (0, 1 << 16), (1 << 16, 0, 1)])
def test_an_array_of_no_entries_crosses_while_its_other_dimensions_come_to_no_more_than_its_cap(shape):
    assert decode_value(encode_value(np.empty(shape))).shape == shape


@pytest.mark.parametrize("shape", [((1 << 8) + 1, 1 << 8, 0), (1 << 15, 0, 3), (1 << 9, 0, 1 << 9)])
def test_dimensions_that_are_small_one_by_one_and_huge_together_cross_neither_way(shape):
    """Of no entries, they need no bytes; a sum along the 0 would fill the memory."""
    with pytest.raises(Unsendable, match="too large"):
        encode_value(np.empty(shape))
    with pytest.raises(Malformed, match="shape"):
        decode_value(tree(["a", "<f8", len(shape), *shape]))


def nested(depth):
    value = None
    for _ in range(depth):
        value = [value]
    return value


AT_THE_CAPS = {  # what just crosses, and what does not
    "lists in lists": (nested(calls.MAX_DEPTH + 1), nested(calls.MAX_DEPTH + 2)),
    "items of a list": ([None] * (calls.MAX_NODES - 2), [None] * (calls.MAX_NODES - 1)),
    "items of two lists": ([[0.5] * 9_996, [0.5] * 9_998], [[0.5] * 9_997, [0.5] * 9_998]),
    "items of a dict": ({str(n): 0.5 for n in range(9_999)}, {str(n): 0.5 for n in range(10_000)}),
    "characters": ("x" * (calls.MAX_TREE - 8), "x" * (calls.MAX_TREE - 7)),
    "bits": (2**calls.MAX_BITS - 1, 2**calls.MAX_BITS),
    "bits below zero": (1 - 2**calls.MAX_BITS, -(2**calls.MAX_BITS)),
    "bytes of arrays": (
        [np.zeros(calls.MAX_FRAME - calls.MAX_TREE - 8, np.int8), np.zeros(1)],
        [np.zeros(calls.MAX_FRAME - calls.MAX_TREE - 7, np.int8), np.zeros(1)],
    ),
}


@pytest.mark.parametrize(("largest", "too_large"), AT_THE_CAPS.values(), ids=AT_THE_CAPS)
def test_what_is_as_large_as_may_be_crosses_whole_and_what_is_larger_by_one_does_not(largest, too_large):
    assert alike(decode_value(encode_value(largest)), largest)
    with pytest.raises(Unsendable):
        encode_value(too_large)


@pytest.mark.parametrize("edge", [2**63, 2**64, -(2**63)])
def test_integers_about_the_edge_of_64_bits_cross_exactly(edge):
    for number in (edge - 1, edge, edge + 1):
        assert alike(decode_value(encode_value(number)), number)


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        (["l", 1] * (calls.MAX_DEPTH + 1), ["l", 1] * (calls.MAX_DEPTH + 2)),
        (
            ["l", calls.MAX_NODES - 2, *[None] * (calls.MAX_NODES - 3)],
            ["l", calls.MAX_NODES - 1, *[None] * (calls.MAX_NODES - 2)],
        ),
    ],
)
def test_the_reader_has_the_same_caps_as_the_writer(fits, too_much):
    decode_value(tree([*fits, None]))
    with pytest.raises(Malformed, match=r"nested too deeply|nodes"):
        decode_value(tree([*too_much, None]))


# ---- hostile bytes ----


def tree(nodes, data=b"") -> bytes:
    packed = msgspec.msgpack.encode(nodes)
    return len(packed).to_bytes(4, "big") + packed + data


HOSTILE = [
    b"",
    b"\0\0\0",
    b"\xff" * 100,
    tree([]),
    tree([1, 2]),
    tree([1], b"x"),
    tree(["l", 5, 1]),
    tree(["l", -1]),
    tree(["l", 2**62]),
    tree(["l", True, 1]),
    tree(["l", 1] * 60 + [1]),
    tree(["a", "<f8", 1, 2], b"\0" * 8),
    tree(["a", "<f8", 1, -1]),
    tree(["a", "<f8", 2, 2**40, 2**40]),
    tree(["a", "<f8", 2, 0, 2**62]),
    tree(["a", "<f8", 40, *[1] * 40], b"\0" * 8),
    tree(["a", "|O8", 1, 1], b"\0" * 8),
    tree(["a", "V8", 1, 1], b"\0" * 8),
    tree(["s", "<f8"]),
    tree(["i", "0x" + "f" * 251]),
    tree(["i", "0x" + "f" * 10**5]),
    tree(["i", "spam"]),
    tree(["u"]),
    tree(["u", 3]),
    tree(["z"]),
    tree(["f", 0]),
    tree(["d", 1, 5, 5]),
    tree(["l", calls.MAX_NODES - 1, *[None] * (calls.MAX_NODES - 1)]),
    tree([{}]),
    tree([b"l"]),
    (5).to_bytes(4, "big") + b"\xdd\xff\xff\xff\xff",
    (4 + 200_000).to_bytes(4, "big") + b"\x91" * 200_004,
    bytes(calls.MAX_FRAME + 1),
    "text",
    None,
]


@pytest.mark.parametrize("frame", HOSTILE, ids=lambda frame: repr(frame)[:30])
def test_a_hostile_frame_is_malformed_and_nothing_else(frame):
    for decode in (decode_value, decode_outcome):
        with pytest.raises(Malformed):
            decode(frame)


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_random_bytes_decode_or_are_malformed(data):
    for decode in (decode_value, decode_outcome, decode_calls):
        _decode_or_malformed(decode, data)
        _decode_or_malformed(decode, len(data).to_bytes(4, "big") + data)


nodes = st.lists(
    st.sampled_from(["l", "t", "d", "a", "s", "i", "u", "f", "<f8", "|b1", "<i8", "<c16"])
    | st.integers(-2, 5)
    | st.integers()
    | st.none()
    | st.floats()
    | st.text(max_size=3),
    max_size=20,
)


@given(nodes, st.binary(max_size=64))
@settings(max_examples=500)
@example(["a", "|b1", 1, 3], b"\x02\xff\0")
def test_well_formed_nonsense_decodes_or_is_malformed(tree_nodes, data):
    try:
        frame = tree(tree_nodes, data)
    except OverflowError:
        return
    for decode in (decode_value, decode_outcome):
        _decode_or_malformed(decode, frame)


@given(values, st.data())
@settings(max_examples=200)
def test_a_flipped_byte_decodes_or_is_malformed(value, data):
    frame = bytearray(encode_outcome(Outcome("returned", value, changed=(0, "x"))))
    for _ in range(data.draw(st.integers(1, 3))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    _decode_or_malformed(decode_outcome, bytes(frame))


def _decode_or_malformed(decode, data):
    with contextlib.suppress(Malformed):
        decode(data)


@pytest.mark.parametrize(
    "outcome",
    [
        ("returned", 1),
        ("died", None, {}),
        ("too slow", None, {}),
        ("eaten", None, {}),
        (1, None, {}),
        ("returned", None, []),
        ("returned", None, {"trace": []}),
        ("returned", None, {"line": "1"}),
        ("returned", None, {"line": True}),
        ("returned", None, {"warnings": [1]}),
        ("returned", None, {"warnings": [("a", 1)]}),
        ("returned", None, {"changed": 1}),
        ["returned", None, {}],
    ],
    ids=repr,
)
def test_an_outcome_that_a_students_side_may_not_send_is_malformed(outcome):
    with pytest.raises(Malformed):
        decode_outcome(encode_value(outcome))


def test_boundless_details_are_cut():
    long = "x" * 3000
    details = {"message": long, "line": 10**30, "warnings": [(long, long)] * 100, "changed": [1] * 1000}
    outcome = decode_outcome(encode_value(("raised", None, details)))
    assert len(outcome.message) == len(outcome.warnings[0][0]) == calls.MAX_TEXT
    assert (len(outcome.warnings), len(outcome.changed), outcome.line) == (calls.MAX_WARNINGS, 100, 10**6)


@given(values)
def test_an_outcome_arrives_whole(value):
    sent = Outcome(
        "returned", value, "T", "why", 3, "x = 1", "said", (0, "slope"), (("RuntimeWarning", "overflow"),)
    )
    arrived = decode_outcome(encode_outcome(sent))
    assert alike(arrived.value, value)
    assert msgspec.structs.replace(arrived, value=None) == msgspec.structs.replace(sent, value=None)


# ---- what a function may do ----


def only(function, *args, **kwargs) -> Outcome:
    [outcome] = run_locally(function, [Call(args, kwargs)])
    return outcome


def test_arguments_are_frozen_when_the_call_is_made_and_fresh_for_each_run():
    x = np.zeros(2)
    call = Call((x, [x]))
    x += 1

    def spoil(a, b):
        a += 5
        b.clear()

    for _ in range(2):
        [outcome] = run_locally(spoil, [call])
        assert outcome.changed == (0, 1)
    assert (call.arguments[0][0] == 0).all()


@pytest.mark.parametrize(
    ("spoil", "changed"),
    [
        (lambda x, y, z: x.fill(1), (0,)),
        (lambda x, y, z: y[1].sort(), (1,)),
        (lambda x, y, z: y.append(x), (1,)),
        (lambda x, y, z: y.append(y), (1,)),
        (lambda x, y, z: z.update(k=2), ("z",)),
        (lambda x, y, z: z["a"].__imul__(2), ("z",)),
        (lambda x, y, z: setattr(x, "shape", (1, 3)), (0,)),
        (lambda x, y, z: y.__setitem__(0, 1), (1,)),
        (lambda x, y, z: (x + 1, sorted(y[1]), dict(z)), ()),
        (lambda x, y, z: (x.__iadd__(1), x.__isub__(1)), ()),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_is_said_which_arguments_are_no_longer_what_they_were(spoil, changed):
    outcome = only(spoil, np.zeros(3), [1.0, np.array([2, 1])], z={"a": np.ones(2)})
    assert outcome.changed == changed


class Spite(Exception):
    def __str__(self):
        raise KeyboardInterrupt


def test_exceptions_of_every_kind_become_outcomes():
    def throw(error):
        def thrower():
            raise error

        return only(thrower)

    assert throw(ValueError("no")).message == "no"
    assert throw(SystemExit(3)).type == "SystemExit"
    assert throw(GeneratorExit()).type == "GeneratorExit"
    assert throw(Spite()).type == "Spite"
    assert throw(NotImplementedError()).kind == "not started"
    assert throw(KeyboardInterrupt()).kind == "stopped"
    assert throw(ValueError("\ud800" + "x" * 10**6)).message[:2] == "?x"


def test_the_line_of_the_students_code_is_found_below_and_above_a_librarys():
    code = "import numpy as np\ndef inner(x):\n    return np.stack(x)\ndef f(x):\n    return inner(x)\n"
    namespace = {}
    exec(compile(code, "<cell>", "exec"), namespace)
    outcome = only(namespace["f"], [np.zeros(2), np.zeros(3)])
    assert (outcome.type, outcome.line) == ("ValueError", 3)


def test_a_function_of_other_parameters_is_told_from_one_that_raises_type_error():
    assert only(lambda x: x, 1, 2).kind == "signature"
    assert only(lambda y: y, x=1).kind == "signature"
    assert only(lambda x: x + "a", 1).kind == "raised"
    assert only(np.sin, "a").kind == "raised"
    assert only(3, 1) == Outcome("not callable", type="int")


def a_docstring(x):
    """Only a docstring."""


def an_ellipsis(x): ...


def a_pass(x):
    pass


def forgets_to_return(x):
    x = x + 1


def test_an_empty_body_is_not_started_and_a_forgotten_return_is_none():
    for stub in (a_docstring, an_ellipsis, a_pass, lambda x: None):
        assert only(stub, 1).kind == "not started"
    assert only(forgets_to_return, 1) == Outcome("returned", None)
    assert only(lambda x: print(x), 1) == Outcome("returned", None, printed="1\n")


def not_written(x):
    raise NotImplementedError


def leans_on_another(x):
    return not_written(x) + 1


def test_a_function_that_calls_one_not_written_is_not_called_not_started():
    outcome = only(leans_on_another, 1)
    assert (outcome.kind, outcome.message) == ("raised", "`not_written`, which it calls, is not written yet")
    assert outcome.source == "raise NotImplementedError"
    assert only(not_written, 1).kind == "not started"


def test_a_function_that_is_an_argument_has_a_plain_name_in_messages():
    outcome = only(lambda f: f(x=1), abs)
    assert outcome.message == "function() got an unexpected keyword argument 'x'"


def test_prints_and_warnings_are_kept_in_part_and_do_not_appear(capsys):
    def loud():
        import warnings

        for _ in range(10_000):
            print("la" * 100)
            warnings.warn("stop", stacklevel=1)
        print("to stderr", file=sys.stderr)
        np.float64(1e300) * np.array([1e300])
        return 1

    outcome = only(loud)
    assert len(outcome.printed) == calls.MAX_TEXT
    assert outcome.warnings == (("UserWarning", "stop"),) * calls.MAX_WARNINGS
    assert capsys.readouterr() == ("", "")
    assert only(lambda: np.exp(np.array([1000.0]))).warnings == (
        ("RuntimeWarning", "overflow encountered in exp"),
    )


def test_what_a_function_does_to_stdout_is_undone():
    before = sys.stdout, sys.stderr

    def grab():
        sys.stdout = sys.stderr = None

    only(grab)
    assert (sys.stdout, sys.stderr) == before


# ---- time ----

has_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no SIGALRM here")


@has_alarm
def test_a_loop_without_end_is_stopped_and_the_alarm_put_back():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    signal.setitimer(signal.ITIMER_REAL, 100)

    def loop(n):
        while n:
            pass
        return n

    try:
        kinds = [o.kind for o in run_locally(loop, [Call((0,)), Call((1,)), Call((0,))], limit=0.2)]
        assert kinds == ["returned", "too slow", "too slow"]
        assert 90 < signal.getitimer(signal.ITIMER_REAL)[0] <= 100
        signal.raise_signal(signal.SIGALRM)
        assert rang == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@has_alarm
def test_a_loop_that_swallows_every_exception_once_is_stopped_all_the_same():
    def stubborn():
        try:
            while True:
                pass
        except BaseException:
            while True:
                pass

    start = time.perf_counter()
    assert run_locally(stubborn, [Call()], limit=0.1)[0].kind == "too slow"
    assert time.perf_counter() - start < 3


def test_after_an_interrupt_nothing_more_is_run():
    made = []

    def interrupted(n):
        made.append(n)
        if n == 1:
            raise KeyboardInterrupt
        return n

    kinds = [outcome.kind for outcome in run_locally(interrupted, [Call((n,)) for n in range(4)])]
    assert (kinds, made) == (["returned", "stopped", "stopped", "stopped"], [0, 1])


# ---- functions as arguments ----


def test_a_function_crosses_as_a_token_and_its_calls_are_traced():
    def twice(f, x):
        return f(x) + f([2.0, x])

    call = Call((lambda x: float(np.sum(x[-1])), np.arange(3.0)), traced=True)
    [outcome] = run_locally(twice, [call])
    assert outcome.value == 2.0 + 3.0
    assert [which for which, _ in outcome.trace] == [0, 0]
    assert alike(outcome.trace[1][1], ([2.0, np.arange(3.0)],))
    assert outcome.changed == ()


def test_one_function_given_twice_is_one_token_and_each_keeps_its_own():
    f, g = (lambda: "f"), (lambda: "g")
    assert only(lambda *fs: [f() for f in fs], f, g, f).value == ["f", "g", "f"]
    assert only(lambda a, b: a is b, f, f).value is True


def test_an_exception_of_a_given_function_travels_both_ways():
    def fails(x):
        raise ValueError(f"cannot take {x}")

    def odd(x):
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "odd")

    def catches(f):
        try:
            return f(3)
        except ValueError as error:
            return str(error)

    assert only(catches, fails).value == "cannot take 3"
    assert only(lambda f: f(3), fails).type == "ValueError"
    assert only(lambda f: f(3), odd).type == "RuntimeError"
    assert only(lambda f: f(), fails).type == "TypeError"


def test_what_a_given_function_cannot_be_given_is_a_type_error_of_the_students():
    outcome = only(lambda f: f(object()), abs)
    assert (outcome.type, outcome.kind) == ("TypeError", "raised")
    assert "object" in outcome.message


def test_neither_side_can_write_into_the_others_arrays():
    kept = np.zeros(3)

    def gradient(x):
        x += 1
        return kept

    def writes(f, x):
        f(x).fill(7)
        f(x)
        return x

    outcome = only(writes, gradient, np.zeros(3))
    assert (outcome.value == 0).all() and (kept == 0).all()


def test_a_given_function_may_be_called_only_so_often():
    asked = []

    def greedy(f):
        while True:
            f(1)

    outcome = only(greedy, asked.append)
    assert outcome.type == "RuntimeError" and "10000 times" in outcome.message
    assert len(asked) == calls.MAX_CALLBACKS


def test_a_given_function_may_be_given_only_so_much():
    def often(f, x):
        for _ in range(20):
            f(x)

    outcome = only(often, lambda x: 0, np.zeros(10**6))
    assert outcome.type == "RuntimeError" and "more than 67108864 bytes" in outcome.message


def test_a_given_function_may_not_be_given_far_more_than_the_call_is_about():
    def blown_up(f, x):
        return f(np.zeros((10**5, 1)), np.zeros(10**5))

    outcome = only(blown_up, np.subtract, np.zeros(3))
    assert outcome.type == "RuntimeError" and "far more than this call" in outcome.message
    assert only(lambda f, x: f(np.outer(x, x)), np.sum, np.ones(20)).value == 400


# 1.3 MB each; 16 MB, which cannot be sent
@pytest.mark.parametrize("n, dtype, most", [(400, float, 53), (1000, complex, 5)])
def test_small_arguments_that_give_large_results_are_charged_for_them(n, dtype, most):
    made = []

    def grow(x, y):
        made.append(1)
        return np.add(x, y, dtype=dtype)

    def often(f):
        for _ in range(100):
            try:
                f(np.zeros((n, 1), np.int8), np.zeros(n, np.int8))
            except RuntimeError as error:
                said = str(error)
        return said

    assert "more than 67108864 bytes" in only(often, grow).value
    assert len(made) <= most


def test_a_trace_of_many_small_things_is_cut_short():
    def flood(f, x):
        for _ in range(1000):
            f([[]] * 1000)

    asked = []
    [outcome] = run_locally(flood, [Call((asked.append, 1), traced=True)])
    assert outcome.type == "RuntimeError" and "more than 1048576 bytes" in outcome.message
    assert len(outcome.trace) == len(asked) < 400


NOT_REQUESTS = [(5, ()), (-1, ()), [0, ()], (0, []), (True, ()), (0, (), 0), (0, (), {}), (-1, (), {}), None]


@pytest.mark.parametrize(
    "message", [b"", b"x", b"c", b"o", *(b"c" + encode_value(each) for each in NOT_REQUESTS)]
)
def test_a_conversation_takes_outcomes_and_call_backs_and_nothing_else(message):
    conversation = Conversation([Call((abs,))])
    with pytest.raises(Malformed):
        conversation.receive(message)
    ended = conversation.close(Outcome("died", message="lied"))
    assert [outcome.kind for outcome in ended] == ["died"]


def ask_back(function, *args):
    """The outcome of a call that hands its argument, which is a function, these arguments."""
    conversation = Conversation([Call((function, np.zeros(10**4)))])
    serve(conversation.frame, lambda f, _: f(*args), conversation.receive, conversation.receive)
    return conversation.outcomes[0]


def borrowing(lent, call):
    """The outcome of a call of a function `call` that finds what is lent by name."""
    conversation = Conversation([Call()], lent)
    found = calls.borrowed(list(lent), conversation.receive)
    serve(conversation.frame, lambda: call(found), conversation.receive, conversation.receive)
    return conversation.outcomes[0]


def test_functions_that_are_lent_are_called_by_name_and_with_names():
    lent = {"half": lambda x: x / 2, "power": lambda x, n=2: x**n}
    assert borrowing(lent, lambda its: its["half"](3) + its["power"](3, n=3)).value == 28.5
    outcome = borrowing(lent, lambda its: its["half"](0, 0))
    assert (outcome.kind, outcome.type) == ("raised", "TypeError")


def test_a_lent_function_takes_arrays_that_the_call_is_not_about():
    assert borrowing({"total": np.sum}, lambda its: its["total"](np.ones(10**5))).value == 10**5


@pytest.mark.parametrize("token", [-2, 0])
def test_what_is_not_lent_cannot_be_asked_for(token):
    conversation = Conversation([Call()], {"half": abs})
    with pytest.raises(Malformed):
        conversation.receive(b"c" + encode_value((token, (1,), {})))


@pytest.mark.parametrize(
    "args",
    [
        tuple(np.ones([700] + [1] * i, np.int8) for i in range(3)),
        (np.ones(1000, np.int8), 10**6),
        ([0] * 1000, 10**6),
        ("x", 10**9),
        ("x", np.array([10**9])),
        ({"unit": "x", "times": [10**9]},),
        (np.int64(-(2**62)),),
        ([np.ones((1, 1000), np.int8)], np.ones((1100, 1), np.int8)),
        (np.ones((1100, 1), np.int8), np.ones(1000, np.int8), np.ones(7)),
    ],
)
def test_functions_of_ours_are_not_asked_for_what_would_fill_the_memory(args):
    made = []
    outcome = borrowing({"f": lambda *args: made.append(args)}, lambda its: its["f"](*args))
    assert (outcome.kind, outcome.type, made) == ("raised", "ValueError", [])
    outcome = ask_back(lambda *args: made.append(args), *args)
    assert (outcome.kind, made) == ("raised", [])


@pytest.mark.parametrize(
    "count", [2e8, np.float32(2e8), np.array(2e8), np.array([2e8]), math.inf, math.nan, "x"]
)
def test_a_count_is_bounded_whatever_its_type(count):
    def one_hot(labels, num_classes: int):
        made.append(num_classes)

    made = []
    outcome = borrowing({"one_hot": one_hot}, lambda its: its["one_hot"]([0], count))
    assert (outcome.kind, outcome.type, made) == ("raised", "ValueError", [])
    assert borrowing({"one_hot": one_hot}, lambda its: its["one_hot"]([0], 3)).kind == "returned"


def test_numbers_far_out_are_no_counts():
    lent = {"half": lambda x: x / 2}
    assert borrowing(lent, lambda its: its["half"](1e300) + its["half"](np.array(-np.inf))).value == -np.inf


HOLLOW = [
    {str(i): np.empty((1 << 17, 0)) for i in range(16)},
    np.empty((0, 1 << 17)),
    [np.empty((1 << 10, 0, 1))] * 100,
]


@pytest.mark.parametrize("value", HOLLOW, ids=range(len(HOLLOW)))
def test_arrays_without_entries_do_not_cross_where_walking_along_them_takes_long(value):
    with pytest.raises(Unsendable, match="without entries"):
        encode_value(value)
    unbounded = calls._Writer()
    unbounded.hollow = -math.inf
    unbounded.put(value)
    with pytest.raises(Malformed):
        decode_value(unbounded.frame())


def test_an_empty_batch_crosses():
    assert decode_value(encode_value([np.empty((0, 784)), np.empty((3, 0))]))[0].shape == (0, 784)


def test_a_conversation_ends_with_the_last_outcome():
    conversation = Conversation([Call(), Call()])
    message = b"o" + encode_outcome(Outcome("returned", 1))
    assert conversation.receive(message) is None and not conversation.done
    assert conversation.receive(message) is None and conversation.done
    with pytest.raises(Malformed, match="more outcomes"):
        conversation.receive(message)


def test_each_call_of_a_batch_has_a_trace_and_a_number_of_call_backs_of_its_own(monkeypatch):
    monkeypatch.setattr(calls, "MAX_CALLBACKS", 3)
    batch = [Call((lambda x: x, start), traced=True) for start in (1.0, 2.0)]
    outcomes = run_locally(lambda f, start: f(start) + f(start) + f(start), batch)
    assert [outcome.value for outcome in outcomes] == [3.0, 6.0]
    assert [outcome.trace for outcome in outcomes] == [((0, (start,)),) * 3 for start in (1.0, 2.0)]


def test_a_stub_within_the_function_itself_is_not_started_and_names_no_other():
    def whole(x):
        def inner(x):
            raise NotImplementedError

        return inner(x)

    assert run_locally(whole, [Call((1,))])[0].kind == "not started"


def test_an_exception_that_never_ends_to_say_what_it_is_runs_out_of_time():
    class Endless(Exception):
        def __str__(self):
            while True:
                pass

    def raises():
        raise Endless

    assert run_locally(raises, [Call()], limit=0.2)[0].kind == "too slow"


DATES = np.array(["2026-12-01"], "M8[D]")


@pytest.mark.parametrize(("array", "reason"), [(np.array(["a"]), "of text"), (DATES, "of datetime64[D]")])
def test_an_array_of_what_is_no_number_is_told_what_it_is_of(array, reason):
    outcome = run_locally(lambda: array, [Call()])[0]
    assert (outcome.kind, outcome.type, outcome.message) == ("unsupported", "ndarray", reason)


def test_what_serving_sends_is_what_a_conversation_takes():
    conversation, sent = Conversation([Call((2,)), Call((3,))]), []
    serve(encode_calls(conversation.calls), lambda x: x * x, None, sent.append)
    for message in sent:
        conversation.receive(message)
    assert [outcome.value for outcome in conversation.outcomes] == [4, 9]


def test_the_file_stands_alone_without_the_package(tmp_path):
    program = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('calls', {calls.__file__!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "print([o.value for o in module.run_locally(abs, [module.Call((-3,))])])\n"
        "print([name for name in sys.modules if name.startswith('dlcourse')])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert ran.stdout == "[3]\n[]\n", ran.stderr
