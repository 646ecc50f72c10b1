# SPDX-License-Identifier: Apache-2.0
"""Writes cases of tests/golden/sklearn for estimators made of others: options that the cases of
make/sklearn don't have. Each case that fits the installed scikit-learn is written under its version.

usage: python sklearn_meta_cases.py FOLDER
Needs numpy, scikit-learn and joblib; one case needs lightgbm."""
import importlib.util
import json
import os
import platform
import sys
import warnings

import joblib
import numpy as np
import scipy
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import (AdaBoostClassifier, BaggingClassifier, GradientBoostingClassifier, RandomForestClassifier,
                              VotingClassifier)
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")
WORDS = np.array(["ash", "birch", "cedar", "döuglas fir"])
VERSION = tuple(map(int, sklearn.__version__.split(".")[:2]))
CASES = []


def case(*versions, also=("predict_proba", "decision_function"), kind="json"):
    def keep(make):
        if "%d.%d" % VERSION in versions:
            CASES.append((make, also, kind))
        return make
    return keep


def rows(classes, seed, count=120, features=4):
    X, y = make_classification(count + 16, features, n_informative=features, n_redundant=0, n_classes=classes,
                               n_clusters_per_class=1, class_sep=0.7, random_state=seed)
    X = X.round(2)
    return X[16:], y[16:], X[:16]


def flags(X, seed, width=3):
    return (X @ np.random.RandomState(seed).randn(X.shape[1], width) > 0.3).astype(int)


@case("0.20", "1.2", "1.9")
def classifier_chain():
    X, _, Q = rows(2, 1)
    return ClassifierChain(LogisticRegression(), order=[2, 0, 1]).fit(X, flags(X, 1)), Q


@case("1.5")
def classifier_chain_of_probabilities():
    X, _, Q = rows(2, 2)
    return ClassifierChain(LogisticRegression(), order=[1, 2, 0], chain_method="predict_proba").fit(X, flags(X, 2)), Q


@case("1.4")
def one_vs_rest_multilabel():
    X, _, Q = rows(2, 3)
    Y = flags(X, 3)
    Y[:, 1] = 1  # a constant instead of a member
    return OneVsRestClassifier(LogisticRegression()).fit(X, Y), Q


@case("1.9", also=("predict_proba",))
def one_vs_rest_of_trees():
    X, y, Q = rows(4, 4)
    return OneVsRestClassifier(DecisionTreeClassifier(max_depth=3, random_state=0)).fit(X, WORDS[y]), Q


@case("1.2")
def one_vs_rest_two_classes():
    X, y, Q = rows(2, 5)
    return OneVsRestClassifier(LogisticRegression()).fit(X, WORDS[y]), Q


@case("0.21", "1.5", also=("decision_function",))
def one_vs_one_of_trees():
    X, y, Q = rows(4, 6)
    return OneVsOneClassifier(DecisionTreeClassifier(max_depth=3, random_state=0)).fit(X, WORDS[y]), Q


@case("1.9", also=("decision_function",))
def one_vs_one_two_classes():
    X, y, Q = rows(2, 7)
    return OneVsOneClassifier(LogisticRegression()).fit(X, y), Q


@case("1.9", also=())
def output_code_of_decisions():
    X, y, Q = rows(4, 8)
    return OutputCodeClassifier(LinearSVC(random_state=0), code_size=2, random_state=1).fit(X, y), Q


@case("1.4", also=())
def multi_output_classifier_of_words():
    X, y, Q = rows(3, 9)
    Y = np.stack([WORDS[y].astype(object), np.where(X[:, 0] > 0, "up", "down").astype(object)], 1)
    return MultiOutputClassifier(LogisticRegression()).fit(X, Y), Q


@case("0.20", "1.2", "1.9", also=())
def random_forest_two_outputs():
    X, y, Q = rows(3, 10)
    return RandomForestClassifier(4, max_depth=3, random_state=0).fit(X, np.stack([y, X[:, 0] > 0], 1)), Q


