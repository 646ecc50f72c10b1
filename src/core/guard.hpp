// SPDX-License-Identifier: Apache-2.0
// The border that no exception crosses.
#pragma once

#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include "text/message.hpp"
#include "trivet/error.hpp"

namespace trivet::core {

/// Made before it is needed: when memory is gone, no error can be made any more.
inline const Error& no_memory() {
  static const Error error(Errc::out_of_memory, {}, "an allocation failed",
                           "more memory, or a smaller load");
  return error;
}

/// Calls `body`, whose result is a Result or Status, and turns what escapes from it (a failed
/// allocation, a throw of a package or of a custom routine) into an error. Without exceptions it
/// only calls: there, a failed allocation ends the process, as docs/errors.md says.
template <class Body>
auto guard(Body&& body) -> std::invoke_result_t<Body> {
#if defined(__cpp_exceptions)
  const Error& memory_error = no_memory();
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return memory_error;
  } catch (const std::exception& e) {
    return Error(Errc::internal, {}, text::message("an exception escaped: {}", e.what()),
                 "a Result that says what went wrong");
  } catch (...) {
    return Error(Errc::internal, {}, "an exception escaped", "a Result that says what went wrong");
  }
#else
  return std::forward<Body>(body)();
#endif
}

}  // namespace trivet::core
