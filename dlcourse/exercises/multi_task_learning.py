"""Lesson 13: the score of a tagger; one trunk and several heads, their losses and gradients."""

import operator
from collections import Counter

import numpy as np

from dlcourse import metrics
from dlcourse import multitask as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "13_multi_task_learning"
LABELS = ["PER", "LOC", "ORG"]


# ---- entities from tags ----

iob_spans = Exercise(
    "iob_spans",
    LESSON,
    metrics.iob_spans,
    hint="Go tag by tag, the open span in hand. What do B, O, an I of its label, an I of another do to it?",
)


def _tags(rng, n):
    """Tags of n words, with neighbours of one label and of different ones."""
    tags = []
    while len(tags) < n:
        chance, label = rng.random(), LABELS[rng.integers(len(LABELS))]
        if chance < 0.3:
            tags.append("O")
        else:
            tags += [f"B-{label}" if chance < 0.7 else f"I-{label}", *[f"I-{label}"] * rng.integers(0, 3)]
    return tags[:n]


@iob_spans.test("reads B, I and O, with the end exclusive", points=2)
def _(rng):
    a, b, c = rng.permutation(LABELS)
    yield call(["O", f"B-{a}", f"I-{a}", "O", f"B-{b}", "O"])
    yield call([f"B-{a}", f"I-{a}", f"B-{a}", f"B-{c}", f"I-{c}", "O"])
    yield call([f"B-{a}", "O", "O", f"B-{b}", f"I-{b}", f"I-{b}"])
    yield call(["B-PER", "O", "B-LOC", "O"])


@iob_spans.test(
    "opens a span at an I that continues none; knows labels with a dash, tuples and empty sentences",
    points=1,
)
def _(rng):
    a, b, _ = rng.permutation(LABELS)
    yield call(["O", f"I-{a}", f"I-{a}", "O"])
    yield call([f"B-{a}", f"I-{b}", f"I-{b}", f"I-{a}"])
    yield call([f"B-{a}", "O", f"I-{a}", f"I-{a}"])
    yield call(["I-PER", "O", "I-LOC"])
    yield call([f"B-{a}-X", f"I-{a}-X", f"B-{a}-Y", "O", f"I-{b}-X"])
    yield call([f"B-{a}", f"I-{a}-X", f"B-{b}-X", f"I-{b}"])
    yield call([f"I-{a}", f"B-{a}", f"I-{a}"])
    yield call((f"B-{a}", f"I-{a}", "O", f"B-{b}"))
    yield call([])
    yield call(["O"] * int(rng.integers(1, 4)))
    for n in rng.integers(5, 20, size=4):
        yield call(_tags(rng, n))


def _read(
    opens_at_stray=True,
    breaks_at_b=True,
    alike=str.__eq__,
    label_of=lambda tag: tag.split("-", 1)[1],
    last=True,
    end=0,
):
    """A wrong answer with one fault."""

    def answer(tags):
        spans, start, label = [], None, None
        for i, tag in enumerate([*tags, "O"] if last else tags):
            kind, new = tag[0], None if tag == "O" else label_of(tag)
            if kind == "I" and start is not None and alike(new, label):
                continue
            if kind == "B" and start is not None and new == label and not breaks_at_b:
                continue
            if start is not None:
                spans.append((label, start, i + end))
            start, label = (i, new) if kind == "B" or (kind == "I" and opens_at_stray) else (None, None)
        return spans

    return answer


iob_spans.mistake("An I- that continues no span is passed over. It opens one.", _read(opens_at_stray=False))
iob_spans.mistake(
    "A B- right after a span of the same label opens a new one: two names side by side are two.",
    _read(breaks_at_b=False),
)
iob_spans.mistake(
    "An I- of another label does not continue the span. It closes it and opens its own.",
    _read(alike=lambda new, label: True),
)
iob_spans.mistake(
    "I-A-B does not continue a span of label A. Compare the whole labels.",
    _read(alike=lambda new, label: new.startswith(label)),
)
iob_spans.mistake(
    "The label is cut at the last dash. It is all that follows the first.",
    _read(label_of=lambda t: t.rsplit("-")[-1]),
)
iob_spans.mistake("A span that lasts to the end of the sentence is lost.", _read(last=False))
iob_spans.mistake("The end is inclusive here. It is the index after the last word.", _read(end=-1))
iob_spans.mistake(
    "The whole tag stands for the label: cut off `B-`.",
    lambda tags: [(tags[start][:2] + label, start, end) for label, start, end in metrics.iob_spans(tags)],
)
iob_spans.mistake(
    "The order within a span is (label, start, end).",
    lambda tags: [(start, end, label) for label, start, end in metrics.iob_spans(tags)],
)


@iob_spans.mistake("An O ends a span for good: an I- after it opens another, of the same label too.")
def _(tags):
    spans = []
    for i, tag in enumerate(tags):
        kind, _, label = tag.partition("-")
        if kind == "I" and spans and spans[-1][0] == label:
            spans[-1] = label, spans[-1][1], i + 1
        elif kind != "O":
            spans.append((label, i, i + 1))
    return spans


iob_spans.mistake(
    "The label is cut at its second dash. It is all that follows the first, PER-X of I-PER-X.",
    _read(label_of=lambda tag: tag.split("-")[1]),
)
iob_spans.mistake("The end is one too far. It is the index after the last word of the span.", _read(end=1))
iob_spans.mistake(
    "A span of one word is lost. It ends at start + 1.",
    lambda tags: [span for span in metrics.iob_spans(tags) if span[2] - span[1] > 1],
)
iob_spans.mistake(
    "Every word is a span of its own. An I- of the same label continues the one before.",
    lambda tags: [(tag.split("-", 1)[1], i, i + 1) for i, tag in enumerate(tags) if tag != "O"],
)
iob_spans.mistake(
    "Words are counted from 1 here. The first is word 0.",
    lambda tags: [(label, start + 1, end + 1) for label, start, end in metrics.iob_spans(tags)],
)
iob_spans.mistake(
    "The third entry is how long the span is. The index where it ends is asked for.",
    lambda tags: [(label, start, end - start) for label, start, end in metrics.iob_spans(tags)],
)
iob_spans.mistake(
    "The spans come last one first. List them as they come in the sentence.",
    lambda tags: metrics.iob_spans(tags)[::-1],
)
iob_spans.mistake(
    "`tags + [...]` joins lists, and the tags of a sentence may be a tuple. [*tags, 'O'] takes both.",
    lambda tags: metrics.iob_spans(operator.add(tags, ["O"])),
)
iob_spans.mistake(
    "An empty sentence has no first tag. Its spans are an empty list.",
    lambda tags: metrics.iob_spans([tags[0], *tags[1:]]),
)


