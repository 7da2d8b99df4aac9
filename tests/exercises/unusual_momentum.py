"""Right answers to lesson 07 as someone else would write them."""

import numpy as np


def momentum_number_by_number(params, velocity, grad, learning_rate, mu):
    rates = np.broadcast_to(learning_rate, np.shape(params)).ravel()
    new = [
        float(mu * v - rate * g)
        for v, g, rate in zip(np.ravel(velocity).tolist(), np.ravel(grad).tolist(), rates, strict=True)
    ]
    moved = [p + v for p, v in zip(np.ravel(params).tolist(), new, strict=True)]
    return np.reshape(moved, np.shape(params)).tolist(), np.reshape(new, np.shape(params)).tolist()


def momentum_with_the_other_sign_inside(params, velocity, grad, learning_rate, mu):
    descent = learning_rate * grad - mu * velocity
    return [params - descent, -descent]


def momentum_on_copies(params, velocity, grad, learning_rate, mu):
    theta, v = np.array(params, float), np.array(velocity, float)
    v *= mu
    v += -learning_rate * grad
    theta += v
    return theta, v


def nesterov_in_two_moves(params, velocity, gradient, learning_rate, mu):
    coast = mu * velocity
    ahead = params + coast
    correction = learning_rate * gradient(ahead)
    return ahead - correction, coast - correction


def nesterov_on_copies(params, velocity, gradient, learning_rate, mu):
    theta, v = np.array(params, float), np.array(velocity, float)
    g = gradient(theta + mu * v)
    v = mu * v - learning_rate * np.asarray(g)
    return (theta + v).tolist(), v.tolist()


def nesterov_asking_twice(params, velocity, gradient, learning_rate, mu):
    return (
        params + mu * velocity - learning_rate * gradient(params + mu * velocity),
        mu * velocity - learning_rate * gradient(params + mu * velocity),
    )


def nesterov_curious_about_the_slope_here(params, velocity, gradient, learning_rate, mu):
    print("here:", gradient(params))
    return nesterov_in_two_moves(params, velocity, gradient, learning_rate, mu)


UNUSUAL = {
    "momentum_step": [
        momentum_number_by_number,
        momentum_with_the_other_sign_inside,
        momentum_on_copies,
    ],
    "nesterov_step": [
        nesterov_in_two_moves,
        nesterov_on_copies,
        nesterov_asking_twice,
        nesterov_curious_about_the_slope_here,
        lambda params, velocity, gradient, learning_rate, mu: (lambda v: (np.add(params, v), v))(
            np.subtract(mu * velocity, learning_rate * gradient(mu * velocity + params))
        ),
    ],
    "terminal_velocity": [
        lambda grad, learning_rate, mu: learning_rate * grad / (mu - 1),
        lambda grad, learning_rate, mu: np.multiply(grad, -learning_rate * (1 - mu) ** -1),
        lambda grad, learning_rate, mu: np.reshape(
            [-learning_rate / (1 - mu) * g for g in np.ravel(grad)], np.shape(grad)
        ),
    ],
}
