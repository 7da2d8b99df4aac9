"""Lesson 13: one trunk, several heads."""

import numpy as np

from dlcourse import metrics
from dlcourse.authoring.questions.bank import Bank, Unclear, asked, choice, drawn, right, wrong
from dlcourse.exercises import multi_task_learning as exercises

bank = Bank("13_multi_task_learning")
IOB = (
    "In IOB2, `B-` begins a name, `I-` goes on with it and `O` is outside; an `I-` that continues no name "
    "of its label begins one."
)


def listed(numbers):
    return ", ".join(f"{number:g}" for number in numbers).replace("-", "−")


def sentence(rng):
    """Tags with two names side by side, and an I- that continues none."""
    one, other = (str(label) for label in rng.choice(["PER", "LOC", "ORG"], 2, replace=False))
    side_by_side = [
        f"B-{one}",
        *[f"I-{one}"] * rng.integers(0, 3),
        f"B-{one}",
        *[f"I-{one}"] * rng.integers(0, 2),
    ]
    stray = [f"I-{other}"] * rng.integers(1, 3)
    first, last = rng.permutation(2)
    parts = [side_by_side, stray]
    return [*["O"] * rng.integers(0, 2), *parts[first], "O", *parts[last], *["O"] * rng.integers(0, 2)]


def without_strays(tags):
    """The names if an I- that continues none is passed over."""
    return [span for span in metrics.iob_spans(tags) if tags[span[1]][0] == "B"]


def side_by_side_as_one(tags):
    """The names if a B- right behind a name of its label goes on with it."""
    joined = []
    for label, start, end in metrics.iob_spans(tags):
        if joined and joined[-1][0] == label and joined[-1][2] == start:
            label, start, _ = joined.pop()
        joined.append((label, start, end))
    return joined


def written(spans, further=0):
    return "; ".join(f"{label} {start} to {end + further}" for label, start, end in spans)


@bank.question
def names_counted(rng):
    tags = [*sentence(rng), "O", *sentence(rng)]
    spans = metrics.iob_spans(tags)
    return choice(
        f"The tags of a sentence are {', '.join(tags)}. {IOB} How many names are there?",
        right(len(spans), written(spans) + ", the end exclusive."),
        wrong(len(without_strays(tags)), "An `I-` that continues no name begins one."),
        wrong(
            len(side_by_side_as_one(tags)), "A `B-` right after a name of the same label begins another one."
        ),
        wrong(
            sum(tag != "O" for tag in tags), "Those are the words. An `I-` goes on with the name before it."
        ),
        tags=tags,
    )


@bank.question
def names_read(rng):
    tags = sentence(rng)
    spans = metrics.iob_spans(tags)
    return choice(
        f"The tags of a sentence are {', '.join(tags)}. {IOB} Words are counted from 0. Which names are "
        "there, each as label, first word, and the index *after* its last word?",
        right(written(spans), "Two names side by side are two, and a stray `I-` begins one."),
        wrong(written(without_strays(tags)), "An `I-` that continues no name begins one."),
        wrong(
            written(side_by_side_as_one(tags)),
            "A `B-` right after a name of the same label begins another one.",
        ),
        wrong(written(spans, -1), "The end is the index after the last word."),
        tags=tags,
    )


@bank.question
def f1(rng):
    gold, predicted = drawn(rng, 10, 60, 2)
    both = int(rng.integers(4, min(gold, predicted)))
    return choice(
        f"{gold} names are in a text. A tagger reports {predicted}, of which {both} are right: label, start "
        "and end. What is its $F_1$?",
        right(2 * both / (gold + predicted), "2 · both / (names there + names reported), the harmonic mean."),
        wrong(both / predicted, "That is the precision, the share of the reported names that is right."),
        wrong(both / gold, "That is the recall, the share of the names that was found."),
        wrong(both / (gold + predicted - both), "That is the share of all different names, both together."),
        gold=gold,
        predicted=predicted,
        both=both,
    )