@iob_spans.mistake(
    "An I- of another label closes the span, and is then passed over. It opens a span of its own label."
)
def _(tags):
    spans, opened = [], None
    for i, tag in enumerate([*tags, "O"]):
        kind, _, label = tag.partition("-")
        if opened and kind == "I" and label == opened[0]:
            continue
        if opened:
            spans.append((*opened, i))
        opened = (label, i) if kind == "B" or (kind == "I" and not opened) else None
    return spans


@iob_spans.mistake(
    "An I- of another label is passed over, and the span before it stays open. It closes that span, and "
    "opens its own."
)
def _(tags):
    spans, opened, end = [], None, 0
    for i, tag in enumerate([*tags, "O"]):
        kind, _, label = tag.partition("-")
        if kind == "I" and opened:
            end = i + 1 if label == opened[0] else end
            continue
        if opened:
            spans.append((*opened, end))
        opened, end = (None, 0) if kind == "O" else ((label, i), i + 1)
    return spans


@iob_spans.mistake("What lies outside, the O's, is listed as a span too. Pass over it.")
def _(tags):
    spans = metrics.iob_spans(tags)
    taken = {i for _, start, end in spans for i in range(start, end)}
    return sorted(
        [*spans, *(("O", i, i + 1) for i in range(len(tags)) if i not in taken)], key=lambda s: s[1]
    )


def _by_rule(continues, opens, keeps_open=lambda kind, new, label: False):
    """A wrong answer by what an I- does: go on with a span, open one, or leave one open that it is not of."""

    def answer(tags):
        spans, start, label = [], None, None
        for i, tag in enumerate([*tags, "O"]):
            kind, new = tag[0], None if tag == "O" else tag[2:]
            if start is not None and (continues(kind, new, label) or keeps_open(kind, new, label)):
                continue
            if start is not None:
                spans.append((label, start, i))
            start, label = (i, new) if opens(kind) else (None, None)
        return spans

    return answer


iob_spans.mistake(
    "An I- goes on with whatever span is open, whose label is not compared, and opens none. An I- of another "
    "label, or after an O, opens a span.",
    _by_rule(lambda kind, new, label: kind == "I", lambda kind: kind == "B"),
)
iob_spans.mistake(
    "All that is not O goes on with the open span. A B- opens a new one, so does an I- of another label.",
    _by_rule(lambda kind, new, label: kind != "O", lambda kind: kind != "O"),
)
iob_spans.mistake(
    "The spans are sorted by their label. They come as they stand in the sentence.",
    lambda tags: sorted(metrics.iob_spans(tags)),
)
iob_spans.mistake(
    "A span is listed as a dict. It is the tuple (label, start, end).",
    lambda tags: [{"label": label, "start": a, "end": b} for label, a, b in metrics.iob_spans(tags)],
)
iob_spans.mistake(
    "The labels are missing: (start, end) alone. A span is (label, start, end).",
    lambda tags: [(a, b) for _, a, b in metrics.iob_spans(tags)],
)
iob_spans.mistake(
    "The indices of a span's words are listed. A span is (label, start, end).",
    lambda tags: [(label, list(range(a, b))) for label, a, b in metrics.iob_spans(tags)],
)


@iob_spans.mistake(
    "A span is listed only where an O follows it. A B- closes it, too, and so does the sentence's end."
)
def _(tags):
    spans, open_ = [], None
    for i, tag in enumerate(tags):
        if tag[0] == "B":
            open_ = tag[2:], i
        elif tag == "O" and open_:
            spans.append((*open_, i))
            open_ = None
    return spans


@iob_spans.mistake(
    "A B- right after a span takes its place, and that one is lost: list it before you open the next."
)
def _(tags):
    spans, open_ = [], None
    for i, tag in enumerate([*tags, "O"]):
        if tag[0] == "B" or (tag[0] == "I" and open_ is None):
            open_ = tag[2:], i
        elif tag == "O" and open_:
            spans.append((*open_, i))
            open_ = None
    return spans


@iob_spans.mistake(
    "A B- right after a span takes its place, and an I- without a B- is passed over. List the one, "
    "open at the other."
)
def _(tags):
    spans, open_ = [], None
    for i, tag in enumerate([*tags, "O"]):
        if tag[0] == "B":
            open_ = tag[2:], i
        elif tag == "O" and open_:
            spans.append((*open_, i))
            open_ = None
    return spans


iob_spans.mistake(
    "An I- that continues no span is passed over, and the label is cut at its second dash.",
    _read(opens_at_stray=False, label_of=lambda tag: tag.split("-")[1]),
)
iob_spans.mistake(
    "An I- without a B- is passed over, and one of another label goes on with the span. Either opens a "
    "span of its own.",
    _read(opens_at_stray=False, alike=lambda new, label: True, label_of=lambda tag: tag.split("-")[1]),
)


def _cut_at_every_dash(tag):
    _, label = tag.split("-")
    return label


iob_spans.mistake(
    "A label may hold a dash, and split('-') then gives three parts for two names. Cut at the first dash "
    "only: split('-', 1).",
    _read(label_of=_cut_at_every_dash),
)


@iob_spans.mistake(
    "No I- is looked at: none opens a span, and one of another label closes none. Ask whether it goes on "
    "with the open span; if not, it opens its own."
)
def _(tags):
    spans, opened = [], None
    for i, tag in enumerate([*tags, "O"]):
        if tag != "O" and _cut_at_every_dash(tag) and tag[0] == "I":
            continue
        if opened:
            spans.append((*opened, i))
        opened = None if tag == "O" else (tag[2:], i)
    return spans


# ---- the score ----

span_f1 = Exercise(
    "span_f1",
    LESSON,
    metrics.span_f1,
    hint="Count, sentence by sentence, the spans in both; at the end F1 = 2 · both / (gold spans + predicted "
    "spans), or 1.0 where there are none at all.",
    builds_on=(iob_spans,),
)


def _guessed(rng, tags):
    """The tags with some of them changed."""
    others = ["O", *(f"{k}-{x}" for k in "BI" for x in LABELS)]
    return [others[rng.integers(len(others))] if rng.random() < 0.25 else t for t in tags]


def _sentences(rng, count):
    gold = [_tags(rng, int(n)) for n in rng.integers(3, 12, size=count)]
    return gold, [_guessed(rng, tags) for tags in gold]


