"""Logistic regression with an L2 penalty, by Newton's method."""

import numpy as np

FREE = 1e-3  # the penalty of a bias


def penalised(matrix: np.ndarray, events: np.ndarray, weight: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """The weights (m,) of m features for n rows: `matrix` (n, m), `events` 0 or 1, a `weight` for each row."""
    found = np.zeros(matrix.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-np.clip(matrix @ found, -30, 30)))
        gradient = matrix.T @ (weight * (likely - events)) + penalty * found
        curvature = (matrix * (weight * likely * (1 - likely))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        found -= step
        if abs(step).max() < 1e-5:
            break
    return found
