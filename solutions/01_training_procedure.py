# %% [markdown]
# # 01 · The training procedure: five steps from nothing to 95 %
#
# **You will make** a network that reads handwritten digits, with every part in sight: how a picture becomes
# numbers, how numbers become an answer, how wrong an answer is, and what a step of training changes. Then you
# look at text, where the first decision of all is what the network gets to see.
#
# **You will be able to**
#
# - name the five steps of training, and the lesson of this course that each leads to,
# - say what a layer, a loss, a gradient, a batch and an epoch are,
# - write softmax, cross-entropy and accuracy, so that no input breaks them,
# - turn words into numbers: one word, a window of words, a bag of words.
#
# | | |
# |---|---|
# | Time | 90 minutes, six exercises |
# | You need | Python functions, lists and loops; a first look at NumPy arrays; what a derivative is |
# | Covers | sections A1 and A3–A5 of the source document (A2 is lesson 02) |
#
# Run the cells from top to bottom, with Shift-Enter. In an exercise, put your lines in the place of
# `raise NotImplementedError`, run the cell, then run the check below it. An exercise that you leave open does
# not stop you: the lesson goes on with the reference version. Where you are asked for a guess, put it in the
# place of `None` before you run the next cell. It costs nothing, and it is how you find out what you believe.

# %% role="setup"
import time

import numpy as np

from dlcourse import datasets, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. The map
#
# A **network** (뉴럴네트워크) is a function with many adjustable numbers in it, its **weights** (가중치). To train it is to
# turn these numbers, a little at a time, until its answers are good. The document gives the order of work:
#
# | step | in words | lessons |
# |---|---|---|
# | 1. Choose the network | what it gets to see, and how it bends | this one; 03, 04 |
# | 2. Check the gradient | is the code that says where "better" lies right? | 02 |
# | 3. Initialise | what the weights are before the first step | 05 |
# | 4. Optimise | step after step towards a smaller loss | 06, 07, 08, 11 |
# | 5. Prevent overfitting | good on *new* data, not only on the data it has seen | 09, 10, 14 |
#
# Around these: lesson 12 searches for the numbers that you have to choose yourself, lesson 13 teaches one network two
# tasks. Now the whole way at once, on 1,797 handwritten digits of 8 × 8 pixels.

# %% name="digits-figure"
digits = datasets.digits()
images, labels = digits.train
print("training:", images.shape, "validation:", digits.validation[0].shape, "test:", digits.test[0].shape)
fig, axes = plots.figure(8, width=8.4, height=1.5)
for ax, image, label in zip(axes, images, labels):
    ax.imshow(image.reshape(8, 8), cmap="Greys")
    ax.set(title=label, xticks=[], yticks=[])
plots.show(fig, "Eight handwritten digits, each of 8 by 8 grey pixels, with the label above.")

# %% [markdown]
# A picture is a row of 64 numbers from 0 to 1, an **example**. Its **label** is the digit. The examples come in three
# parts: the network trains on the first, you judge it by the second, the **validation** data, while you still choose,
# and by the third, the **test** data, once, at the very end.
#
# ## 2. From scores to a loss
#
# ### Labels
#
# The network gives a score for each of ten classes. To say what it *should* have given, write the label as ten numbers:
# 1 in its place, 0 elsewhere. That is called **one-hot**.
#
# ### Exercise 1 · `one_hot(labels, num_classes)`
#
# - `labels`: n whole numbers from 0 to num_classes − 1, an array or a list.
# - returns: an array of shape (n, num_classes), a row for each label.
#
# ```python
# >>> one_hot([2, 0], 3)
# array([[0., 0., 1.],
#        [1., 0., 0.]])
# ```
#
# **The check also asks:** What you are given, here and in the exercises below, must be left as it was. Labels may come as a list, and integers or float32 may come wherever numbers do; a class that does not occur still has its column; numbers are due, not True and False.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `np.zeros((n, k))` makes the table. Then one entry in each row: a loop with `out[i, labels[i]] = 1` will do.
#
# </details>


# %% exercise="one_hot"
def one_hot(labels, num_classes):
    """(n, num_classes): a row for each label, 1 in its column and 0 elsewhere."""
    ### BEGIN SOLUTION
    out = np.zeros((len(labels), num_classes))
    out[np.arange(len(labels)), labels] = 1
    return out
    ### END SOLUTION


# %% check="one_hot"
one_hot = check(one_hot)

