// SPDX-License-Identifier: Apache-2.0
// What can go wrong, said in three parts: where, what was found, what would be right.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "trivet/export.hpp"

namespace trivet::inline v0 {

/// The kinds of failure. Each has one row in the table of `src/core/error.cpp`: its name, its HTTP
/// status and its canonical status as the prediction service gives them (google/rpc/code.proto).
/// `docs/errors.md` shows an example of each.
enum class Errc : std::uint8_t {
  invalid_request,    ///< the request breaks the contract; INVALID_ARGUMENT, 400
  request_too_large,  ///< the limit on request bytes; FAILED_PRECONDITION, 400
  model_refused,      ///< the model itself refused an instance; FAILED_PRECONDITION, 400
  invalid_argument,   ///< a caller of the C++ interface passed something impossible;
                      ///< INVALID_ARGUMENT, 400
  not_found,          ///< no such file, folder, column, endpoint or deployed model; NOT_FOUND, 404
  failed_precondition,  ///< right call, wrong moment (no traffic split, say); FAILED_PRECONDITION,
                        ///< 400
  invalid_model,        ///< the artefact is damaged or contradicts itself; DATA_LOSS, 500
  unsupported_model,  ///< the artefact is sound, but this library can't run it; UNIMPLEMENTED, 501
  io_failed,          ///< the system refused to read or write; UNAVAILABLE, 503
  out_of_memory,      ///< an allocation failed; RESOURCE_EXHAUSTED, 429
  internal,           ///< a defect of this library or of a custom routine; INTERNAL, 500
};

/// The HTTP status that a server answers for this kind, 400 … 599. Constant, from any thread.
[[nodiscard]] TRIVET_EXPORT int http_status(Errc code) noexcept;
/// The canonical status name, `INVALID_ARGUMENT` … `UNAVAILABLE`. Constant, from any thread.
[[nodiscard]] TRIVET_EXPORT std::string_view canonical_status(Errc code) noexcept;
/// The enumerator's own name, `invalid_request` … `internal`. Constant, from any thread.
[[nodiscard]] TRIVET_EXPORT std::string_view errc_name(Errc code) noexcept;

/// One failure: a kind and a text in three parts. Cheap to copy and to move; immutable, so any
/// thread may read it. The full text is built only when asked for. One that was moved from may
/// only be assigned to or destroyed.
class TRIVET_EXPORT Error {
 public:
  /// `where` is a JSON pointer (`/instances/3/age`) or a place in a file (`model.bst: tree 12,
  /// node 5`), `found` says what was there, `expected` what would be right. Parts may be empty.
  Error(Errc code, std::string where, std::string found, std::string expected);

  /// An error whose text is passed on unchanged, as a custom routine's refusal must be.
  [[nodiscard]] static Error verbatim(Errc code, std::string text);

  [[nodiscard]] Errc code() const noexcept { return code_; }
  /// `where: found; expected`, without the parts that are empty.
  [[nodiscard]] std::string message() const;
  [[nodiscard]] std::string_view where() const noexcept;
  [[nodiscard]] std::string_view found() const noexcept;
  [[nodiscard]] std::string_view expected() const noexcept;

  /// The same failure seen from one level further out: `outer` comes before `where`.
  /// A file name and a place in it are joined by `: `, JSON pointers simply run on.
  [[nodiscard]] Error within(std::string_view outer) const;

 private:
  struct Parts;
  Errc code_;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace trivet::inline v0
