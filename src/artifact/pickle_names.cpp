// SPDX-License-Identifier: Apache-2.0
// The names that stand for data in every framework's pickles.
#include "artifact/pickle_names.hpp"

#include <bit>

#include "base/city_hash.hpp"

namespace trivet::artifact {
namespace {

using Role = PickleRole;

constexpr PickleName kPythonNames[] = {
    {"builtins", "list", Role::list},
    {"builtins", "tuple", Role::tuple},
    {"builtins", "dict", Role::dict},
    {"builtins", "set", Role::set},
    {"builtins", "frozenset", Role::set},
    {"builtins", "bytes", Role::bytes},
    {"builtins", "bytearray", Role::bytes},
    {"builtins", "object"},
    {"builtins", "slice"},
    {"builtins", "bool"},
    {"builtins", "int"},
    {"builtins", "float"},
    {"builtins", "complex"},
    {"builtins", "str"},
    {"__builtin__", "list", Role::list},
    {"__builtin__", "tuple", Role::tuple},
    {"__builtin__", "dict", Role::dict},
    {"__builtin__", "set", Role::set},
    {"__builtin__", "frozenset", Role::set},
    {"__builtin__", "bytes", Role::bytes},
    {"__builtin__", "bytearray", Role::bytes},
    {"__builtin__", "object"},
    {"__builtin__", "slice"},
    {"__builtin__", "bool"},
    {"__builtin__", "int"},
    {"__builtin__", "long"},
    {"__builtin__", "float"},
    {"__builtin__", "complex"},
    {"__builtin__", "str"},
    {"__builtin__", "unicode"},
    {"_codecs", "encode", Role::encode},
    {"copyreg", "_reconstructor", Role::reconstructor},
    {"copy_reg", "_reconstructor", Role::reconstructor},
    {"collections", "OrderedDict", Role::dict},
    {"collections", "defaultdict"},
};

// NumPy 1 says numpy.core, NumPy 2 numpy._core.
constexpr PickleName kNumpyNames[] = {
    {"numpy", "ndarray", Role::array_class},
    {"numpy", "matrix", Role::array_class},
    {"numpy", "memmap", Role::array_class},
    {"numpy", "recarray", Role::array_class},
    {"numpy", "dtype", Role::array_dtype},
    {"numpy.matrixlib.defmatrix", "matrix", Role::array_class},
    {"numpy.core.memmap", "memmap", Role::array_class},
    {"numpy._core.memmap", "memmap", Role::array_class},
    {"numpy.core.records", "recarray", Role::array_class},
    {"numpy.rec", "recarray", Role::array_class},
    {"numpy.core.multiarray", "_reconstruct", Role::array_reconstruct},
    {"numpy._core.multiarray", "_reconstruct", Role::array_reconstruct},
    {"numpy.core.numeric", "_frombuffer", Role::array_from_buffer},
    {"numpy._core.numeric", "_frombuffer", Role::array_from_buffer},
    {"numpy.core.multiarray", "scalar", Role::array_scalar},
    {"numpy._core.multiarray", "scalar", Role::array_scalar},
    {"numpy", "bool_"},
    {"numpy", "bool"},
    {"numpy", "int8"},
    {"numpy", "int16"},
    {"numpy", "int32"},
    {"numpy", "int64"},
    {"numpy", "intc"},
    {"numpy", "longlong"},
    {"numpy", "uint8"},
    {"numpy", "uint16"},
    {"numpy", "uint32"},
    {"numpy", "uint64"},
    {"numpy", "ulonglong"},
    {"numpy", "float16"},
    {"numpy", "float32"},
    {"numpy", "float64"},
    {"numpy", "longdouble"},
    {"numpy", "float128"},
    {"numpy", "str_"},
    {"numpy", "bytes_"},
    {"numpy", "object_"},
    {"numpy", "number"},
    {"numpy", "floating"},
    {"numpy", "integer"},
    {"numpy.ma", "MaskedArray"},
    {"numpy.ma.core", "MaskedArray"},
    {"numpy.ma.core", "_mareconstruct"},
    // Generators, which estimators keep after training; predictions never ask them.
    {"numpy.random", "__RandomState_ctor"},
    {"numpy.random._pickle", "__randomstate_ctor"},
    {"numpy.random._pickle", "__generator_ctor"},
    {"numpy.random._pickle", "__bit_generator_ctor"},
    {"numpy.random._mt19937", "MT19937"},
    {"numpy.random._pcg64", "PCG64"},
    {"numpy.random._pcg64", "PCG64DXSM"},
    {"numpy.random._philox", "Philox"},
    {"numpy.random._sfc64", "SFC64"},
    {"numpy.random.bit_generator", "SeedSequence"},
    {"numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"},
};

// The modules have underscores since scipy 1.8.
constexpr PickleName kScipyNames[] = {
    {"scipy.sparse.csr", "csr_matrix"}, {"scipy.sparse._csr", "csr_matrix"},
    {"scipy.sparse._csr", "csr_array"}, {"scipy.sparse._arrays", "csr_array"},
    {"scipy.sparse.csc", "csc_matrix"}, {"scipy.sparse._csc", "csc_matrix"},
    {"scipy.sparse._csc", "csc_array"}, {"scipy.sparse._arrays", "csc_array"},
    {"scipy.sparse.coo", "coo_matrix"}, {"scipy.sparse._coo", "coo_matrix"},
    {"scipy.sparse._coo", "coo_array"}, {"scipy.sparse._arrays", "coo_array"},
    {"scipy.sparse.dia", "dia_matrix"}, {"scipy.sparse._dia", "dia_matrix"},
    {"scipy.sparse._dia", "dia_array"}, {"scipy.sparse._arrays", "dia_array"},
};

// pandas 3 says pandas.Index.
constexpr PickleName kPandasNames[] = {
    {"pandas", "Index"},
    {"pandas", "RangeIndex"},
    {"pandas.core.indexes.base", "Index"},
    {"pandas.core.indexes.base", "_new_Index"},
    {"pandas.core.indexes.range", "RangeIndex"},
    {"pandas.core.indexes.numeric", "Int64Index"},
    {"pandas.core.indexes.numeric", "Float64Index"},
};

constexpr PickleName kJoblibNames[] = {
    {"joblib.numpy_pickle", "NumpyArrayWrapper", Role::array_in_stream},
    {"sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper", Role::array_in_stream},
    {"joblib.numpy_pickle", "NDArrayWrapper", Role::array_in_file},
    {"joblib.numpy_pickle", "ZNDArrayWrapper", Role::array_in_file},
    {"joblib.numpy_pickle_compat", "NDArrayWrapper", Role::array_in_file},
    {"joblib.numpy_pickle_compat", "ZNDArrayWrapper", Role::array_in_file},
    {"sklearn.externals.joblib.numpy_pickle", "NDArrayWrapper", Role::array_in_file},
    {"sklearn.externals.joblib.numpy_pickle", "ZNDArrayWrapper", Role::array_in_file},
};

}  // namespace

/// A thousand names take a tenth of the time that sorting them would, before the first model loads.
PickleNameTable::PickleNameTable(std::initializer_list<std::span<const PickleName>> lists) {
  std::size_t rows = 0;
  for (const std::span<const PickleName> list : lists) rows += list.size();
  slots_.resize(std::bit_ceil(2 * rows + 1));
  for (const std::span<const PickleName> list : lists) {
    for (const PickleName& row : list) {
      const PickleName*& slot = slots_[slot_of(row.module, row.name)];
      if (slot == nullptr) slot = &row;
    }
  }
}

std::size_t PickleNameTable::slot_of(std::string_view module,
                                     std::string_view name) const noexcept {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;  // parts the two hashes
  const std::uint64_t hash = base::city_hash64(module) * kOdd + base::city_hash64(name);
  for (auto at = static_cast<std::size_t>(hash);; ++at) {
    at &= slots_.size() - 1;
    const PickleName* const row = slots_[at];
    if (row == nullptr || (row->name == name && row->module == module)) return at;
  }
}

const PickleName* PickleNameTable::find(std::string_view module,
                                        std::string_view name) const noexcept {
  return slots_[slot_of(module, name)];
}

std::span<const PickleName> python_pickle_names() noexcept { return kPythonNames; }
std::span<const PickleName> numpy_pickle_names() noexcept { return kNumpyNames; }
std::span<const PickleName> scipy_pickle_names() noexcept { return kScipyNames; }
std::span<const PickleName> pandas_pickle_names() noexcept { return kPandasNames; }
std::span<const PickleName> joblib_pickle_names() noexcept { return kJoblibNames; }

}  // namespace trivet::artifact
