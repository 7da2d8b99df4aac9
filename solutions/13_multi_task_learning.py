# %% [markdown]
# # 13 · Multi-task learning: one network, two questions
#
# **You will make** the network with which the source document ends: it reads a word with its neighbours and
# answers two questions at once, whether it is part of a name, and what part of speech it is. You train
# it against two networks that answer one question each, on very little text, and count.
#
# **You will be able to**
#
# - build a network of one trunk and several heads, and say what flows into the trunk on the way back,
# - weigh the tasks' losses,
# - score a tagger by the names it finds, not by the words it gets right,
# - judge a claim such as "the tasks help each other" by a paired comparison.
#
# | | |
# |---|---|
# | Time | 80 minutes, five exercises |
# | You need | lesson 01 (context windows, softmax), lesson 02 (the chain rule through layers), lists and tuples |
# | Covers | section G3 of the source document |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import os

import numpy as np

from dlcourse import datasets, layers, losses, multitask, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Two questions about a word
#
# *Will Rose plant a rose in May?* There are two things one may ask of each word:
#
# - **Named-entity recognition** (NER): is it part of the name of somebody or something, and of
#   what kind?
# - **Part-of-speech tagging** (POS): is it a noun, a verb, an auxiliary …?
#
# A word alone does not tell. *Rose* is a woman here and a flower three words later. Its neighbours do. Here
# are some sentences, from a small grammar made for this course.

# %% name="sentences"
text = datasets.tagged_text(np.random.default_rng(13), sizes=(500, 200, 300))
for sentence in text.train[:3]:
    for row in (sentence.tokens, sentence.pos, sentence.entities):
        print("".join(f"{cell:10}" for cell in row))
    print()

# %% [markdown]
# The third row is in **IOB2**: `B-` begins a name, `I-` goes on with it, `O` is outside. So a name of two words
# is one *span*, and two names in a row stay two.
#
# ### Exercise 1 · `iob_spans(tags)`
#
# Read the spans off the tags.
#
# - `tags`: a list such as `["B-PER", "I-PER", "O"]`. The label is all that follows the *first* dash.
# - returns: a list of `(label, start, end)`, the end exclusive.
# - A network may well produce an `I-` that continues no span of its label. It then *opens* one.
#
# ```python
# >>> iob_spans(["B-PER", "I-PER", "O", "I-LOC", "B-LOC"])
# [('PER', 0, 2), ('LOC', 3, 4), ('LOC', 4, 5)]
# ```
#
# **The check also asks:** Tags come as a list or a tuple; a list of tuples comes back; the sentence may be empty, a label may hold a dash.
#
# *Difficulty: hard · 20 minutes*
#
# <details><summary>Hint</summary>
#
# Keep the label and the start of the span that is open, or None. At each tag: if it is an `I-` of the open label,
# go on. Otherwise close what is open, and open a new span unless the tag is `O`. One more `O` behind the last
# tag closes a span at the end for you.
#
# </details>


# %% exercise="iob_spans"
def iob_spans(tags):
    """[(label, start, end), …] from IOB2 tags, the end exclusive."""
    ### BEGIN SOLUTION
    spans, label, start = [], None, 0
    for i, tag in enumerate([*tags, "O"]):
        kind, _, new = tag.partition("-")
        if kind == "I" and new == label:
            continue
        if label is not None:
            spans.append((label, start, i))
        label, start = (new, i) if kind != "O" else (None, i)
    return spans
    ### END SOLUTION


# %% check="iob_spans"
iob_spans = check(iob_spans)

# %% [markdown]
# ### How good is a tagger?
#
# **Before you run it:** a tagger that calls every word `O` has found nothing. What share of the words does it
# tag rightly?

# %% guess="all-o"
### BEGIN SOLUTION
all_o_guess = 0.3  # share of words
### END SOLUTION

