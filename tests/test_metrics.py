"""Scores that count what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import metrics

labels = st.sampled_from(["PER", "LOC", "A-B"])
tag = st.one_of(st.just("O"), st.builds("{}-{}".format, st.sampled_from("BI"), labels))
sentence = st.lists(tag, max_size=12)


def test_of_tied_classes_the_first_is_the_prediction():
    assert metrics.accuracy([[1.0, 1.0], [0.0, 2.0], [2.0, 2.0]], [0, 1, 1]) == pytest.approx(2 / 3)
    assert type(metrics.accuracy([[1]], [0])) is float


def test_accuracy_is_the_share_of_rows_whose_largest_score_is_at_the_label():
    scores = np.eye(4)[[2, 0, 1, 3, 3]]
    assert metrics.accuracy(scores, [2, 0, 1, 3, 0]) == 0.8
    assert metrics.accuracy(-scores, [2, 0, 1, 3, 0]) == 0.2  # of −eye's rows 0 is the first of equals, or 1


def tags_of(spans, length):
    tags = ["O"] * length
    for label, start, end in spans:
        tags[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
    return tags


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
        assert metrics.iob_spans(tags.split()) == spans

    @pytest.mark.parametrize("bad", ["", "B", "I", "PER", "S-PER", "o", "O-PER", "b-PER"])
    def test_a_tag_of_another_scheme_is_named(self, bad):
        with pytest.raises(ValueError, match=f"not {bad!r}"):
            metrics.iob_spans(["O", bad])

    @given(sentence)
    def test_spans_are_in_order_disjoint_and_cover_what_is_not_outside(self, tags):
        spans = metrics.iob_spans(tags)
        covered = [i for _, start, end in spans for i in range(start, end)]
        assert covered == [i for i, tag in enumerate(tags) if tag != "O"]

    @given(sentence)
    def test_writing_spans_as_tags_and_reading_them_again_changes_nothing(self, tags):
        spans = metrics.iob_spans(tags)
        assert metrics.iob_spans(tags_of(spans, len(tags))) == spans


class TestF1:
    @given(st.lists(sentence, max_size=4))
    def test_it_is_one_against_itself(self, gold):
        assert metrics.span_f1(gold, gold) == 1.0

    @given(st.lists(st.tuples(sentence, sentence), min_size=1, max_size=4))
    def test_it_is_the_harmonic_mean_of_precision_and_recall_and_symmetric(self, pairs):
        gold = [a[: min(len(a), len(b))] for a, b in pairs]
        predicted = [b[: min(len(a), len(b))] for a, b in pairs]
        found = [
            {(i, *s) for i, t in enumerate(tags) for s in metrics.iob_spans(t)} for tags in (gold, predicted)
        ]
        f1 = metrics.span_f1(gold, predicted)
        assert f1 == metrics.span_f1(predicted, gold)
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
        assert metrics.span_f1(gold, [["B-A", "B-A", "B-A"], ["O", "B-A", "O"]]) == 0.75

    def test_a_span_that_is_one_word_short_counts_for_nothing(self):
        assert metrics.span_f1([["B-A", "I-A"]], [["B-A", "O"]]) == 0.0

    def test_lengths_that_differ_are_named(self):
        with pytest.raises(ValueError, match="gold has 1 sentences, but predicted has 2"):
            metrics.span_f1([[]], [[], []])
        with pytest.raises(ValueError, match="sentence 1 has 2 gold tags, but 1 predicted"):
            metrics.span_f1([["O"], ["O", "O"]], [["O"], ["O"]])


def test_tags_in_one_string_are_not_taken_for_a_tag_a_letter():
    with pytest.raises(ValueError, match="not the one string 'OOO'"):
        metrics.iob_spans("OOO")