@case("1.3", "1.5", "1.9")
def ada_boost_two_classes():
    X, y, Q = rows(2, 11)
    samme = {} if VERSION >= (1, 6) else {"algorithm": "SAMME"}
    return AdaBoostClassifier(n_estimators=5, random_state=0, **samme).fit(X, WORDS[y]), Q


@case("0.20", "1.2")
def ada_boost_samme():
    X, y, Q = rows(3, 12)
    return AdaBoostClassifier(n_estimators=5, random_state=0, algorithm="SAMME").fit(X, y), Q


@case("1.5")
def ada_boost_samme_r_two_classes():
    X, y, Q = rows(2, 13)
    return AdaBoostClassifier(n_estimators=5, random_state=0, algorithm="SAMME.R").fit(X, y), Q


@case("0.20", "0.21", "1.4", also=())
def voting_hard_of_trees():
    X, y, Q = rows(3, 14)
    members = [("a", DecisionTreeClassifier(max_depth=2)), ("b", LogisticRegression()), ("c", RidgeClassifier())]
    return VotingClassifier(members, weights=[1, 2, 1.5]).fit(X, WORDS[y]), Q


@case("0.20", "1.4", also=("predict_proba",))
def bagging_of_ridges():
    X, y, Q = rows(3, 15)
    return BaggingClassifier(RidgeClassifier(), n_estimators=4, random_state=0).fit(X, WORDS[y]), Q


@case("0.20", "1.3", "1.9", also=("predict_proba",))
def calibrated_isotonic():
    X, y, Q = rows(4, 16)
    return CalibratedClassifierCV(LogisticRegression(), method="isotonic", cv=2).fit(X, WORDS[y]), Q


@case("1.2", also=("predict_proba",))
def calibrated_prefit():
    X, y, Q = rows(2, 17)
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X[:60], y[:60])
    return CalibratedClassifierCV(tree, cv="prefit").fit(X[60:], y[60:]), Q


@case("1.9", also=("predict_proba",))
def calibrated_frozen():
    from sklearn.frozen import FrozenEstimator
    X, y, Q = rows(3, 18)
    frozen = FrozenEstimator(LinearSVC(random_state=0).fit(X[:60], y[:60]))
    return CalibratedClassifierCV(frozen).fit(X[60:], y[60:]), Q


@case("1.9", also=("predict_proba",))
def calibrated_temperature():
    X, y, Q = rows(3, 19)
    return CalibratedClassifierCV(LogisticRegression(), method="temperature", cv=2).fit(X, WORDS[y]), Q


@case("1.9", also=("predict_proba",))
def calibrated_temperature_two_classes():
    X, y, Q = rows(2, 20)
    return CalibratedClassifierCV(DecisionTreeClassifier(max_depth=3, random_state=0), method="temperature", cv=2).fit(X, y), Q


@case("1.9", also=("predict_proba",))
def calibrated_temperature_of_decisions():
    X, y, Q = rows(2, 27)
    return CalibratedClassifierCV(LinearSVC(random_state=0), method="temperature", cv=2).fit(X, WORDS[y]), Q


@case("1.4")
def stacking_three_classes_passthrough():
    from sklearn.ensemble import StackingClassifier
    X, y, Q = rows(3, 21)
    members = [("tree", DecisionTreeClassifier(max_depth=2, random_state=0)), ("out", "drop"), ("ridge", RidgeClassifier())]
    return StackingClassifier(members, passthrough=True, cv=2).fit(X, WORDS[y]), Q


@case("1.2")
def stacking_of_labels():
    from sklearn.ensemble import StackingClassifier
    X, y, Q = rows(3, 22)
    members = [("tree", DecisionTreeClassifier(max_depth=2, random_state=0)), ("ridge", RidgeClassifier())]
    return StackingClassifier(members, final_estimator=DecisionTreeClassifier(max_depth=3, random_state=0), stack_method="predict",
                              cv=2).fit(X, WORDS[y]), Q


@case("0.21", "1.2", "1.9")
def gradient_boosting_tree_init():
    X, y, Q = rows(2, 23)
    init = DecisionTreeClassifier(max_depth=2, random_state=0)
    return GradientBoostingClassifier(init=init, n_estimators=3, max_depth=2, random_state=0).fit(X, WORDS[y]), Q