# %% [markdown]
# ### Scores
#
# The scores, or **logits**, may be any numbers. Probabilities are between 0 and 1 and add up to 1. **Softmax** (소프트맥스)
# turns the one into the other: raise e to each score, divide by the sum.
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}} = \frac{e^{z_j - m}}{\sum_k e^{z_k - m}}$$
#
# The second form is the same for any number m, since $e^{-m}$ cancels. Take $m = \max z$.
#
# **Before you run it:** scores of 1000 and 1001. What does the first form give for the larger one?

# %% guess="naive-softmax"
### BEGIN SOLUTION
naive_softmax_guess = 0.73  # a probability; float("nan") is a possible answer
### END SOLUTION

# %% name="naive-softmax"
z = np.array([1000.0, 1001.0])
with np.errstate(all="ignore"):
    naive = np.exp(z) / np.exp(z).sum()
safe = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
print("first form: ", naive, "  second form:", safe.round(4))
compare_guess(naive_softmax_guess, str(naive[1]), "The larger of the two, by the first form")

# %% [markdown]
# $e^{1000}$ is larger than any number a float can hold, so it becomes infinity, and infinity divided by infinity is
# "not a number". You will meet many formulas that are right on paper and break in floats.
#
# ### Exercise 2 · `softmax(logits)`
#
# - `logits`: (n, k), a row of k scores for each example; any finite numbers.
# - returns: (n, k), each row probabilities that add up to 1.
#
# ```python
# >>> softmax(np.array([[0.0, 0.0], [1000.0, 1000.0]]))
# array([[0.5, 0.5],
#        [0.5, 0.5]])
# ```
#
# **The check also asks:** Integers, float32 and scores of ±1e300, without a warning; a row with a nan becomes nan.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `logits.max(axis=1, keepdims=True)` is the maximum of each row, as a column that can be taken off the rows.
# The sum works in the same way.
#
# </details>


# %% exercise="softmax"
def softmax(logits):
    """Each row of scores (n, k) as probabilities."""
    ### BEGIN SOLUTION
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
softmax = check(softmax)

# %% [markdown]
# ### How wrong is an answer?
#
# Training needs *one* number that is small when the answers are good, the **loss** (손실). For classes it is the
# **cross-entropy**: minus the logarithm of the probability that the network gave to the right class. Sure and right costs
# nothing. Sure and wrong costs a lot. (The logarithm is the natural one; the unit of such a loss is called the *nat*.)
#
# $$L = -\frac1n \sum_i \log p_{i, y_i}, \qquad \log p_j = z_j - m - \log \sum_k e^{z_k - m}$$
#
# **Before you run it:** a network that knows nothing gives each of ten classes the probability 0.1. What is its loss?

# %% guess="clueless"
### BEGIN SOLUTION
clueless_guess = 1.0
### END SOLUTION

# %% name="clueless"
for p in (0.999, 0.9, 0.5, 0.1, 0.001):
    print(f"probability of the right class {p:5}: loss {-np.log(p):5.2f}")
compare_guess(clueless_guess, -np.log(0.1), "Loss of a network that knows nothing, ten classes")

# %% [markdown]
# Remember that number: 2.3. If the loss of your ten-class network begins near it, all is well; if it *ends* there, it has
# learnt nothing.
#
# ### Exercise 3 · `cross_entropy(logits, labels)`
#
# - `logits`: (n, k), any finite numbers, however large.  `labels`: (n,), whole numbers from 0 to k − 1.
# - returns: the mean loss of the batch, a float. It is finite whenever the logits are.
#
# ```python
# >>> cross_entropy(np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([1, 0])).round(4)
# 0.3466
# ```
#
# **The check also asks:** Integers, float32 and scores up to ±1e300, without a warning; nan in, nan out; one number comes back.
#
# *Difficulty: hard · 15 minutes*
#
# <details><summary>Hint</summary>
#
# Do not take the logarithm of softmax: where softmax has rounded to 0 that is −∞. Use the right-hand equation. The entries
# at the labels are `table[np.arange(n), labels]`.
#
# </details>


# %% exercise="cross_entropy"
def cross_entropy(logits, labels):
    """Mean of −log softmax(logits) at the labels."""
    ### BEGIN SOLUTION
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])
    ### END SOLUTION


# %% check="cross_entropy"
cross_entropy = check(cross_entropy)

