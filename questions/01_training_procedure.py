"""Lesson 01: from scores to a loss, steps and epochs, what a network gets to see."""

import numpy as np

from dlcourse import datasets, losses, metrics
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, shown, wrong
from dlcourse.exercises import training_procedure as exercises

bank = Bank("01_training_procedure")

SENTENCES = (
    "the old train will park by the river",
    "a blue rose will grow in the park",
    "Frank will book the last train to Rome",
    "the plant may rise by the old bank",
)


def row(numbers):
    """Numbers between brackets, as they stand in a table."""
    return "(" + ", ".join(f"{number:g}" for number in numbers).replace("-", "−") + ")"


def listed(words):
    """A list of words, as it is shown to those who choose."""
    return "[" + ", ".join(words) + "]"


@bank.question
def softmax_of_three(rng):
    scores = np.array([drawn(rng, -2, 4, 3)], float)
    return asked(
        f"A network gives three classes the scores {row(scores[0])}. Which probabilities does softmax make "
        "of them, in this order?",
        exercises.softmax,
        scores,
        part=0,
        why="e to each score, divided by the sum of the three: $e^{z_j} / \\sum_k e^{z_k}$.",
    )


@bank.question
def loss_from_scores(rng):
    scores = np.array([drawn(rng, -3, 4, 3)], float)
    label = int(rng.integers(3))
    place = ("first", "second", "third")[label]
    return asked(
        f"The scores of three classes for one example are {row(scores[0])}, and the right class is the "
        f"{place}. What is the cross-entropy of their softmax, by the natural logarithm?",
        exercises.cross_entropy,
        scores,
        np.array([label]),
        why="$\\ln \\sum_k e^{z_k}$ minus the score of the right class.",
    )


@bank.question
def loss_from_probabilities(rng):
    sure, unsure = round(float(rng.uniform(0.7, 0.95)), 2), round(float(rng.uniform(0.05, 0.4)), 2)
    return choice(
        f"A network gives the right class the probability {sure:g} in the first of two examples and "
        f"{unsure:g} in the second. What is the cross-entropy of this batch of two, by the natural "
        "logarithm?",
        right(-np.log([sure, unsure]).mean(), "The mean of $-\\ln p$ over the examples."),
        wrong(-np.log([sure, unsure]).sum(), "That is the sum over the batch. The mean is asked for."),
        wrong(
            1 - (sure + unsure) / 2, "That is 1 minus the mean probability. The loss takes $-\\ln$ of each."
        ),
        wrong(
            -np.log((sure + unsure) / 2), "The logarithm is of the mean. It is the mean of the logarithms."
        ),
        sure=sure,
        unsure=unsure,
    )


@bank.question
def probability_from_loss(rng):
    loss = round(float(rng.uniform(0.15, 0.9)), 2)
    return choice(
        "A network gives the right class the same probability $p$ in each example, and its cross-entropy "
        f"(natural logarithm) is {loss:g}. What is $p$?",
        right(np.exp(-loss), "The loss is $-\\ln p$, so $p = e^{-L}$."),
        wrong(1 - loss, "The loss is not 1 minus the probability. It is $-\\ln p$."),
        wrong(loss, "That is the loss itself. It is $-\\ln p$, not $p$."),
        wrong(2.0**-loss, "So it would be if the logarithm were that of base 2. It is the natural one."),
        loss=loss,
    )


@bank.question
def share_of_right_answers(rng):
    scores = np.array([drawn(rng, -9, 10, 3) for _ in range(5)]) / 10
    labels = np.where(rng.random(5) < 0.6, scores.argmax(axis=1), rng.integers(0, 3, size=5))
    table = "; ".join(f"{row(scores[i])}, {labels[i]}" for i in range(5))
    return choice(
        "Classes are counted from 0. A network gives three classes these scores in five examples; behind "
        f"each stands the right class: {table}. What is the accuracy, as a share?",
        right(
            metrics.accuracy(scores, labels),
            "In how many of the five the largest score stands at the right class, divided by five.",
        ),
        wrong(np.mean(scores.argmax(axis=1) != labels), "That is the share of errors."),
        wrong(
            np.mean(np.abs(scores).argmax(axis=1) == labels),
            "The signs of the scores are lost. The largest score wins, not the one farthest from 0.",
        ),
        wrong(
            np.mean(scores.argmax(axis=1) + 1 == labels),
            "The answers are counted from 1 here, and the labels from 0.",
        ),
        wrong(
            np.sum(scores.argmax(axis=1) == labels) / 3,
            "The right ones are divided by the number of classes. Divide by that of the examples.",
        ),
        logits=scores,
        labels=labels,
    )


