"""Several tasks on one trunk: gradients that add up, and scores that count what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import multitask

labels = st.sampled_from(["PER", "LOC", "A-B"])
tag = st.one_of(st.just("O"), st.builds("{}-{}".format, st.sampled_from("BI"), labels))
sentence = st.lists(tag, max_size=12)


def rng(seed=0):
    return np.random.default_rng(seed)


def tags_of(spans, length):
    tags = ["O"] * length
    for label, start, end in spans:
        tags[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
    return tags


class TestContractFunctions:
    def test_the_shared_layer_gets_the_sum_and_keeps_float32(self):
        total = multitask.shared_layer_gradient(np.float32([1, 2]), np.float32([3, -5]))
        assert total.dtype == np.float32
        assert np.array_equal(total, [4, -3])

    def test_gradients_of_two_shapes_are_refused_with_both(self):
        with pytest.raises(ValueError, match=r"\(2,\) and \(1, 2\)"):
            multitask.shared_layer_gradient([1, 2], [[1, 2]])

    def test_the_loss_is_weighted_and_a_plain_float(self):
        loss = multitask.multi_task_loss([1, 2, 3], (0.5, 0, 2))
        assert type(loss) is float
        assert loss == 6.5

    @pytest.mark.parametrize(("losses", "weights"), [([1, 2], [1]), ([], []), ([[1]], [[1]])])
    def test_losses_and_weights_that_do_not_pair_are_refused(self, losses, weights):
        with pytest.raises(ValueError, match=r"must be \(tasks,\)"):
            multitask.multi_task_loss(losses, weights)

    def test_forward_agrees_with_torch(self):
        torch = pytest.importorskip("torch")
        r = rng()
        x, w, b = r.normal(size=(5, 4)), r.normal(size=(4, 3)), r.normal(size=3)
        heads = [(r.normal(size=(3, k)), r.normal(size=k)) for k in (2, 7)]
        h = torch.tanh(torch.nn.functional.linear(*map(torch.tensor, (x, w.T, b))))
        theirs = [torch.nn.functional.linear(h, torch.tensor(v.T), torch.tensor(c)).numpy() for v, c in heads]
        ours = multitask.multi_task_forward(x, (w, b), heads)
        assert [z.shape for z in ours] == [(5, 2), (5, 7)]
        for a, b in zip(ours, theirs, strict=True):
            assert np.abs(a - b).max() < 1e-14

    def test_shapes_that_do_not_fit_are_named(self):
        with pytest.raises(ValueError, match=r"got \(1, 2\), \(3, 4\) and \(4,\)"):
            multitask.multi_task_forward(np.ones((1, 2)), (np.ones((3, 4)), np.ones(4)), [])


class TestSpans:
    @pytest.mark.parametrize(
        ("tags", "spans"),
        [
            ("", []),
            ("O O", []),
            ("B-PER I-PER", [("PER", 0, 2)]),
            ("B-PER B-PER", [("PER", 0, 1), ("PER", 1, 2)]),
            ("I-PER I-LOC", [("PER", 0, 1), ("LOC", 1, 2)]),
            ("B-PER I-LOC I-LOC O", [("PER", 0, 1), ("LOC", 1, 3)]),
            ("O I-PER O I-PER", [("PER", 1, 2), ("PER", 3, 4)]),
            ("B-A-B I-A-B I-A", [("A-B", 0, 2), ("A", 2, 3)]),
            ("B- I-", [("", 0, 2)]),
        ],
    )
    def test_table_of_tags_and_spans(self, tags, spans):
        assert multitask.iob_spans(tags.split()) == spans

    @pytest.mark.parametrize("bad", ["", "B", "I", "PER", "S-PER", "o", "O-PER", "b-PER"])
    def test_a_tag_of_another_scheme_is_named(self, bad):
        with pytest.raises(ValueError, match=f"not {bad!r}"):
            multitask.iob_spans(["O", bad])

    @given(sentence)
    def test_spans_are_in_order_disjoint_and_cover_what_is_not_outside(self, tags):
        spans = multitask.iob_spans(tags)
        covered = [i for _, start, end in spans for i in range(start, end)]
        assert covered == [i for i, tag in enumerate(tags) if tag != "O"]

    @given(sentence)
    def test_writing_spans_as_tags_and_reading_them_again_changes_nothing(self, tags):
        spans = multitask.iob_spans(tags)
        assert multitask.iob_spans(tags_of(spans, len(tags))) == spans


class TestF1:
    @given(st.lists(sentence, max_size=4))
    def test_it_is_one_against_itself(self, gold):
        assert multitask.span_f1(gold, gold) == 1.0

    @given(st.lists(st.tuples(sentence, sentence), min_size=1, max_size=4))
    def test_it_is_the_harmonic_mean_of_precision_and_recall_and_symmetric(self, pairs):
        gold = [a[: min(len(a), len(b))] for a, b in pairs]
        predicted = [b[: min(len(a), len(b))] for a, b in pairs]
        found = [
            {(i, *s) for i, t in enumerate(tags) for s in multitask.iob_spans(t)}
            for tags in (gold, predicted)
        ]
        f1 = multitask.span_f1(gold, predicted)
        assert f1 == multitask.span_f1(predicted, gold)
        if not any(found):
            assert f1 == 1.0
        elif not found[0] & found[1]:
            assert f1 == 0.0
        else:
            right = len(found[0] & found[1])
            precision, recall = right / len(found[1]), right / len(found[0])
            assert f1 == pytest.approx(2 * precision * recall / (precision + recall), rel=1e-15)

    def test_it_is_micro_averaged(self):
        gold = [["B-A", "B-A", "B-A"], ["B-A", "O", "O"]]
        assert multitask.span_f1(gold, [["B-A", "B-A", "B-A"], ["O", "B-A", "O"]]) == 0.75

    def test_a_span_that_is_one_word_short_counts_for_nothing(self):
        assert multitask.span_f1([["B-A", "I-A"]], [["B-A", "O"]]) == 0.0

    def test_lengths_that_differ_are_named(self):
        with pytest.raises(ValueError, match="gold has 1 sentences, but predicted has 2"):
            multitask.span_f1([[]], [[], []])
        with pytest.raises(ValueError, match="sentence 1 has 2 gold tags, but 1 predicted"):
            multitask.span_f1([["O"], ["O", "O"]], [["O"], ["O"]])