# %% name="all-o"
every_tag = [tag for sentence in text.test for tag in sentence.entities]
share = np.mean([tag == "O" for tag in every_tag])
print(f"{len(every_tag)} words, {share:.0%} of them outside of names,", end=" ")
print(sum(len(iob_spans(sentence.entities)) for sentence in text.test), "names")
compare_guess(all_o_guess, share, "Share of words that 'O everywhere' gets right")

# %% [markdown]
# Accuracy flatters. What counts are the *names*: a span is right if its label, its start and its end are. Of the
# spans predicted, the share that is right is the **precision**; of the spans that are there, the share found is
# the **recall**. $F_1$ is their harmonic mean:
#
# $$F_1 = \frac{2 \cdot |\text{gold} \cap \text{predicted}|}{|\text{gold}| + |\text{predicted}|}$$
#
# ### Exercise 2 · `span_f1(gold, predicted)`
#
# - `gold`, `predicted`: two lists of sentences, each a list of tags.
# - returns: $F_1$, counted over *all* sentences at once. 1.0 where both have no spans, 0.0 where nothing matches.
#
# ```python
# >>> span_f1([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-LOC"]])
# 0.5
# ```
#
# **The check also asks:** Sentences are apart: no span goes on in the next one; both sides may be without spans.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Put the spans of a sentence into a `set`, for both; `a & b` is what they share. Three counters run over the
# sentences, and you divide at the very end.
#
# </details>


# %% exercise="span_f1"
def span_f1(gold, predicted):
    """Exact matches of spans, micro-averaged over the sentences."""
    ### BEGIN SOLUTION
    both = total = 0
    for ours, theirs in zip(gold, predicted):
        a, b = set(iob_spans(ours)), set(iob_spans(theirs))
        both += len(a & b)
        total += len(a) + len(b)
    return 2 * both / total if total else 1.0
    ### END SOLUTION


# %% check="span_f1"
span_f1 = check(span_f1)

# %% name="f1-of-nothing"
gold = [sentence.entities for sentence in text.test]
nothing = [["O"] * len(tags) for tags in gold]
print(f"O everywhere: accuracy {share:.0%}, span F1 {span_f1(gold, nothing)}")

# %% [markdown]
# ## 2. One trunk, two heads
#
# The network reads a window: the word and a neighbour on either side. Each word is turned into a vector that is
# learned along, its **embedding**. A shared layer $h$ follows, and a softmax layer for each task, the **heads**;
# all that they share is the **trunk** (Caruana 1997; Collobert & Weston 2008 for text). With $x$ the vectors of the
# window, put in a row:
#
# $$h = \tanh(x W + b) \qquad z_t = h V_t + c_t \quad\text{for each task } t$$
#
# ### Exercise 3 · `multi_task_forward(x, shared, heads)`
#
# - `x`: (n, d).  `shared`: the pair `(W, b)`.  `heads`: a list of pairs `(V, c)`.
# - returns: a list of logits, (n, k) for each head.
#
# ```python
# >>> head = (np.array([[2.0]]), np.array([1.0]))
# >>> multi_task_forward(np.array([[0.0]]), (np.array([[1.0]]), np.array([0.0])), [head, head])
# [array([[1.]]), array([[1.]])]
# ```
#
# **The check also asks:** One head or many; integers, float32; nan stays nan. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Compute h once, then a list comprehension over the heads.
#
# </details>


# %% exercise="multi_task_forward"
def multi_task_forward(x, shared, heads):
    """[h @ V + c for every head], with h = tanh(x @ W + b)."""
    ### BEGIN SOLUTION
    W, b = shared
    h = np.tanh(x @ W + b)
    return [h @ V + c for V, c in heads]
    ### END SOLUTION


# %% check="multi_task_forward"
multi_task_forward = check(multi_task_forward)