@span_f1.test("counts exact matches over all sentences at once", points=2)
def _(rng):
    a, b, _ = map(str, rng.permutation(LABELS))
    yield call([[f"B-{a}", f"I-{a}", "O", f"B-{b}"]], [[f"B-{a}", "O", "O", f"B-{b}"]])
    long = [[f"B-{a}", "O", f"B-{b}", "O", f"B-{a}"], [f"B-{b}"]]
    yield call(long, [long[0], ["O"]])
    yield call([[f"B-{a}", "O", f"B-{a}"]], [[f"B-{b}", "O", f"B-{a}"]])
    yield call([[f"B-{a}", f"I-{a}", f"B-{b}"]], [["O", f"B-{a}", f"B-{b}"]])
    yield call([["O", f"I-{a}", f"B-{b}"]], [["O", f"B-{a}", f"I-{b}"]])
    yield call([[f"B-{a}", f"B-{b}", f"B-{a}"]], [["O", f"B-{b}", f"B-{a}"]])
    yield call([[f"B-{a}", f"B-{b}"], ["O", "O"]], [["O", f"B-{b}"], [f"B-{a}", "O"]])
    yield call([(f"B-{a}",), (f"I-{a}", "O")], [[f"B-{a}"], [f"B-{a}", "O"]])
    yield call(*_sentences(rng, 4))
    yield call(*_sentences(rng, 12))


@span_f1.test("is 1 where neither has spans, 0 where nothing matches", points=1)
def _(rng):
    a, b, _ = map(str, rng.permutation(LABELS))
    n = int(rng.integers(2, 6))
    yield call([["O"] * n], [["O"] * n])
    yield call([["O"] * n, ["O", f"B-{a}"]], [["O"] * n, ["O", "O"]])
    yield call([["O", "O"]], [["O", f"B-{b}"]])
    yield call([[f"B-{a}", "O"]], [["O", f"B-{a}"]])
    yield call([[f"B-{a}"], ["O"]], [["O"], [f"B-{a}"]])


def _scored(
    key=lambda i, span: (i, *span), score=lambda both, gold, guess: 2 * both / (gold + guess), empty=1.0
):
    def answer(gold, predicted):
        ours, theirs = (
            {key(i, span) for i, tags in enumerate(side) for span in metrics.iob_spans(tags)}
            for side in (gold, predicted)
        )
        return score(len(ours & theirs), len(ours), len(theirs)) if ours or theirs else empty

    return answer


def _counted(gold, predicted):
    ours, theirs = (
        Counter(span for tags in side for span in metrics.iob_spans(tags)) for side in (gold, predicted)
    )
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def _macro(gold, predicted):
    ours, theirs = (
        {(i, *span) for i, tags in enumerate(side) for span in metrics.iob_spans(tags)}
        for side in (gold, predicted)
    )
    labels = sorted({span[1] for span in ours | theirs})
    both, total = (
        [sum(span[1] == label for span in spans) for label in labels]
        for spans in (ours & theirs, [*ours, *theirs])
    )
    return float(np.mean(2 * np.divide(both, total))) if labels else 1.0


span_f1.mistake(
    "This is the precision: of the spans that were predicted, how many are right.",
    _scored(score=lambda both, gold, guess: both / guess if guess else 0.0),
)
span_f1.mistake(
    "This is the recall: of the spans that are there, how many were found.",
    _scored(score=lambda both, gold, guess: both / gold if gold else 0.0),
)
span_f1.mistake(
    "The label is not compared. A span counts where label, start and end agree.",
    _scored(key=lambda i, span: (i, *span[1:])),
)
span_f1.mistake(
    "Spans of different sentences are taken for one another: count sentence by sentence.",
    _scored(key=lambda i, span: span),
)
span_f1.mistake(
    "A span of one sentence is matched with the like of it in another. Compare sentence by sentence.",
    _counted,
)
span_f1.mistake(
    "This is the mean of the labels' scores. Count over all labels first, then divide once.", _macro
)
span_f1.mistake("Where neither has a span, all is right: 1.0.", _scored(empty=0.0))
span_f1.mistake(
    "This is the mean of the sentences' scores. Count over all sentences first, then divide once.",
    lambda gold, predicted: float(
        np.mean([metrics.span_f1([a], [b]) for a, b in zip(gold, predicted, strict=True)])
    ),
)
span_f1.mistake(
    "This is the share of words with the right tag. F1 counts whole spans.",
    lambda gold, predicted: float(
        np.mean([a == b for x, y in zip(gold, predicted, strict=True) for a, b in zip(x, y, strict=True)])
    ),
)
span_f1.mistake(
    "The 2 is missing: both / (gold + predicted) is at most one half.",
    _scored(score=lambda both, gold, guess: both / (gold + guess)),
)


@span_f1.mistake("A list cannot go into a set. Let `iob_spans` return tuples, (label, start, end).")
def _(gold, predicted):
    pairs = [(metrics.iob_spans(a), metrics.iob_spans(b)) for a, b in zip(gold, predicted, strict=True)]
    found = [[set(map(list, spans)) for spans in pair] for pair in pairs]
    total = sum(len(a) + len(b) for a, b in found)
    return 2 * sum(len(a & b) for a, b in found) / total if total else 1.0


def _counts(gold, predicted):
    """How many spans are in both, in gold, in predicted."""
    pairs = [(metrics.iob_spans(a), metrics.iob_spans(b)) for a, b in zip(gold, predicted, strict=True)]
    both = sum(span in there for there, found in pairs for span in found)
    return both, sum(len(there) for there, _ in pairs), sum(len(found) for _, found in pairs)


def _words_in_spans(tags):
    return {(span[0], i) for span in metrics.iob_spans(tags) for i in range(*span[1:])}


span_f1.mistake(
    "This is the plain mean of precision and recall. F1 is 2 · both / (gold spans + predicted spans).",
    _scored(score=lambda both, gold, guess: both / max(gold, 1) / 2 + both / max(guess, 1) / 2),
)
span_f1.mistake(
    "This is both over all different spans. F1 is 2 · both / (gold spans + predicted spans).",
    _scored(score=lambda both, gold, guess: both / (gold + guess - both)),
)
span_f1.mistake(
    "Only the first sentence is counted. Count over all sentences, then divide once, after the loop.",
    lambda gold, predicted: metrics.span_f1(gold[:1], predicted[:1]),
)
span_f1.mistake(
    "Where gold has no spans but predicted has, F1 is 0: only where neither has any it is 1.0.",
    _scored(score=lambda both, gold, guess: 2 * both / (gold + guess) if gold else 1.0),
)
span_f1.mistake(
    "Where predicted has no spans but gold has, F1 is 0: only where neither has any it is 1.0.",
    _scored(score=lambda both, gold, guess: 2 * both / (gold + guess) if guess else 1.0),
)
span_f1.mistake(
    "This is a percentage. F1 lies between 0 and 1.", lambda *sides: 100 * metrics.span_f1(*sides)
)
span_f1.mistake(
    "The end is not compared. A span counts where label, start and end agree.",
    _scored(key=lambda i, span: (i, *span[:2])),
)
span_f1.mistake(
    "The sentences are joined into one, so that a span at the end of one goes on in the next. Read the spans "
    "sentence by sentence.",
    lambda gold, predicted: metrics.span_f1(
        [[tag for tags in gold for tag in tags]], [[tag for tags in predicted for tag in tags]]
    ),
)
span_f1.mistake(
    "This is the share of sentences whose spans are all right. F1 counts spans.",
    lambda gold, predicted: float(
        np.mean([metrics.iob_spans(a) == metrics.iob_spans(b) for a, b in zip(gold, predicted, strict=True)])
    ),
)


