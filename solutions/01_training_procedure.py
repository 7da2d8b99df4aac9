# %% [markdown]
# # 01 · The training procedure: five steps from nothing to 95 %
#
# **You will make** a network that reads handwritten digits, with every part in sight: how a picture becomes
# numbers, numbers become an answer, how wrong an answer is, and what a step of training changes. Then you
# look at what a network gets to see: numbers on one scale, and words as numbers.
#
# **You will be able to**
#
# - name the five steps of training, and the lessons of this course that each leads to,
# - write softmax, cross-entropy and accuracy, so that large scores do not break them,
# - ask a new network the first question: can it learn twenty digits by heart?
# - put numbers on one scale, and turn words into numbers.
#
# | | |
# |---|---|
# | Time | 90 minutes, seven exercises |
# | You need | Python functions, lists and loops; a first look at NumPy arrays; what a derivative is |
# | Covers | sections A1 and A3–A5 of the source document (A2 is lesson 02) |
#
# Run the cells from top to bottom, with Shift-Enter. In an exercise, put your lines in the place of `raise
# NotImplementedError`, run the cell, then run the check below it. An exercise that you leave open does not
# stop you: the lesson goes on with the reference version. Where you are asked for a guess, put it in the
# place of `None` before you run the next cell. It costs nothing, and it is how you find out what you believe.
# Of the longer cells that stand ready, what they print and draw matters; their lines you may skip.

# %% role="setup"
import time

import numpy as np

from dlcourse import datasets, diagrams, experiments, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. The map
#
# A **network** is a function with many adjustable numbers in it, its **weights**. To train it is to turn
# these numbers, a little at a time, until its answers are good. The document gives the order of work:
#
# | step | in words | lessons |
# |---|---|---|
# | 1. Choose the network | what it gets to see, and how it bends | this one; 03, 04 |
# | 2. Check the gradient | is the code that says where "better" lies right? | 02 |
# | 3. Initialise | what the weights are before the first step | 05 |
# | 4. Optimise | step after step towards a smaller loss | 06, 07, 08, 11 |
# | 5. Prevent overfitting | good on *new* data, not only on the data it has seen | 09, 10, 14 |
#
# Around these: lesson 12 searches for the numbers that you have to choose yourself, lesson 13 teaches one
# network two tasks.

# %% name="map-figure" slide="figure: The five steps"
fig, (whole, fourth) = diagrams.canvas(1, 2, width=8.4, height=3.8)
five = [
    "1. choose\nthe network",
    "2. check\nthe gradient",
    "3. initialise",
    "4. optimise",
    "5. prevent\noverfitting",
]
diagrams.flow(whole, five, back={(4, 0): "not good enough on new data: choose again"})
inside = ["a batch\nof examples", "scores", "loss", "gradient", "small step\nof the weights"]
diagrams.flow(fourth, inside, back={(4, 0): "next batch: step 4 is this, a thousand times"})
plots.show(
    fig,
    "Two rows of five boxes joined by arrows. Above, the five steps: choose the network, check the gradient, initialise, "
    "optimise, prevent overfitting; an arrow leads back to the first: not good enough on new data, choose again. "
    "Below, what step 4 repeats: a batch of examples, scores, loss, gradient, a small step of the weights; an arrow leads "
    "back: next batch.",
)

# %% [markdown]
# Now the whole way, on 1,797 handwritten digits of 8 × 8 pixels.

# %% name="digits-figure" slide="figure: 1,797 handwritten digits"
digits = datasets.digits()
images, labels = digits.train
print("training:", images.shape, "validation:", digits.validation[0].shape, "test:", digits.test[0].shape)
fig, axes = plots.figure(10, width=8.4, height=1.3)
for digit, ax in enumerate(axes):
    ax.imshow(images[labels == digit][0].reshape(8, 8), cmap="Greys")
    ax.set(title=digit, xticks=[], yticks=[])
plots.show(fig, "The ten digits from 0 to 9, one of each, of 8 by 8 grey pixels, with the label above.")

# %% [markdown]
# <!-- slide + -->
# A picture is a row of 64 numbers from 0 to 1, an **example**. Its **label** is the digit. The examples come
# in three parts: the network trains on the first, you judge it by the second, the **validation** data, while
# you still choose, and by the third, the **test** data, once, at the very end.
# <!-- /slide -->
#
# ## 2. From scores to a loss
#
# ### Labels
#
# The network gives a score for each of ten classes. To say what it *should* have given, write the label as
# ten numbers: 1 in its place, 0 elsewhere. That is called **one-hot**.
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
# **The check also asks:** What you are given, here and in the exercises below, must be left as it was. Labels
# may come as a list, and integers or float32 may come wherever numbers do; a class that does not occur still
# has its column; numbers are due, not True and False.
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
# <!-- slide: From scores to probabilities -->
# The scores, or **logits**, may be any numbers. Probabilities are between 0 and 1 and add up to 1.
# **Softmax** turns the one into the other: raise e to each score, divide by the sum.
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}} = \frac{e^{z_j - m}}{\sum_k e^{z_k - m}}$$
#
# The second form is the same for any number m, since $e^{-m}$ cancels. Take $m = \max z$.
# <!-- /slide -->
#
# **Before you run it:** scores of 1000 and 1001. What does the first form give for the larger one?