# %% [markdown]
# Training needs *one* number to make small. Add the tasks' losses, each with a weight that says how much you
# care:
#
# $$L = \sum_t w_t L_t$$
#
# ### Exercise 4 · `multi_task_loss(losses, task_weights)`
#
# - `losses`, `task_weights`: as many numbers each, in arrays or lists.
# - returns: the weighted sum, a float.
#
# ```python
# >>> multi_task_loss([0.5, 2.0], [1.0, 0.25])
# 1.0
# ```
#
# **The check also asks:** Lists or arrays; one task; a weight of 0.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# A dot product.
#
# </details>


# %% exercise="multi_task_loss"
def multi_task_loss(losses, task_weights):
    """Σ weight · loss"""
    ### BEGIN SOLUTION
    return float(np.dot(task_weights, losses))
    ### END SOLUTION


# %% check="multi_task_loss"
multi_task_loss = check(multi_task_loss)

# %% [markdown]
# On the way back there are two ways from the loss to the trunk, one through each head. The chain rule *adds*
# over ways. That is the equation the document is after:
#
# $$\delta_\text{total} = \delta_\text{NER} + \delta_\text{POS}, \qquad
# \delta_t = \frac{\partial L_t}{\partial z_t}\, V_t^\top$$
#
# ### Exercise 5 · `shared_layer_gradient(delta_ner, delta_pos)`
#
# - both: arrays of one shape, each task's gradient with respect to the shared output h.
# - returns: the gradient that goes on into the trunk.
#
# ```python
# >>> shared_layer_gradient(np.array([1.0, 2.0]), np.array([0.5, -2.0]))
# array([1.5, 0. ])
# ```
#
# **The check also asks:** Arrays of any shape, which are left as they were.
#
# *Difficulty: easy · 2 minutes*
#
# <details><summary>Hint</summary>
#
# It is shorter than this sentence.
#
# </details>


# %% exercise="shared_layer_gradient"
def shared_layer_gradient(delta_ner, delta_pos):
    """δ_total"""
    ### BEGIN SOLUTION
    return delta_ner + delta_pos
    ### END SOLUTION


# %% check="shared_layer_gradient"
shared_layer_gradient = check(shared_layer_gradient)

# %% [markdown]
# Is it so, in a whole network? Here is the tagger, as `dlcourse.multitask` has it: an embedding, a dense layer
# and a tanh as the trunk, a dense layer as each head. A word that occurs only once in the training sentences, or not
# at all, shares one vector with all others of its *shape*, such as "capital letter, then small ones". Compute the
# gradient of the trunk's weights for both tasks together, and for each alone.

# %% name="gradients-add"
TASKS = ("entities", "pos")
TAGS = {task: datasets.tag_set(text.train, task) for task in TASKS}


def tagger(vocabulary, tasks, seed, tags=TAGS):
    """One trunk for all of the tasks, a head for each."""
    trunk = [multitask.Embedding(len(vocabulary), 16), layers.Dense(3 * 16, 48), layers.Activation("tanh")]
    heads = {task: [layers.Dense(48, len(tags[task]))] for task in tasks}
    return multitask.MultiTask(trunk, heads, np.random.default_rng(seed))


def examples(sentences, vocabulary, tasks, tags=TAGS):
    """Windows of three words (n, 3), and a column of labels for each task (n, tasks)."""
    labels = [datasets.tag_indices(sentences, task, tags[task]) for task in tasks]
    return vocabulary.windows([sentence.tokens for sentence in sentences], size=1), np.stack(labels, axis=1)


def words_of(sentences):
    return datasets.Vocabulary.of([sentence.tokens for sentence in sentences], at_least=2, shapes=True)


vocabulary = words_of(text.train)
net = tagger(vocabulary, TASKS, seed=0)
x, y = examples(text.train[:20], vocabulary, TASKS)
outputs = net.forward(x)
(_, ner), (_, pos) = multitask.JointLoss([losses.softmax_cross_entropy] * 2).each(outputs, y)
gradients = {}
for name, upstream in (("both", [ner, pos]), ("NER", [ner, 0 * pos]), ("POS", [0 * ner, pos])):
    net.backward(upstream)
    gradients[name] = net.grad[net.shared].copy()