# %% [markdown]
# The loss is for the machine. People ask how many answers are right. The network's answer is the class with the largest
# score.
#
# ### Exercise 4 · `accuracy(logits, labels)`
#
# - `logits`: (n, k).  `labels`: (n,).
# - returns: the share of rows whose largest score is at the label, from 0 to 1. Of tied classes the first is the answer.
#
# ```python
# >>> accuracy(np.array([[0.1, 0.9], [0.5, 0.5]]), np.array([1, 1]))
# 0.5
# ```
#
# **The check also asks:** Of tied classes the first counts; integers; one example.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# `argmax(axis=1)`, and the mean of an array of True and False.
#
# </details>


# %% exercise="accuracy"
def accuracy(logits, labels):
    """Share of rows whose largest score is at the label."""
    ### BEGIN SOLUTION
    return np.mean(logits.argmax(axis=1) == labels)
    ### END SOLUTION


# %% check="accuracy"
accuracy = check(accuracy)

# %% [markdown]
# ## 3. The five steps, in twenty lines
#
# Here is a network with one **hidden layer** (은닉층), a layer between input and output, written out. It has sixty-four **neurons**, or
# units. Each adds up the 64 pixels, every pixel times a weight, adds a number of its own, the **bias** (편향), and bends the sum
# with the function tanh (lesson 03 says why). Ten more neurons do the same with these sixty-four, without the bend, and give the
# scores. In matrices, for a row of pixels x:
#
# $$h = \tanh(x W_1 + b_1) \qquad z = h W_2 + b_2$$
#
# The **gradient** (그래디언트) says for every weight how fast the loss grows when the weight does. So go the other way, a small
# step of η times the gradient. That is **gradient descent** (그래디언트 디센트), and η is the **learning rate** (학습률), here 0.3. The four
# lines that compute the gradient go through the equations above from back to front, by the chain rule; you need not follow them
# yet, lesson 02 takes them apart. A **batch** is a handful of examples that are worked on together, and an **epoch** is one pass
# over all training examples.

# %% name="by-hand"
rng = np.random.default_rng(1)
# step 1: the network, 64 → 64 → 10.  Step 3: its first weights
W1, b1 = rng.normal(size=(64, 64)) / 8, np.zeros(64)
W2, b2 = rng.normal(size=(64, 10)) / 8, np.zeros(10)


def scores(x):
    return np.tanh(x @ W1 + b1) @ W2 + b2


x_valid, y_valid = digits.validation
print(
    f"before: loss {cross_entropy(scores(x_valid), y_valid):.2f}, right {accuracy(scores(x_valid), y_valid):.1%}"
)
begun = time.perf_counter()
for epoch in range(1, 31):  # step 4
    order = rng.permutation(len(images))
    for start in range(0, len(images), 32):
        batch = order[start : start + 32]
        x, y = images[batch], labels[batch]
        h = np.tanh(x @ W1 + b1)
        dz = (softmax(h @ W2 + b2) - one_hot(y, 10)) / len(y)  # how the loss moves with each score
        dW2, db2 = h.T @ dz, dz.sum(axis=0)
        da = dz @ W2.T * (1 - h**2)  # … and with each sum in the layer
        dW1, db1 = x.T @ da, da.sum(axis=0)
        for weights, gradient in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
            weights -= 0.3 * gradient
    if epoch in (1, 3, 10, 30):  # step 5 begins with looking
        loss, right = cross_entropy(scores(x_valid), y_valid), accuracy(scores(x_valid), y_valid)
        print(f"epoch {epoch:2}: loss {loss:.2f}, right {right:.1%}")
seconds = time.perf_counter() - begun

# %% name="by-hand-seconds" tags=["nbval-ignore-output"]
print(f"thirty epochs took {seconds:.1f} seconds")

# %% [markdown]
# From about guessing to above 95 % on digits it has never trained on, in less time than you take to read this sentence. (Step 2, the check of the gradient, is
# missing. Had there been a slip in one of those four lines, you might not have noticed: see lesson 02.)
#
# In this course the same is said in three lines. Everything that you see in `dlcourse` is short enough to be read, and you will
# write most of it yourself. Here are five networks that differ only in their first weights.

