"""Right answers to lesson 06 as someone else would write them."""

import math

import numpy as np


def step_number_by_number(params, grad, learning_rate):
    moved = [
        p - learning_rate * g for p, g in zip(np.ravel(params).tolist(), np.ravel(grad).tolist(), strict=True)
    ]
    return np.reshape(moved, np.shape(params)).tolist()


def step_on_a_copy(params, grad, learning_rate):
    params = np.array(params, float)
    params -= np.multiply(grad, learning_rate)
    return params


def batches_by_splitting(order, batch_size):
    return np.split(order, range(batch_size, len(order), batch_size))


def batches_by_taking(order, batch_size):
    rest, batches = list(order), []
    while rest:
        batches.append([int(i) for i in rest[:batch_size]])
        rest = rest[batch_size:]
    return tuple(batches)


def batches_by_counting(order, batch_size):
    count = (len(order) + batch_size - 1) // batch_size
    return [np.array(order[k * batch_size : (k + 1) * batch_size]) for k in range(count)]


def descent_with_positions(gradient, params, data, orders, batch_size, learning_rate):
    params = params * 1.0
    for order in orders:
        start = 0
        while start < len(order):
            chosen = [int(i) for i in order[start : start + batch_size]]
            params = params - learning_rate * gradient(params, data[chosen])
            start += batch_size
    return params


def descent_on_a_copy(gradient, params, data, orders, batch_size, learning_rate):
    theta = np.array(params, dtype=np.float64)
    for order in orders:
        shuffled = data[order]
        for i in range(0, len(shuffled), batch_size):
            theta[...] -= learning_rate * gradient(theta.copy(), shuffled[i : i + batch_size])
    return theta


def descent_of_one_list(gradient, params, data, orders, batch_size, learning_rate):
    batches = [batch for order in orders for batch in batches_by_counting(order, batch_size)]
    for batch in batches:
        params = step_on_a_copy(params, gradient(params, np.take(data, batch, axis=0)), learning_rate)
    return params


def descent_that_prints_the_gradient(gradient, params, data, orders, batch_size, learning_rate):
    for order in orders:
        for i in range(0, len(order), batch_size):
            batch = data[order[i : i + batch_size]]
            print(np.linalg.norm(gradient(params, batch)))
            params = params - learning_rate * gradient(params, batch)
    return params


def clipped_by_pairs(grad, max_norm):
    length = 0.0
    for entry in np.ravel(grad):
        length = math.hypot(length, float(entry))
    return grad if length <= max_norm else np.multiply(grad, max_norm / length)


def clipped_as_a_list(grad, max_norm):
    length = math.hypot(*map(float, np.ravel(grad)))
    shrink = max_norm / length if length > max_norm else 1.0
    return np.reshape([shrink * float(entry) for entry in np.ravel(grad)], np.shape(grad)).tolist()


def clipped_by_the_largest(grad, max_norm):
    grad = np.array(grad, float)
    largest = np.max(np.abs(grad))
    if largest == 0:
        return grad
    relative = np.linalg.norm(grad / largest)
    return np.where(relative > max_norm / largest, grad / largest / relative * max_norm, grad)


UNUSUAL = {
    "gradient_descent_step": [
        step_number_by_number,
        step_on_a_copy,
        lambda params, grad, learning_rate: np.add(params, -learning_rate * np.asarray(grad, float)),
    ],
    "minibatches": [batches_by_splitting, batches_by_taking, batches_by_counting],
    "updates_per_epoch": [
        lambda num_examples, batch_size: math.ceil(num_examples / batch_size),
        lambda num_examples, batch_size: -(-num_examples // batch_size),
        lambda num_examples, batch_size: len(range(0, num_examples, batch_size)),
        lambda num_examples, batch_size: np.int64((num_examples - 1) // batch_size + 1),
    ],
    "minibatch_gradient_descent": [
        descent_with_positions,
        descent_on_a_copy,
        descent_of_one_list,
        descent_that_prints_the_gradient,
    ],
    "clip_by_norm": [clipped_by_pairs, clipped_as_a_list, clipped_by_the_largest],
}
