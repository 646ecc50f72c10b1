// SPDX-License-Identifier: Apache-2.0
// The methods of publisher models: generateContent, streamGenerateContent, countTokens.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/call.hpp"
#include "service/config.hpp"
#include "service/failure.hpp"
#include "service/generator.hpp"

namespace trivet::service {

struct PublisherModel {
  std::string name;
  std::shared_ptr<const Generator> generator;
  std::chrono::milliseconds delay{0};  ///< before each answer
};

/// Which publisher models there are. Never changes once made.
class PublisherModels {
 public:
  PublisherModels() = default;
  /// `fallback` answers for every name that `models` hasn't; empty: those are not found. Errors:
  /// invalid_argument, with the place in the configuration. `http` must outlive this.
  [[nodiscard]] static Result<PublisherModels> open(std::span<const PublisherModelConfig> models,
                                                    std::string_view fallback,
                                                    const HttpClient* http);
  /// A name may have a version behind an `@`. Null when there is none.
  [[nodiscard]] const PublisherModel* find(std::string_view name) const noexcept;

 private:
  std::vector<PublisherModel> models_;
  PublisherModel fallback_;
};

/// What the path of a call names, decoded. `project` is empty for the short form.
struct PublisherTarget {
  std::string_view project;
  std::string_view location;
  std::string_view publisher;
  std::string_view model;
  bool is_beta = false;  ///< v1beta1, which has members that v1 hasn't
};

/// From any thread.
class GenerateMethods {
 public:
  /// `models` must outlive this and all replies.
  explicit GenerateMethods(const PublisherModels& models) noexcept : models_(models) {}

  [[nodiscard]] Outcome<Done> generate_content(const PublisherTarget& target, const Call& call,
                                               Reply& reply) const;
  /// Events with `?alt=sse`, else one JSON list.
  [[nodiscard]] Outcome<Done> stream_generate_content(const PublisherTarget& target,
                                                      const Call& call, Reply& reply) const;
  [[nodiscard]] Outcome<Done> count_tokens(const PublisherTarget& target, const Call& call,
                                           Reply& reply) const;

 private:
  [[nodiscard]] Outcome<const PublisherModel*> find(const PublisherTarget& target) const;

  const PublisherModels& models_;
};

}  // namespace trivet::service