# %% guess="naive-softmax"
### BEGIN SOLUTION
naive_softmax_guess = 0.73  # a probability; float("nan") is a possible answer
### END SOLUTION

# %% name="naive-softmax" slide="output: Floats end: scores of 1000 and 1001"
z = np.array([1000.0, 1001.0])
with np.errstate(all="ignore"):
    naive = np.exp(z) / np.exp(z).sum()
safe = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
print("first form: ", naive, "  second form:", safe.round(4))
compare_guess(naive_softmax_guess, str(naive[1]), "The larger of the two, by the first form")

# %% [markdown]
# <!-- slide + -->
# $e^{1000}$ is larger than any number a float can hold, so it becomes infinity, and infinity divided by infinity is
# "not a number". You will meet many formulas that are right on paper and break in floats.
# <!-- /slide -->
#
# ### Exercise 2 · `softmax(logits)`
#
# - `logits`: (n, k), a row of k scores for each example; any numbers up to ±1e300.
# - returns: (n, k), each row probabilities that add up to 1.
#
# ```python
# >>> softmax(np.array([[0.0, 0.0], [1000.0, 1000.0]]))
# array([[0.5, 0.5],
#        [0.5, 0.5]])
# ```
#
# **The check also asks:** Integers, float32 and scores of ±1e300, without a warning; a row with a nan becomes
# nan.
#
# *Difficulty: medium · 8 minutes*
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
# Training needs *one* number that is small when the answers are good, the **loss**. Where does it come from?
# The network gives the right label of the first example the probability $p_1$, that of the second $p_2$, and
# so on, and all labels together, if the examples are independent, the product $p_1 \cdot p_2 \cdots p_n$.
# That is the **likelihood** of its weights. The best weights have the largest. Three changes make a loss of
# it, and none changes which weights are best:
#
# 1. **The logarithm** makes a sum of the product. It grows with it, is easily differentiated, and does not
#    fall below the smallest float, as a product of a thousand shares soon does.
# 2. **Minus** makes the best the smallest.
# 3. **Dividing by n** makes batches of different size comparable. (A **batch** is some examples that are
#    worked on together.)
#
# <!-- slide: How wrong is an answer? -->
# What comes out is the **cross-entropy**, the mean of minus the logarithm of the probability that the right
# class got. Sure and right costs next to nothing, sure and wrong costs a lot. (The logarithm is the natural
# one; the unit of such a loss is called the *nat*.)
#
# $$L = -\frac1n \sum_i \log p_{i, y_i}, \qquad \log p_j = z_j - m - \log \sum_k e^{z_k - m}$$
# <!-- /slide -->
#
# The right-hand equation is the logarithm of softmax, with the maximum m taken off.
#
# <!-- slide: A network that knows nothing -->
# **Before you run it:** a network that knows nothing gives each of ten classes the probability 0.1. What is
# its loss?
# <!-- /slide -->

# %% guess="clueless"
### BEGIN SOLUTION
clueless_guess = 1.0
### END SOLUTION

# %% name="clueless" slide="output: A network that knows nothing"
print("1,197 labels at 0.1 each: likelihood", 0.1**1197, " its logarithm", round(1197 * np.log(0.1)))
for p in (0.999, 0.9, 0.5, 0.1, 0.001):
    print(f"probability of the right class {p:5}: loss {-np.log(p):5.2f}")
compare_guess(clueless_guess, -np.log(0.1), "Loss of a network that knows nothing, ten classes")

# %% [markdown]
# Remember that number: 2.3, which is ln 10. A fresh ten-class network should begin near it. One whose
# training loss *stays* there has learnt nothing, if the classes are about equally frequent.
#
# ### Exercise 3 · `cross_entropy(logits, labels)`
#
# - `logits`: (n, k), any numbers up to ±1e300.  `labels`: (n,), whole numbers from 0 to k − 1.
# - returns: the mean loss of the batch, a float, which is finite for all of these.
#
# ```python
# >>> cross_entropy(np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([1, 0])).round(4)
# 0.3466
# ```
#
# **The check also asks:** Integers, float32 and scores up to ±1e300, without a warning; nan in, nan out; one
# number comes back.
#
# *Difficulty: hard · 12 minutes*
#
# <details><summary>Hint</summary>
#
# Do not take the logarithm of softmax: where softmax has rounded to 0 that is −∞. Use the right-hand
# equation. The entries at the labels are `table[np.arange(n), labels]`.
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
# The loss is for the machine. People ask how many answers are right. The network's answer is the class with
# the largest score.
#
# ### Exercise 4 · `accuracy(logits, labels)`
#
# - `logits`: (n, k).  `labels`: (n,).
# - returns: the share of rows whose largest score is at the label, from 0 to 1. Of tied classes the first is
#   the answer.
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
# ## 3. The five steps, by hand
#
# A **neuron**, or unit, multiplies each of its inputs by a weight, adds the products up, adds a number of its
# own, the **bias**, and bends the sum with an **activation function**, or *non-linearity*, here tanh (lesson
# 03 says why). A **layer** is many neurons that see the same inputs. Your network has one **hidden layer**, a
# layer between input and output, of sixty-four neurons, which see the pixels. Ten more see these sixty-four;
# they do not bend, and give the scores.

