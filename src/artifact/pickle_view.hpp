// SPDX-License-Identifier: Apache-2.0
// Typed reading of a pickle's values, with the place in every error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/pickle.hpp"
#include "trivet/result.hpp"

namespace trivet::artifact {

/// One value of a pickle and the step that led to it. Cheap to copy; the pickle must outlive it. A
/// reader pulls what it knows and ignores the rest: nothing here walks on its own.
///
/// Errors say where as Python would (`Pipeline.steps[1][1].coef_`) and are invalid_model. Reading
/// from a scalar of NumPy is reading from the number, text or bytes that it holds.
class PickleView {
 public:
  explicit PickleView(const Pickle& pickle) noexcept : pickle_(&pickle), id_(pickle.root) {}

  [[nodiscard]] PickleKind kind() const noexcept { return node().kind; }
  [[nodiscard]] bool is_none() const noexcept { return kind() == PickleKind::none; }
  [[nodiscard]] PickleId id() const noexcept { return id_; }
  [[nodiscard]] const PickleNode& node() const noexcept { return pickle_->graph.node(id_); }

  // --- scalars

  /// A bool, or the int 0 or 1.
  [[nodiscard]] Result<bool> flag() const;
  [[nodiscard]] Result<std::int64_t> integer() const;
  /// A float or an int.
  [[nodiscard]] Result<double> number() const;
  /// Well-formed UTF-8.
  [[nodiscard]] Result<std::string_view> text() const;
  [[nodiscard]] Result<std::span<const std::byte>> bytes() const;

  // --- lists, tuples, sets, arrays of objects in row-major order, dicts

  /// Items or entries; 0 for all other values.
  [[nodiscard]] std::size_t size() const noexcept;
  /// Requires index < size(), and no dict.
  [[nodiscard]] PickleView item(std::size_t index) const noexcept { return child(index); }
  /// Require a dict and index < size(). Entries are in the order of the file; of equal keys, Python
  /// keeps the last.
  [[nodiscard]] PickleView key(std::size_t index) const noexcept { return child(2 * index); }
  [[nodiscard]] PickleView value(std::size_t index) const noexcept { return child(2 * index + 1); }

  // --- objects

  /// The class of an object, or the class or function that the value itself is; nullptr otherwise.
  [[nodiscard]] const PickleName* name() const noexcept;
  /// An attribute in the state of an object, the value of a key in a dict or an object that is one.
  [[nodiscard]] std::optional<PickleView> find(std::string_view name) const noexcept;
  /// The same; an error when there is none.
  [[nodiscard]] Result<PickleView> attribute(std::string_view name) const;
  /// What the class was called with: nothing when there were fewer arguments.
  [[nodiscard]] std::optional<PickleView> argument(std::size_t index) const noexcept;
  /// What BUILD gave the object, a dict or whatever its class understands.
  [[nodiscard]] std::optional<PickleView> state() const noexcept;
  /// The items or entries of an object whose class is a list, set or dict.
  [[nodiscard]] std::optional<PickleView> items() const noexcept;
  [[nodiscard]] std::optional<PickleView> entries() const noexcept;

  // --- arrays

  /// nullptr when the value is none.
  [[nodiscard]] const NumpyArray* array() const noexcept;
  /// The cells of an array in row-major order, the items of a list or tuple, or the one scalar.
  /// O(cells). What does not fit the element type exactly is an error: see NumpyCells.
  [[nodiscard]] Result<std::vector<double>> doubles() const;
  [[nodiscard]] Result<std::vector<float>> floats() const;
  [[nodiscard]] Result<std::vector<std::int64_t>> integers() const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> flags() const;
  [[nodiscard]] Result<std::vector<std::string>> texts() const;
  /// One field of an array of records, instead of what `out` held: double, std::int64_t
  /// or std::int32_t.
  template <class T>
  [[nodiscard]] Status read_field(std::string_view name, std::vector<T>& out) const;

  // --- errors

  /// As Python would write the way to this value. O(values of the pickle); for messages.
  [[nodiscard]] std::string path() const;
  /// invalid_model at this place.
  [[nodiscard]] Error fail(std::string found, std::string expected) const;
  /// unsupported_model at this place.
  [[nodiscard]] Error refuse(std::string found, std::string expected) const;
  /// What kind of value this is, for `found`: "a list of 3", "an object of Pipeline".
  [[nodiscard]] std::string description() const;

 private:
  PickleView(const Pickle* pickle, PickleId id, PickleId holder, std::size_t step) noexcept
      : pickle_(pickle), id_(id), holder_(holder), step_(step) {}
  [[nodiscard]] PickleView child(std::size_t index) const noexcept;
  [[nodiscard]] std::optional<PickleView> part(PickleId id) const noexcept;
  [[nodiscard]] std::optional<PickleView> find_in(PickleId dict, std::string_view name) const;
  [[nodiscard]] Error wrong_kind(std::string_view expected) const;
  template <class T>
  [[nodiscard]] Result<std::vector<T>> cells(std::string_view expected) const;
  [[nodiscard]] Status append_scalar(std::vector<double>& out) const;
  [[nodiscard]] Status append_scalar(std::vector<float>& out) const;
  [[nodiscard]] Status append_scalar(std::vector<std::int64_t>& out) const;
  [[nodiscard]] Status append_scalar(std::vector<std::uint8_t>& out) const;
  [[nodiscard]] Status append_scalar(std::vector<std::string>& out) const;

  const Pickle* pickle_;
  PickleId id_;
  PickleId holder_ = kNoPickleId;
  std::size_t step_ = 0;
};

}  // namespace trivet::artifact