@case("1.4")
def gradient_boosting_exponential_tree_init():
    X, y, Q = rows(2, 24)
    init = DecisionTreeClassifier(max_depth=3, random_state=0)
    return GradientBoostingClassifier(init=init, loss="exponential", n_estimators=3, max_depth=2, random_state=0).fit(X, y), Q


@case("1.3", "1.4")
def gradient_boosting_multi_forest_init():
    X, y, Q = rows(3, 25)
    init = RandomForestClassifier(3, max_depth=2, random_state=0)
    return GradientBoostingClassifier(init=init, n_estimators=2, max_depth=2, random_state=0).fit(X, y), Q


@case("1.9", also=("predict_proba", "decision_function"))
def fixed_threshold_of_a_first_class():
    from sklearn.model_selection import FixedThresholdClassifier
    X, y, Q = rows(2, 26)
    model = FixedThresholdClassifier(LogisticRegression(), threshold=0.4, pos_label="ash").fit(X, WORDS[y])
    return model, Q


@case("1.5", also=("predict_proba", "decision_function"))
def fixed_threshold_of_decisions():
    from sklearn.model_selection import FixedThresholdClassifier
    X, y, Q = rows(2, 28)
    model = FixedThresholdClassifier(LogisticRegression(), threshold=-0.3, pos_label=0, response_method="decision_function")
    return model.fit(X, y), Q


@case("1.9", also=("predict_proba",))
def tuned_threshold_of_recall():
    from sklearn.metrics import make_scorer, recall_score
    from sklearn.model_selection import TunedThresholdClassifierCV
    X, y, Q = rows(2, 29)
    scorer = make_scorer(recall_score, pos_label="ash")
    return TunedThresholdClassifierCV(LogisticRegression(), scoring=scorer, thresholds=9).fit(X, WORDS[y]), Q


@case("1.5", also=("predict_proba",))
def lgbm_early_stopping():
    import lightgbm
    X, y, Q = rows(3, 30)
    model = lightgbm.LGBMClassifier(n_estimators=30, num_leaves=4, min_child_samples=5, learning_rate=0.5, verbose=-1, n_jobs=1)
    model.fit(X[:60], y[:60], eval_set=[(X[60:], y[60:])], callbacks=[lightgbm.early_stopping(3, verbose=False)])
    assert 0 < model.best_iteration_ < model.n_estimators
    return model, Q


def flat(answer):
    """Outputs of a list side by side."""
    return np.concatenate(answer, axis=1).tolist() if isinstance(answer, list) else answer.tolist()


def write(folder, make, also, kind):
    model, asked = make()
    path = os.path.join(folder, "%s_%d_%d" % (make.__name__, *VERSION))
    os.makedirs(os.path.join(path, "model"), exist_ok=True)
    joblib.dump(model, os.path.join(path, "model", "model.joblib"))

    def put(name, value):
        with open(os.path.join(path, name), "w", encoding="utf-8") as out:
            json.dump(value, out, ensure_ascii=False)
            out.write("\n")

    methods = [m for m in also if hasattr(model, m)]
    if isinstance(model, (RandomForestClassifier, MultiOutputClassifier)):
        methods = ["predict_proba"]
    put("request.json", {"instances": asked.tolist()})
    put("response.json", {"predictions": flat(model.predict(asked))})
    for method in methods:
        put(method + ".json", {"predictions": flat(getattr(model, method)(asked))})
    put("case.json", {
        "framework": "scikit-learn", "version": sklearn.__version__,
        "made_by": "make/sklearn_meta_cases.py with Python %s, numpy %s, scipy %s, joblib %s" %
                   (platform.python_version(), np.__version__, scipy.__version__, joblib.__version__),
        "compare": {"kind": kind, "tolerance": 0.0}, "notes": "", "methods": methods,
        "also": {m: {"parameters": {"method": m}, "compare": {"kind": "relative", "tolerance": 1e-12}} for m in methods}})


if __name__ == "__main__":
    for make, also, kind in CASES:
        if make is lgbm_early_stopping and importlib.util.find_spec("lightgbm") is None:
            continue
        write(sys.argv[1], make, also, kind)