# %% name="network-figure" slide="figure: A neuron, and a network"
x, w, b = np.array([1.0, 0.5, 0.0]), np.array([[0.5], [-2.0], [1.0]]), 0.1
fig, (one, many) = diagrams.canvas(2, width=8.4, height=3.0)
diagrams.network(one, [w], values=[x, np.tanh(x @ w + b)], numbers=True, names=["pixels", "neuron"])
one.set_title("tanh(1·0.5 − 0.5·2 + 0·1 + 0.1) = −0.38")
drawn = np.random.default_rng(0)
some_weights = [drawn.normal(size=(6, 5)), drawn.normal(size=(5, 4))]
diagrams.network(many, some_weights, names=["64 pixels", "64 hidden", "10 scores"])
many.set_title("a network (some of its units)")
plots.show(
    fig,
    "Left, a neuron: three pixels of 1, 0.5 and 0, joined to it by weights of 0.5, −2 and 1; it says −0.38. Right, a network: "
    "a column of pixels, a column of hidden units and a column of scores; a line, a weight, joins each pixel to each "
    "hidden unit, and each of these to each score. Weights above 0 are blue and whole, below 0 orange and dashed.",
)

# %% [markdown]
# <!-- slide + -->
# In matrices, for a row of pixels x:
#
# $$h = \tanh(x W_1 + b_1) \qquad z = h W_2 + b_2$$
# <!-- /slide -->
#
# The **gradient** says for every weight how fast the loss grows when that weight does. So go the other way, a
# small step of η times the gradient. That is **gradient descent**, and η is the **learning rate**. `step`
# below does it once. The lines that compute the gradient go through the two equations from back to front, by
# the chain rule; you need not follow them yet, lesson 02 derives them. Its last line says `-=` on purpose:
# that changes the arrays themselves, and they *are* the network.


# %% name="network-by-hand"
def first_weights(rng):
    """Steps 1 and 3: the network, 64 → 64 → 10, and its weights before the first step."""
    return [rng.normal(size=(64, 64)) / 8, np.zeros(64), rng.normal(size=(64, 10)) / 8, np.zeros(10)]


def scores(x, params):
    W1, b1, W2, b2 = params
    return np.tanh(x @ W1 + b1) @ W2 + b2


def step(x, y, params, rate):
    """Step 4, once: the weights move a little against the gradient of the loss on the examples x, y."""
    W1, b1, W2, b2 = params
    h = np.tanh(x @ W1 + b1)
    dz = np.subtract(softmax(h @ W2 + b2), one_hot(y, 10)) / len(y)  # how the loss moves with each score
    da = dz @ W2.T * (1 - h**2)  # … and with each sum in the hidden layer
    gradients = x.T @ da, da.sum(axis=0), h.T @ dz, dz.sum(axis=0)
    for array, gradient in zip(params, gradients):
        array -= rate * gradient


# %% [markdown]
# ### First question: can it learn twenty digits by heart?
#
# Before you train a new network for hours, give it twenty examples and let it learn them by heart. It has far
# more weights than it needs for that. If it cannot, something is wrong, in the code or with the learning
# rate: look for it now.

# %% name="twenty-by-heart"
few, few_labels = images[:20], labels[:20]
params = first_weights(np.random.default_rng(1))
for update in range(301):
    if update in (0, 10, 100, 300):
        z = scores(few, params)
        loss, right = cross_entropy(z, few_labels), accuracy(z, few_labels)
        print(f"after {update:3} steps: loss {loss:.2f}, {20 * right:2.0f} of 20 right")
    step(few, few_labels, params, rate=0.3)

# %% [markdown]
# It begins near 2.3 and ends near 0, as it should.
#
# <!-- slide: Can it learn twenty digits by heart? -->
# Two more networks get the same twenty pictures. One gets twenty labels that were drawn at random, always the
# same. The other has a bug: its labels are shuffled before each step, so that they no longer belong to their
# pictures (forget to shuffle pictures and labels *alike*, and you have it).
#
# **Before you run it:** how many of its twenty random labels will the first of them know, after 300 steps?
# <!-- /slide -->

# %% guess="random-labels"
### BEGIN SOLUTION
random_labels_guess = 2  # of 20
### END SOLUTION

# %% name="random-labels" slide="output: Twenty labels by heart"
rng = np.random.default_rng(2)
random_labels = rng.integers(0, 10, size=20)
learner, broken = first_weights(np.random.default_rng(1)), first_weights(np.random.default_rng(1))
for _ in range(300):
    step(few, random_labels, learner, rate=0.3)
    step(few, rng.permutation(few_labels), broken, rate=0.3)
known = {}
for name, params, wanted in (("random", learner, random_labels), ("shuffled", broken, few_labels)):
    z = scores(few, params)
    known[name] = round(20 * accuracy(z, wanted))
    print(f"{name:>8} labels: loss {cross_entropy(z, wanted):.1f}, {known[name]:2} of 20 right")
compare_guess(random_labels_guess, known["random"], "Random labels known, of 20")