@bank.question
def over_all_sentences(rng):
    gold, predicted = drawn(rng, 4, 12, 2)
    both = int(rng.integers(1, min(gold, predicted) - 1))
    second = 2 * both / (gold + predicted)
    return choice(
        "Two sentences. The first has one name, and the tagger reports this one alone. The second has "
        f"{gold}; the tagger reports {predicted}, {both} of them rightly. What is $F_1$, counted over "
        "all sentences at once?",
        right(
            2 * (both + 1) / (gold + predicted + 2),
            "The counts are added first, and divided at the very end.",
        ),
        wrong(
            (1 + second) / 2,
            "That is the mean over the sentences, in which the one name weighs as much as all others.",
        ),
        wrong(second, "The first sentence is missing."),
        wrong((both + 1) / (gold + 1), "That is the recall."),
        gold=gold,
        predicted=predicted,
        both=both,
    )


@bank.question
def o_everywhere(rng):
    words, names = 100 * int(rng.integers(5, 30)), 10 * int(rng.integers(4, 12))
    inside = names + 10 * int(rng.integers(3, 10))
    return choice(
        f"A text of {words} words has {names} names, of {inside} words in all. A tagger calls every word "
        "`O`, that is, outside of names. What share of the words does it tag rightly?",
        right((words - inside) / words, "All words outside. Its F₁ is 0 all the same: it has found nothing."),
        wrong((words - names) / words, "A name may have several words, and all of them are wrong."),
        wrong(inside / words, "That is the share that it gets wrong."),
        wrong(0.0, "That is its F₁, which counts names. The share of words is another thing."),
        words=words,
        names=names,
        inside=inside,
    )


@bank.question
def weighted_loss(rng):
    losses = [float(one) for one in rng.choice([0.2, 0.4, 0.5, 0.8, 1.2, 1.5, 2.5], 2, replace=False)]
    weights = [1.0, float(rng.choice([0.1, 0.25, 0.5, 2, 4]))]
    return asked(
        f"A network with two tasks has the losses {listed(losses)}, and the task weights are "
        f"{listed(weights)}, in this order. What does training make small?",
        exercises.multi_task_loss,
        losses,
        weights,
        why="The weighted sum of the losses.",
    )


@bank.question
def back_at_the_shared_layer(rng):
    by_ner, by_pos = (np.array(drawn(rng, -6, 7, 3), float) for _ in range(2))
    return asked(
        "Two heads stand on one shared layer of three units. From the first comes back the gradient "
        f"{listed(by_ner)}, from the second {listed(by_pos)}, their task weights included. What is the "
        "gradient of the whole loss with respect to the layer's three outputs?",
        exercises.shared_layer_gradient,
        by_ner,
        by_pos,
        why="The layer acts on the loss in two ways, and the chain rule adds over ways.",
    )


@bank.question
def through_two_heads(rng):
    v, u = (float(one) for one in rng.choice([-2, -1, 1, 2, 3], 2, replace=False))
    by_v, by_u = (float(one) for one in rng.choice([-4, -2, 1, 2, 4], 2, replace=False))
    weight, h = float(rng.choice([0.25, 0.5, 2])), 0.5
    whole = by_v * v + weight * by_u * u
    if whole == 0 or by_u * u == 0:
        raise Unclear
    return choice(
        f"A shared unit says h = tanh(s) = {h:g}. It goes into two heads of one output each, $z_1 = {v:g} "
        f"h$ and $z_2 = {u:g} h$, with losses $L_1$ and $L_2$, and the network is trained on $L = L_1 + "
        f"{weight:g} L_2$. $\\partial L_1/\\partial z_1 = {by_v:g}$ and $\\partial L_2/\\partial z_2 = "
        f"{by_u:g}$. What is $\\partial L/\\partial s$? (The slope of tanh is $1 - h^2$.)",
        right(
            whole * (1 - h**2),
            "Each head sends back its task weight times ∂L/∂z times its weight; then the slope of tanh.",
        ),
        wrong(
            (by_v * v + by_u * u) * (1 - h**2),
            "The task weight stands in the loss, so it stands in the gradient.",
        ),
        wrong(whole, "That is ∂L/∂h. The slope of tanh is missing."),
        wrong(whole / 2 * (1 - h**2), "That is a mean over the heads. The chain rule adds over ways."),
        v=v,
        u=u,
        by_v=by_v,
        by_u=by_u,
        weight=weight,
        h=h,
    )


