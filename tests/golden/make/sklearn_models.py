# SPDX-License-Identifier: Apache-2.0
"""Small models for options of scikit-learn's classes that no other case has.

usage: python sklearn_models.py OUT_FOLDER
"""
import json
import os
import sys
import warnings

import joblib
import numpy as np
import scipy.sparse as sparse
import sklearn
from sklearn.cluster import KMeans
from sklearn.covariance import EllipticEnvelope
from sklearn.cross_decomposition import PLSCanonical
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process import kernels as k
from sklearn.isotonic import IsotonicRegression
from sklearn.kernel_ridge import KernelRidge
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestCentroid
from sklearn.preprocessing import LabelBinarizer, LabelEncoder
from sklearn.svm import SVC, SVR, NuSVR


def models():
    """Name, fitted model, rows to ask, methods besides predict."""
    random = np.random.RandomState(7)
    rows = random.randn(26, 3)
    two = (rows[:, 0] + 0.5 * random.randn(26) > 0).astype(int)
    three = np.array(["ant", "bee", "cow"])[np.digitize(rows[:, 1], [-0.5, 0.5])]
    target = 2 * rows[:, 0] + np.sin(rows[:, 1])
    both = np.stack([target, rows[:, 2]], 1)
    asked = np.round(np.concatenate([1.5 * random.randn(5, 3), rows[:1]]), 3)
    holes = sparse.csr_matrix(np.where(np.abs(rows) > 0.7, rows, 0))
    proba = ["predict_proba"]
    decision = ["decision_function"]
    yield "svc_break_ties", SVC(break_ties=True).fit(rows, three), asked, decision
    yield "svc_sparse", SVC().fit(holes, three), asked, decision
    yield "svc_sparse_linear", SVC(kernel="linear").fit(holes, two), asked, decision
    yield "svr_poly", SVR(kernel="poly", degree=2, coef0=0.5).fit(rows, target), asked, []
    yield "nu_svr", NuSVR(nu=0.4).fit(rows, target), asked, []
    for metric in ("chebyshev", "cosine", "canberra"):
        knn = KNeighborsClassifier(3, metric=metric, algorithm="brute", weights="distance")
        yield "knn_" + metric, knn.fit(rows, three), asked[:5], proba
    yield "knn_regressor_of_a_column", KNeighborsRegressor(3).fit(rows, target[:, None]), asked, []
    yield ("nearest_centroid_priors", NearestCentroid(priors="empirical").fit(rows, three), asked,
           proba + decision)
    yield "quadratic_two_classes", QuadraticDiscriminantAnalysis().fit(rows, two), asked, decision
    for kind in ("tied", "diag", "spherical"):
        mixture = GaussianMixture(2, covariance_type=kind, random_state=0)
        yield "gaussian_mixture_" + kind, mixture.fit(rows), asked, proba + ["score_samples"]
    for prior in ("dirichlet_process", "dirichlet_distribution"):
        mixture = BayesianGaussianMixture(n_components=2, random_state=0,
                                          weight_concentration_prior_type=prior)
        yield "bayesian_mixture_" + prior, mixture.fit(rows), asked, proba + ["score_samples"]
    yield ("elliptic_envelope", EllipticEnvelope(random_state=0).fit(rows), asked,
           decision + ["score_samples"])
    for kernel in ("laplacian", "cosine", "polynomial"):
        yield "kernel_ridge_" + kernel, KernelRidge(kernel=kernel).fit(rows, both), asked, []
    yield "pls_canonical", PLSCanonical(2).fit(rows, both), asked, ["transform"]
    yield ("dummy_constant", DummyClassifier(strategy="constant", constant="bee").fit(rows, three),
           asked, proba)
    yield "k_means", KMeans(4, n_init=1, random_state=0).fit(rows), asked, ["transform"]
    process_kernels = {
        "matern_1_5": k.Matern(1.2, nu=1.5),
        "matern_2_5_scales": k.Matern([1, 2, 3.0], nu=2.5),
        "matern_0_7": k.Matern(1.2, nu=0.7),
        "rational_quadratic": k.RationalQuadratic(1.5, 0.7),
        "sine": k.ExpSineSquared(1.2, 3.0) + k.WhiteKernel(9),
        "powers": k.ConstantKernel(2) * k.RBF([1, 2, 0.5]) ** 2 + k.DotProduct(0.7),
        "pairwise": k.PairwiseKernel(metric="laplacian", gamma=0.4),
    }
    for name, kernel in process_kernels.items():
        process = GaussianProcessRegressor(kernel, alpha=0.1, optimizer=None, normalize_y=True)
        yield "gaussian_process_" + name, process.fit(rows, both), asked, []
    kernel = k.ConstantKernel(4) * k.RBF([1, 2, 0.5]) + k.WhiteKernel(0.1)
    process = GaussianProcessClassifier(kernel, optimizer=None)
    yield "process_classifier_two", process.fit(rows, two), asked, proba
    process = GaussianProcessClassifier(k.Matern(1.5, nu=2.5), optimizer=None)
    far = np.concatenate([asked, [[1e6, 0, 0]]])  # all shares are even: the last class wins
    yield "process_classifier_three", process.fit(rows, three), far, proba
    yield ("isotonic_of_two_points", IsotonicRegression(out_of_bounds="clip").fit([1, 2], [3, 5]),
           np.array([0, 1.5, 9]), [])
    # These take labels, and transform them only.
    yield "label_encoder_of_words", LabelEncoder().fit(three), np.array(["cow", "ant"]), []
    yield "label_encoder_of_numbers", LabelEncoder().fit([3, 7, 20]), np.array([20, 3, 7]), []
    yield ("label_binarizer_of_words", LabelBinarizer().fit(three), np.array(["bee", "elk", "ant"]),
           [])
    yield ("label_binarizer_of_two", LabelBinarizer(neg_label=-1, pos_label=2).fit(two),
           np.array([1, 0]), [])


def dump(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file)


def main(out):
    version = "_".join(sklearn.__version__.split(".")[:2])
    for name, model, asked, methods in models():
        folder = os.path.join(out, name + "_" + version)
        os.makedirs(os.path.join(folder, "model"), exist_ok=True)
        joblib.dump(model, os.path.join(folder, "model", "model.joblib"), compress=True)
        rule = {"kind": "relative", "tolerance": 1e-10}
        answer = getattr(model, "predict", getattr(model, "transform", None))(asked)
        exact = answer.dtype.kind != "f"
        case = {"framework": "scikit-learn", "version": sklearn.__version__,
                "made_by": "make/sklearn_models.py",
                "compare": {"kind": "json", "tolerance": 0.0} if exact else rule,
                "methods": methods, "also": {}}
        for method in methods:
            case["also"][method] = {"parameters": {"method": method}, "compare": rule}
            dump(folder, method + ".json",
                 {"predictions": getattr(model, method)(asked).tolist()})
        dump(folder, "case.json", case)
        dump(folder, "request.json", {"instances": asked.tolist()})
        dump(folder, "response.json", {"predictions": answer.tolist()})


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