@span_f1.mistake(
    "Words are counted, not spans. A span of three words counts once, and only if all of it is right."
)
def _(gold, predicted):
    pairs = [(_words_in_spans(a), _words_in_spans(b)) for a, b in zip(gold, predicted, strict=True)]
    both, total = sum(len(a & b) for a, b in pairs), sum(len(a) + len(b) for a, b in pairs)
    return 2 * both / total if total else 1.0


@span_f1.mistake("A span that only overlaps is taken for found. Label, start and end must all agree.")
def _(gold, predicted):
    both = total = 0
    for a, b in zip(gold, predicted, strict=True):
        there, found = metrics.iob_spans(a), metrics.iob_spans(b)
        both += sum(any(s[0] == t[0] and s[1] < t[2] and t[1] < s[2] for s in there) for t in found)
        total += len(there) + len(found)
    return 2 * both / total if total else 1.0


@span_f1.mistake(
    "Spans are compared by their place in the list, so one that is missing shifts all the others. Ask which "
    "spans are in both."
)
def _(gold, predicted):
    both = total = 0
    for a, b in zip(gold, predicted, strict=True):
        there, found = metrics.iob_spans(a), metrics.iob_spans(b)
        both += sum(s == t for s, t in zip(there, found, strict=False))
        total += len(there) + len(found)
    return 2 * both / total if total else 1.0


@span_f1.mistake("Where neither has a span, this divides by 0. Return 1.0 there, before you divide.")
def _(gold, predicted):
    both, there, found = _counts(gold, predicted)
    return 2 * both / (there + found)


@span_f1.mistake(
    "Where nothing matches, precision and recall are 0, and 2·p·r/(p + r) divides by 0. Return 0.0 there, or "
    "use 2 · both / (gold spans + predicted spans)."
)
def _(gold, predicted):
    both, there, found = _counts(gold, predicted)
    if not there and not found:
        return 1.0
    precision, recall = (both / found, both / there) if both else (0, 0)
    return 2 * precision * recall / (precision + recall)


span_f1.mistake(
    "Something small is added below the line. F1 is exact: ask for the case without spans instead.",
    _scored(score=lambda both, gold, guess: 2 * both / (gold + guess + 1e-8), empty=1.0),
)
span_f1.mistake(
    "This divides by the larger number of spans. F1 is 2 · both / (gold spans + predicted spans).",
    _scored(score=lambda both, gold, guess: both / max(gold, guess)),
)
span_f1.mistake(
    "This is the geometric mean of precision and recall. F1 is 2 · both / (gold spans + predicted spans).",
    _scored(score=lambda both, gold, guess: both / (gold * guess) ** 0.5 if gold * guess else 0.0),
)
span_f1.mistake(
    "The result is rounded. F1 is 2 · both / (gold spans + predicted spans).",
    lambda *sides: round(metrics.span_f1(*sides), 2),
)


@span_f1.mistake(
    "Words are compared, tag by tag, O aside. A span counts once, and only if all of it is right."
)
def _(gold, predicted):
    pairs = [pair for sides in zip(gold, predicted, strict=True) for pair in zip(*sides, strict=True)]
    both = sum(a == b != "O" for a, b in pairs)
    total = sum((a != "O") + (b != "O") for a, b in pairs)
    return 2 * both / total if total else 1.0


@span_f1.mistake(
    "Precision divides by 0 where nothing is predicted, recall where nothing is there. Count both sides and "
    "divide once: 2 · both / (gold spans + predicted spans), or 1.0 without any."
)
def _(gold, predicted):
    both, there, found = _counts(gold, predicted)
    precision, recall = both / found, both / there
    return 2 * precision * recall / (precision + recall)


@span_f1.mistake(
    "Below the line stand the different spans, a | b, where one that both have counts once. It counts on "
    "either side: len(a) + len(b)."
)
def _(gold, predicted):
    both, there, found = _counts(gold, predicted)
    different = there + found - both
    return 2 * both / different if different else 1.0


# ---- trunk and heads ----

multi_task_forward = Exercise(
    "multi_task_forward",
    LESSON,
    reference.multi_task_forward,
    hint="h = np.tanh(x @ W + b) once; then h @ V + c for each head, in a list.",
)


def _network(rng, n, d, m, classes):
    def layer(n_in, n_out):
        return rng.normal(size=(n_in, n_out)).round(2), (1 + rng.normal(size=n_out)).round(2)

    return rng.normal(size=(n, d)).round(2), layer(d, m), [layer(m, k) for k in classes]


@multi_task_forward.test("computes the shared layer once and every head from it", points=2)
def _(rng):
    yield call(*_network(rng, 1, 2, 2, [1, 2]))
    yield call(*_network(rng, 3, 2, 3, [2, 4]))
    yield call(*_network(rng, 5, 4, 3, [2, 3, 4]))


@multi_task_forward.test("takes one head, many heads, integers and float32, and keeps nan", points=1)
def _(rng):
    yield call(*_network(rng, 4, 3, 2, [3]))
    yield call(*_network(rng, 2, 3, 4, [1, 2, 1, 3, 2]))
    x, shared, heads = _network(rng, 4, 2, 2, [2, 3])
    yield call(rng.integers(-2, 3, size=(4, 2)), shared, heads)
    single = [tuple(a.astype(np.float32) for a in layer) for layer in (shared, *heads)]
    yield call(x.astype(np.float32), single[0], single[1:])
    yield call(np.append(x, [[np.nan, 1.0]], axis=0), shared, heads)


def _softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def _forward(hidden=lambda x, W, b: np.tanh(x @ W + b), head=lambda h, V, c: h @ V + c):
    return lambda x, shared, heads: [head(hidden(x, *shared), V, c) for V, c in heads]


multi_task_forward.mistake("The tanh is missing.", _forward(lambda x, W, b: x @ W + b))
multi_task_forward.mistake(
    "b, the bias of the shared layer, is missing.", _forward(lambda x, W, b: np.tanh(x @ W))
)
multi_task_forward.mistake(
    "b is added after the tanh. It belongs inside.", _forward(lambda x, W, b: np.tanh(x @ W) + b)
)
multi_task_forward.mistake("c, the bias of the head, is missing.", _forward(head=lambda h, V, c: h @ V))
multi_task_forward.mistake(
    "The heads have a tanh as well. Logits are asked for, without an activation.",
    _forward(head=lambda h, V, c: np.tanh(h @ V + c)),
)
multi_task_forward.mistake(
    "This is the same head for every task: use each head's own V and c.",
    lambda x, shared, heads: [_forward()(x, shared, heads)[0]] * len(heads),
)
multi_task_forward.mistake(
    "The tasks' logits are joined into one array. Keep them apart, in a list.",
    lambda x, shared, heads: np.concatenate(_forward()(x, shared, heads), axis=1),
)
multi_task_forward.mistake(
    "Only the first task is returned.",
    lambda x, shared, heads: _forward()(x, shared, heads)[:1],
)

