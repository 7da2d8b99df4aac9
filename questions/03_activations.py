"""Lesson 03: bends, slopes, saturation, inputs that are all positive."""

import numpy as np

from dlcourse import activations, losses
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, shown, wrong
from dlcourse.exercises import activations as exercises

bank = Bank("03_activations")


@bank.question
def two_layers_in_one(rng):
    first, second = drawn(rng, 2, 9, 2), drawn(rng, -5, 7, 2)
    (a, b), (c, d) = first, second
    return choice(
        "A network has one input, two hidden units and one output; no unit has a bend or a bias. From the "
        f"input weights of {a} and {b} lead to the hidden units, from these weights of {shown(c)} and "
        f"{shown(d)} to the output, in this order. By which number does the whole network multiply its "
        "input?",
        right(
            exercises.collapse_linear.reference([np.array([[a, b]]), np.array([[c], [d]])]).item(),
            "The product of the two matrices: along each way multiply, then add the ways.",
        ),
        wrong(a * d + b * c, "Each hidden unit has its own weight in front and its own behind."),
        wrong(a + b + c + d, "The weights are added. Layers one after the other multiply."),
        wrong(a * b * c * d, "The two ways are multiplied. What meets in the output is added."),
        first=first,
        second=second,
    )


@bank.question
def numbers_without_a_bend(rng):
    inputs, classes, hidden = drawn(rng, 3, 12, 3)
    hidden *= 4
    whole = (inputs + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * classes
    return choice(
        f"A network has {inputs} inputs, two hidden layers of {hidden} units each and {classes} scores, "
        "with biases in each layer and no bend anywhere. One affine layer, weights and biases, computes "
        "the same. How many numbers does that layer have?",
        right(
            str(inputs * classes + classes), "One matrix from inputs to scores, and one bias for each score."
        ),
        wrong(str(whole), "That is how many the network has. Without a bend they are one matrix and biases."),
        wrong(str(inputs * classes), "The biases of all layers come to one bias for each score."),
        wrong(str((inputs + 1) * hidden), "That is the first layer alone. The others are multiplied in."),
        inputs=inputs,
        classes=classes,
    )


@bank.question
def slope_of_a_sigmoid(rng):
    said = round(float(rng.uniform(0.05, 0.95)), 2)
    return choice(
        f"A sigmoid unit says {said:g}. How large is its slope there, that is, the derivative of σ at the "
        "sum that went into it?",
        right(
            activations.sigmoid_derivative(np.log(said / (1 - said))),
            "σ′ = s·(1 − s), and s is what the unit says.",
        ),
        wrong(1 - said**2, "1 − s² is the pattern of tanh. For σ it is s·(1 − s)."),
        wrong(1 - said, "The factor s is missing."),
        wrong(
            activations.sigmoid_derivative(said),
            "σ is taken twice: what the unit says is σ of the sum already.",
        ),
        said=said,
    )


@bank.question
def slope_of_a_tanh(rng):
    said = round(float(rng.uniform(0.1, 0.95) * rng.choice([-1, 1])), 2)
    return choice(
        f"A tanh unit says {shown(said)}. How large is its slope there, that is, the derivative of tanh at "
        "the sum that went into it?",
        right(activations.tanh_derivative(np.arctanh(said)), "tanh′ = 1 − t², and t is what the unit says."),
        wrong(said * (1 - said), "That is the pattern of σ. For tanh it is 1 − t²."),
        wrong(1 - said, "The square is missing."),
        wrong(
            activations.tanh_derivative(said), "tanh is taken twice: the unit says tanh of the sum already."
        ),
        said=said,
    )


@bank.question
def tanh_by_sigmoid(rng):
    x = round(float(rng.uniform(0.2, 1.6)), 1)
    share = round(float(activations.sigmoid(2 * x)), 3)
    return choice(
        f"σ is the sigmoid. $\\sigma({2 * x:g}) = {share:g}$. What is $\\tanh({x:g})$?",
        right(2 * share - 1, "$\\tanh(x) = 2\\sigma(2x) - 1$."),
        wrong(2 * share, "The −1 is missing: this runs from 0 to 2, tanh from −1 to 1."),
        wrong(share, "That is σ(2x). It has to be stretched and moved: 2σ(2x) − 1."),
        wrong(2 * (share - 1), "The brackets are wrong: 2σ(2x) − 1."),
        share=share,
    )


@bank.question
def through_many_sigmoids(rng):
    units = int(rng.integers(3, 13))
    return choice(
        f"A gradient goes back through {units} sigmoids, one after the other, whose weights are all 1. "
        "Which share of it is left at most?",
        right(
            float(activations.sigmoid_derivative(0.0)) ** units, "A slope of ¼ at best, and slopes multiply."
        ),
        wrong(0.5**units, "½ is what a sigmoid says in its middle. Its slope there is ¼."),
        wrong(1 / (4 * units), "Slopes multiply, they do not add."),
        wrong(1.0, "That is tanh's largest slope. The sigmoid's is ¼."),
        units=units,
    )


@bank.question
def flat_at_the_same_share(rng):
    place = round(float(rng.uniform(0.5, 5)), 2)
    share = activations.tanh_derivative(place)
    return choice(
        f"At $x = {place:g}$ the slope of tanh has fallen to {100 * share:.2g} % of its largest. At which "
        "$x > 0$ has the slope of the sigmoid fallen to the same share of its own largest?",
        right(2 * place, "$\\tanh(x) = 2\\sigma(2x) - 1$: what tanh does at x, σ does at 2x."),
        wrong(place / 2, "It is the other way round: the sigmoid is the wider of the two."),
        wrong(place, "As shares of their largest slopes, σ is as flat at *twice* the distance."),
        wrong(4 * place, "Four is the factor of the slopes. That of the widths is two."),
        place=place,
    )


@bank.question
def gradient_of_a_neuron(rng):
    x = np.array(drawn(rng, 1, 10, 3), float) / 10
    delta = float(rng.choice([-4, -3, -2, 2, 3, 4]))
    return asked(
        f"A neuron adds up its inputs {shown(x)}, each times its weight. The gradient of the loss with "
        f"respect to this sum is {shown(delta)}. What is the gradient of the loss with respect to the "
        "three weights?",
        exercises.neuron_weight_gradient,
        x,
        delta,
        why="Each input times the gradient of the sum: all have the sign of the latter if no input is "
        "below 0.",
    )


@bank.question
def largest_rate(rng):
    mean, variance = round(float(rng.uniform(0.3, 1)), 1), round(float(rng.uniform(0.05, 0.4)), 2)
    steep = variance + 2 * mean**2
    return choice(
        "Gradient descent takes steps along the mean gradient of two weights. Where both are too large by "
        "$e$, it is $(\\mathbb{E}[x_1^2] + \\mathbb{E}[x_1 x_2])\\,e$ for each of them. Where one is too "
        "large and the other too small by $e$, it is $\\pm(\\mathbb{E}[x_1^2] - \\mathbb{E}[x_1 "
        f"x_2])\\,e$. The inputs $x_1$ and $x_2$ are independent, with mean {mean:g} and variance "
        f"{variance:g} each. Beyond which learning rate do steps grow, if the start is off in both ways?",
        right(
            2 / steep,
            "2 over the larger curvature: the variance plus twice the squared mean, as E[x²] = Var + mean².",
        ),
        wrong(2 / variance, "That is the limit in the flat direction. The steep one limits the rate."),
        wrong(1 / steep, "At this rate the first step arrives. Steps grow beyond twice that."),
        wrong(2 / (variance + mean**2), "E[x₁x₂] is missing: with means that are not 0 it is their product."),
        mean=mean,
        variance=variance,
    )


@bank.question
def left_after_steps(rng):
    curvature, rate = round(float(rng.uniform(0.3, 2)), 1), round(float(rng.uniform(0.1, 0.4)), 1)
    steps = int(rng.integers(3, 7))
    left = 1 - rate * curvature
    return choice(
        f"In one direction the loss has the curvature {curvature:g}: the gradient is {curvature:g} times "
        f"what the weight is off. What share of the distance is left after {steps} steps of gradient "
        f"descent with a learning rate of {rate:g}?",
        right(left**steps, "A step leaves 1 − rate · curvature of it, and the next step that of the rest."),
        wrong(left, "That is what one step leaves."),
        wrong((rate * curvature) ** steps, "A step *takes* rate · curvature. It leaves 1 minus that."),
        wrong(
            1 - steps * rate * curvature,
            "Each step takes its share of what is left, not of the first distance.",
        ),
        curvature=curvature,
        rate=rate,
        steps=steps,
    )


@bank.question
def loss_of_a_sure_mistake(rng):
    score = int(rng.integers(38, 91))
    return choice(
        f"A sigmoid makes the probability of class 1 of a score of {score}. The right class is 0. What is "
        "the loss, $-\\ln(1 - \\sigma(z))$, about, if no number is rounded on the way?",
        right(
            losses.cross_entropy(np.array([[0.0, score]]), np.array([0])),
            "It is ln(1 + e^z), and for a large score that is about z. So compute it from the score.",
        ),
        wrong("∞", "So floats have it, in which σ rounds to 1. The exact σ is below 1."),
        wrong(1, "The loss is not 1 minus the probability of the right class, and has no upper end."),
        wrong(np.exp(-score), "That is about the loss if class 1 is right."),
        score=score,
    )
