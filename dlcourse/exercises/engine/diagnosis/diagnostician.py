"""Why an answer is wrong: a known mistake, the reference called otherwise, or what its results are.

All of it is asked of the calls that went wrong in the first failing test, so that a second slip, which
another test finds, hides nothing. What a right call speaks against is not said, nor what few or round
numbers may fit by chance. What the source of an answer shows only picks among these, or is said where there
is nothing else to say.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property, partial
from itertools import dropwhile, islice
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from dlcourse.course.language import Phrase, marked, phrase
from dlcourse.exercises.engine import source_facts
from dlcourse.exercises.engine.calls import Call, Function, Outcome, encode_value, run_ours
from dlcourse.exercises.engine.comparison import Complaint, Terms, agree, complaint, plainly_unlike, same
from dlcourse.exercises.engine.diagnosis.counterfactuals import (
    MAX_BYTES,
    MAX_TRIED,
    Change,
    counterfactuals,
    edits,
)
from dlcourse.exercises.engine.diagnosis.families import Family
from dlcourse.exercises.engine.diagnosis.items import of_items
from dlcourse.exercises.engine.diagnosis.measures import measured
from dlcourse.exercises.engine.diagnosis.observations import (
    ENOUGH,
    PLAINLY,
    Observation,
    Seen,
    evidence,
    observations,
)
from dlcourse.exercises.engine.diagnosis.places import somewhere
from dlcourse.exercises.engine.diagnosis.relations import plainly
from dlcourse.exercises.engine.diagnosis.variations import variations
from dlcourse.exercises.engine.wording import short

_NOTHING = object()
Facts = Callable[[], Set[str]]  # asked for where they are needed: to read a source takes long


def _of_kind(kind: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in kind


def _has_axes(value: Any, axes: int) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == axes


TRAITS: dict[str, Callable[[Any], bool]] = {
    marked("Only calls in which `{name}` is an array of integers go wrong."): _of_kind("iu"),
    marked("Only calls in which `{name}` is a single number go wrong."): lambda value: _has_axes(value, 0),
    marked("Only calls in which `{name}` has one row only go wrong."): lambda value: (
        isinstance(value, np.ndarray) and value.ndim > 1 and len(value) == 1
    ),
    marked("Only calls in which `{name}` has three axes go wrong."): lambda value: _has_axes(value, 3),
    marked("Only calls in which `{name}` is empty go wrong."): lambda value: (
        isinstance(value, list | str) and not value
    ),
    marked("Only calls in which `{name}` holds nan go wrong."): lambda value: (
        _of_kind("f")(value) and bool(np.isnan(value).any())
    ),
    marked("Only calls in which `{name}` is 0 go wrong."): lambda value: (
        isinstance(value, int | float) and value == 0
    ),
    marked("Only calls in which `{name}` is not 0 go wrong."): lambda value: (
        isinstance(value, int | float) and value != 0
    ),
}


class Diagnosis(NamedTuple):
    """A sentence, and whether it is a known mistake's, which says all: others describe, and want the hint.

    `tr` says it in the language that is spoken; as text it is English, by which it is known everywhere.
    """

    sentence: str
    known: bool


class Ground(NamedTuple):
    """What a diagnosis is asked of: places of calls."""

    wrong: list[int]  # of the first failing test
    right: list[int]  # of all tests


class Answer(NamedTuple):
    """What came of each call, and what is wrong with it."""

    outcomes: list[Outcome]
    complaints: list[Complaint | None]


class Known(NamedTuple):
    """What an exercise says of itself."""

    reference: Function
    mistakes: Sequence[tuple[str, Function]]
    families: Sequence[Family]
    formulas: Sequence[Function]
    parts: Sequence[str]


class Suspect(NamedTuple):
    """A known mistake, and what it has made of calls so far."""

    sentence: str
    wrong: Function
    made: dict[int, Outcome]


class Candidate(NamedTuple):
    """What may have come about, how, and the right form of it that a change was made to.

    say   gives the sentence, or "" where it cannot be said in few words
    """

    say: Callable[[], str]
    run: Callable[[Mapping[str, Any]], Any]
    unchanged: Function


class Diagnostician:
    """Of one exercise and one list of calls; it keeps what mistakes make of them."""

    def __init__(
        self, known: Known, calls: Sequence[Call], expected: Sequence[Outcome], terms: Sequence[Terms]
    ):
        self._reference, mistakes, self._families, self._formulas, self._parts = known
        self._calls, self._expected, self._terms = calls, expected, terms
        self._suspects = [Suspect(sentence, wrong, {}) for sentence, wrong in mistakes]
        self._given: dict[int, dict[str, Any]] = {}
        self._to_copy: dict[int, list[str]] = {}

    def diagnose(
        self, answer: Answer, tests: Sequence[object], read: Callable[[], Iterable[str]] = list
    ) -> Diagnosis | None:
        """`tests` says of each call to which test it belongs, `read()` what the answer's source shows."""
        ground = _ground(answer, tests)
        with np.errstate(all="ignore"):
            known = self._known(answer, ground)
        if known:
            return Diagnosis(known, known=True)
        valued = Ground([i for i in ground.wrong if _has_value(answer, i)], ground.right)
        if ground.wrong[0] not in valued.wrong:
            return _of_error(answer.outcomes[ground.wrong[0]])  # the call that is shown
        facts = cache(lambda: source_facts.known(read(), list(self._signature.parameters)))
        with np.errstate(all="ignore"):
            found = None if self._large(valued.wrong) else self._diagnosis(answer, valued, facts)
            found = found or self._of_source(facts(), valued)
        return Diagnosis(found, known=False) if found else None

    def _diagnosis(self, answer: Answer, ground: Ground, facts: Facts) -> str | None:
        """What is plainly to be seen first, what is only where it is wrong last."""
        seen = self._seen(answer, ground)
        return (
            self._constant(answer, ground)
            or self._borne_out(self._handed_back(ground.wrong[0]), answer, ground)
            or _of_results(plainly, seen)
            or self._borne_out(self._otherwise(ground.wrong[0]), answer, ground, facts)
            or _of_results(measured, seen)
            or _of_results(somewhere, seen)
            or self._of_one_part(answer, ground)
            or self._in_some_calls(answer)
            or of_items([(self._expected[i].value, answer.outcomes[i].value) for i in ground.wrong])
        )

    def _constant(self, answer: Answer, ground: Ground) -> str | None:
        """Where all calls come to one value, be it right for some."""
        if any(outcome.kind != "returned" for outcome in answer.outcomes):
            return None
        came = encode_value(answer.outcomes[0].value)
        if any(encode_value(outcome.value) != came for outcome in answer.outcomes[1:]):
            return None
        due = {encode_value(self._expected[i].value) for i in (*ground.wrong, *ground.right)}
        text = short(answer.outcomes[0].value)
        if len(due) < 3 or text.startswith(("a ", "array ")):  # too long to be shown
            return None
        return phrase("Your result is {result} in every call, whatever the arguments are.", result=text)

    # ---- known mistakes ----

    def _known(self, answer: Answer, ground: Ground) -> str | None:
        """Of the mistakes that explain the ground, the one most like in all calls."""
        suspects = [*self._suspects, *self._fitted(answer, ground)]
        counts = {
            suspect.sentence: sum(self._does(suspect, i, answer) for i in range(len(self._calls)))
            for suspect in suspects
            if self._explains(suspect, answer, ground) and not self._by_chance(suspect, answer, ground)
        }
        return max(counts, key=counts.__getitem__, default=None)

    def _is_refuted(self, suspect: Suspect, ground: Ground) -> bool:
        return any(self._fails(suspect, i) for i in ground.right)

    def _by_chance(self, suspect: Suspect, answer: Answer, ground: Ground) -> bool:
        """Whether another test speaks against it and what it explains, too easily hit upon, does not make up
        for that: where there is a second slip, it has to be plain.
        """
        against = [
            i
            for i, problem in enumerate(answer.complaints)
            if problem and self._fails(suspect, i) and not self._does(suspect, i, answer)
        ]
        if not against:
            return False
        explained = [i for i, problem in enumerate(answer.complaints) if problem and i not in against]
        return self._evidence(answer, [i for i in explained if self._does(suspect, i, answer)]) < PLAINLY

    def _evidence(self, answer: Answer, places: Iterable[int]) -> float:
        """How hard it is to hit upon these outcomes by chance."""
        kinds = {i: problem.kind for i in places if (problem := answer.complaints[i])}
        if set(kinds.values()) - {"value", "shape", "type", "raised"}:
            return PLAINLY  # a change of the arguments, calls of a function in another order: no numbers
        raised = sum(answer.outcomes[i].kind == "raised" for i in kinds)
        return 2 * raised + self._weight({i: answer.outcomes[i] for i in kinds if _has_value(answer, i)})

    def _fitted(self, answer: Answer, ground: Ground) -> Iterator[Suspect]:
        """Mistakes with a number, as one wrong result has it."""
        first = ground.wrong[0]
        if answer.outcomes[first].kind != "returned":
            return
        for family in self._families:
            found = family.fitted(self._arguments(first), answer.outcomes[first].value)
            if found:
                yield Suspect(*found, {})

    def _explains(self, suspect: Suspect, answer: Answer, ground: Ground) -> bool:
        return all(self._does(suspect, i, answer) for i in ground.wrong) and not self._is_refuted(
            suspect, ground
        )

    def _does(self, suspect: Suspect, i: int, answer: Answer) -> bool:
        problem = answer.complaints[i]
        if i not in suspect.made and self._is_out(suspect, i, answer.outcomes[i].value):
            return False
        made = self._outcome(suspect, i)
        return same(made, answer.outcomes[i], self._terms[i], problem.kind if problem else "")

    def _is_out(self, suspect: Suspect, i: int, got: Any) -> bool:
        """Whether it plainly gives something else, seen before all that a call is watched for."""
        if not isinstance(got, np.ndarray | tuple) or self._calls[i].callables:
            return False
        args, kwargs = self._calls[i].looked_at
        try:
            return plainly_unlike(suspect.wrong(*args, **kwargs), got, self._terms[i].tolerance)
        except Exception:  # it writes into an array, which is read-only here, or fails in any case
            return False

    def _fails(self, suspect: Suspect, i: int) -> bool:
        """Whether the mistake gives something wrong there."""
        return complaint(self._expected[i], self._outcome(suspect, i), self._terms[i]) is not None

    def _outcome(self, suspect: Suspect, i: int) -> Outcome:
        """Made when it is asked for: most mistakes are out after one call."""
        if i not in suspect.made:
            with np.errstate(all="warn", under="ignore"):  # whatever a student's cell has made of np.seterr
                suspect.made[i] = run_ours(suspect.wrong, self._calls[i])
        return suspect.made[i]

    # ---- the reference called otherwise, the formula changed ----

    def _handed_back(self, first: int) -> Iterator[Candidate]:
        for sentence, change in edits(self._expected[first].value, self._parts):
            yield Candidate(_saying(sentence), _edited(self._reference, change), self._reference)

    def _otherwise(self, first: int) -> Iterator[Candidate]:
        given = self._arguments(first)
        for each in islice(counterfactuals(given, self._defaults), MAX_TRIED):
            yield Candidate(_saying(each.sentence), _calling(self._reference, each.change), self._reference)
        for formula in filter(lambda formula: self._is_right(_calling(formula), first), self._formulas):
            yield from _varied(formula)

    def _borne_out(
        self, candidates: Iterable[Candidate], answer: Answer, ground: Ground, facts: Facts = frozenset
    ) -> str | None:
        """Of those that explain the ground, the one that explains most besides.

        Where several explain as much, the one that the source bears out: it is read once one explains it.
        """
        wrong = [i for i in range(len(self._calls)) if _has_value(answer, i) and not self._large([i])]
        explained = cache(lambda each: self._explained(each, wrong, answer, ground))
        left = dropwhile(lambda each: not explained(each), candidates)
        best, most = None, 0
        for candidate in _likely_first(list(left), facts):
            number = len(explained(candidate))
            if number > most and (sentence := candidate.say()):
                best, most = sentence, number
            if most == len(wrong):
                break
        return best

    def _explained(
        self, candidate: Candidate, wrong: Sequence[int], answer: Answer, ground: Ground
    ) -> list[int]:
        """The wrong calls that it explains; none where it does not explain the ground, or may by chance."""
        if not all(self._gives(candidate, i, answer) for i in ground.wrong):
            return []
        if any(self._refuted(candidate, i) for i in ground.right):
            return []
        others = [i for i in wrong if i not in ground.wrong]
        explained = [*ground.wrong, *(i for i in others if self._gives(candidate, i, answer))]
        against = [i for i in others if i not in explained and not self._is_right(candidate.run, i)]
        weight = self._weight({i: answer.outcomes[i] for i in explained})
        return explained if weight >= (PLAINLY if against else ENOUGH) else []

    def _gives(self, candidate: Candidate, i: int, answer: Answer) -> bool:
        """Whether it gives what the answer does."""
        made = self._made_by(candidate.run, i)
        return made is not _NOTHING and agree(made, answer.outcomes[i].value, self._terms[i])

    def _refuted(self, candidate: Candidate, i: int) -> bool:
        """Whether the change makes wrong what is right without it."""
        if self._large([i]) or self._is_right(candidate.run, i):
            return False
        return self._is_right(_calling(candidate.unchanged), i)

    def _is_right(self, run: Callable[[Mapping[str, Any]], Any], i: int) -> bool:
        made = self._made_by(run, i)
        return made is not _NOTHING and agree(self._expected[i].value, made, self._terms[i])

    def _made_by(self, run: Callable[[Mapping[str, Any]], Any], i: int) -> Any:
        try:
            return run(self._arguments(i))
        except Exception:  # arguments that it is not made for
            return _NOTHING

    def _weight(self, outcomes: Mapping[int, Outcome]) -> float:
        """How hard it is to hit upon these wrong results by chance."""
        seen = [one for i, outcome in outcomes.items() for one in self._wrongly(i, outcome)]
        texts = {leaf for i, outcome in outcomes.items() for leaf in self._new_leaves(i, outcome)}
        return evidence([one.got for one in seen], seen) + 2 * len(texts)

    def _wrongly(self, i: int, outcome: Outcome) -> list[Observation]:
        found = observations({}, self._expected[i], outcome, self._parts, self._terms[i].tolerance)
        return [one for those in found.values() for one in those if not one.right]

    def _new_leaves(self, i: int, outcome: Outcome) -> set[str]:
        """Of what is not numbers alone: what is there and should not be, with the call."""
        if self._wrongly(i, outcome):
            return set()
        due = set(_leaves(self._expected[i].value))
        return {leaf for leaf in _leaves(outcome.value) if leaf not in due}

    # ---- what the results are ----

    def _seen(self, answer: Answer, ground: Ground) -> dict[str, Seen]:
        """By part, those of which the first wrong call has something wrong in the order of its parts."""
        others = [i for i in range(len(self._calls)) if _has_value(answer, i) and i not in ground.wrong]
        places = [i for i in (*ground.wrong, *ground.right, *others) if not self._large([i])]
        observed = {i: self._observed(i, answer.outcomes[i]) for i in places}

        def of(places: Iterable[int], part: str, right: bool) -> list[Observation]:
            found = [one for i in places if i in observed for one in observed[i].get(part, ())]
            return [one for one in found if one.right is right]

        return {
            part: Seen(of(ground.wrong, part, False), of(others, part, False), of(observed, part, True))
            for part in observed[ground.wrong[0]]
        }

    def _observed(self, i: int, outcome: Outcome) -> dict[str, list[Observation]]:
        tolerance = self._terms[i].tolerance
        return observations(self._arguments(i), self._expected[i], outcome, self._parts, tolerance)

    def _of_one_part(self, answer: Answer, ground: Ground) -> str | None:
        """Where one of several results alone is wrong."""
        observed = [self._observed(i, answer.outcomes[i]) for i in ground.wrong]
        if any(set(parts) != set(self._parts) for parts in observed):
            return None
        wrong = [
            {name for name, ones in parts.items() if not all(o.right for o in ones)} for parts in observed
        ]
        if len(self._parts) < 2 or any(names != wrong[0] or len(names) != 1 for names in wrong):
            return None
        *others, last = [f"`{name}`" for name in self._parts if name not in wrong[0]]
        said = {"others": ", ".join(others), "last": last, "wrong": f"`{min(wrong[0])}`"}
        if others:
            return phrase("In this test {others} and {last} are right: only {wrong} is wrong.", **said)
        return phrase("In this test {last} is right: only {wrong} is wrong.", **said)

    # ---- what the source shows ----

    def _of_source(self, facts: Set[str], ground: Ground) -> str | None:
        for fact in sorted(facts):
            kind, _, name = fact.partition(" ")
            if kind in _OF_PARAMETERS and self._depends_on(name, ground.wrong[0]):
                return phrase(_OF_PARAMETERS[kind], name=name)
        return next((sentence for fact, sentence in _OF_SOURCE.items() if fact in facts), None)

    def _depends_on(self, name: str, i: int) -> bool:
        """Whether the right result is another where that argument is."""
        given = self._arguments(i)
        if not isinstance(given[name], int | float | np.number | np.ndarray):
            return True
        made = self._made_by(lambda given: self._reference(**{**given, name: given[name] * 2 + 1}), i)
        return made is _NOTHING or not agree(self._expected[i].value, made, self._terms[i])

    # ---- which calls they are ----

    def _in_some_calls(self, answer: Answer) -> str | None:
        """What all wrong calls have in common, and no right call."""
        wrong = [self._traits(i) for i, problem in enumerate(answer.complaints) if problem]
        right = [
            self._traits(i, self._defaults) for i, problem in enumerate(answer.complaints) if not problem
        ]
        found = set.intersection(*wrong).difference(*right)
        return min(found) if found and min(len(wrong), len(right)) > 1 else None

    def _traits(self, i: int, left_out: Mapping[str, Any] = MappingProxyType({})) -> set[Phrase]:
        """What can be said of calls like this one, if no others go wrong.

        `left_out`: values that count where a call gives none; a default of 1 is not 0 either."""
        args, kwargs = self._calls[i].arguments
        given = dict(zip(self._arguments(i), args, strict=False)) | kwargs
        found = {phrase(_BY_DEFAULT, name=name) for name in self._defaults if name not in given}
        for name, value in {**left_out, **given}.items():
            found |= {phrase(text, name=name) for text, is_so in TRAITS.items() if is_so(value)}
            if isinstance(value, str | bool):
                found.add(phrase(_BY_VALUE, name=name, value=short(value)))
        due = self._expected[i].value
        if (isinstance(due, int | float) and due in (0, 1)) or (type(due) is list and not due):
            found.add(phrase(_BY_RESULT, due=short(due)))
        return found

    # ---- the arguments of a call ----

    def _arguments(self, i: int) -> dict[str, Any]:
        """By name, those not given too; the arrays are read-only, the lists fresh."""
        if i not in self._given:
            args, kwargs = self._calls[i].looked_at
            bound = self._signature.bind(*args, **kwargs)
            bound.apply_defaults()
            self._given[i] = bound.arguments
            self._to_copy[i] = [n for n, v in bound.arguments.items() if isinstance(v, list | dict)]
        given, to_copy = self._given[i], self._to_copy[i]
        return given | {name: given[name].copy() for name in to_copy} if to_copy else given

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self._reference)

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        parameters = self._signature.parameters.values()
        return {p.name: p.default for p in parameters if p.default is not p.empty}

    def _large(self, places: Iterable[int]) -> bool:
        return any(len(self._calls[i].frame) > MAX_BYTES for i in places)


