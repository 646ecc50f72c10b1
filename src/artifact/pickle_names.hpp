// SPDX-License-Identifier: Apache-2.0
// The closed table of global names that a pickle may hold, and what is done with each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace trivet::artifact {

/// What a global name means to the pickle machine. Nothing behind a name is ever run: `record`
/// keeps calls and instances as data, the other roles say how data is spelled.
enum class PickleRole : std::uint8_t {
  record,   ///< a class or function: name, arguments and state are kept for the reader
  unknown,  ///< in no table; kept only so that a message can say where it is used

  // Python's own data
  list,
  tuple,
  dict,  ///< also OrderedDict, from nothing or from pairs
  set,
  bytes,          ///< bytes and bytearray
  encode,         ///< `_codecs.encode(text, "latin1")`: bytes in protocols 0 … 2
  reconstructor,  ///< `copyreg._reconstructor(class, base, value)`: objects in protocols 0 and 1

  // NumPy and joblib
  array_class,        ///< ndarray and those that differ from it in behaviour only
  array_reconstruct,  ///< `_reconstruct(class, (0,), b"b")`, then a state
  array_from_buffer,  ///< `_frombuffer(bytes, dtype, shape, order)`
  array_dtype,        ///< `dtype("f8", False, True)`, then a state
  array_scalar,       ///< `scalar(dtype, bytes)`
  array_in_stream,    ///< joblib's NumpyArrayWrapper: the array follows its state
  array_in_file,      ///< joblib's NDArrayWrapper, before 0.10: the array is in another file
};

struct PickleName {
  std::string_view module;
  std::string_view name;  ///< with its dots: never split
  PickleRole role = PickleRole::record;
};

/// Rows of several lists, found by their exact pair of module and name. The rows must outlive the
/// table. Immutable, so any thread may ask.
class PickleNameTable {
 public:
  PickleNameTable(std::initializer_list<std::span<const PickleName>> lists);

  /// nullptr for a name that is in none of the lists. O(length of the names).
  [[nodiscard]] const PickleName* find(std::string_view module,
                                       std::string_view name) const noexcept;

 private:
  /// The row's slot, or the free one where it would be.
  [[nodiscard]] std::size_t slot_of(std::string_view module, std::string_view name) const noexcept;

  std::vector<const PickleName*> slots_;  // open addressing, a power of two, half of them free
};

/// Python's containers and types, under the module names of Python 2 and 3.
[[nodiscard]] std::span<const PickleName> python_pickle_names() noexcept;
/// Arrays, dtypes and scalars of NumPy 1 and 2, with the types as values; its generators as
/// records.
[[nodiscard]] std::span<const PickleName> numpy_pickle_names() noexcept;
/// joblib's wrappers around arrays, from joblib itself and from scikit-learn's copy of it.
[[nodiscard]] std::span<const PickleName> joblib_pickle_names() noexcept;
/// Sparse matrices of scipy, and indexes of pandas: records, see sparse_matrix.hpp.
[[nodiscard]] std::span<const PickleName> scipy_pickle_names() noexcept;
[[nodiscard]] std::span<const PickleName> pandas_pickle_names() noexcept;

}  // namespace trivet::artifact