multi_task_forward.mistake(
    "This cuts what is negative, as ReLU does. The trunk's activation is tanh.",
    _forward(lambda x, W, b: np.maximum(x @ W + b, 0)),
)
multi_task_forward.mistake(
    "This is the sigmoid, from 0 to 1. The trunk's activation is tanh.",
    _forward(lambda x, W, b: 1 / (1 + np.exp(-(x @ W + b)))),
)
multi_task_forward.mistake(
    "b is added to W, so it is multiplied by x as well. It is added after the product: x @ W + b.",
    _forward(lambda x, W, b: np.tanh(x @ (W + b))),
)
multi_task_forward.mistake(
    "c is added to V, so it is multiplied by h as well. It is added after the product: h @ V + c.",
    _forward(head=lambda h, V, c: h @ (V + c)),
)
multi_task_forward.mistake(
    "The heads are given x. They work on what the shared layer makes of it, h.",
    lambda x, shared, heads: [x @ V + c for V, c in heads],
)
multi_task_forward.mistake(
    "These are probabilities. Logits are asked for, before the softmax.",
    _forward(head=lambda h, V, c: _softmax(h @ V + c)),
)
multi_task_forward.mistake(
    "The bias is taken off. It is added: h @ V + c.", _forward(head=lambda h, V, c: h @ V - c)
)
multi_task_forward.mistake(
    "Only the logits of the first head are returned, as if `return` stood inside the loop. Collect them in a "
    "list.",
    lambda x, shared, heads: _forward()(x, shared, heads)[0],
)
multi_task_forward.mistake(
    "Only the logits of the last head are returned. Collect those of all heads in a list.",
    lambda x, shared, heads: _forward()(x, shared, heads)[-1],
)
multi_task_forward.mistake(
    "The heads come in another order. The first logits are those of the first head.",
    lambda x, shared, heads: _forward()(x, shared, heads)[::-1],
)
multi_task_forward.mistake(
    "np.array wants logits of one shape, and tasks have different numbers of classes. Return a list.",
    lambda x, shared, heads: np.array(_forward()(x, shared, heads)),
)
multi_task_forward.mistake(
    "The shared output is returned as well. Only the logits are asked for, in a list.",
    lambda x, shared, heads: [np.tanh(x @ shared[0] + shared[1]), *_forward()(x, shared, heads)],
)


multi_task_forward.mistake(
    "The tasks' logits are in a dict. A list of them is asked for.",
    lambda *given: {str(i): z for i, z in enumerate(_forward()(*given))},
)
multi_task_forward.mistake(
    "The class with the largest logit is returned. The logits themselves are asked for.",
    _forward(head=lambda h, V, c: (h @ V + c).argmax(axis=1)),
)
multi_task_forward.mistake(
    "tanh is taken of x. It is taken of what the shared layer makes of it: tanh(x @ W + b).",
    _forward(lambda x, W, b: np.tanh(x) @ W + b),
)
multi_task_forward.mistake(
    "This is made for two heads. There may be one, or five: go through them in a loop.",
    lambda x, shared, heads: [_forward()(x, shared, heads)[i] for i in (0, -1)],
)
multi_task_forward.mistake(
    "b is added twice, inside the tanh and after it. It belongs inside.",
    _forward(lambda x, W, b: np.tanh(x @ W + b) + b),
)


@multi_task_forward.mistake(
    "The shared layer's output takes the place of x, and the next head works on the tanh of a tanh. Compute "
    "h once, before the loop."
)
def _(x, shared, heads):
    logits = []
    for V, c in heads:
        x = np.tanh(x @ shared[0] + shared[1])
        logits.append(x @ V + c)
    return logits


# ---- one loss ----

multi_task_loss = Exercise(
    "multi_task_loss",
    LESSON,
    reference.multi_task_loss,
    hint="Multiply each loss by its own weight and add: a sum over pairs.",
)


@multi_task_loss.test("adds the losses, each times its weight", points=1)
def _(rng):
    yield call(rng.uniform(0.1, 3, 2).round(1), np.array([1.0, round(rng.uniform(0.2, 0.8), 1)]))
    yield call(rng.uniform(0, 3, 4), rng.uniform(0, 2, 4))


@multi_task_loss.test("takes lists, one task, integers, and a weight of 0", points=1)
def _(rng):
    yield call(rng.uniform(0, 3, 3).tolist(), rng.uniform(0, 2, 3).tolist())
    yield call(rng.uniform(1, 3, 1), np.array([0.5]))
    yield call(rng.integers(1, 6, 2), rng.integers(2, 4, 2))
    yield call(rng.uniform(1, 3, 3), np.array([2.0, 0.0, 1.0]))


multi_task_loss.mistake("The weights are left out.", lambda losses, task_weights: float(np.sum(losses)))
multi_task_loss.mistake(
    "This divides by the number of tasks. The weighted losses are added.",
    lambda losses, task_weights: float(np.mean(np.multiply(losses, task_weights))),
)
multi_task_loss.mistake(
    "This is the weighted mean: it divides by the sum of the weights.",
    lambda losses, task_weights: float(np.dot(losses, task_weights) / np.sum(task_weights)),
)
multi_task_loss.mistake(
    "The products are not added up. One number is asked for.",
    lambda losses, task_weights: np.multiply(losses, task_weights),
)
multi_task_loss.mistake(
    "All losses get the same weight: pair each with its own.",
    lambda losses, task_weights: float(np.sum(losses)) * float(np.asarray(task_weights)[0]),
)
multi_task_loss.mistake(
    "`*` on lists does not multiply entry by entry: use np.dot, or zip and a sum.",
    lambda losses, task_weights: float(sum(losses * task_weights)),
)

