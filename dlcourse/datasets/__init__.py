"""Data that the lessons train on."""

from dlcourse.datasets.corpus import TaggedText, tagged_text
from dlcourse.datasets.handwritten import Digits, digits
from dlcourse.datasets.scaling import standardize
from dlcourse.datasets.sentences import Sentence, tag_indices, tag_set
from dlcourse.datasets.surfaces import Surface, beale, ravine, rosenbrock, saddle
from dlcourse.datasets.text import Vocabulary, bag_of_words, context_window, word_shape
from dlcourse.datasets.toys import moons, spirals, xor
from dlcourse.datasets.treebanks import Aligned, align, as_iob2, read_conllu, read_iob2
from dlcourse.datasets.waveforms import signals

__all__ = [
    "Aligned",
    "Digits",
    "Sentence",
    "Surface",
    "TaggedText",
    "Vocabulary",
    "align",
    "as_iob2",
    "bag_of_words",
    "beale",
    "context_window",
    "digits",
    "moons",
    "ravine",
    "read_conllu",
    "read_iob2",
    "rosenbrock",
    "saddle",
    "signals",
    "spirals",
    "standardize",
    "tag_indices",
    "tag_set",
    "tagged_text",
    "word_shape",
    "xor",
]