@bank.question
def steps_of_a_training(rng):
    examples, batch = int(rng.integers(500, 3000)), int(rng.choice([16, 32, 50, 64, 100, 128]))
    epochs = int(rng.integers(3, 21))
    an_epoch = -(-examples // batch)
    return choice(
        f"{examples} training examples in batches of {batch}; the last batch of an epoch may be smaller. "
        f"How many steps do {epochs} epochs take?",
        right(
            str(epochs * an_epoch), "A step a batch: n over the size of a batch, rounded up, in each epoch."
        ),
        wrong(str(an_epoch), "That is one epoch, one pass over all examples."),
        wrong(str(epochs * examples), "That would be a step an example. A step takes a whole batch."),
        wrong(str(epochs * batch), "The size of a batch is not the number of batches."),
        examples=examples,
        batch=batch,
        epochs=epochs,
    )


@bank.question
def one_step(rng):
    weight, gradient = round(float(rng.uniform(0.5, 3)), 1), round(float(rng.uniform(0.5, 5)), 1)
    gradient *= int(rng.choice([-1, 1]))
    rate = float(rng.choice([0.01, 0.05, 0.1, 0.2]))
    return choice(
        f"A weight is {weight:g}, the gradient of the loss with respect to it is {shown(gradient)}, and the "
        f"learning rate is {rate:g}. What is the weight after one step of gradient descent?",
        right(weight - rate * gradient, "A step of rate times gradient, against the gradient."),
        wrong(weight + rate * gradient, "This goes along the gradient, where the loss grows."),
        wrong(weight - gradient, "The learning rate is missing."),
        wrong(-rate * gradient, "That is the step. It is added to the weight."),
        weight=weight,
        gradient=gradient,
        rate=rate,
    )


@bank.question
def standardised_value(rng):
    mean, deviation = int(rng.integers(5, 30)), int(rng.integers(2, 6))
    train = np.array([mean + side * deviation for side in rng.permutation([-1, -1, 1, 1])], float)
    other = float(mean + deviation * int(rng.choice([-3, -2, 2, 3])) + 1)
    numbers = ", ".join(f"{x:g}" for x in train)
    return choice(
        f"A column of the training data is {numbers}. In the test data, the same column has an entry of "
        f"{other:g}. What does it become when the data are standardised, the deviation being the root of "
        "the mean squared distance from the mean?",
        right(
            datasets.standardize(train[:, None], np.array([[other]]))[1].item(),
            "Minus the mean of the training column, over its standard deviation.",
        ),
        wrong(other - mean, "The training mean is taken off, but nothing is divided by the deviation."),
        wrong((other - mean) / deviation**2, "This divides by the variance, not by its root."),
        wrong(0.0, "One test example minus its own mean is 0. The mean is that of the training data."),
        train=train,
        other=other,
    )


@bank.question
def window_at_an_end(rng):
    tokens = SENTENCES[rng.integers(len(SENTENCES))].split()
    size = int(rng.integers(2, 4))
    index = int(rng.integers(0, size))
    answer = datasets.context_window(tokens, index, size, "–")
    ring = [tokens[i % len(tokens)] for i in range(index - size, index + size + 1)]
    return choice(
        f"A sentence: “{' '.join(tokens)}”. Which window has its {('first', 'second', 'third')[index]} "
        f"word in the middle, with {size} neighbours on each side and “–” for padding?",
        right(listed(answer), "The word in the middle, and “–” where there is no neighbour."),
        wrong(listed([word for word in answer if word != "–"]), "It is cut short. “–” fills up the end."),
        wrong(listed(ring), "A negative index reads the end of the sentence. Pad first."),
        wrong(listed(["–", *answer[:-1]]), "The word is not in the middle: the window is one word early."),
        tokens=tokens,
        index=index,
        size=size,
    )


@bank.question
def bag_of_a_sentence(rng):
    vocabulary = [str(word) for word in rng.permutation(["a", "park", "the", "will"])]
    tokens = [str(word) for word in rng.choice(["a", "park", "the", "will", "rose", "old"], size=9)]
    return asked(
        f"The words of a text: {', '.join(tokens)}. The vocabulary, in this order: "
        f"{', '.join(vocabulary)}. What is the text's bag of words?",
        exercises.bag_of_words,
        tokens,
        vocabulary,
        why="How often each word of the vocabulary occurs, in the vocabulary's order; other words do not "
        "count.",
    )


@bank.question
def inputs_of_a_window(rng):
    words, size = 10 * int(rng.integers(8, 60)), int(rng.integers(1, 4))
    return choice(
        f"A network sees a word with {size} {'neighbour' if size == 1 else 'neighbours'} on each side, "
        f"each place of this window as a one-hot block over a vocabulary of {words} words. How many inputs "
        "has the network?",
        right(str((2 * size + 1) * words), "A block a place: the word and its neighbours on both sides."),
        wrong(str(words), "That is one block. In a bag of words, all places share it."),
        wrong(str(2 * size * words), "The word itself has a block, too."),
        wrong(str((size + 1) * words), "There are neighbours on *both* sides."),
        words=words,
        size=size,
    )


@bank.question
def likelihood_of_a_batch(rng):
    examples, classes = int(rng.integers(3, 9)), int(rng.integers(4, 50))
    return choice(
        f"A network knows nothing and gives each of {classes} classes the same probability. What is the "
        f"sum of $-\\ln p$ of the right class over {examples} independent examples, that is, minus the "
        "logarithm of the likelihood of all their labels?",
        right(
            examples * losses.cross_entropy(np.zeros((examples, classes)), np.zeros(examples, int)),
            "$\\ln k$ an example, and the logarithm turns the product into a sum.",
        ),
        wrong(np.log(classes), "That is the mean over the examples, the loss. The sum was asked for."),
        wrong(examples / classes, "That is the sum of the probabilities. The logarithm of each is missing."),
        wrong(np.log(examples * classes), "The likelihood is a product of n factors 1/k, not 1/(n·k)."),
        examples=examples,
        classes=classes,
    )
