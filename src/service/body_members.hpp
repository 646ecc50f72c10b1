// SPDX-License-Identifier: Apache-2.0
// The outermost members of a JSON body, found without reading what is in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trivet::service {

/// One member of the outermost object. Views into the body.
struct BodyMember {
  std::string_view name;          ///< between the quotes, escapes as they are
  std::string_view value;         ///< without blanks around it
  std::size_t element_count = 0;  ///< of a list
};

/// Walks over the outermost members: once over the bytes, nothing allocated. It tells bodies that
/// look right from those that need a reader and its errors; a body that passes here may still be
/// broken further in.
class BodyMembers {
 public:
  explicit BodyMembers(std::string_view body) noexcept : rest_(body) {}

  /// False at the end and where the text breaks off; see is_whole().
  [[nodiscard]] bool next(BodyMember& member) noexcept;
  /// After next() was false: the body was one object and nothing else.
  [[nodiscard]] bool is_whole() const noexcept { return state_ == State::ended; }

 private:
  enum class State : std::uint8_t { start, inside, ended, broken };

  [[nodiscard]] bool fail() noexcept;
  [[nodiscard]] bool end() noexcept;
  void skip_blanks() noexcept;
  [[nodiscard]] bool take(char c) noexcept;
  [[nodiscard]] bool skip_text(std::string_view& content) noexcept;
  [[nodiscard]] bool skip_value(BodyMember& member) noexcept;
  [[nodiscard]] bool skip_container(BodyMember& member) noexcept;

  std::string_view rest_;
  State state_ = State::start;
};

}  // namespace trivet::service
