// SPDX-License-Identifier: Apache-2.0
// Named numbers in one string: what a column of members holds of a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace trivet::base {

/// Bytes of a member besides its name: the number, the size of the name.
inline constexpr std::size_t kMemberHead = sizeof(double) + sizeof(std::uint64_t);

inline void append_member(std::string& list, std::string_view name, double number) {
  const std::uint64_t size = name.size();
  char head[kMemberHead];
  std::memcpy(head, &number, sizeof(number));
  std::memcpy(head + sizeof(number), &size, sizeof(size));
  list.append(head, kMemberHead).append(name);
}

/// Calls take(name, number) for each member; what is no list of members ends it.
template <class Take>
void for_each_member(std::string_view list, Take&& take) {
  while (list.size() >= kMemberHead) {
    double number = 0;
    std::uint64_t size = 0;
    std::memcpy(&number, list.data(), sizeof(number));
    std::memcpy(&size, list.data() + sizeof(number), sizeof(size));
    list.remove_prefix(kMemberHead);
    if (size > list.size()) return;
    take(list.substr(0, size), number);
    list.remove_prefix(size);
  }
}

}  // namespace trivet::base