multi_task_loss.mistake(
    "Sums are multiplied: every loss gets the weights of all tasks. Multiply each loss by its own weight, "
    "then add.",
    lambda losses, task_weights: float(np.sum(losses) * np.sum(task_weights)),
)
multi_task_loss.mistake(
    "The weights are added to the losses. Multiply each loss by its weight.",
    lambda losses, task_weights: float(np.sum(losses) + np.sum(task_weights)),
)
multi_task_loss.mistake(
    "The losses are divided by their weights. A larger weight counts more: multiply.",
    lambda losses, task_weights: float(np.sum(np.divide(losses, task_weights))),
)
multi_task_loss.mistake(
    "Only the last task's share is there. Start at 0 and add each one's with +=.",
    lambda losses, task_weights: float(losses[-1] * task_weights[-1]),
)
multi_task_loss.mistake(
    "Only the first task's share is there, as if `return` stood inside the loop. Add up all of them.",
    lambda losses, task_weights: float(losses[0] * task_weights[0]),
)
multi_task_loss.mistake(
    "This is made for two tasks. There may be one, or four: go through them in a loop, or use np.dot.",
    lambda losses, task_weights: float(losses[0] * task_weights[0] + losses[1] * task_weights[1]),
)
multi_task_loss.mistake(
    "The largest share is returned. The tasks' shares are added.",
    lambda losses, task_weights: float(np.max(np.multiply(losses, task_weights))),
)
multi_task_loss.mistake(
    "The weights are squared. Multiply each loss by its weight once.",
    lambda losses, task_weights: float(np.dot(losses, np.square(task_weights))),
)
multi_task_loss.mistake(
    "A list has no .dot or .sum. np.dot and np.sum take lists and arrays.",
    lambda losses, task_weights: losses.dot(task_weights),
)


multi_task_loss.mistake(
    "@ does not multiply lists. np.dot takes lists and arrays.",
    lambda losses, task_weights: float(losses @ task_weights),
)
multi_task_loss.mistake(
    "The second weight is 1 − the first. Each loss has a weight of its own.",
    lambda losses, task_weights: float(
        task_weights[0] * losses[0] + (1 - task_weights[0]) * np.sum(np.asarray(losses, float)[1:])
    ),
)
multi_task_loss.mistake(
    "The losses are squared. Multiply each by its weight as it is.",
    lambda losses, task_weights: float(np.dot(np.square(losses), task_weights)),
)
multi_task_loss.mistake(
    "The weights are taken for standard deviations, L/(2σ²) + log σ. Multiply each loss by its weight.",
    lambda losses, task_weights: float(
        np.sum(np.asarray(losses) / (2 * np.square(task_weights)) + np.log(task_weights))
    ),
)
multi_task_loss.mistake(
    "The weights are turned into shares by softmax. Multiply each loss by its weight as it is.",
    lambda losses, task_weights: float(np.dot(losses, np.exp(task_weights) / np.sum(np.exp(task_weights)))),
)
multi_task_loss.mistake(
    "Losses to the power of their weights are multiplied. Multiply each by its weight, and add.",
    lambda losses, task_weights: float(np.prod(np.asarray(losses, float) ** np.asarray(task_weights))),
)
multi_task_loss.mistake(
    "Each loss gets the weight of the task at the other end. Pair them in order.",
    lambda losses, task_weights: float(np.dot(losses, np.asarray(task_weights)[::-1])),
)


# ---- what reaches the shared layer ----

shared_layer_gradient = Exercise(
    "shared_layer_gradient",
    LESSON,
    reference.shared_layer_gradient,
    hint="The shared output feeds both losses, so by the chain rule the two gradients add up.",
)


@shared_layer_gradient.test("adds what comes back from the two tasks", points=1)
def _(rng):
    yield call(rng.normal(size=3).round(1), rng.normal(size=3).round(1))
    yield call(rng.normal(size=(4, 5)), rng.normal(size=(4, 5)))


@shared_layer_gradient.test("takes integers, single numbers and float32", points=1)
def _(rng):
    yield call(rng.integers(1, 6, size=3), rng.integers(1, 6, size=3))
    yield call(np.array(rng.normal()), np.array(rng.normal()))
    yield call(*(rng.normal(size=(2, 2)).astype(np.float32) for _ in range(2)))


shared_layer_gradient.mistake(
    "This is the mean. The loss is the *sum* of the tasks' losses, and so is its gradient.",
    lambda delta_ner, delta_pos: (delta_ner + delta_pos) / 2,
)
shared_layer_gradient.mistake("Only the names' gradient is used.", lambda delta_ner, delta_pos: delta_ner)
shared_layer_gradient.mistake(
    "Only the parts of speech's gradient is used.", lambda delta_ner, delta_pos: delta_pos
)
shared_layer_gradient.mistake(
    "The gradients are multiplied. Two ways from the layer to the loss add.",
    lambda delta_ner, delta_pos: delta_ner * delta_pos,
)
shared_layer_gradient.mistake(
    "This is the difference: the tasks do not compete by sign.",
    lambda delta_ner, delta_pos: delta_ner - delta_pos,
)
shared_layer_gradient.mistake(
    "The gradients are put side by side. The shared layer has one output, and one gradient of its shape.",
    lambda delta_ner, delta_pos: np.stack([delta_ner, delta_pos]),
)


@shared_layer_gradient.mistake("This writes into the caller's array, as `+=` does. `a + b` makes a new one.")
def _(delta_ner, delta_pos):
    delta_ner += delta_pos
    return delta_ner


shared_layer_gradient.mistake(
    "The sign is flipped: this is the direction of the step. The gradient is the sum itself.",
    lambda delta_ner, delta_pos: -(delta_ner + delta_pos),
)
shared_layer_gradient.mistake(
    "The larger of the two is taken. Both tasks have a say: add.",
    lambda delta_ner, delta_pos: np.maximum(delta_ner, delta_pos),
)
shared_layer_gradient.mistake(
    "This is one number. h has a gradient in each of its entries: add entry by entry.",
    lambda delta_ner, delta_pos: float(np.sum(delta_ner + delta_pos)),
)
shared_layer_gradient.mistake(
    "The gradients are multiplied and summed into one number. Two ways from the layer to the loss add.",
    lambda delta_ner, delta_pos: np.vdot(delta_ner, delta_pos),
)
shared_layer_gradient.mistake(
    "The gradients are joined into one long one. Add them: the shared layer has one gradient of its own "
    "shape.",
    lambda delta_ner, delta_pos: np.concatenate([np.atleast_1d(delta_ner), np.atleast_1d(delta_pos)]),
)
shared_layer_gradient.mistake(
    "The gradients are brought to length 1. The sum alone is asked for.",
    lambda delta_ner, delta_pos: (
        delta_ner / np.linalg.norm(delta_ner) + delta_pos / np.linalg.norm(delta_pos)
    ),
)
shared_layer_gradient.mistake(
    "This is √(a² + b²), in which signs are lost. Gradients add: a + b.",
    lambda delta_ner, delta_pos: np.hypot(delta_ner, delta_pos),
)