# %% [markdown]
# <!-- slide + -->
# All twenty: a network can learn by heart what makes no sense at all. So this test says nothing about *new*
# digits. What it finds is a fault like the second network's, whose loss stays near 2: it can find out how
# often each label occurs, and no more.
# <!-- /slide -->
# Labels that were shuffled *once*, before training, pass: they are random labels, and only new digits show
# it. And some wrong gradients pass (lesson 02).
#
# ### All of them
#
# Twenty digits fit into one step. Of 1,197 you take a batch at a time, here of 32. An **epoch** is one pass
# over all training examples, in a new order each time.

# %% name="by-hand"
rng = np.random.default_rng(3)
params = first_weights(rng)
x_valid, y_valid = digits.validation
begun = time.perf_counter()
for epoch in range(31):
    if epoch in (0, 1, 3, 10, 30):  # step 5 begins with looking
        z = scores(x_valid, params)
        loss, right = cross_entropy(z, y_valid), accuracy(z, y_valid)
        print(f"after epoch {epoch:2}: validation loss {loss:.2f}, right {right:.1%}")
    order = rng.permutation(len(images))
    for start in range(0, len(images), 32):
        batch = order[start : start + 32]
        step(images[batch], labels[batch], params, rate=0.3)
seconds = time.perf_counter() - begun

# %% name="by-hand-seconds" tags=["nbval-ignore-output"]
print(f"thirty epochs took {seconds:.1f} seconds")

# %% [markdown]
# From about guessing to 96 % on digits that it has never trained on, in seconds. (Step 2, the check of the
# gradient, is missing: that is lesson 02.)
#
# From here on `network.mlp` makes a network and `training.fit` runs the loop; `SGD`, *stochastic* gradient
# descent, is the step above on batches drawn by chance. What you see in `dlcourse` is short enough to be
# read, and you will write much of it yourself.
#
# <!-- slide: Which loss is higher? -->
# Here are ten networks, each with first weights and an order of its own.
#
# **Before you run it:** which loss will be higher in the first epoch, the training loss that `fit` reports or
# the validation loss?
# <!-- /slide -->

# %% guess="higher-loss"
### BEGIN SOLUTION
higher_loss_guess = "validation"  # "training" or "validation", in quotes
### END SOLUTION


# %% name="ten-networks"
def watched(seed):
    """Three losses by epoch, and the share right in the end on validation and on test digits."""
    net = network.mlp([64, 64, 10], activation="tanh", rng=np.random.default_rng(seed))
    loss, sgd, rng = losses.softmax_cross_entropy, optimizers.SGD(0.3), np.random.default_rng(100 + seed)
    rows = []
    for _ in range(30):
        during = training.fit(net, loss, sgd, digits.train, epochs=1, rng=rng).train_loss[0]
        rows.append([during] + [training.evaluate(net, loss, part)[0] for part in digits[:2]])
    return rows, [training.evaluate(net, loss, part)[1] for part in digits[1:]]


rows, shares = (np.array(each) for each in zip(*map(watched, range(10))))
during, after, validation = np.moveaxis(rows, -1, 0)  # each (networks, epochs)
for name, share in zip(("validation", "test"), shares.T):
    print(f"{name:>10}: {share.min():.1%} to {share.max():.1%} right, mean {share.mean():.1%}")
print(f"chance alone, 300 digits, 95 % right: ± {np.sqrt(0.95 * 0.05 / 300):.1%}")
higher = "training" if during[:, 0].mean() > validation[:, 0].mean() else "validation"
compare_guess(higher_loss_guess, higher, "The higher loss in the first epoch")

# %% name="learning-curves" slide="figure: The learning curves"
fig, ax = plots.figure(width=7.2, height=3.4)
ax.set_yscale("log")
curves = {
    "training, during the epoch": during,
    "validation, after it": validation,
    "training, after it": after,
}
plots.curves(ax, np.arange(1, 31), curves)
ax.set(
    xlabel="epoch",
    ylabel="loss (nats)",
    title="The loss on seen digits goes on falling, that on new ones levels off",
)
plots.show(
    fig,
    "Three losses by epoch on a log scale, mean and range of ten networks. The training loss during the epoch begins at "
    "about 1.2, the two taken after it at about 0.6. From the third epoch on the two training losses run together, down to "
    "about 0.03, while the validation loss levels off at about 0.1.",
)

