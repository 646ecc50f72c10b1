// SPDX-License-Identifier: Apache-2.0
// A callable borrowed for the length of a call: what std::function would be without owning.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace trivet::base {

template <class Signature>
class FunctionRef;

/// Refers to any callable of that signature. The callable must outlive the reference, so take it
/// as a parameter and never store it.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> &&
           std::is_invocable_r_v<R, F&, Args...>) FunctionRef(F&& callable)
  noexcept  // NOLINT: stands for the callable
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...);
        }) {}

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace trivet::base
