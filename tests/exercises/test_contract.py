"""Names and signatures that graders and submissions elsewhere rely on; an exercise may be there besides."""

import pytest

from dlcourse.exercises import catalogue

CONTRACT = {
    "01_training_procedure": [
        "one_hot(labels, num_classes)",
        "context_window(tokens, index, size, pad)",
        "bag_of_words(tokens, vocabulary)",
        "softmax(logits)",
        "cross_entropy(logits, labels)",
        "accuracy(logits, labels)",
        "standardize(train, other)",
    ],
    "02_gradient_check": [
        "numerical_gradient(f, x, h=1e-05)",
        "relative_error(a, b)",
        "affine_backward(x, weights, upstream)",
        "softmax_cross_entropy_gradient(logits, labels)",
        "two_layer_gradients(x, labels, w1, b1, w2, b2)",
    ],
    "03_activations": [
        "collapse_linear(weights)",
        "sigmoid(x)",
        "sigmoid_derivative(x)",
        "tanh_from_sigmoid(x)",
        "tanh_derivative(x)",
        "neuron_weight_gradient(x, delta)",
    ],
    "04_rectifiers": [
        "relu(x)",
        "relu_backward(x, upstream)",
        "leaky_relu(x, slope=0.01)",
        "leaky_relu_backward(x, upstream, slope=0.01)",
        "elu(x, alpha=1.0)",
        "elu_backward(x, upstream, alpha=1.0)",
        "maxout(x, weights, biases)",
        "dead_fraction(activations)",
    ],
    "05_initialization": [
        "weight_variance(scheme, n_in, n_out)",
        "uniform_limit(variance)",
        "initialize_uniform(noise, scheme)",
        "saturated_fraction(pre_activations, threshold=5.0)",
        "unit_variance_weights(weights, x)",
    ],
    "06_gradient_descent": [
        "gradient_descent_step(params, grad, learning_rate)",
        "minibatches(order, batch_size)",
        "updates_per_epoch(num_examples, batch_size)",
        "minibatch_gradient_descent(gradient, params, data, orders, batch_size, learning_rate)",
        "clip_by_norm(grad, max_norm)",
    ],
    "07_momentum": [
        "momentum_step(params, velocity, grad, learning_rate, mu)",
        "nesterov_step(params, velocity, gradient, learning_rate, mu)",
        "terminal_velocity(grad, learning_rate, mu)",
    ],
    "08_adaptive_methods": [
        "adagrad_step(params, h, grad, learning_rate, eps)",
        "rmsprop_step(params, h, grad, learning_rate, decay_rate, eps)",
        "adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)",
        "adam_step_uncorrected(params, m, v, grad, learning_rate, beta1, beta2, eps)",
    ],
    "09_weight_penalties": [
        "count_parameters(layer_sizes)",
        "l2_penalty(weights, strength)",
        "l1_penalty(weights, strength)",
        "elastic_net_penalty(weights, l2_strength, l1_strength)",
        "early_stopping(validation_losses, patience, min_delta=0.0)",
        "sparsity(weights, tolerance=1e-08)",
        "adamw_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay)",
        "smooth_labels(labels, num_classes, epsilon)",
    ],
    "10_dropout": [
        "dropout_forward(x, noise, drop_rate)",
        "dropout_backward(upstream, mask)",
        "vanilla_dropout_at_test(x, drop_rate)",
    ],
    "11_learning_rate_decay": [
        "step_decay(initial_rate, epoch, every, factor)",
        "exponential_decay(initial_rate, t, k)",
        "inverse_time_decay(initial_rate, t, k)",
        "warmup_cosine(initial_rate, step, warmup_steps, total_steps)",
    ],
    "12_hyperparameter_search": [
        "log_uniform(noise, low, high)",
        "sample_configurations(noise, ranges)",
        "narrow_range(values, scores, keep, margin=0.0)",
        "random_search(objective, configurations)",
    ],
    "13_multi_task_learning": [
        "shared_layer_gradient(delta_ner, delta_pos)",
        "multi_task_loss(losses, task_weights)",
        "multi_task_forward(x, shared, heads)",
        "iob_spans(tags)",
        "span_f1(gold, predicted)",
    ],
    "14_batch_normalization": [
        "batch_norm_forward(x, gamma, beta, eps)",
        "batch_norm_backward(upstream, x, gamma, eps)",
        "update_running(running, batch_value, momentum)",
        "layer_norm_forward(x, gamma, beta, eps)",
        "layer_norm_backward(upstream, x, gamma, eps)",
    ],
    "15_build_a_network": [
        "initialize_network(sizes, noise)",
        "forward_pass(params, x)",
        "backward_pass(params, activations, logits, labels)",
        "train_network(params, x, labels, orders, batch_size, learning_rate, "
        "beta1=0.9, beta2=0.999, eps=1e-08)",
        "predict(params, x)",
    ],
    "16_capstone": [
        "train_and_predict(x, labels, x_new, seed)",
    ],
}


@pytest.mark.parametrize("lesson", CONTRACT)
def test_every_exercise_of_the_contract_is_there_under_its_name_and_signature(lesson):
    assert set(CONTRACT[lesson]) <= {exercise.signature for exercise in catalogue()[lesson].values()}