@bank.question
def a_constant_added(rng):
    constant, loss = int(rng.choice([10, 50, 100, 1000])), float(rng.choice([0.5, 1, 2, 2.5, 4]))
    gradient = float(rng.choice([0.2, 0.3, 0.6, 0.8]))
    return choice(
        f"One of two tasks has the loss {loss:g}, and the gradient that it sends to a shared weight is "
        f"{gradient:g}. Somebody adds {constant} to the loss of this task. What is the gradient that the "
        "task sends to the weight then?",
        right(gradient, "A constant has no slope: no gradient changes, however large the loss."),
        wrong(gradient * (loss + constant) / loss, "What counts is the slope of a loss, not its size."),
        wrong(gradient + constant, "The constant is added to the loss, and its slope is 0."),
        wrong(0.0, "The slope of the constant is 0. That of the loss is still there."),
        constant=constant,
        loss=loss,
        gradient=gradient,
    )


@bank.question
def other_units(rng):
    factor, target = int(rng.choice([10, 60, 100, 1000])), int(rng.integers(2, 10))
    return choice(
        "One of two tasks predicts a length under the squared error $(z - t)^2$. A new network says $z = "
        f"0$ for an example with the target {target} in one unit, and {target * factor} in a unit {factor} "
        "times as fine. By which factor is the gradient $\\partial L/\\partial z$ larger in the finer unit?",
        right(factor, "The gradient is 2(z − t), and at z = 0 it is proportional to t."),
        wrong(factor**2, "That is the factor of the loss. Its slope by z has one factor only."),
        wrong(1, "A constant that is added changes no gradient, other units do."),
        wrong(1 / factor, "The numbers become larger in a finer unit, and so do the errors."),
        factor=factor,
        target=target,
    )


@bank.question
def one_trunk_for_two(rng):
    inputs, units, one, other = (int(rng.integers(*ends)) for ends in ((10, 60), (10, 60), (2, 10), (2, 10)))
    return choice(
        f"Two networks, each of {inputs} inputs and one hidden layer of {units} units, with {one} outputs "
        f"and with {other} outputs. They are replaced by one, whose hidden layer is shared by two heads of "
        "these sizes. All layers have biases. How many weights and biases are saved?",
        right(
            (inputs + 1) * units,
            "One hidden layer: its weights, and a bias for each unit. Both heads are still there.",
        ),
        wrong(inputs * units, "The biases of the hidden layer are saved as well."),
        wrong((inputs + 1) * units + (units + 1) * other, "The second head is still there."),
        wrong(
            (units + 1) * (one + other),
            "Those are the heads, which stay. What is shared is the hidden layer.",
        ),
        inputs=inputs,
        units=units,
        one=one,
        other=other,
    )


@bank.question
def labels_that_are_missing(rng):
    known = [float(one) for one in rng.choice([0.2, 0.4, 0.6, 0.9, 1.2, 1.5, 2.1], 3, replace=False)]
    batch = 8 * int(rng.integers(1, 5))
    return choice(
        "A task is trained with labels that are missing for some examples: its loss is the mean over the "
        f"*known* labels of a batch. In a batch of {batch} three labels are known, and the losses of these "
        f"examples are {listed(known)}. What is the loss of the task?",
        right(sum(known) / 3, "The mean of the three. The other rows get a gradient of 0."),
        wrong(sum(known) / batch, "Divided by the whole batch, a task with few labels would count for less."),
        wrong(sum(known), "That is the sum. The mean over the known labels is asked for."),
        known=known,
        batch=batch,
    )
