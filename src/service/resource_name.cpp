// SPDX-License-Identifier: Apache-2.0
// Taking names of resources apart, and putting them together.
#include "service/resource_name.hpp"

namespace trivet::service {

std::string Parent::name() const {
  std::string out = "projects/" + project;
  if (!location.empty()) out += "/locations/" + location;
  return out;
}

VersionedId split_version(std::string_view last_part) {
  const std::size_t at = last_part.find('@');
  if (at == std::string_view::npos) return {std::string(last_part), {}};
  return {std::string(last_part.substr(0, at)), std::string(last_part.substr(at + 1))};
}

std::string_view last_part(std::string_view name) noexcept {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

}  // namespace trivet::service