def _leaves(value: Any) -> Iterator[str]:
    """What is in it that is nothing but itself, with its place."""
    if isinstance(value, list | tuple | dict):
        for place, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from (f"{place} {leaf}" for leaf in _leaves(item))
    else:
        yield short(value)


_BY_DEFAULT = marked("Only calls that leave `{name}` to its default go wrong.")
_BY_VALUE = marked("Only calls in which `{name}` is {value} go wrong.")
_BY_RESULT = marked("Only calls for which {due} is expected go wrong.")
_OF_PARAMETERS = {
    source_facts.UNUSED: marked("Your function does not use `{name}`, on which the result depends."),
    source_facts.OVERWRITTEN: marked("Your function gives `{name}` a value of its own before it uses it."),
}
_POWER = phrase("A power is `**` in Python: `^` is a bitwise operator.")
_OF_SOURCE = {
    source_facts.POWER: _POWER,
    source_facts.RETURN_IN_LOOP: phrase("A `return` stands inside the loop and ends it in its first turn."),
    source_facts.STATE: phrase("Your function keeps something between calls, by `global` or in a default."),
    source_facts.RANDOM: phrase(
        "Your function draws random numbers: the result must come from its arguments alone."
    ),
}


def _of_error(outcome: Outcome) -> Diagnosis | None:
    """What an exception bears out."""
    xor = outcome.kind == "raised" and re.search(r"'bitwise_xor'|type\(s\) for \^=?: ", outcome.message)
    return Diagnosis(_POWER, known=True) if xor else None