# %% [markdown]
# **Why the training loss begins above the validation loss.** `fit` reports the mean loss of the batches, each
# taken just before its step, when the network knew less than at the end of the epoch. The validation loss is
# taken after the last step. Taken at that same moment, the training loss (green) lies below it: in the mean
# from the first epoch on, though by so little there that single networks differ.
#
# **Why the curves part.** What the network still learns in later epochs helps with these 1,197 pictures and
# hardly with others. When the validation loss turns *upwards*, that is **overfitting**: lesson 09.
#
# **Why there is a third part.** What you choose because it does well on the validation digits tends to do a
# little less well elsewhere: lesson 12 measures it. So you look at the test digits last. The two points
# between validation and test here have another cause, for you have chosen nothing yet: a share of 300 digits
# is uncertain by more than a point, and two such shares differ by two points easily. (All ten networks agree,
# for all are scored on the same 300.)
#
# ## 4. What does the network get to see?
#
# ### Numbers on one scale
#
# Step 1 again. `step` says that the gradient of a weight is *its input* times a number of the neuron, summed
# over the batch (`x.T @ da`). The darker a pixel, the larger the steps of its weights, even if it is as dark
# in one digit as in the next.
# <!-- slide: Numbers on one scale -->
# But which digit it is shows in what *differs* between digits. So take from each pixel its mean over the
# training digits, and divide by its **standard deviation**, how far it is from its mean, typically (its
# square is the variance):
#
# $$m_j = \frac1n \sum_i x_{ij} \qquad s_j = \sqrt{\frac1n \sum_i (x_{ij} - m_j)^2} $$
#
# $$x_{ij} \leftarrow \frac{x_{ij} - m_j}{s_j}$$
# <!-- /slide -->
#
# This is called to **standardise**. On the training digits each pixel then has mean 0 and
# standard deviation 1. A pixel's mean no longer adds to the steps of its weights, and one that varies little speaks as loudly as
# one that varies much. (Lesson 03 shows what inputs that are all positive do to a step, lesson 06 what limits
# the learning rate.)

# %% name="columns-figure"
fig, ax = diagrams.canvas(width=6.0, height=2.8)
diagrams.matrix(ax, 4, 7, averaged="rows", row_label="training digits", column_label="pixels")
plots.show(
    fig,
    "A table, a row for each training digit and a column for each pixel. One column is marked, and an arrow runs down along it "
    "to the words mean, variance: each pixel has a mean and a deviation of its own, over the training digits.",
)

# %% [markdown]
# Means and deviations are as much a part of the network as its weights: they come from the training data, and
# the same ones serve for all other data. And mind the pixels at the edge that are 0 in all training digits
# (here there are three): their deviation is 0, and nothing can be divided by it. These are only centred.
#
# ### Exercise 5 · `standardize(train, other)`
#
# - `train`: (n, d), n examples of d numbers each.  `other`: (m, d), such as validation or test data.
# - returns: a pair (train, other) of new arrays: each entry minus the mean of its column *of train*, divided
#   by the standard deviation of its column *of train*. A column of train whose entries are all equal is only
#   centred, in both.
#
# ```python
# >>> standardize(np.array([[0.0, 5.0], [2.0, 5.0]]), np.array([[4.0, 6.0]]))
# (array([[-1.,  0.],
#        [ 1.,  0.]]), array([[3., 1.]]))
# ```
#
# **The check also asks:** Whether a column's entries are all equal is asked of the entries: of ten times 0.1
# the computed deviation is 1e-17, not 0, and a column may be as small as 1e-20 and still differ. One training
# example; integers and float32; columns far from 0; nan stays nan.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `train.mean(axis=0)` and `train.std(axis=0)` are of shape (d,), and line up with the rows by themselves.
# `(train == train[0]).all(axis=0)` says for each column whether its entries are all equal; put a 1 there in
# place of the deviation.
#
# </details>


# %% exercise="standardize"
def standardize(train, other):
    """Both with each column minus the mean of train's, over its standard deviation."""
    ### BEGIN SOLUTION
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where((train == train[0]).all(axis=0), 1, deviation)
    return (train - mean) / deviation, (other - mean) / deviation
    ### END SOLUTION


# %% check="standardize"
standardize = check(standardize)

# %% [markdown]
# What does it buy? Two epochs only, so that speed shows. `compare` chooses a learning rate for each way on
# the validation digits, then trains twenty networks and scores them on the test digits. The third way sees
# raw pixels too, but takes its steps by Adam, a cleverer method than gradient descent (lesson 08).
#
# **Before you run it:** on raw pixels the test loss is 0.37. What will it be on standardised ones?

# %% guess="standardised-loss"
### BEGIN SOLUTION
standardised_loss_guess = 0.3
### END SOLUTION

# %% name="what-it-buys"
standardised = [(standardize(digits.train[0], x)[1], y) for x, y in digits]
adam = {"optimizer": optimizers.Adam, "tune": {"learning_rate": [0.003, 0.01, 0.03, 0.1]}}
comparison = experiments.compare(
    {"raw pixels": {}, "standardised": {"data": standardised}, "raw pixels, Adam": adam},
    data=digits,
    optimizer=optimizers.SGD,
    tune={"learning_rate": [0.1, 0.3, 1, 3]},
    sizes=[64, 64, 10],
    epochs=2,
    seeds=20,
)
print(comparison.table())
measured = comparison.results["standardised"].test_loss.mean()
compare_guess(standardised_loss_guess, measured, "Test loss on standardised pixels")

# %% [markdown]
# Less than half the loss, for three lines of code, and more than the cleverer method brings here. (So it was
# on five other divisions of the digits into three parts, with the same lists of rates. With finer lists Adam
# came out ahead on one of two. After many epochs the difference is smaller: see "Go further".)
#
# ### … and what fitting it on all data gives away
#
# <!-- slide: Another scanner -->
# Somebody takes means and deviations over *all* digits: "I do not use the test labels!" On these digits you
# will see no difference. So let the test digits come from another scanner, where each pixel is 0.3 darker.
#
# **Before you run it:** with means and deviations of the training digits, what share of those darker digits
# will be read rightly?
# <!-- /slide -->

