"""Lesson 10: dropout."""

import numpy as np

from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, wrong
from dlcourse.exercises import dropout as exercises

bank = Bank("10_dropout")
RATES = (0.2, 0.25, 0.5, 0.6, 0.75, 0.8)  # those with short scales, 1/(1 − rate)


def rate_from(rng):
    return float(rng.choice(RATES))


def listed(numbers):
    return ", ".join(f"{number:g}" for number in numbers).replace("-", "−")


@bank.question
def scale_of_the_survivors(rng):
    rate = float(rng.choice([*RATES, 0.1, 0.4, 0.7, 0.9]))
    return choice(
        f"Inverted dropout drops {rate:.0%} of a layer's units in training. By what are the others "
        "multiplied there?",
        right(
            1 / (1 - rate), "Divided by the share that is kept: then the expectation is that of all units."
        ),
        wrong(1 - rate, "So the expectation would shrink twice. Divide by it."),
        wrong(1 / rate, "That divides by the share that is dropped. Divide by the share that is kept."),
        wrong(1, "Then the next layer would hear more at test than it was trained for."),
        rate=rate,
    )


@bank.question
def out_of_the_noise(rng):
    x, rate = np.array(drawn(rng, 1, 10, 4), float), rate_from(rng)
    noise = rng.permutation(
        [rng.uniform(0, rate - 0.03) for _ in "ab"] + [rng.uniform(rate + 0.03, 1) for _ in "cd"]
    )
    noise = noise.round(2)
    return asked(
        f"Four units say {listed(x)}. Inverted dropout at the drop rate {rate:g} draws the noise "
        f"{listed(noise)}, uniform in [0, 1), for them. A unit is dropped where its noise is below the drop "
        "rate. What comes out?",
        exercises.dropout_forward,
        x,
        noise,
        rate,
        part=0,
        why=f"0 where the noise is below {rate:g}, else the value over {1 - rate:g}.",
    )


@bank.question
def trained_unscaled(rng):
    x, rate = float(rng.integers(2, 20)), rate_from(rng)
    return asked(
        f"A network was trained with dropout at the rate {rate:g}, the share of units dropped, and nothing "
        f"was scaled in training. At test no unit is dropped, and one says {x:g}. Which number should be "
        "passed on in its place, so that the next layer gets what it got in training on average?",
        exercises.vanilla_dropout_at_test,
        x,
        rate,
        why=f"It was there in a share {1 - rate:g} of the steps.",
    )


@bank.question
def too_loud(rng):
    rate, hidden = rate_from(rng), int(rng.integers(2, 4))
    return choice(
        f"A network of {hidden} hidden layers of ReLUs, without biases, was trained with dropout at the "
        f"rate {rate:g} behind each of them, and nothing was scaled. At test somebody forgets to multiply "
        "by the share that was kept. By which factor are the inputs of the softmax larger than with these "
        "factors?",
        right(
            (1 / (1 - rate)) ** hidden,
            f"ReLUs pass a factor on, so each of the {hidden} layers multiplies by one over the share kept.",
        ),
        wrong(
            1 / (1 - rate), "That is one layer's factor. ReLUs pass it on, and the next layer adds its own."
        ),
        wrong(hidden / (1 - rate), "Factors of layers multiply, they do not add."),
        wrong((1 / rate) ** hidden, "What counts is the share that was kept, not the one that was dropped."),
        rate=rate,
        hidden=hidden,
    )


@bank.question
def gradient_of_the_units(rng):
    rate = rate_from(rng)
    mask = rng.permutation([0, 0, 1, 1]) / (1 - rate)
    upstream = np.array(drawn(rng, 1, 9, 4), float)
    return asked(
        f"Inverted dropout at the rate {rate:g} multiplied four units by {listed(mask)}. The gradients of "
        f"the loss with respect to the four results are {listed(upstream)}. What are they with respect to "
        "what the units said?",
        exercises.dropout_backward,
        upstream,
        mask,
        why="out = x · mask, so the gradient takes the same mask, scale and all.",
    )


@bank.question
def noise_of_the_mask(rng):
    rate = rate_from(rng)
    return choice(
        f"Inverted dropout at the drop rate {rate:g}: a unit is multiplied by 0 with probability {rate:g}, "
        "else by one over the share that is kept. What is the variance of this factor?",
        right(
            rate / (1 - rate),
            "The mean is 1 and the mean of the square 1/(1 − p): 1/(1 − p) − 1 = p/(1 − p).",
        ),
        wrong(rate * (1 - rate), "So it is without the scale, for a mask of 0 and 1."),
        wrong(
            1 / (1 - rate), "That is the mean of its square. The square of the mean, 1, is to be taken off."
        ),
        wrong(np.sqrt(rate / (1 - rate)), "That is the standard deviation."),
        rate=rate,
    )


