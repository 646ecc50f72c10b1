# SPDX-License-Identifier: Apache-2.0
"""Writes the cases of tests/golden/contributions: small models and what their frameworks answer for
pred_contribs, approx_contribs, pred_interactions, pred_contrib and ShapValues.

usage: python contribution_cases.py FOLDER
Needs numpy, pandas, xgboost, lightgbm and catboost."""
import json
import os
import sys

import catboost
import lightgbm
import numpy as np
import pandas as pd
import xgboost

FEATURES = 6
ROWS = 9


def make_data(seed, missing=0.1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(600, FEATURES)).round(3).astype(np.float32)
    y = X[:, 0] + X[:, 1] * X[:, 2] + np.sin(2 * X[:, 3]) + 0.2 * random.normal(size=len(X))
    X[random.random(X.shape) < missing] = np.nan
    return X, y


def make_categories(seed):
    X, y = make_data(seed, 0)
    random = np.random.default_rng(seed + 100)
    words = np.array(["oak", "elm", "ash", "fir", "yew", "bay", "box"])
    frame = pd.DataFrame({"height": X[:, 0], "tree": words[random.integers(0, 7, len(X))],
                          "age": X[:, 1], "soil": words[random.integers(0, 3, len(X))]})
    y = y + 0.7 * (frame.tree < "elm") * frame.age + 0.4 * (frame.soil == "elm")
    return frame, y


class Cases:
    def __init__(self, folder):
        self.folder = folder

    def add(self, name, save, extension, rows, answers, outputs, framework):
        folder = os.path.join(self.folder, name)
        os.makedirs(os.path.join(folder, "model"), exist_ok=True)
        save(os.path.join(folder, "model", "model." + extension))
        instances = [[cell if isinstance(cell, str) else "NaN" if cell != cell else float(cell) for cell in row]
                     for row in rows]
        with open(os.path.join(folder, "request.json"), "w") as file:
            json.dump({"instances": instances}, file)
        for kind, answer in answers.items():
            answer = np.asarray(answer, dtype=np.float64).reshape(len(rows), outputs, -1)
            with open(os.path.join(folder, kind + ".json"), "w") as file:
                json.dump([[[float("%.10g" % x) for x in numbers] for numbers in row] for row in answer], file)
        with open(os.path.join(folder, "source.json"), "w") as file:
            json.dump({"framework": framework.__name__, "version": framework.__version__,
                       "made_by": "make/contribution_cases.py"}, file)

    def xgboost(self, name, params, y_of=lambda y: y, rounds=6, outputs=1, seed=1):
        X, y = make_data(seed)
        params = {"nthread": 1, "seed": 1, "max_depth": 4, **params}
        booster = xgboost.train(params, xgboost.DMatrix(X, y_of(y)), rounds)
        rows = xgboost.DMatrix(X[:ROWS])
        self.add("xgboost_" + name, booster.save_model, "ubj", X[:ROWS],
                 {"pred_contribs": booster.predict(rows, pred_contribs=True),
                  "approx_contribs": booster.predict(rows, pred_contribs=True, approx_contribs=True),
                  "pred_interactions": booster.predict(rows, pred_interactions=True)}, outputs, xgboost)

    def lightgbm(self, name, params, y_of=lambda y: y, rounds=6, outputs=1, seed=2):
        X, y = make_data(seed)
        X = X.astype(np.float64)
        params = {"verbose": -1, "num_threads": 1, "num_leaves": 12, **params}
        booster = lightgbm.train(params, lightgbm.Dataset(X, y_of(y)), rounds)
        self.add("lightgbm_" + name, booster.save_model, "txt", X[:ROWS],
                 {"pred_contrib": booster.predict(X[:ROWS], pred_contrib=True)}, outputs, lightgbm)

    def catboost(self, name, params, y_of=lambda y: y, outputs=1, categories=False, far=0, seed=3):
        X, y = make_categories(seed) if categories else make_data(seed)
        params = {"iterations": 6, "depth": 4, "thread_count": 1, "verbose": 0, "allow_writing_files": False,
                  "loss_function": "RMSE", **params}
        model = catboost.CatBoost(params)
        labels = ["tree", "soil"] if categories else None
        model.fit(catboost.Pool(X, y_of(y), cat_features=labels))
        rows = X[:ROWS]
        if far:  # where no training row was
            rows = np.concatenate([rows, np.random.default_rng(9).normal(size=(far, FEATURES)).astype(np.float32) * 4])
        answer = model.get_feature_importance(catboost.Pool(rows, cat_features=labels), type="ShapValues", thread_count=1)
        self.add("catboost_" + name, model.save_model, "cbm", rows.values.tolist() if categories else rows,
                 {"ShapValues": answer}, outputs, catboost)


def main(folder):
    cases = Cases(folder)
    thirds = lambda y: np.digitize(y, [-0.8, 0.8])
    cases.xgboost("regression", {"objective": "reg:squarederror"})
    cases.xgboost("logistic", {"objective": "binary:logistic", "base_score": 0.3, "max_depth": 6}, lambda y: y > 0, 4)
    cases.xgboost("softprob", {"objective": "multi:softprob", "num_class": 3, "max_depth": 3}, thirds, 3, 3)
    cases.xgboost("dart", {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.4})
    cases.lightgbm("binary", {"objective": "binary"}, lambda y: y > 0)
    cases.lightgbm("multiclass", {"objective": "multiclass", "num_class": 3}, thirds, 3, 3)
    cases.lightgbm("forest", {"objective": "regression", "boosting": "rf", "bagging_fraction": 0.6, "bagging_freq": 1})
    cases.catboost("regression", {}, far=20)
    cases.catboost("multiclass", {"loss_function": "MultiClass"}, thirds, 3)
    cases.catboost("depthwise", {"grow_policy": "Depthwise"})
    cases.catboost("one_hot", {"one_hot_max_size": 20}, categories=True)
    cases.catboost("simple_ctr", {"one_hot_max_size": 1, "max_ctr_complexity": 1}, categories=True)
    cases.catboost("combined_ctr", {"one_hot_max_size": 1, "max_ctr_complexity": 3, "iterations": 12}, categories=True)


main(sys.argv[1])
