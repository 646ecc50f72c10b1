# SPDX-License-Identifier: Apache-2.0
"""Writes cases of tests/golden/sklearn: transformers with options that few models have, alone or
with what comes behind them, and what scikit-learn makes of a few rows.

usage: python transformer_cases.py FOLDER [PART OF A NAME]
Needs numpy and scikit-learn, 0.22 or later; a case is left out where its class is not there yet."""
import json
import math
import os
import sys

import joblib
import numpy as np
import sklearn
from sklearn import compose, ensemble, feature_selection, impute, linear_model, preprocessing
from sklearn.pipeline import make_pipeline

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


def make_data():
    random = np.random.RandomState(3)
    X = np.round(random.randn(90, 4) * [1, 3, 0.5, 2] + [0, 1, 0, -1], 2)
    y = np.round(X @ [1, -2, 3, 0.5] + random.randn(90) * 0.3, 3)
    rows = np.round(random.randn(8, 4) * [1.5, 4, 1, 3] + [0, 1, 0, -1], 2)
    rows[:3] = [X[0], X.min(axis=0) - 2, X.max(axis=0) + 3]
    return X, y, rows


def with_holes(cells, seed, share=0.25):
    cells = np.array(cells, dtype=float)
    cells[np.random.RandomState(seed).rand(*cells.shape) < share] = np.nan
    return cells


def wide(cells, seed):
    """More features, of which most say nothing, two are equal and one is constant."""
    more = np.round(np.random.RandomState(seed).randn(len(cells), 5), 2)
    more[:, 1] = more[:, 0]
    more[:, 2] = 1
    return np.hstack([cells, more])


X, Y, ROWS = make_data()
W, WIDE_ROWS = wide(X, 1), wide(ROWS, 2)
SIGN = (Y > 0).astype(int)
THREE = np.digitize(Y, [-3, 2])


def selectors():
    select = feature_selection
    yield "percentile_with_ties", select.SelectPercentile(select.f_regression, percentile=35), Y
    yield "false_discoveries", select.SelectFdr(select.f_regression, alpha=0.3), Y
    yield "generic_family_error", select.GenericUnivariateSelect(
        select.f_classif, mode="fwe", param=0.2), SIGN
    yield "all_features_are_kept", select.SelectKBest(select.f_classif, k="all"), SIGN
    yield "from_boosting_above_median", select.SelectFromModel(
        ensemble.GradientBoostingRegressor(n_estimators=4, max_depth=2, random_state=0),
        threshold="median"), Y
    yield "from_forest_three_at_most", select.SelectFromModel(
        ensemble.RandomForestClassifier(4, max_depth=2, random_state=0), threshold=-np.inf,
        max_features=3), THREE
    yield "from_lasso", select.SelectFromModel(linear_model.Lasso(0.3)), Y
    yield "eliminated_for_logistic", select.RFE(
        linear_model.LogisticRegression(max_iter=500), n_features_to_select=3), SIGN


def transformers():
    """name, transformer, training rows, target, asked rows, tolerance"""
    for name, selector, target in selectors():
        yield name, selector, W, target, WIDE_ROWS, 0
    yield "bins_by_clusters", preprocessing.KBinsDiscretizer(
        [3, 4, 2, 5], encode="ordinal", strategy="kmeans"), X, None, ROWS, 0
    zeros = np.vstack([ROWS, np.zeros(4), [1e-17, 0, -1e-17, 0], [-5, -1, -2, -0.5]])
    yield "normalized_by_maximum", preprocessing.Normalizer("max"), X, None, zeros, 1e-15
    ties = np.round(X)
    yield "quantiles_with_ties_normal", preprocessing.QuantileTransformer(
        n_quantiles=20, output_distribution="normal"), ties, None, with_holes(ROWS, 4), 1e-13
    # Of round numbers some would be equally far, and rounding alone would choose among them.
    uneven = X + np.linspace(0, 0.05, len(X))[:, None]
    yield "neighbours_with_strangers", impute.KNNImputer(
        n_neighbors=7, add_indicator=True), with_holes(uneven[:9], 5, 0.5), None, with_holes(
            ROWS, 6, 0.5), 1e-10
    marked = np.nan_to_num(with_holes(uneven, 7), nan=-1)
    yield "neighbours_of_marks", impute.KNNImputer(
        missing_values=-1, n_neighbors=3), marked, None, np.nan_to_num(
            with_holes(ROWS, 8, 0.4), nan=-1), 1e-10
    if VERSION >= (1, 0):
        yield "polynomial_of_degrees_2_to_3", preprocessing.PolynomialFeatures(
            (2, 3), include_bias=False), X, None, ROWS, 0
        for beyond, degree in ("periodic", 3), ("continue", 2), ("linear", 1):
            yield "spline_%s_degree_%d" % (beyond, degree), preprocessing.SplineTransformer(
                n_knots=4, degree=degree, extrapolation=beyond), X, None, ROWS, 1e-10
    if VERSION >= (1, 3):
        cells = np.round(X[:, :2])
        yield "target_encoder_of_three_classes", preprocessing.TargetEncoder(
            random_state=0), with_holes(cells, 9, 0.1), THREE, with_holes(
                np.round(ROWS[:, :2]), 10), 1e-13
    if VERSION >= (1, 8):
        yield "spline_of_missing_values", preprocessing.SplineTransformer(
            extrapolation="linear", handle_missing="zeros"), with_holes(X, 11), None, with_holes(
                ROWS, 12), 1e-10
        yield "yeo_johnson_alone", preprocessing.PowerTransformer(), X, None, with_holes(
            ROWS, 13), 1e-13


def targets():
    """Regressors of targets that are transformed."""
    scale = make_pipeline(preprocessing.FunctionTransformer(np.cbrt, np.square),
                          preprocessing.RobustScaler(), preprocessing.MinMaxScaler((-1, 2)))
    for name, transformer, target in (
            ("target_by_pipeline", scale, Y),
            ("target_by_box_cox", preprocessing.PowerTransformer("box-cox"), np.exp(Y / 5)),
            ("target_by_uniform_quantiles", preprocessing.QuantileTransformer(n_quantiles=20), Y)):
        yield name, compose.TransformedTargetRegressor(
            linear_model.Ridge(), transformer=transformer,
            check_inverse=False), X, target, ROWS, 1e-12


def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def write_case(folder, name, model, rows, tolerance):
    path = os.path.join(folder, "%s_%d_%d" % (name, *VERSION))
    os.makedirs(os.path.join(path, "model"), exist_ok=True)
    joblib.dump(model, os.path.join(path, "model", "model.joblib"))
    answer = model.predict(rows) if hasattr(model, "predict") else model.transform(rows)
    instances = [[None if math.isnan(cell) else cell for cell in row] for row in rows.tolist()]
    case = {"framework": "scikit-learn", "version": sklearn.__version__,
            "made_by": "transformer_cases.py with numpy " + np.__version__,
            "compare": {"kind": "relative", "tolerance": tolerance}, "methods": []}
    for file, content in (("case", case), ("request", {"instances": instances}),
                          ("response", {"predictions": plain(np.asarray(answer).tolist())})):
        with open(os.path.join(path, file + ".json"), "w") as out:
            json.dump(content, out)


def main(folder, part=""):
    for group in transformers, targets:
        for name, model, cells, target, rows, tolerance in group():
            if part in name:
                write_case(folder, name, model.fit(cells, target), rows, tolerance)


if __name__ == "__main__":
    main(*sys.argv[1:])
