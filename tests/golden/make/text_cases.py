#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes cases of vectorizers with options that no other case has. usage: text_cases.py FOLDER

Needs scikit-learn, pandas and joblib; the cases here were made with scikit-learn 1.2.2.
"""
import json
import pathlib
import platform
import random
import sys

import joblib
import numpy
import pandas
import scipy
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_extraction.text import (CountVectorizer, HashingVectorizer, TfidfTransformer,
                                             TfidfVectorizer)
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

WORDS = ("good bad great awful clean dirty staff room price Café CAFÉ naïve Straße поезд漢字 ΟΔΟΣ İstanbul e\u0301te\u0301 "
         "don't e-mail 2nd 10 x_y a is the not very ﬁne ½ mañana").split()


def document():
    words = " ".join(random.choice(WORDS) for _ in range(random.randrange(0, 14)))
    return words + random.choice(["", "!", " \n ", "  "])


def person(_):
    one = {"age": random.randrange(20, 60), "job": random.choice(["cook", "baker", " x=y"]),
           "tags": random.sample(["a", "b", "c"], 2), "new": random.random() < 0.5}
    if random.random() < 0.3:
        del one["age"]
    return one


def make_cases():
    texts = [document() for _ in range(80)]
    is_good = numpy.array([int("good" in text or "great" in text) for text in texts])
    grade = numpy.array(["no", "maybe", "yes"])[[len(text) % 3 for text in texts]]
    asked = [document() for _ in range(24)] + ["", "   ", "ΣΑΣ. ΑΣ", "unknownwords only"]
    frame = pandas.DataFrame({"n": [random.randrange(9) for _ in texts], "a": texts, "b": texts[::-1],
                              "s": [random.random() for _ in texts]})
    asked_frame = pandas.DataFrame({"n": range(len(asked)), "a": asked, "b": asked[::-1], "s": 0.5})
    people = [person(i) for i in range(60)]
    is_old = numpy.array([int(one.get("age", 0) > 40) for one in people])
    plain = [{k: v for k, v in one.items() if k != "tags"} for one in people]

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, norm="l1", stop_words=["is", "the"], max_features=60)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), strip_accents="unicode", max_features=60)
    columns = ColumnTransformer([("a", TfidfVectorizer(), "a"), ("num", StandardScaler(), ["n", "s"]),
                                 ("b", CountVectorizer(analyzer="char", ngram_range=(1, 2)), "b")],
                                transformer_weights={"a": 2.0})
    svd = make_pipeline(CountVectorizer(), TruncatedSVD(3, random_state=0))
    yield "text_union_of_words_and_characters", make_pipeline(make_union(words, pieces), LogisticRegression(C=20)), texts, grade, asked
    yield ("text_counts_through_transformer",
           make_pipeline(CountVectorizer(strip_accents="unicode", lowercase=False, binary=True),
                         TfidfTransformer(sublinear_tf=True, smooth_idf=False),
                         SGDClassifier(loss="log_loss", random_state=0)), texts, is_good, asked)
    yield ("text_hashing_binary_l1",
           make_pipeline(HashingVectorizer(n_features=64, binary=True, norm="l1", strip_accents="ascii", ngram_range=(1, 2)),
                         LinearSVC()), texts, grade, asked)
    yield ("text_token_group",
           make_pipeline(CountVectorizer(token_pattern=r"(?u)([a-zé]+)[^\s]*", stop_words=["a"]), MultinomialNB()),
           texts, grade, asked)
    yield ("text_svd_beside_words",
           make_pipeline(make_union(TfidfVectorizer(use_idf=False), svd), Ridge(solver="lsqr")),
           texts, is_good.astype(float), asked)
    yield "columns_of_two_texts", make_pipeline(columns, LogisticRegression(C=20)), frame, is_good, asked_frame
    yield ("dict_vectorizer_lists_and_booleans",
           make_pipeline(DictVectorizer(separator=":", sort=False), LogisticRegression(C=20)), people, is_old,
           people[:20] + [{}, {"zzz": 3, "job": "unseen"}])
    yield "feature_hasher", make_pipeline(FeatureHasher(16), LogisticRegression(C=20)), plain, is_old, plain[:20] + [{}]


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def write_case(folder, model, asked):
    (folder / "model").mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model" / "model.joblib", compress=("zlib", 6))
    write(folder / "request.json", {"instances": asked.to_dict("records") if hasattr(asked, "to_dict") else asked})
    answers = model.predict(asked)
    write(folder / "response.json", {"predictions": answers.tolist()})
    also = {}
    for method in ("predict_proba", "decision_function"):
        if hasattr(model, method):
            write(folder / f"{method}.json", {"predictions": getattr(model, method)(asked).tolist()})
            also[method] = {"parameters": {"method": method}, "compare": {"kind": "relative", "tolerance": 1e-11}}
    exact = {"kind": "json", "tolerance": 0.0}
    close = {"kind": "relative", "tolerance": 1e-12}
    made_by = (f"make/text_cases.py with Python {platform.python_version()}, numpy {numpy.__version__}, "
               f"scipy {scipy.__version__}, joblib {joblib.__version__}")
    write(folder / "case.json", {"framework": "scikit-learn", "version": sklearn.__version__, "made_by": made_by,
                                 "compare": close if answers.dtype.kind == "f" else exact,
                                 "notes": "model.joblib, joblib:zlib", "methods": list(also), "also": also})


def main():
    random.seed(3)
    version = "_".join(sklearn.__version__.split(".")[:2])
    for name, model, rows, target, asked in make_cases():
        write_case(pathlib.Path(sys.argv[1]) / f"{name}_{version}", model.fit(rows, target), asked)


main()
