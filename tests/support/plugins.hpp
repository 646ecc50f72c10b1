// SPDX-License-Identifier: Apache-2.0
// A format and backends of the tests' own, given to a model through a Registry.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "trivet/spi/registry.hpp"

namespace trivet::test {

/// Recognises artefacts that begin with a word and makes whatever graph the test wants.
class GraphFormat final : public spi::Format {
 public:
  using Make = std::function<Result<spi::Graph>()>;
  GraphFormat(std::string name, Make make, spi::Confidence confidence = spi::Confidence::certain)
      : name_(std::move(name)), make_(std::move(make)), confidence_(confidence) {}

  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  [[nodiscard]] spi::Confidence probe(std::string_view head,
                                      std::uint64_t) const noexcept override {
    return head.substr(0, name_.size()) == name_ ? confidence_ : spi::Confidence::none;
  }
  [[nodiscard]] Result<spi::Graph> read(const Artifact&, std::size_t,
                                        const spi::ReadOptions&) const override {
    return make_();
  }

 private:
  std::string name_;
  Make make_;
  spi::Confidence confidence_;
};

/// An artefact that GraphFormat of that name takes.
[[nodiscard]] Artifact artifact_for(std::string_view format_name);

/// Runs the float32 operator `scale`: each number times the attribute `by`. Counts its runs.
class ScaleBackend final : public spi::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "test-scale"; }
  [[nodiscard]] bool accepts(const spi::Node& node) const noexcept override;
  [[nodiscard]] std::vector<std::string_view> engines() const override { return {"scale-plain"}; }
  [[nodiscard]] Result<std::unique_ptr<const spi::Predictor>> prepare(
      const spi::Graph& graph, const spi::Region& region,
      const spi::PrepareOptions& options) const override;

  [[nodiscard]] int run_count() const noexcept { return runs_->load(); }

 private:
  std::shared_ptr<std::atomic<int>> runs_ = std::make_shared<std::atomic<int>>(0);
};

/// Another backend, with its runs counted.
class CountedBackend final : public spi::Backend {
 public:
  explicit CountedBackend(std::shared_ptr<const spi::Backend> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return inner_->name(); }
  [[nodiscard]] bool accepts(const spi::Node& node) const noexcept override {
    return inner_->accepts(node);
  }
  [[nodiscard]] std::vector<std::string_view> engines() const override { return inner_->engines(); }
  [[nodiscard]] Result<std::unique_ptr<const spi::Predictor>> prepare(
      const spi::Graph& graph, const spi::Region& region,
      const spi::PrepareOptions& options) const override;

  [[nodiscard]] int run_count() const noexcept { return runs_->load(); }

 private:
  std::shared_ptr<const spi::Backend> inner_;
  std::shared_ptr<std::atomic<int>> runs_ = std::make_shared<std::atomic<int>>(0);
};

/// The built-in backend of that name. Throws std::runtime_error when there is none.
[[nodiscard]] std::shared_ptr<const spi::Backend> builtin_backend(std::string_view name);

}  // namespace trivet::test