def _likely_first(candidates: list[Candidate], facts: Facts) -> list[Candidate]:
    """Those that the source bears out come first."""
    if not candidates:
        return []
    known = facts()
    ignored = [f"`{fact.partition(' ')[2]}`" for fact in known if fact.partition(" ")[0] in _OF_PARAMETERS]
    signs = [*ignored, *(sign for fact, sign in _SIGNS.items() if fact in known)]
    if not signs:
        return candidates
    return sorted(candidates, key=lambda each: not any(sign in each.say() for sign in signs))


_SIGNS = {source_facts.FLOOR: "//", source_facts.DDOF: "ddof"}


def _calling(function: Function, change: Change | None = None) -> Callable[[Mapping[str, Any]], Any]:
    if change is None:
        return lambda given: function(**given)

    def run(given: Mapping[str, Any]) -> Any:
        changed = change(given)
        return None if changed is None else function(**changed)

    return run


def _edited(function: Function, change: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda given: change(function(**given))


def _saying(sentence: str) -> Callable[[], str]:
    return lambda: sentence


@cache
def _varied(formula: Function) -> list[Candidate]:
    try:
        found = variations(formula)
    except OSError:  # installed without its sources
        return []
    return [Candidate(partial(_in_place_of, each.texts), _calling(each.function), formula) for each in found]


def _in_place_of(texts: Callable[[], tuple[str, str] | None]) -> str:
    found = texts()
    if not found:
        return ""
    old, new = found
    return phrase("Your result is what comes out with `{new}` in place of `{old}`.", new=new, old=old)


def _ground(answer: Answer, tests: Sequence[object]) -> Ground:
    first = next(test for test, problem in zip(tests, answer.complaints, strict=True) if problem)
    wrong = [i for i, problem in enumerate(answer.complaints) if problem and tests[i] is first]
    return Ground(wrong, [i for i, problem in enumerate(answer.complaints) if not problem])


def _has_value(answer: Answer, i: int) -> bool:
    """Whether it is the value that is wrong."""
    problem = answer.complaints[i]
    return (
        problem is not None
        and problem.kind in ("value", "shape", "type")
        and answer.outcomes[i].kind == "returned"
    )


def _of_results(find: Callable[[Seen, str], Phrase | None], seen: Mapping[str, Seen]) -> Phrase | None:
    """Of the first part of which there is something to say."""
    for part, those in seen.items():
        what = phrase("your `{part}`", part=part) if part else phrase("your result")
        found = find(those, what) if those.wrong else None
        if found:
            return found.beginning()
    return None