total = shared_layer_gradient(gradients["NER"], gradients["POS"])
print("trunk:", gradients["both"].size, "parameters, both − (NER + POS) at most 1e-12:", end=" ")
print(np.abs(gradients["both"] - total).max() <= 1e-12)
cosine = gradients["NER"] @ gradients["POS"]
cosine /= np.linalg.norm(gradients["NER"]) * np.linalg.norm(gradients["POS"])
print(f"angle between the two tasks' gradients: {np.degrees(np.arccos(cosine)):.0f} degrees")

# %% [markdown]
# The sum, to the last digits. And the two gradients stand at a right angle, near enough: in the first step, what is
# good for one task is neither good nor bad for the other. (That says little about the tasks. The heads are random
# still, and two random directions in so many dimensions nearly always stand like this.)
#
# ## 3. Do the tasks help each other?
#
# That is the promise: what the trunk learns for one task is there for the other. The fewer sentences there are,
# the more it should matter. So you train three networks on 25, 50 and 100 sentences: one for names alone, one for
# parts of speech alone, one for both. Each has the same trunk with the same first weights, and sees the same
# sentences in the same order. For each of the three, the learning rate (of Adam) is chosen from three by
# validation data at 50 sentences, on two seeds used for nothing else. Then five other seeds run, each with
# training sentences of its own. All are scored on the same 300 test sentences.
#
# **Before you run it:** at 50 sentences, how much does sharing add to the names' $F_1$?

# %% guess="gain"
### BEGIN SOLUTION
gain_guess = 0.10  # F1
### END SOLUTION


# %% name="experiment"
def scores(net, vocabulary, sentences, tasks, tags=TAGS):
    """{task: span F1 of names, accuracy of parts of speech}"""
    x, y = examples(sentences, vocabulary, tasks, tags)
    found = {}
    for task, logits, labels in zip(tasks, net.forward(x), y.T, strict=True):
        answers = logits.argmax(axis=1)
        if task == "pos":
            found[task] = np.mean(answers == labels)
        else:
            words = iter(answers)
            predicted = [[tags[task][next(words)] for _ in sentence.tokens] for sentence in sentences]
            found[task] = span_f1([sentence.entities for sentence in sentences], predicted)
    return found


def train(sentences, tasks, rate, seed, task_weights=None, epochs=30, tags=TAGS):
    vocabulary = words_of(sentences)
    net = tagger(vocabulary, tasks, seed, tags)
    loss = multitask.JointLoss([losses.softmax_cross_entropy] * len(tasks), task_weights)
    data, order = examples(sentences, vocabulary, tasks, tags), np.random.default_rng(1000 + seed)
    training.fit(net, loss, optimizers.Adam(rate), data, epochs=epochs, rng=order)
    return net, vocabulary


def drawn(seed, count, sentences=text.train):
    """Training sentences of this seed's own; the smaller sets are parts of the larger."""
    return [sentences[i] for i in np.random.default_rng(seed).permutation(len(sentences))[:count]]


def tuned_rate(tasks, rates, count, sentences, validation, tags=TAGS, **options):
    def score(rate):
        runs = [
            train(drawn(seed, count, sentences), tasks, rate, seed, tags=tags, **options)
            for seed in (100, 101)
        ]
        return np.mean([sum(scores(*run, validation, tasks, tags).values()) for run in runs])

    return max(rates, key=score)


WAYS = {"names alone": ("entities",), "parts of speech alone": ("pos",), "both": TASKS}
COUNTS = (25, 50, 100)
measured = {}
for way, tasks in WAYS.items():
    rate = tuned_rate(tasks, (0.01, 0.03, 0.1), 50, text.train, text.validation)
    for count in COUNTS:
        runs = [scores(*train(drawn(seed, count), tasks, rate, seed), text.test, tasks) for seed in range(5)]
        for task in tasks:
            measured[way, task, count] = np.array([run[task] for run in runs])
    print(f"{way}: rate {rate}")


