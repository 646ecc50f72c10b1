#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the model of the examples and the answers that XGBoost itself gives.

usage: python3 make.py        (xgboost 3.2.0, scikit-learn 1.9.1; writes beside this file)
"""
import json
import os

import numpy as np
import xgboost as xgb
from sklearn.datasets import load_diabetes

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "diabetes")
TREES = 40
MISSING_SHARE = 0.05


def main():
    data = load_diabetes(scaled=False)
    rows = data.data.astype(np.float32)
    # Blood tests that were not made: without them the trees would not learn where a missing value goes.
    tests = [i for i, name in enumerate(data.feature_names) if name.startswith("s") and name != "sex"]
    holes = np.random.default_rng(1).random((len(rows), len(tests))) < MISSING_SHARE
    training = rows.copy()
    training[:, tests] = np.where(holes, np.nan, training[:, tests])

    booster = xgb.train(
        {"objective": "reg:squarederror", "max_depth": 3, "eta": 0.1, "seed": 1, "nthread": 1},
        xgb.DMatrix(training, data.target, feature_names=data.feature_names),
        num_boost_round=TREES,
    )
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "model.bst"), "wb") as file:
        file.write(booster.save_raw("ubj"))

    asked = rows[:3].copy()
    asked[2, data.feature_names.index("s5")] = np.nan
    instances = [as_object(row, data.feature_names) for row in asked]
    predictions = booster.predict(xgb.DMatrix(asked, feature_names=data.feature_names)).tolist()
    np.save(os.path.join(FOLDER, "..", "rows.npy"), training[:200])
    write("request.json", {"instances": instances})
    write("response.json", {"predictions": predictions})
    write_spec(training[:200], data.feature_names)


def as_object(row, names):
    """A row as a client would send it: by name, missing as "NaN"."""
    cells = ("NaN" if np.isnan(x) else float(str(x)) for x in row)
    return {name: int(x) if x != "NaN" and x == int(x) else x for name, x in zip(names, cells)}


def write_spec(rows, names):
    """What explanations compare with: the lower medians of what rows.npy holds."""
    inputs = []
    for name, column in zip(names, rows.T):
        known = np.sort(column[~np.isnan(column)])
        baseline = as_object(known[(len(known) - 1) // 2 :][:1], [name])[name]
        inputs.append(f'    "{name}": {{"inputBaselines": [{baseline}]}}')
    joined = ",\n".join(inputs)
    with open(os.path.join(FOLDER, "..", "explanation_spec.json"), "w") as file:
        file.write('{"parameters": {"sampledShapleyAttribution": {"pathCount": 25}},\n "metadata": {\n'
                   f'   "inputs": {{\n{joined}}},\n   "outputs": {{"progression": {{}}}}}}}}\n')


def write(name, value):
    key, items = next(iter(value.items()))
    text = ",\n".join(f"  {json.dumps(item)}" for item in items)
    with open(os.path.join(FOLDER, "..", name), "w") as file:
        file.write(f'{{"{key}": [\n{text}\n]}}\n')


main()