shared_layer_gradient.mistake(
    "The gradients are put side by side along the last axis. Add them: the shared layer has one gradient.",
    lambda delta_ner, delta_pos: np.concatenate([delta_ner, delta_pos], axis=-1),
)
shared_layer_gradient.mistake(
    "Twice the sum is too much. The two gradients add, each once.",
    lambda delta_ner, delta_pos: 2 * (delta_ner + delta_pos),
)
shared_layer_gradient.mistake(
    "This is a matrix product of the two. Two ways from the layer to the loss add.",
    lambda delta_ner, delta_pos: np.atleast_2d(delta_ner) @ np.atleast_2d(delta_pos).T,
)
shared_layer_gradient.mistake(
    "The sum is averaged over the examples. Each row of h has a gradient of its own.",
    lambda delta_ner, delta_pos: (delta_ner + delta_pos).mean(axis=0),
)
shared_layer_gradient.mistake(
    "The sum is added up over the examples, as for a bias. Each row of h has a gradient of its own.",
    lambda delta_ner, delta_pos: (delta_ner + delta_pos).sum(axis=0),
)


# ---- the shared layer's own gradient ----

multi_task_backward = Exercise(
    "multi_task_backward",
    LESSON,
    reference.multi_task_backward,
    hint="δ is the sum of w_t · gradient_t @ V_t.T; ds = δ · (1 − h²); dW = x.T @ ds; db = ds.sum(axis=0).",
    parts=("dW", "db"),
    builds_on=(multi_task_forward, shared_layer_gradient),
)


def _step(rng, n, d, m, classes):
    """A network, a gradient of each task's logits, and a weight for each."""
    x, shared, heads = _network(rng, n, d, m, classes)
    x, shared = x / 2, (shared[0] / 2, shared[1] / 2)  # where tanh is not flat
    gradients = [rng.normal(size=(n, k)).round(2) for k in classes]
    return x, shared, heads, gradients, rng.uniform(0.3, 3, size=len(classes)).round(1)


@multi_task_backward.test("brings back the weighted gradients of two tasks and of three", points=2)
def _(rng):
    x, shared = np.array([[0.5, -1.0]]), (np.array([[1.0], [0.5]]), np.array([0.3]))
    heads = [(np.array([[2.0]]), np.array([0.0])), (np.array([[-1.0, 0.5]]), np.array([0.0, 1.0]))]
    yield call(x, shared, heads, [np.array([[0.4]]), np.array([[0.3, -0.3]])], np.array([1.0, 0.5]))
    yield call(*_step(rng, 3, 2, 4, [2, 3]))
    yield call(*_step(rng, 5, 4, 3, [2, 4, 3]))
    yield call(*_step(rng, 3, 3, 3, [3, 3]))


@multi_task_backward.test("takes one task, a weight of 0, lists, integers and float32", points=1)
def _(rng):
    yield call(*_step(rng, 4, 3, 2, [3]))
    x, shared, heads, gradients, _ = _step(rng, 4, 2, 3, [2, 3])
    yield call(x, shared, heads, gradients, [0.5, 0.0])
    yield call(rng.integers(-2, 3, size=(4, 2)), shared, heads, gradients, [1, 2])
    single = [tuple(a.astype(np.float32) for a in layer) for layer in (shared, *heads)]
    small = [g.astype(np.float32) for g in gradients]
    yield call(x.astype(np.float32), single[0], single[1:], small, np.float32([1.0, 0.5]))


def _tanh_slope(s, h):
    return 1 - h**2


def _backward(
    delta=lambda w, g, V, c: w * g @ V.T,
    joined=sum,
    slope=_tanh_slope,
    dW=lambda x, ds: x.T @ ds,
    db=lambda ds: ds.sum(axis=0),
):
    """A wrong answer with one fault."""

    def answer(x, shared, heads, logit_gradients, task_weights):
        s = x @ shared[0] + shared[1]
        rows = zip(task_weights, logit_gradients, heads, strict=True)
        deltas = [delta(w, g, V, c) for w, g, (V, c) in rows]
        ds = joined(deltas) * slope(s, np.tanh(s))
        return dW(x, ds), db(ds)

    return answer


def _backward_instead(answer):
    return lambda x, shared, heads, logit_gradients, task_weights: answer(
        x, shared, heads, logit_gradients, np.asarray(task_weights)
    )


multi_task_backward.mistake(
    "The task weights are left out. Task t counts w_t times, and so does what comes back from it.",
    _backward(lambda w, g, V, c: g @ V.T),
)
multi_task_backward.mistake(
    "The slope of the tanh is missing. On the way through it, δ is multiplied by 1 − h².",
    _backward(slope=lambda s, h: 1.0),
)
multi_task_backward.mistake(
    "The slope is taken at the sums: 1 − s². It is 1 − h², with h = tanh(s).",
    _backward(slope=lambda s, h: 1 - s**2),
)
multi_task_backward.mistake(
    "The slope is 1 − h here. The square is missing: 1 − h².", _backward(slope=lambda s, h: 1 - h)
)
multi_task_backward.mistake(
    "The slope is h(1 − h), the sigmoid's. That of tanh is 1 − h².", _backward(slope=lambda s, h: h * (1 - h))
)
multi_task_backward.mistake(
    "The slope is 1 − tanh²(h): tanh is taken twice. h is the tanh already, its slope is 1 − h².",
    _backward(slope=lambda s, h: 1 - np.tanh(h) ** 2),
)
multi_task_backward.mistake(
    "The mean over the tasks is taken. The loss is a sum, and so is what comes back.",
    _backward(joined=lambda deltas: sum(deltas) / len(deltas)),
)
multi_task_backward.mistake(
    "This is the gradient of the first task alone. Add up those of all of them.",
    _backward(joined=lambda deltas: deltas[0]),
)
multi_task_backward.mistake(
    "This is the gradient of the last task alone: δ is overwritten in the loop. Add to it.",
    _backward(joined=lambda deltas: deltas[-1]),
)
multi_task_backward.mistake(
    "This is made for two tasks. There may be one, or three: go through them in a loop.",
    _backward(joined=lambda deltas: deltas[0] + deltas[1]),
)
multi_task_backward.mistake(
    "db is averaged over the examples. The bias is added to each of them: sum over axis 0.",
    _backward(db=lambda ds: ds.mean(axis=0)),
)
multi_task_backward.mistake(
    "Both are divided by the number of examples. The gradients of the logits carry that 1/n already.",
    _backward(dW=lambda x, ds: x.T @ ds / len(x), db=lambda ds: ds.mean(axis=0)),
)
multi_task_backward.mistake(
    "db is not summed over the examples. There is one bias for each unit of h: ds.sum(axis=0).",
    _backward(db=lambda ds: ds),
)
multi_task_backward.mistake(
    "db is summed over the units. Sum over the examples: axis=0.", _backward(db=lambda ds: ds.sum(axis=1))
)
multi_task_backward.mistake(
    "db is one number. There is one bias for each unit of h: ds.sum(axis=0).",
    _backward(db=lambda ds: ds.sum()),
)
multi_task_backward.mistake(
    "dW is transposed. It has the shape of W, (d, m): x.T @ ds.", _backward(dW=lambda x, ds: ds.T @ x)
)
multi_task_backward.mistake(
    "The weights are squared. Each task's gradient is weighed once.",
    _backward(lambda w, g, V, c: w**2 * g @ V.T),
)
multi_task_backward.mistake(
    "The gradients are divided by the task weights. A larger weight counts more: multiply.",
    _backward_instead(lambda x, s, heads, g, w: _backward()(x, s, heads, g, 1 / w)),
)
multi_task_backward.mistake(
    "The weights are brought to a sum of 1. They count as they are given.",
    _backward_instead(lambda x, s, heads, g, w: _backward()(x, s, heads, g, w / w.sum())),
)
multi_task_backward.mistake(
    "V stands where its transpose should: the gradient goes back through V.T.",
    _backward(lambda w, g, V, c: w * g @ V),
)
multi_task_backward.mistake(
    "The sign is flipped: this is the direction of the step. The gradient is asked for.",
    _backward(joined=lambda deltas: -sum(deltas)),
)
multi_task_backward.mistake(
    "Every task gets the sum of the weights. Each has a weight of its own.",
    _backward_instead(lambda x, s, heads, g, w: _backward()(x, s, heads, g, 0 * w + w.sum())),
)
multi_task_backward.mistake(
    "V.T stands before the gradient. Examples are rows, so the gradient comes first: gradient @ V.T.",
    _backward(lambda w, g, V, c: w * V.T @ g),
)
multi_task_backward.mistake(
    "b is left out of the sums whose tanh is h: s = x @ W + b.",
    lambda x, shared, *rest: _backward()(x, (shared[0], 0 * shared[1]), *rest),
)
multi_task_backward.mistake(
    "dW and db stand the other way round. dW comes first.",
    lambda *given: _backward()(*given)[::-1],
)
multi_task_backward.mistake(
    "Only dW is returned. The pair (dW, db) is asked for.", lambda *given: _backward()(*given)[0]
)
multi_task_backward.mistake(
    "db lacks the slope of the tanh: it is the sum of δ_total · (1 − h²) over the examples.",
    lambda x, shared, heads, g, w: (
        _backward()(x, shared, heads, g, w)[0],
        _backward(slope=lambda s, h: 1.0)(x, shared, heads, g, w)[1],
    ),
)