def report(measured, counts):
    for task, alone, name in (
        ("entities", "names alone", "span F1"),
        ("pos", "parts of speech alone", "accuracy"),
    ):
        for count in counts:
            one, two = measured[alone, task, count], measured["both", task, count]
            print(
                f"{name}, {count:4} sentences: alone {one.mean():.3f} ({one.min():.2f} to {one.max():.2f})",
                end=", ",
            )
            print(f"shared {two.mean():.3f} ({two.min():.2f} to {two.max():.2f})", end=", ")
            print(f"gain {(two - one).mean():+.3f}, above 0 in {np.sum(two > one)} of {len(one)} seeds")


report(measured, COUNTS)
gain = (measured["both", "entities", 50] - measured["names alone", "entities", 50]).mean()
compare_guess(gain_guess, gain, "Gain in span F1 at 50 sentences")

# %% name="experiment-figure"
fig, axes = plots.figure(2, width=8.6, height=3.2)
for ax, task, alone, name in (
    (axes[0], "entities", "names alone", "names: span F1"),
    (axes[1], "pos", "parts of speech alone", "parts of speech: accuracy"),
):
    named = {
        way: np.stack([measured[way, task, count] for count in COUNTS], axis=1) for way in (alone, "both")
    }
    plots.curves(ax, COUNTS, {"alone": named[alone], "shared": named["both"]}, labels=False)
    ax.set(xticks=COUNTS, xlabel="training sentences", ylabel=name)
axes[0].set_title("Sharing: nothing below 100 sentences")
axes[1].set_title("… and a little lost here")
axes[0].legend(loc="lower right")
plots.show(
    fig,
    "Two plots against the number of training sentences, 25, 50 and 100, with the range of five seeds. Left, the "
    "span F1 of names rises from about 0.43 to above 0.7; the lines of the single network and of the shared one lie "
    "on each other, the shared one a little higher at 100. Right, the accuracy of parts of speech rises from 0.88 "
    "to 0.98, the shared one slightly below at 50.",
)

# %% [markdown]
# Sharing does not help here, or hardly. The names: nothing at 25 and 50 sentences, two hundredths at 100, in 4 of 5
# seeds, less than the seeds differ among themselves. The parts of speech: nothing at 25 sentences, at 50 a loss of a
# hundredth and at 100 of three thousandths, small, but in *every* seed. The promise, most help where there is least
# text, is not kept: with the fewest sentences there is no gain at all.
#
# Why not? A likely reason: the names of this little language can be told from their neighbours and from capital
# letters, and a network that is trained on names alone can find that by itself. Before you
# conclude anything about *multi-task learning*: these are two tasks, on one text, with one small network, and both
# have labels for every word. Where one task has much more text than the other, or they are alike and hard, others
# have measured real gains (Collobert & Weston 2008; Caruana 1997), and in many pairs of tagging tasks none
# (Martínez Alonso & Plank 2017).
#
# What sharing does buy is size: one trunk does the work of two, with the same scores to within two hundredths.
#
# ## 4. Who rules the trunk?
#
# The task weights decide. Keep the weight of the names at 1 and turn up that of the parts of speech.
#
# **Before you run it:** over the weights 0, 0.3, 1, 3 and 10, by how much will the names' mean $F_1$ differ between the
# best and the worst?

# %% guess="weights-matter"
### BEGIN SOLUTION
weights_matter_guess = 0.2  # F1
### END SOLUTION