# %% guess="darker-digits"
### BEGIN SOLUTION
darker_guess = 0.9  # share of digits
### END SOLUTION


# %% name="what-it-gives-away" slide="output: Another scanner"
def seen_as(way, darker):
    """The three parts as the network sees them, the test digits by so much darker."""
    parts = [images for images, _ in digits]
    parts[2] = parts[2] + darker
    fitted_on = {"training digits": parts[0], "all digits": np.concatenate(parts)}
    if way in fitted_on:
        parts = [standardize(fitted_on[way], part)[1] for part in parts]
    return [(part, labels) for part, (_, labels) in zip(parts, digits)]


settings = dict(optimizer=optimizers.SGD, learning_rate=0.3, sizes=[64, 64, 10], epochs=5)
for darker in (0, 0.3):
    ways = {way: {"data": seen_as(way, darker)} for way in ("training digits", "all digits", "raw pixels")}
    results = experiments.compare(ways, data=digits, **settings).results
    shares = {way: result.test_accuracy.mean() for way, result in results.items()}
    print(f"test digits {darker} darker:", ", ".join(f"{way} {share:.0%}" for way, share in shares.items()))
compare_guess(darker_guess, shares["training digits"], "Darker digits read, fitted on training digits")

# %% [markdown]
# Fitted on the training digits, the network fails on the other scanner, and the test tells you so *before*
# anybody uses it. Fitted on all digits, the test hides it: the darker digits had their say in the means and
# deviations. With one scanner for all (0 darker) the two agree, and nothing warns you.
# <!-- slide + -->
# So what is fitted, be it weights or means, is fitted on training data.
# <!-- /slide -->
#
# And standardising has a price. Some pixels hardly vary in the training digits. Divided by a deviation of
# 0.01, a change of 0.3 becomes one of 30, far from what the network has learnt on. On raw pixels it loses a
# point or two, and as little on pixels that are only centred, by the means of the training digits.
#
# ### Words
#
# A picture comes as numbers. Text does not. What does the network get to see: a word alone, a word with its
# neighbours, or the words of a sentence in a heap? The document names this choice, the *structure*, first of
# all. Some generated sentences, with the topic of each sentence and the **part of speech** of each word (DET:
# *the*, *a*; ADP: prepositions; AUX: auxiliaries such as *will*):

# %% name="sentences"
text = datasets.tagged_text(np.random.default_rng(1), sizes=(400, 200, 300))
for sentence in text.train[:2]:
    print(sentence.topic, "|", *(f"{token}/{tag}" for token, tag in zip(sentence.tokens, sentence.pos)))

# %% [markdown]
# ### Exercise 6 · `context_window(tokens, index, size, pad)`
#
# - `tokens`: a list of words.  `index`: the one in the middle, from 0.  `size`: how many neighbours on each
#   side.
# - returns: a list of 2·size + 1 words. Where the sentence has ended, `pad` stands in.
#
# ```python
# >>> context_window(["Will", "Rose", "fly", "?"], 0, 2, "<pad>")
# ['<pad>', '<pad>', 'Will', 'Rose', 'fly']
# ```
#
# **The check also asks:** The same word may stand twice, the sentence may be shorter than the window, the
# size may be 0. A tuple serves as well as a list.
#
# *Difficulty: easy · 8 minutes*
#
# <details><summary>Hint</summary>
#
# `[pad] * size + tokens + [pad] * size` is a new list in which no window falls off the edge. Where in it is
# your word now?
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
# ### Exercise 7 · `bag_of_words(tokens, vocabulary)`
#
# - `tokens`: a list of words.  `vocabulary`: a list of distinct words.
# - returns: how often each word of the vocabulary occurs in tokens, in the vocabulary's order. Other words
#   are passed over.
#
# ```python
# >>> bag_of_words(["the", "ball", "hit", "the", "post"], ["the", "ball", "goal"])
# array([2, 1, 0])
# ```
#
# **The check also asks:** A word that comes twice counts twice; there may be no word at all; capitals count.
#
# *Difficulty: easy · 4 minutes*
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
# Tell the part of speech of each word. The same simple network (no hidden layer) sees a word alone, then the
# word with one neighbour on each side. Words become numbers by one-hot, a block for each place in the window.
# `compare` makes it fair, as above. (The steps have momentum, which is faster: lesson 07.)
#
# **Before you run it:** with the word alone, what share of the words will be tagged rightly?

# %% guess="word-alone"
### BEGIN SOLUTION
word_alone_guess = 0.6  # share of words
### END SOLUTION

# %% name="windows"
tags = datasets.tag_set(text.train, "pos")
vocabulary = datasets.Vocabulary.of([sentence.tokens for sentence in text.train])


def blocks(rows):
    """Rows of words, all of one length, as numbers: for each place a one-hot block, side by side."""
    columns = np.array([vocabulary.indices(row) for row in rows]).T
    return np.concatenate([one_hot(column, len(vocabulary)) for column in columns], axis=1)


def windows(sentences, size):
    lists = [list(sentence.tokens) for sentence in sentences]
    return blocks([context_window(tokens, i, size, "<pad>") for tokens in lists for i in range(len(tokens))])