# %% name="five-networks"
curves = {"training loss": [], "validation loss": []}
final = []
for seed in range(5):
    net = network.mlp([64, 64, 10], activation="tanh", rng=np.random.default_rng(seed))
    options = dict(epochs=30, validation=digits.validation, rng=np.random.default_rng(100))
    history = training.fit(net, losses.softmax_cross_entropy, optimizers.SGD(0.3), digits.train, **options)
    curves["training loss"].append(history.train_loss)
    curves["validation loss"].append(history.validation_loss)
    final.append(
        (
            history.validation_accuracy[-1],
            training.evaluate(net, losses.softmax_cross_entropy, digits.test)[1],
        )
    )
final = np.array(final)
print(f"validation: {final[:, 0].min():.1%} to {final[:, 0].max():.1%} right, mean {final[:, 0].mean():.1%}")
print(f"test:       {final[:, 1].min():.1%} to {final[:, 1].max():.1%} right, mean {final[:, 1].mean():.1%}")

# %% name="learning-curves"
fig, ax = plots.figure(width=6.6, height=3.2)
ax.set_yscale("log")
plots.curves(ax, np.arange(1, 31), {name: np.array(values) for name, values in curves.items()})
ax.set(xlabel="epoch", ylabel="loss (nats)", title="Seen digits get ever better, new ones stop at some point")
plots.show(
    fig,
    "Training and validation loss by epoch on a log scale, mean and range of five networks. Both fall fast for about five "
    "epochs. Then the training loss goes on falling, to about 0.03, and the validation loss levels off at about 0.1.",
)

# %% [markdown]
# All five reach 96 % on the validation digits. On the test digits it is 93 to 95 %. Some of these two points may be chance, for
# two points of 300 digits are seven digits. But there is a reason to expect less: rates, widths and the number of epochs of this course
# were chosen by looking at validation digits, and what is chosen because it does well there does a little less well elsewhere. That is
# why there is a third part, and why you look at it last.
#
# The two curves part. The training loss would go on falling for as long as you like; the validation loss has stopped
# getting better. What the network still learns, it learns about these 1,197 pictures, and not about digits. When the second curve
# turns *upwards*, that is **overfitting** (과적합): lesson 09.
#
# ## 4. Structure: what does the network get to see?
#
# A picture comes as numbers. Text does not. The first decision is what to show the network: a word alone, a word with
# its neighbours, or the words of a sentence in a heap? The document names this choice first of all. Some generated
# sentences, with the **part of speech** (품사) of each word and the topic of each sentence:

# %% name="sentences"
text = datasets.tagged_text(np.random.default_rng(1), sizes=(400, 200, 300))
for sentence in text.train[:2]:
    print(sentence.topic, "|", *(f"{token}/{tag}" for token, tag in zip(sentence.tokens, sentence.pos)))

# %% [markdown]
# ### Exercise 5 · `context_window(tokens, index, size, pad)`
#
# - `tokens`: a list of words.  `index`: the one in the middle, from 0.  `size`: how many neighbours on each side.
# - returns: a list of 2·size + 1 words. Where the sentence has ended, `pad` stands in.
#
# ```python
# >>> context_window(["Will", "Rose", "fly", "?"], 0, 2, "<pad>")
# ['<pad>', '<pad>', 'Will', 'Rose', 'fly']
# ```
#
# **The check also asks:** A list comes back; the same word may stand twice, the sentence may be shorter than the window, the size may be 0.
#
# *Difficulty: easy · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `[pad] * size + tokens + [pad] * size` is a new list in which no window falls off the edge. Where in it is your word
# now?
#
# </details>


# %% exercise="context_window"
def context_window(tokens, index, size, pad):
    """tokens[index] with `size` neighbours on each side, padded at the ends."""
    ### BEGIN SOLUTION
    padded = [pad] * size + tokens + [pad] * size
    return padded[index : index + 2 * size + 1]
    ### END SOLUTION


# %% check="context_window"
context_window = check(context_window)

# %% [markdown]
# ### Exercise 6 · `bag_of_words(tokens, vocabulary)`
#
# - `tokens`: a list of words.  `vocabulary`: a list of distinct words.
# - returns: how often each word of the vocabulary occurs in tokens, in the vocabulary's order. Other words are passed over.
#
# ```python
# >>> bag_of_words(["the", "ball", "hit", "the", "post"], ["the", "ball", "goal"])
# array([2, 1, 0])
# ```
#
# **The check also asks:** A word that comes twice counts twice; there may be no word at all; capitals count.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Lists can count: `tokens.count(word)`.
#
# </details>