@bank.question
def thinned_networks(rng):
    first, second = drawn(rng, 3, 7, 2)
    return choice(
        f"A network has two hidden layers, of {first} and {second} units. Dropout may drop each hidden "
        "unit. How many thinned networks are there, one for each combination of units present and absent?",
        right(2 ** (first + second), "Each of the units is there or not, independently of the others."),
        wrong(
            2**first + 2**second, "Each mask of the first layer goes with each of the second: they multiply."
        ),
        wrong(2 * (first + second), "The twos of the units multiply, they do not add."),
        wrong((first + second) ** 2, "Two for each unit, multiplied: 2ⁿ, not n²."),
        first=first,
        second=second,
    )


@bank.question
def a_pact_of_two(rng):
    rate, steps = float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])), 100 * int(rng.integers(1, 9))
    return choice(
        f"Two units of a layer have learnt to undo each other's mistakes. Dropout at the rate {rate:g}, the "
        f"share dropped, now draws for each by itself. In how many of {steps} steps are both of them there, "
        "on average, for a given example?",
        right(steps * (1 - rate) ** 2, "Each is there with probability 1 − p, independently of the other."),
        wrong(steps * (1 - rate), "That is for one of them."),
        wrong(steps * rate**2, "That is how often both are dropped."),
        wrong(steps * (1 - rate**2), "That is how often at least one is there."),
        rate=rate,
        steps=steps,
    )


@bank.question
def two_answers_in_one(rng):
    low, high = (int(one) for one in rng.choice([2, 3, 4, 5], 2, replace=False))
    absent, present = 1 / (1 + low**2), (low * high) ** 2 / (1 + (low * high) ** 2)
    return choice(
        "Right before a softmax over two classes stands one input with inverted dropout at the rate ½. "
        f"Where the input is dropped, the odds of class A are 1 : {low**2}. Where it is kept, and doubled, "
        f"they are {(low * high) ** 2} : 1. At test nothing is dropped, nor doubled. What is then the "
        "probability of class A?",
        right(
            high / (1 + high),
            "The normalised geometric mean of the two answers: the odds are the root of the product, "
            f"{high} : 1.",
        ),
        wrong(
            (absent + present) / 2,
            "That is the arithmetic mean of the probabilities. The network at test gives the geometric one.",
        ),
        wrong(
            np.sqrt(absent * present),
            "That is the geometric mean before it is divided by the sum over the classes.",
        ),
        wrong(present, "The input is not doubled at test."),
        low=low,
        high=high,
    )


@bank.question
def gradient_of_a_weight(rng):
    rate, upstream = rate_from(rng), float(rng.choice([-3, -2, 2, 3]))
    x, weight = drawn(rng, 2, 7, 2)
    bias = int(rng.integers(1, 5))
    return choice(
        f"A unit computes max(0, w·x + b), with x = {x}, w = {weight} and b = {bias}, and inverted dropout "
        f"at the rate {rate:g} *keeps* it. The gradient of the loss with respect to what comes out behind "
        f"the dropout is {listed([upstream])}. What is it with respect to w?",
        right(
            upstream * x / (1 - rate),
            "Back through the mask, 1/(1 − p), the ReLU, whose slope is 1 here, and x.",
        ),
        wrong(upstream * x, "The scale is lost. The unit was multiplied by 1/(1 − p); so is its gradient."),
        wrong(upstream * weight / (1 - rate), "That is the gradient with respect to x."),
        wrong(upstream / (1 - rate), "That is the gradient with respect to b."),
        rate=rate,
        upstream=upstream,
        x=x,
        weight=weight,
        bias=bias,
    )


@bank.question
def keep_for_drop(rng):
    kept = float(rng.choice([0.6, 0.7, 0.75, 0.8, 0.9]))
    return choice(
        "The paper of Srivastava et al. (2014) writes p for the share of units that is *kept*. Somebody "
        f"takes p = {kept:g} from such a text. Which `p` is that for PyTorch's `Dropout`?",
        right(1 - kept, "There p is the share that is dropped."),
        wrong(kept, "So most units would be dropped: there p is the share that is dropped."),
        wrong(1 / kept, "That is the scale of the units that are kept."),
        kept=kept,
    )