# %% name="weights"
WEIGHTS = (0.0, 0.3, 1.0, 3.0, 10.0)
by_weight = {"entities": [], "pos": []}
for weight in WEIGHTS:
    runs = [train(drawn(seed, 50), TASKS, 0.03, seed, task_weights=(1.0, weight)) for seed in range(5)]
    found = [scores(*run, text.test, TASKS) for run in runs]
    for task, values in by_weight.items():
        values.append([one[task] for one in found])
    f1, right = by_weight["entities"][-1], np.mean(by_weight["pos"][-1])
    print(f"weight {weight:4}: names, span F1 {np.mean(f1):.3f} ({min(f1):.2f} to {max(f1):.2f})", end=", ")
    print(f"parts of speech, accuracy {right:.3f}")
means = np.mean(by_weight["entities"], axis=1)
compare_guess(weights_matter_guess, means.max() - means.min(), "Best minus worst mean F1 of the names")

# %% [markdown]
# With weight 0 the head of the parts of speech never learns (9 % is guessing) and the names do as well as alone.
# With every other weight both heads work, and the mean of the names stays within three hundredths, a fraction of
# what separates the seeds. Two tasks that hardly touch each other leave little to weigh. Where the losses are of
# different size, squared metres beside a cross-entropy, one task can drown the other, and you need the weights.
#
# ## 5. Real text
#
# Generated sentences are a laboratory. If you have real ones, with parts of speech in a CoNLL-U file and the
# names of the same sentences in an IOB2 file, put their paths into the next cell (or into the environment variable
# `DLCOURSE_TEXT`, with a colon between them; on Windows a semicolon). The functions above do not care where sentences
# come from. There must be well over a thousand: 500 are held out for the scores and 300 to choose the rates. What the
# experiment gave on English web text is in `docs/real_text.md` of the repository.

# %% name="real-text" tags=["nbval-ignore-output"]
FILES = [path for path in os.environ.get("DLCOURSE_TEXT", "").split(os.pathsep) if path]  # or [conllu, iob2]

if len(FILES) == 2:
    sentences, problems = datasets.align(datasets.read_conllu(FILES[0]), datasets.read_iob2(FILES[1]))
    print(f"{len(sentences)} sentences, {len(problems)} that do not align:", *problems, sep="\n  ")
    real_tags = {task: datasets.tag_set(sentences, task) for task in TASKS}
    order = np.random.default_rng(13).permutation(len(sentences))
    mixed = [sentences[i] for i in order]
    held_out, validation, pool = mixed[:500], mixed[500:800], mixed[800:]
    real_counts, real, options = (100, 400, len(pool)), {}, dict(epochs=6, tags=real_tags)
    for way, tasks in WAYS.items():
        rate = tuned_rate(tasks, (0.003, 0.01, 0.03, 0.1), 400, pool, validation, **options)
        print(f"{way}: rate {rate}")
        for count in real_counts:
            runs = [
                scores(
                    *train(drawn(seed, count, pool), tasks, rate, seed, **options), held_out, tasks, real_tags
                )
                for seed in range(5)
            ]
            for task in tasks:
                real[way, task, count] = np.array([run[task] for run in runs])
    report(real, real_counts)
else:
    print("No files given: two paths in FILES run the experiment on real text.")

