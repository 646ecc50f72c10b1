// SPDX-License-Identifier: Apache-2.0
// Scratch memory that only grows.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

#include "base/align.hpp"

namespace trivet::base {

/// Bytes that start at a cache line. Their contents don't survive growing.
class AlignedBuffer {
 public:
  /// At least `size` bytes; allocates only when there were fewer.
  [[nodiscard]] std::span<std::byte> reserve(std::size_t size) {
    if (size > size_) {
      data_.reset();
      size_ = 0;
      data_.reset(static_cast<std::byte*>(::operator new (size, std::align_val_t{kAlignment})));
      size_ = size;
    }
    return {data_.get(), size_};
  }
  [[nodiscard]] std::span<std::byte> span() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::byte* data() const noexcept { return data_.get(); }

 private:
  struct Free {
    void operator()(std::byte* data) const noexcept {
      ::operator delete (data, std::align_val_t{kAlignment});
    }
  };
  std::unique_ptr<std::byte, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace trivet::base