def raced(views, targets, classes, epochs):
    """A network without hidden layer for each view of the text, at the best of four learning rates."""
    methods = {}
    for name, view in views.items():
        data = [(np.array(view(part), float), target) for part, target in zip(text, targets)]
        methods[name] = {"data": data, "sizes": [data[0][0].shape[1], len(classes)]}
    options = dict(tune={"learning_rate": [0.1, 0.3, 1, 3]}, tuning_seeds=1, measure="accuracy")
    return experiments.compare(methods, data=data, optimizer=optimizers.Momentum, epochs=epochs, **options)


# %% name="window-race"
views = {"1 word": lambda part: windows(part, 0), "3 words": lambda part: windows(part, 1)}
tagged = raced(views, [datasets.tag_indices(part, "pos", tags) for part in text], tags, epochs=3)
print(tagged.table())
alone = tagged.results["1 word"].test_accuracy.mean()
compare_guess(word_alone_guess, alone, "Share tagged rightly, the word alone")

# %% [markdown]
# Nine words in ten can be told by themselves, for most words have one part of speech here. The tenth needs
# its neighbours: *will* before a verb is an auxiliary, after *the* it is a noun. One neighbour on each side
# brings nearly all. The kind of network is the same, and so is its training. What has changed is what it gets
# to see.
#
# ### A task for the bag
#
# <!-- slide: More to see, or less? -->
# Tell the topic of each sentence. Now the bag of words goes against the whole sentence in order, a one-hot
# block for each of its first twelve words.
#
# **Before you run it:** the sentence in order contains all that the bag does, and more (one in a thousand has
# a thirteenth word or sign, which is cut off). Which of the two will get more topics right? Write by how many
# percentage points the bag will be ahead; a negative number, if you think it will be behind.
# <!-- /slide -->

# %% guess="bag-ahead"
### BEGIN SOLUTION
bag_ahead_guess = -10.0  # percentage points
### END SOLUTION


# %% name="bags" slide="output: More to see, or less?"
topics = sorted({sentence.topic for sentence in text.train})
views = {
    "bag of words": lambda part: [bag_of_words(list(each.tokens), vocabulary.words) for each in part],
    "words in order": lambda part: blocks([[*each.tokens, *["<pad>"] * 12][:12] for each in part]),
}
told = raced(views, [[topics.index(sentence.topic) for sentence in part] for part in text], topics, epochs=20)
print(told.table())
for name, view in views.items():
    inputs = np.array(view(text.train))
    print(f"{name}: {inputs.shape[1]} inputs, {inputs.any(axis=0).mean():.0%} of them occur in training")
bag, ordered = (told.results[name].test_accuracy.mean() for name in views)
compare_guess(bag_ahead_guess, 100 * (bag - ordered), "Percentage points that the bag is ahead")