# %% exercise="bag_of_words"
def bag_of_words(tokens, vocabulary):
    """(v,) counts of the vocabulary's words in tokens."""
    ### BEGIN SOLUTION
    return np.array([tokens.count(word) for word in vocabulary])
    ### END SOLUTION


# %% check="bag_of_words"
bag_of_words = check(bag_of_words)

# %% [markdown]
# ### A task for the window
#
# Tell the part of speech of each word. You give the same simple network (no hidden layer) a word alone, then the word with
# one neighbour on each side, then with two. Words become numbers by one-hot, a block for each place in the window. Same
# sentences and order for all three; there is one learning rate for each, the best of three on the validation sentences. Then five
# networks, which differ in their first weights, are scored on the test sentences. (The steps have momentum, which is faster: lesson 07.)
#
# **Before you run it:** with the word alone, what share of the words will be tagged rightly?

# %% guess="word-alone"
### BEGIN SOLUTION
word_alone_guess = 0.6  # share of words
### END SOLUTION

# %% name="windows"
PAD = "<pad>"
tags = datasets.tag_set(text.train, "pos")
known = sorted({token for sentence in text.train for token in sentence.tokens})
place = {word: i for i, word in enumerate([PAD, "<unknown>", *known])}


def windows(sentences, size):
    """(words, (2·size + 1)·v): the window of every word, a one-hot block for each place in it."""
    rows = []
    for sentence in sentences:
        tokens = list(sentence.tokens)
        for index in range(len(tokens)):
            window = context_window(tokens, index, size, PAD)
            rows.append([place.get(word, place["<unknown>"]) for word in window])
    rows = np.array(rows)
    return np.concatenate([one_hot(column, len(place)) for column in rows.T], axis=1)


def linear_network(train, held_out, rate, seed, epochs):
    """What a network without a hidden layer gets right on the held-out examples."""
    net = network.mlp([train[0].shape[1], train[1].max() + 1], rng=np.random.default_rng(seed))
    order = np.random.default_rng(1000 + seed)
    training.fit(
        net, losses.softmax_cross_entropy, optimizers.Momentum(rate), train, epochs=epochs, rng=order
    )
    return training.evaluate(net, losses.softmax_cross_entropy, held_out)[1]


def tuned(train, validation, held_out, epochs):
    """The accuracies of five seeds on the held-out examples, at the best of three learning rates."""
    rate = max((0.03, 0.1, 0.3), key=lambda rate: linear_network(train, validation, rate, 100, epochs))
    return np.array([linear_network(train, held_out, rate, seed, epochs) for seed in range(5)])


parts = {name: datasets.tag_indices(sentences, "pos", tags) for name, sentences in text._asdict().items()}
shares = {}
for size in (0, 1, 2):
    data = [(windows(sentences, size), parts[name]) for name, sentences in text._asdict().items()]
    shares[size] = tuned(*data, epochs=4)
    print(
        f"{2 * size + 1} words: {shares[size].min():.1%} to {shares[size].max():.1%} of the test words tagged rightly"
    )
compare_guess(word_alone_guess, shares[0].mean(), "Share tagged rightly, the word alone")

# %% [markdown]
# Nine words in ten can be told by themselves, for most words are always the same part of speech. The tenth needs its
# neighbours: *will* before a verb is an auxiliary, after *the* it is a noun. One neighbour on each side brings 98 to 99 %, two
# nearly all. The network is the same, and so is its training. What has changed is what it gets to see.
#
# ### A task for the bag
#
# Tell the topic of each sentence. Now the bag of words goes against the whole sentence in order, a one-hot block for each of its
# first twelve words.
#
# **Before you run it:** the sentence in order contains all that the bag does, and more. Which of the two will get more topics
# right? Write by how many percentage points the bag will be ahead; a negative number, if you think it will be behind.

# %% guess="bag-ahead"
### BEGIN SOLUTION
bag_ahead_guess = -10.0  # percentage points
### END SOLUTION

# %% name="bags"
topics = sorted({sentence.topic for sentence in text.train})


def in_order(sentence):
    words = [*sentence.tokens, *[PAD] * 12][:12]
    return one_hot([place.get(word, place["<unknown>"]) for word in words], len(place)).ravel()


