"""Right answers to lesson 08 as someone else would write them."""

import math

import numpy as np


def adagrad_entry_by_entry(params, h, grad, learning_rate, eps):
    new_params, new_h = np.empty(np.shape(params)), np.empty(np.shape(h))
    for i in np.ndindex(np.shape(params)):
        g = float(grad[i])
        new_h[i] = float(h[i]) + g * g
        new_params[i] = params[i] - learning_rate * g / (math.sqrt(new_h[i]) + eps)
    return new_params, new_h


def adagrad_in_long_doubles(params, h, grad, learning_rate, eps):
    params, h, grad = (np.array(a, np.longdouble) for a in (params, h, grad))
    h += grad * grad
    params -= grad * (learning_rate / (h**0.5 + eps))
    return [params, h]


def adagrad_as_the_document_has_it(params, h, grad, learning_rate, eps):
    h = h + grad**2
    params = params - learning_rate / (np.sqrt(h) + eps) * grad
    return params, h


def rmsprop_as_a_correction_of_h(params, h, grad, learning_rate, decay_rate, eps):
    h = h - (1 - decay_rate) * (h - np.square(grad))
    return params + -learning_rate * np.divide(grad, np.sqrt(h) + eps), h


def rmsprop_by_average(params, h, grad, learning_rate, decay_rate, eps):
    both = np.stack([np.asarray(h, float), np.asarray(grad, float) ** 2])
    h = np.average(both, axis=0, weights=[decay_rate, 1 - decay_rate])
    return (params - learning_rate * grad * (h**0.5 + eps) ** -1, h)


def rmsprop_in_lists(params, h, grad, learning_rate, decay_rate, eps):
    shape = np.shape(params)
    flat = zip(np.ravel(params).tolist(), np.ravel(h).tolist(), np.ravel(grad).tolist(), strict=True)
    done = []
    for p, s, g in flat:
        s = decay_rate * s + (1 - decay_rate) * g * g
        done.append((p - learning_rate * g / (math.sqrt(s) + eps), s))
    new_params, new_h = zip(*done, strict=True)
    return np.reshape(new_params, shape).tolist(), np.reshape(new_h, shape).tolist()


def adam_by_copies(params, m, v, grad, learning_rate, beta1, beta2, eps):
    params, m, v = (np.array(a, float) for a in (params, m, v))
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    params -= learning_rate * m / (np.sqrt(v) + eps)
    return params, m, v


def adam_as_corrections(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    return [params - m * (learning_rate / (v**0.5 + eps)), m, v]


def adam_in_long_doubles(params, m, v, grad, learning_rate, beta1, beta2, eps):
    return adam_as_corrections(params, m, v, np.array(grad, np.longdouble), learning_rate, beta1, beta2, eps)


def adam_by_a_rate(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    """The paper's shortcut, with the eps that goes with it."""
    _, m, v = adam_as_corrections(params, m, v, grad, learning_rate, beta1, beta2, eps)
    root = math.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    return params - rate * m / (np.sqrt(v) + eps * root), m, v


def adam_with_expm1(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    _, m, v = adam_by_copies(params, m, v, grad, learning_rate, beta1, beta2, eps)
    m_hat = m / -np.expm1(t * np.log(beta1))
    v_hat = v / -np.expm1(t * np.log(beta2))
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_as_pytorch_has_it(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m = np.asarray(m) + (grad - m) * (1 - beta1)
    v = np.asarray(v) * beta2 + grad * grad * (1 - beta2)
    denominator = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return (params - learning_rate / (1 - beta1**t) * m / denominator, m, v)


UNUSUAL = {
    "adagrad_step": [adagrad_entry_by_entry, adagrad_in_long_doubles, adagrad_as_the_document_has_it],
    "rmsprop_step": [rmsprop_as_a_correction_of_h, rmsprop_by_average, rmsprop_in_lists],
    "adam_step_uncorrected": [adam_by_copies, adam_as_corrections, adam_in_long_doubles],
    "adam_step": [adam_by_a_rate, adam_with_expm1, adam_as_pytorch_has_it],
}