# %% [markdown]
# The bag is far ahead, though it knows *less*. To tell a topic here, it is enough that *goal* occurs; where
# it stands tells nothing. The network that sees the words in order has to learn *goal* over and over, once
# for each place where it may stand, from 400 sentences. Two thirds of its inputs never occur in them: about
# these it can learn nothing. More input is not more knowledge. (With more sentences the lead shrinks: see "Go
# further".)
#
# <!-- slide + -->
# So the question to ask in step 1 is not "how much can I show it?" but "what does the answer depend on?".
# <!-- /slide -->
#
# ## Common mistakes
#
# - **Overflow.** e^1000 is infinite. Take the maximum off before you exponentiate.
# - **log(softmax).** Where the probability has rounded to 0 its logarithm is −∞, though the loss is an
#   ordinary number.
# - **The wrong axis.** The maximum of an example goes along axis 1, the mean of a pixel along axis 0.
# - **Each part standardised by its own mean.** Of a single new digit nothing is left: it *is* its own mean.
# - **A negative index.** `tokens[-1]` is the last word, not the one before the first.
# - **Changing the caller's list or array.** `insert`, `-=` and the like work on what you were handed.
# - **Pictures and labels shuffled apart.** Twenty digits by heart finds it if it happens anew at each step.
#   If it happened once, only the loss on new digits does.
# - **Judging by the training set.** It says how well the network remembers.
#
# ## Quiz
#
# 1. A new network cannot learn twenty digits by heart. What do you do?
#    - **a** Train it on all digits: it needs more data.
#    - **b** Look for the bug, or a learning rate that is far off.
#    - **c** Stop earlier: it overfits.
# 2. 1,197 training digits, batches of 32. How many steps has an epoch?
#    - **a** 32
#    - **b** 38
#    - **c** 1,197
# 3. The test digits are to be standardised. With which means and deviations?
#    - **a** Those of the training digits.
#    - **b** Their own.
#    - **c** Those of all digits together.
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
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "b"
q3 = "a"
q4 = "c"
q5 = "b"
q6 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("01_training_procedure", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide: What to take away -->
# - Five steps: choose the network, check its gradient, initialise, optimise, keep it from overfitting.
# - Scores → softmax → probabilities → cross-entropy: minus the mean log-likelihood. A clueless network with k
#   classes has a loss of ln k.
# - Compute with logarithms and with the maximum taken off; floats end.
# - First of all: can it learn twenty digits by heart?
# - Numbers on one scale train faster. Take means and deviations from the training data alone, and judge by
#   data that took no part in any of it.
# - What the network gets to see is part of the model, and more is not always better.
# <!-- /slide -->
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `softmax(z)` | `torch.softmax(z, dim=1)` | the axis must be said |
# | `cross_entropy(z, y)` | `torch.nn.functional.cross_entropy(z, y)` | nothing: it takes scores, not probabilities |
# | `one_hot(y, k)` | `torch.nn.functional.one_hot(y, k)` | gives integers |
# | `network.mlp([64, 64, 10])` | `Sequential(Linear(64, 64), Tanh(), Linear(64, 10))` | weights are (out, in), float32, other first weights |
# | `training.fit(…)` | a loop you write | gradients add up until `zero_grad()` |
# | `standardize(train, other)` | scikit-learn's `StandardScaler` | `fit` on train, `transform` both |
#
# <details><summary>One step, here and there, from the same weights</summary>
#
# ```python
# import numpy as np, torch
# from dlcourse import datasets, losses, network, optimizers, training
#
# x, y = (part[:32] for part in datasets.digits().train)
# ours = network.mlp([64, 64, 10], rng=np.random.default_rng(0))
# first, _, last = ours.layers
# theirs = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 10)).double()
# for linear, dense in ((theirs[0], first), (theirs[2], last)):
#     linear.weight.data, linear.bias.data = torch.tensor(dense.weights.T), torch.tensor(dense.bias)
# torch.nn.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(y)).backward()
# torch.optim.SGD(theirs.parameters(), lr=0.3).step()
# loss, rng = losses.softmax_cross_entropy, np.random.default_rng(1)
# training.fit(ours, loss, optimizers.SGD(0.3), (x, y), epochs=1, batch_size=None, rng=rng)
# np.testing.assert_allclose(theirs(torch.tensor(x)).detach(), ours.forward(x), atol=1e-6)
# ```
#
# </details>
#
# ## Go further
#
# - Which half of standardising is it that helps: taking the mean off, or dividing by the deviation? Try each
#   alone, at its own best rate, for two epochs and for thirty, with `activation="relu"`, too.
# - By how much is the bag ahead with 1,600 sentences, and with 6,400? What happens to the share of inputs
#   that never occur?
# - Twenty random labels were learnt by heart. How many can this network learn? All 1,197? What does that say
#   of training accuracy?

# %% [markdown] discussion="go-further"
# **Which half helps?** Early on it is the mean. With tanh, after two epochs at rates tuned for each (twenty
# networks), the test loss was 0.37 on raw pixels, 0.31 where they were only divided, 0.21 where they were
# only centred, and 0.17 with both. After thirty epochs (ten networks) 0.17 raw and 0.17 centred, 0.12 divided
# and 0.13 with both: centring saves time, and what lasts comes from the division. With ReLU, after two
# epochs: raw and divided 0.40, centred 0.22, both 0.26; after thirty, raw 0.17, centred 0.13, divided and
# both 0.18, with 95 to 96 % of the digits right everywhere. So "standardise" is a good first try, and no law:
# centring alone won that last race by its loss. On three other divisions of the digits into three parts (four
# networks each, thirty epochs), centring won it again each time; with tanh dividing alone was the best each
# time, but took only 5 to 14 % off the loss on raw pixels.
#
# **The bag's lead.** With 400 sentences some 24 points, with 1,600 it was 8 (97.7 against 89.3 %), with 6,400
# it was 2 (98.2 against 96.2 %, three networks each). The share of inputs that occur in training rose from 34
# to 51 and 58 %. The more a view told apart, the more data it took here.
#
# **All 1,197.** With Adam at a rate of 0.01 for 300 epochs, and 0.001 for 100 more, this network learnt 1,197
# random labels by heart, 100 % in three runs of three. On new digits it must then guess. A training accuracy
# of 100 % tells you that a network can remember, and nothing of what it has understood.

# %% [markdown]
# ## References
#
# - Y. Bengio (2012), *Practical recommendations for gradient-based training of deep architectures*, in Neural
#   Networks: Tricks of the Trade. The decisions inside each step, one by one, with values to begin with.
# - R. Collobert et al. (2011), *Natural language processing (almost) from scratch*, JMLR 12. Windows against
#   whole sentences.
# - Z. Harris (1954), *Distributional structure*, Word 10. Where "bag of words" comes from.
# - A. Karpathy (2019), *A recipe for training neural networks* (blog). The same steps, told by somebody who
#   was burnt; one is to learn a single batch by heart.
# - S. Kaufman et al. (2012), *Leakage in data mining*, ACM TKDD 6. What test data give away, and how to
#   notice.
# - Y. LeCun et al. (1998), *Efficient BackProp*, section 4.3. Why inputs are centred and scaled.
# - M. Nielsen (2015), *Neural Networks and Deep Learning*, chapter 1. Digits from scratch, slowly.
# - C. Zhang et al. (2017), *Understanding deep learning requires rethinking generalization*, ICLR. Random
#   labels, learnt by heart by large networks.
