#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom. usage: layers.py [ROOT]

Every #include below include/ and src/ is an edge between two places. An edge that is not in the
tables is a finding: either the include is wrong, or the architecture changes, and then the table
and a note in docs/decisions/ change with it.
"""
import re

from source_tree import code_files, finish, root_from_arguments

# place: the places that it may include besides itself
LAYERS = {
    "include": set(),
    "include/spi": {"include"},
    "base": {"include"},
    "text": {"base"},
    "json": {"base", "text", "include"},
    "graph": {"base", "text", "include", "include/spi"},
    "artifact": {"base", "text", "include"},
    "format/*": {"artifact", "base", "text", "json", "format/*", "include", "include/spi"},
    "backend/*": {"base", "text", "include", "include/spi"},
    "explain": {"base", "text", "include", "include/spi"},
    "core": {"base", "text", "json", "artifact", "graph", "explain", "include", "include/spi"},
    "builtin": {"core", "format/*", "backend/*", "include", "include/spi"},
    "batch": {"core", "json", "text", "artifact", "base", "include"},
    "service": {"batch", "core", "json", "text", "base", "include"},
    "http": {"service", "base", "text", "include"},
    "grpc": {"service", "include"},
    "c": {"core", "batch", "include"},
    "cli": {"include", "include/spi", "artifact", "http", "service"},
}

# Narrower than a place: these files, seen from that place.
ONLY_THESE = {
    ("base", "include"): {"trivet/result.hpp", "trivet/error.hpp", "trivet/executor.hpp"},
    ("format/*", "json"): {"json/document.hpp"},
    # LocalModel::graph() gives one to look at
    ("cli", "include/spi"): {"trivet/spi/graph.hpp"},
    # artefacts that wrap a model of another format; only what makes the reader
    ("format/*", "format/*"): {"format/catboost/catboost.hpp", "format/lightgbm/lightgbm.hpp",
                               "format/xgboost/xgboost.hpp"},
    # rows to time a model with come in NumPy's files (docs/decisions/0004)
    ("cli", "artifact"): {"artifact/npy.hpp", "artifact/npz.hpp"},
}

# The umbrella of the public headers: no header or source of ours asks for everything.
UMBRELLA = "trivet/trivet.hpp"

# package: its header names and the places that may see it
PACKAGES = {
    "fmt": (r"fmt/", {"text"}),
    "simdjson": (r"simdjson(\.h|/)", {"json"}),
    "Eigen": (r"(Eigen|unsupported/Eigen)/", {"backend/linear", "backend/tensor"}),
    "xtensor": (r"(xtensor|xtl)/", {"backend/tensor"}),
    "Highway": (r"hwy/", {"backend/tree", "backend/tensor"}),
    "Boost": (r"boost/", {"http"}),
    "gRPC": (r"(grpc|grpcpp|google/protobuf)/", {"grpc"}),
    "SQLite": (r"sqlite3\.h", {"batch", "service"}),
    "zlib": (r"zlib\.h", {"artifact", "http"}),  # http: request bodies (docs/decisions/0013)
    "compression": (r"(bzlib|lzma|libdeflate|lz4|lz4frame|snappy(-c)?|zstd)\.h", {"artifact"}),
    "images": (r"(jpeglib|turbojpeg|png)\.h", {"backend/tensor"}),
    "CLI11": (r"CLI/", {"cli"}),
    "POSIX": (r"(sys/\w+|unistd|fcntl|dirent|dlfcn|signal|poll|netdb|pthread)\.h|arpa/.*|netinet/.*",
              {"base", "artifact", "cli", "http", "grpc", "batch", "service"}),
    "intrinsics": (r"(immintrin|x86intrin|arm_neon|cpuid)\.h", {"backend/tree", "backend/tensor"}),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
STANDARD = re.compile(r"[a-z0-9_]+$|(stddef|stdint|stdbool)\.h$")


def place_of(path):
    """The place of a file, by its path from the root: `include/spi`, `backend/tree`, `builtin`."""
    parts = path.parts
    if parts[0] == "include":
        return "include/spi" if len(parts) > 3 and parts[2] == "spi" else "include"
    if len(parts) == 2:
        return path.stem
    if parts[1] in ("format", "backend"):
        name = parts[2] if len(parts) > 3 else path.stem
        return f"{parts[1]}/{name}"
    return parts[1]


def general(place):
    """`backend/tree` stands in the table as `backend/*`."""
    kind = place.split("/")[0]
    return f"{kind}/*" if kind in ("format", "backend") else place


def target_of(root, path, name):
    """The file of ours that an include in quotes means, relative to the root; None without one."""
    for base in ("include", "src", path.parent):
        candidate = (root / base / name).resolve()
        if candidate.is_file():
            return candidate.relative_to(root)
    return None


def check_own(root, path, name):
    """Why the tree's own file `name` may not be included by `path`; empty when it may."""
    target = target_of(root, path, name)
    if target is None:
        return f"includes {name}, which does not exist"
    here, there = place_of(path), place_of(target)
    if name == UMBRELLA:
        return f"includes the umbrella {name}; name the headers that are needed"
    if here == there:
        return ""
    if general(here) not in LAYERS:
        return f"stands in {here}, which has no row in layers.py"
    if general(there) not in LAYERS[general(here)]:
        return f"includes {name}: {here} may not see {there}"
    only = ONLY_THESE.get((general(here), general(there)))
    if only is not None and name not in only:
        return f"includes {name}: of {there}, {here} may only see {', '.join(sorted(only))}"
    return ""


def check_package(path, name):
    """Why `path` may not include the header `name` of a package; empty when it may."""
    for package, (pattern, homes) in PACKAGES.items():
        if re.match(pattern, name):
            if place_of(path) in homes:
                return ""
            return f"includes <{name}>: {package} is only for {', '.join(sorted(homes))}"
    if STANDARD.match(name):
        return ""
    return f"includes <{name}>, a package without a row in layers.py"


def main():
    root = root_from_arguments()
    findings = []
    edges = 0
    for path, text in code_files(root, "include", "src"):
        for match in INCLUDE.finditer(text):
            quote, name = match.groups()
            if path.as_posix() == f"include/{UMBRELLA}":
                continue
            own = quote == '"' or name.startswith("trivet/")
            reason = check_own(root, path, name) if own else check_package(path, name)
            edges += 1
            if reason:
                line = text.count("\n", 0, match.start(2)) + 1
                findings.append(f"{path}:{line}: {reason}")
    finish("layers", findings, note=f"{edges} includes")


if __name__ == "__main__":
    main()
