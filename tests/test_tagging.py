"""A tagger's windows, tags and scores belong to the right words."""

import numpy as np
import pytest

from dlcourse import datasets, layers, losses, multitask, optimizers, tagging, training

TEXT = datasets.tagged_text(np.random.default_rng(3), sizes=(30, 1, 10))
TAGS = {task: datasets.tag_set(TEXT.train, task) for task in ("entities", "pos")}


def tagger(seed=0):
    words = datasets.Vocabulary.of([s.tokens for s in TEXT.train], shapes=True)
    trunk = [multitask.Embedding(len(words), 8), layers.Dense(24, 32), layers.Activation("tanh")]
    heads = {task: [layers.Dense(32, len(tags))] for task, tags in TAGS.items()}
    return tagging.Tagger(multitask.MultiTask(trunk, heads, np.random.default_rng(seed)), words, TAGS)


def test_there_is_a_window_and_a_row_of_labels_for_each_word():
    made = tagger()
    x, y = made.examples(TEXT.test)
    words = [word for sentence in TEXT.test for word in sentence.tokens]
    assert x.shape == (len(words), 3)
    assert np.array_equal(x[:, 1], made.vocabulary.indices(words))
    assert [TAGS["pos"][i] for i in y[:, 1]] == [tag for sentence in TEXT.test for tag in sentence.pos]


def test_a_tagger_that_knows_its_training_text_by_heart_scores_1_on_it():
    made = tagger()
    loss = multitask.JointLoss([losses.softmax_cross_entropy] * 2)
    training.fit(
        made.network,
        loss,
        optimizers.Adam(0.03),
        made.examples(TEXT.train),
        epochs=40,
        rng=np.random.default_rng(0),
    )
    assert made.scores(TEXT.train) == {"entities": 1.0, "pos": 1.0}
    tags = made.tag(TEXT.train)
    assert tags["pos"] == [list(sentence.pos) for sentence in TEXT.train]
    assert tags["entities"] == [list(sentence.entities) for sentence in TEXT.train]


def test_names_are_scored_by_spans_and_parts_of_speech_by_words():
    made = tagger()
    for head in made.network.heads.values():
        head[0].weights[...] = head[0].bias[...] = 0
    made.network.heads["entities"][0].bias[TAGS["entities"].index("O")] = 1
    made.network.heads["pos"][0].bias[TAGS["pos"].index("NOUN")] = 1
    nouns = [tag == "NOUN" for sentence in TEXT.test for tag in sentence.pos]
    assert made.scores(TEXT.test) == {"entities": 0.0, "pos": pytest.approx(np.mean(nouns), rel=1e-15)}
