"""The figures to play with: what they compute is what the reference computes, and they are moved by keys."""

import numpy as np
import pytest

from dlcourse import layers, network, optimizers, regularizers, schedules
from dlcourse.authoring.site.playable import PLAYABLE

pytestmark = pytest.mark.browser
CLOSE = {"rtol": 1e-6, "atol": 1e-9}
COMPUTE = "return dlcoursePlay[arguments[0]].compute(arguments[1])"


@pytest.fixture
def opened(site, browser):
    """Open the page of a figure; a function that gives what the figure computes."""

    def opened(figure):
        lesson = next(lesson for (lesson, _), name in PLAYABLE.items() if name == figure)
        browser.get((site / "lessons" / f"{lesson}.html").as_uri())
        return lambda **values: browser.execute_script(COMPUTE, figure, values)

    return opened


@pytest.mark.parametrize(
    ("rate", "mu", "curvature"), [(0.05, 0.0, 30), (0.02, 0.9, 100), (0.3, 0.5, 2), (0.1, 0.9, 60)]
)
def test_the_ravine_is_walked_as_momentum_walks_it(opened, rate, mu, curvature):
    given = opened("ravine")(rate=rate, mu=mu, curvature=curvature)
    place, velocity, curvatures = np.array([-2.0, 1.0]), np.zeros(2), np.array([1.0, curvature])
    walked = [place]
    for _ in range(60):
        place, velocity = optimizers.momentum_step(place, velocity, curvatures * place, rate, mu)
        walked.append(place)
    np.testing.assert_allclose(np.transpose([given["xs"], given["ys"]]), walked, **CLOSE)


@pytest.mark.parametrize(("rate", "k", "sigma"), [(0.5, 0.0, 1.0), (1.9, 0.05, 2.0), (0.1, 0.2, 0.0)])
def test_the_noisy_walk_follows_the_schedule(opened, browser, rate, k, sigma):
    given = opened("noise")(rate=rate, k=k, sigma=sigma)
    noise = browser.execute_script("return dlcoursePlay.noise.noise")
    x, walked = np.array([3.0]), [3.0]
    for t, one in enumerate(noise):
        step = float(schedules.inverse_time_decay(rate, t, k)) if k else rate
        x = optimizers.gradient_descent_step(x, x + sigma * one, step)
        walked.append(x[0])
    np.testing.assert_allclose(given["xs"], walked, **CLOSE)
    assert 0.8 < np.std(noise) < 1.2


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("gain", [0.05, 1, 16])
def test_the_signal_and_the_gradient_are_those_of_the_layers(opened, browser, activation, gain):
    given = opened("signal")(activation=activation, gain=gain)
    drawn = browser.execute_script("return dlcoursePlay.signal.drawn")
    h, through = np.array(drawn["batch"]), []
    for weights in drawn["weights"]:
        dense, bend = layers.Dense(24, 24), layers.Activation(activation)
        network.Network([dense, bend], rng=np.random.default_rng(0))
        dense.weights[...] = np.sqrt(gain / 24) * np.array(weights)
        h = bend.forward(dense.forward(h))
        through.append((dense, bend, h))
    signals = [np.sqrt(np.mean(out.var(axis=0))) for _, _, out in through]
    upstream, gradients = np.array(drawn["batch"]), []
    for dense, bend, _ in reversed(through):
        upstream = bend.backward(upstream)
        gradients.insert(0, np.sqrt(np.mean(upstream**2)))
        upstream = dense.backward(upstream)
    rounding = {"rtol": 1e-6, "atol": 1e-15}  # a deviation of 1e-13 about ½ has but three digits left
    np.testing.assert_allclose(given["signals"], signals, **rounding)
    np.testing.assert_allclose(given["gradients"], gradients, **rounding)


@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0, 2.5])
def test_the_penalised_minimum_has_no_slope_left(opened, browser, strength):
    compute = opened("penalties")
    hessian = np.array(browser.execute_script("return dlcoursePlay.penalties.hessian"))
    best = np.array(browser.execute_script("return dlcoursePlay.penalties.best"))
    w = np.array(compute(penalty="L2", strength=strength)["w"])
    np.testing.assert_allclose(
        hessian @ (w - best) + regularizers.l2_penalty([w], strength)[1][0], 0, atol=1e-6
    )
    w = np.array(compute(penalty="L1", strength=strength)["w"])
    slope = hessian @ (w - best) + regularizers.l1_penalty([w], strength)[1][0]
    np.testing.assert_allclose(slope[w != 0], 0, atol=1e-6)
    assert np.all(np.abs(slope[w == 0]) <= strength)


@pytest.mark.parametrize("figure", PLAYABLE.values())
def test_a_figure_answers_to_keys_and_says_what_it_shows(opened, browser, figure, look):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    opened(figure)
    place = browser.find_element(By.CSS_SELECTOR, f'[data-play="{figure}"]')
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", place)
    says = place.find_element(By.CLASS_NAME, "play-says")
    before, drawn = says.text, place.find_element(By.TAG_NAME, "svg").get_attribute("innerHTML")
    slider = place.find_element(By.CSS_SELECTOR, "input[type=range]")
    slider.send_keys(Keys.END)
    assert place.find_element(By.TAG_NAME, "svg").get_attribute("innerHTML") != drawn
    WebDriverWait(browser, 10).until(lambda _: says.text != before)
    assert slider.get_attribute("aria-valuetext")
    look(f"play-{figure}")