QUIZ = (
    Question(
        "Two heads stand on one layer. What reaches that layer on the way back?",
        a=wrong("The larger of the two gradients.", "Both ways lead to the loss."),
        b=right(
            "The sum of the two gradients, each with its task weight.",
            "The loss is a weighted sum, and the chain rule adds over ways.",
        ),
        c=wrong("Their mean.", "Nobody divides by two, unless the task weights say so."),
    ),
    Question(
        "B-PER I-PER B-PER O I-LOC: how many spans?",
        a=wrong("Two.", "The second B-PER opens a new span, and the stray I-LOC one too."),
        b=right("Three.", "(PER, 0, 2), (PER, 2, 3), (LOC, 4, 5)."),
        c=wrong("Four.", "I-PER continues the span before it."),
    ),
    Question(
        "A tagger says O everywhere. 79 % of the words are O. What are its accuracy and its span F1?",
        a=wrong("79 % and 0.79.", "F1 counts spans, and it found none."),
        b=right("79 % and 0.", "Accuracy flatters where one tag is common; F1 does not."),
        c=wrong("0 % and 0.", "Words outside of names are tagged rightly."),
    ),
    Question(
        "Where did sharing help in this lesson?",
        a=right(
            "Where the second task brought labels for images of which the first had none.",
            "The cheap answers told the trunk something new; shuffled, they did not.",
        ),
        b=wrong(
            "With names and parts of speech, and most with the fewest sentences.",
            "That was the promise. Look at the table: the names' gain is a tie at either size.",
        ),
        c=wrong("Nowhere.", "Look at the digits, with cheap answers."),
    ),
    Question(
        "Someone adds 1,000 to the loss of one of two tasks. What does that do to the trunk?",
        a=wrong(
            "It is trained for that task, nearly alone.", "The gradient would have to be large, not the loss."
        ),
        b=wrong("Its gradients become a thousand times as large.", "A constant has no slope."),
        c=right("Nothing: no gradient changes.", "A constant has no slope. Other units do change gradients."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@shared_layer_gradient.formula
def _(delta_ner, delta_pos):
    return delta_ner + delta_pos


@multi_task_loss.formula
def _(losses, task_weights):
    return sum(w * loss for w, loss in zip(task_weights, losses, strict=True))


@multi_task_backward.formula
def _(x, shared, heads, logit_gradients, task_weights):
    w, b = shared
    h = np.tanh(x @ w + b)
    delta = sum(t * g @ v.T for t, g, (v, c) in zip(task_weights, logit_gradients, heads, strict=True))
    ds = delta * (1 - h**2)
    return x.T @ ds, ds.sum(axis=0)


@multi_task_forward.formula
def _(x, shared, heads):
    w, b = shared
    h = np.tanh(x @ w + b)
    return [h @ v + c for v, c in heads]


@multi_task_forward.formula
def _(x, shared, heads):
    w, b = shared
    z = x @ w + b
    h = 1 - 2 / (np.exp(2 * z) + 1)
    return [h @ v + c for v, c in heads]


@iob_spans.formula
def _(tags):
    spans = []
    for i in range(len(tags)):
        kind, label = tags[i][0], tags[i][2:]
        goes_on = i > 0 and kind == "I" and tags[i - 1][0] != "O" and tags[i - 1][2:] == label
        if goes_on:
            spans[-1] = (label, spans[-1][1], i + 1)
        elif kind != "O":
            spans.append((label, i, i + 1))
    return spans


@iob_spans.formula
def _(tags):
    spans, start, label = [], None, None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and not (tag[0] == "I" and tag[2:] == label):
            spans.append((label, start, i))
            start = None
        if tag != "O" and start is None:
            start, label = i, tag[2:]
    return spans


@span_f1.formula
def _(gold, predicted):
    there = {(i, *span) for i, tags in enumerate(gold) for span in metrics.iob_spans(tags)}
    found = {(i, *span) for i, tags in enumerate(predicted) for span in metrics.iob_spans(tags)}
    if len(there) + len(found) == 0:
        return 1.0
    return 2 * len(there & found) / (len(there) + len(found))


@span_f1.formula
def _(gold, predicted):
    there = {(i, *span) for i, tags in enumerate(gold) for span in metrics.iob_spans(tags)}
    found = {(i, *span) for i, tags in enumerate(predicted) for span in metrics.iob_spans(tags)}
    precision, recall = len(there & found) / len(found), len(there & found) / len(there)
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