# %% [markdown]
# ## Common mistakes
#
# - **Mean for sum.** The trunk gets the *sum* of the gradients. (Under Adam you would hardly notice a mean: it divides
#   by the gradient's size. A gradient check notices.)
# - **Accuracy for names.** `O` everywhere has 79 % of the words right, and no name.
# - **Spans compared word by word.** A name cut short is wrong, start to end.
# - **The stray I.** A network writes `O I-PER`. Passing over it loses a name that was nearly found.
# - **Per sentence, then the mean.** $F_1$ is counted over all sentences. In a mean, a sentence with one name would
#   weigh as much as one with three.
# - **Different data for the two.** Alone and shared must see the same sentences, or you compare luck.
#
# ## Quiz
#
# 1. Two heads stand on one layer. What reaches that layer on the way back?
#    - **a** The larger of the two gradients.
#    - **b** The sum of the two gradients.
#    - **c** Their mean.
# 2. B-PER I-PER B-PER O I-LOC: how many spans?
#    - **a** Two.
#    - **b** Three.
#    - **c** Four.
# 3. A tagger says O everywhere. 79 % of the words are O. What are its accuracy and its span F1?
#    - **a** 79 % and 0.79.
#    - **b** 79 % and 0.
#    - **c** 0 % and 0.
# 4. Did sharing help the names here?
#    - **a** Hardly: at 100 sentences a little, below that not at all.
#    - **b** A lot, and most with the fewest sentences.
#    - **c** No, it did great harm.
# 5. The loss of one task is a hundred times as large as the other's. What does that do to the trunk?
#    - **a** Nothing: each head learns its own task.
#    - **b** It is trained for the large one, nearly alone.
#    - **c** It averages the two.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "b"
q3 = "b"
q4 = "a"
q5 = "b"
### END SOLUTION

# %% name="quiz-result"
quiz("13_multi_task_learning", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - One trunk, a head for each task; the losses are added with weights, and so are the gradients in the trunk.
# - Score names by spans.
# - Sharing is a hypothesis about your tasks. Test it in pairs: same sentences, same first weights, several seeds.
# - Here it bought one network for two answers, at next to no loss. It did not buy better answers.
#
# ## In practice
#
# Today the trunk is a large language model that has learnt from plain text, and the heads are small. There
# sharing pays beyond doubt: the first task, to predict the next word, has all the data.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `multitask.MultiTask(trunk, heads, rng)` | an `nn.Module` with one trunk and an `nn.ModuleDict` of heads | you write its `forward` |
# | `multitask.JointLoss(losses, task_weights)` | `(w1 * loss1 + w2 * loss2).backward()` | weights of 1 if ours is given none |
# | the gradients of the tasks add up in the trunk | autograd adds them | nothing |
# | `span_f1(…)` | none | `seqeval.metrics.f1_score` has it |
#
# <details><summary>The gradient that two tasks give their trunk, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import layers, losses, multitask
#
# rng = np.random.default_rng(0)
# x, y = rng.normal(size=(8, 4)), rng.integers(2, size=(8, 2))
# heads = {"names": [layers.Dense(3, 2)], "words": [layers.Dense(3, 2)]}
# ours = multitask.MultiTask([layers.Dense(4, 3), layers.Activation("tanh")], heads, rng)
# joint = multitask.JointLoss([losses.softmax_cross_entropy] * 2, [1.0, 0.5])
# ours.backward(joint(ours.forward(x), y)[1])
# trunk, *w = (torch.tensor(each, requires_grad=True) for each in ours.weights())  # all biases are 0
# h = torch.tanh(torch.tensor(x) @ trunk)
# one, other = (torch.nn.functional.cross_entropy(h @ w[i], torch.tensor(y[:, i])) for i in (0, 1))
# (1.0 * one + 0.5 * other).backward()
# np.testing.assert_allclose(trunk.grad, ours.weight_gradients()[0], atol=1e-6)
# ```
#
# </details>
#
# ## References
#
# - J. Baxter (2000), *A model of inductive bias learning*, JAIR 12. When tasks must help each other, in theory.
# - R. Caruana (1997), *Multitask learning*, Machine Learning 28. The classic; also on when it hurts.
# - R. Collobert, J. Weston (2008), *A unified architecture for natural language processing*, ICML. The network of
#   the document: window, shared layers, a softmax for each task.
# - E. Tjong Kim Sang, F. De Meulder (2003), *Introduction to the CoNLL-2003 shared task*, CoNLL. Spans and their $F_1$.
# - H. Martínez Alonso, B. Plank (2017), *When is multitask learning effective?*, EACL. Many pairs of tagging tasks:
#   most gain nothing.