VIEWS = {"bag of words": lambda s: bag_of_words(list(s.tokens), list(place)), "words in order": in_order}
right = {}
for name, view in VIEWS.items():
    data = [
        (np.array([view(s) for s in sentences], float), np.array([topics.index(s.topic) for s in sentences]))
        for sentences in text
    ]
    right[name] = tuned(*data, epochs=20)
    print(f"{name:>14}: {data[0][0].shape[1]:5} numbers a sentence,", end=" ")
    print(f"{right[name].min():.1%} to {right[name].max():.1%} of the topics right,", end=" ")
    print(f"{data[0][0].any(axis=0).mean():.0%} of the inputs occur in training")
ahead = 100 * (right["bag of words"].mean() - right["words in order"].mean())
compare_guess(bag_ahead_guess, ahead, "Percentage points that the bag is ahead")

# %% [markdown]
# The bag is ahead by 25 points, though it knows *less*. To tell a topic, it is enough that *goal* occurs; where it stands
# tells nothing. The network that sees the words in order has to learn *goal* twelve times over, once for each place, from
# 400 sentences. Two thirds of its inputs never occur in them at all: about these it can learn nothing. More input is not more
# knowledge.
#
# So the question to ask in step 1 is not "how much can I show it?" but "what does the answer depend on?".
#
# ## Common mistakes
#
# - **Overflow.** e^1000 is infinite. Take the maximum off before you exponentiate.
# - **log(softmax).** Where the probability has rounded to 0 its logarithm is −∞, though the loss is an ordinary number.
# - **The wrong axis.** Examples are rows, classes columns: sums and maxima of an example go along axis 1.
# - **Sum for mean.** Then the loss, and each step, grows with the size of the batch.
# - **A negative index.** `tokens[-1]` is the last word, not the one before the first.
# - **Changing the caller's list or array.** `insert`, `-=` and the like work on what you were handed.
# - **Judging by the training set.** It says how well the network remembers.
#
# ## Quiz
#
# 1. What does one step of gradient descent change?
#    - **a** The weights and biases.
#    - **b** The learning rate.
#    - **c** The number of layers.
# 2. 1,197 training digits, batches of 32. How many steps has an epoch?
#    - **a** 32
#    - **b** 38
#    - **c** 1,197
# 3. Why is the network scored on validation digits?
#    - **a** There are too few training digits.
#    - **b** It has never trained on them.
#    - **c** They are easier.
# 4. Ten classes, and the network knows nothing: every class has the same score. What is its loss?
#    - **a** 0
#    - **b** 0.1
#    - **c** ln 10 ≈ 2.3
# 5. Which view of a text knows nothing of the order of its words?
#    - **a** A window.
#    - **b** A bag of words.
#    - **c** A sentence.
# 6. Training loss falls, validation loss rises. Which of the five steps is that about?
#    - **a** Step 2, the gradient check.
#    - **b** Step 3, initialisation.
#    - **c** Step 5, preventing overfitting.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "c"
q5 = "b"
q6 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("01_training_procedure", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# - Five steps: choose the network, check its gradient, initialise, optimise, keep it from overfitting.
# - Scores → softmax → probabilities → cross-entropy: one number to make small. A clueless network with k classes has a loss
#   of ln k.
# - Compute with logarithms and with the maximum taken off; floats end.
# - Judge by data that took no part in the training.
# - What the network gets to see is part of the model, and more is not always better.
#
# ## In practice
#
# | here | PyTorch |
# |---|---|
# | `softmax(z)` | `torch.softmax(z, dim=1)` |
# | `cross_entropy(z, y)` | `torch.nn.functional.cross_entropy(z, y)`, which takes logits, too |
# | `one_hot(y, k)` | `torch.nn.functional.one_hot(y, k)` |
# | `network.mlp([64, 64, 10])` | `torch.nn.Sequential(Linear(64, 64), Tanh(), Linear(64, 10))` |
# | `training.fit(…)` | a loop you write: `loss.backward()`, `optimizer.step()` |
#
# ## References
#
# - Y. Bengio (2012), *Practical recommendations for gradient-based training of deep architectures*, in Neural Networks: Tricks of
#   the Trade. The decisions inside each step, one by one, with values to begin with.
# - R. Collobert et al. (2011), *Natural language processing (almost) from scratch*, JMLR 12. Windows against whole sentences.
# - Z. Harris (1954), *Distributional structure*, Word 10. Where "bag of words" comes from.
# - A. Karpathy (2019), *A recipe for training neural networks* (blog). The same steps, told by somebody who was burnt.
# - M. Nielsen (2015), *Neural Networks and Deep Learning*, chapter 1. Digits from scratch, slowly.
