// SPDX-License-Identifier: Apache-2.0
// Bytes off the wire → one request: Beast's parser between our own checks of what goes in and of
// what comes out. Knows nothing of sockets.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/request.hpp"

namespace trivet::http {

/// One connection's reader, used for one request after the other; its memory is kept, so that a
/// warm request allocates nothing. Not safe for concurrent use.
class RequestReader {
 public:
  /// `bounds` must outlive it.
  explicit RequestReader(const RequestBounds& bounds);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  ~RequestReader();

  enum class Step : unsigned char {
    more,     ///< give more bytes, behind those that weren't taken
    head,     ///< the head is complete and sound; the body follows when it is wanted
    done,     ///< the whole request is there
    refused,  ///< refusal() says why; nothing that follows can be trusted
  };
  /// Reads from the front of `input`, which begins with the bytes that the last call left over, and
  /// says in `taken` how many it is done with. Stops at the end of the head and of the request.
  [[nodiscard]] Step read(std::string_view input, std::size_t& taken);

  [[nodiscard]] const Refusal& refusal() const noexcept;
  /// From Step::head on. Views are valid until next().
  [[nodiscard]] Request& request() noexcept;
  /// Makes ready for the next request. Gives back the memory of large ones.
  void next();

 private:
  class Parser;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trivet::http
