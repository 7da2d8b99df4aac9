"""The answers of questions/01_training_procedure.py, computed without the course's reference."""

import math
import statistics


def _softmax(scores):
    powers = [math.exp(z) for z in scores]
    return [power / sum(powers) for power in powers]


def _accuracy(logits, labels):
    answers = [list(scores).index(max(scores)) for scores in logits]
    return sum(answer == label for answer, label in zip(answers, labels, strict=True)) / len(answers)


def _window(tokens, index, size):
    places = range(index - size, index + size + 1)
    return f"[{', '.join(tokens[i] if 0 <= i < len(tokens) else '–' for i in places)}]"


RECOMPUTED = {
    "softmax_of_three": lambda logits: _softmax(logits[0]),
    "loss_from_scores": lambda logits, labels: -math.log(_softmax(logits[0])[labels[0]]),
    "loss_from_probabilities": lambda sure, unsure: -math.log(sure * unsure) / 2,
    "probability_from_loss": lambda loss: 1 / math.exp(loss),
    "share_of_right_answers": _accuracy,
    "steps_of_a_training": lambda examples, batch, epochs: str(epochs * len(range(0, examples, batch))),
    "one_step": lambda weight, gradient, rate: weight - rate * gradient,
    "standardised_value": lambda train, other: (other - statistics.fmean(train)) / statistics.pstdev(train),
    "window_at_an_end": _window,
    "bag_of_a_sentence": lambda tokens, vocabulary: [sum(t == word for t in tokens) for word in vocabulary],
    "inputs_of_a_window": lambda words, size: str(words * len(range(-size, size + 1))),
    "likelihood_of_a_batch": lambda examples, classes: -math.log(classes ** -float(examples)),
}
