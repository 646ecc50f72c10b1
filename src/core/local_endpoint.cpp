// SPDX-License-Identifier: Apache-2.0
// LocalEndpoint: choosing a deployed model for each request.
#include "trivet/local_endpoint.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/try.hpp"
#include "core/explanation_text.hpp"
#include "core/guard.hpp"
#include "text/message.hpp"
#include "trivet/artifact.hpp"

namespace trivet::inline v0 {
namespace {

constexpr int kWhole = 100;

constexpr std::uint64_t kGoldenGamma = 0x9e3779b97f4a7c15U;

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
std::uint64_t mixed_bits(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

/// Number `index` of the sequence that belongs to a seed: computed from the index alone, so that a
/// split needs an atomic counter and no lock.
std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) noexcept {
  return mixed_bits(mixed_bits(seed) + (index + 1) * kGoldenGamma);
}

Error split_error(std::string found, std::string expected) {
  return {Errc::invalid_argument, "trafficSplit", std::move(found), std::move(expected)};
}

}  // namespace

struct LocalEndpoint::State {
  std::vector<DeployedModel> models;
  std::vector<int> percents;  // by model
  RequestLimits limits;
  std::uint64_t seed = 0;
  mutable std::atomic<std::uint64_t> asked{0};

  State() = default;
  State(const State& other)
      : models(other.models),
        percents(other.percents),
        limits(other.limits),
        seed(other.seed),
        asked(other.asked.load(std::memory_order_relaxed)) {}

  [[nodiscard]] std::size_t find(std::string_view id) const noexcept {
    const auto at = std::find_if(models.begin(), models.end(),
                                 [&](const DeployedModel& model) { return model.id == id; });
    return static_cast<std::size_t>(at - models.begin());
  }
  [[nodiscard]] Result<const DeployedModel*> choose() const;
  [[nodiscard]] Result<const DeployedModel*> choose_to_explain(std::string_view request) const;
  [[nodiscard]] Status check_size(std::string& response) const;
  void make_room_for(int percent);
};

LocalEndpoint::LocalEndpoint(std::uint64_t seed) : state_(std::make_unique<State>()) {
  state_->seed = seed;
}
LocalEndpoint::LocalEndpoint(const LocalEndpoint& other)
    : state_(std::make_unique<State>(*other.state_)) {}
LocalEndpoint::LocalEndpoint(LocalEndpoint&& other) noexcept = default;
LocalEndpoint& LocalEndpoint::operator=(LocalEndpoint&& other) noexcept = default;
LocalEndpoint::~LocalEndpoint() = default;

LocalEndpoint& LocalEndpoint::operator=(const LocalEndpoint& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}

/// The model for the next request. Lock-free: one counter, advanced once a request.
Result<const DeployedModel*> LocalEndpoint::State::choose() const {
  const auto whole = std::find(percents.begin(), percents.end(), kWhole);
  if (whole != percents.end()) return &models[static_cast<std::size_t>(whole - percents.begin())];
  const std::uint64_t draw =
      random_bits(seed, asked.fetch_add(1, std::memory_order_relaxed)) % kWhole;
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i < models.size(); ++i) {
    passed += static_cast<std::uint64_t>(percents[i]);
    if (draw < passed) return &models[i];
  }
  return Error(Errc::failed_precondition, "endpoint",
               models.empty() ? "no deployed model" : "no traffic split",
               models.empty() ? "deploy_model first" : "set_traffic_split first");
}

/// The id that a request to explain names; empty when it names none. Requests that don't hold the
/// word are not parsed for it, broken ones are left to whoever reads them.
Result<std::string> wanted_model_id(std::string_view request) {
  constexpr std::string_view kMember = "deployedModelId";
  if (request.find(kMember) == std::string_view::npos) return std::string();
  const auto body = Value::parse(request);
  const Value* id = body ? body->find(kMember) : nullptr;
  if (id == nullptr || id->is_null()) return std::string();
  if (id->as_text() != nullptr) return *id->as_text();
  return Error(Errc::invalid_request, "/deployedModelId", text::message("a {}", id->kind_name()),
               "the id of a deployed model, a text");
}

Result<const DeployedModel*> LocalEndpoint::State::choose_to_explain(
    std::string_view request) const {
  const auto id = wanted_model_id(request);
  if (!id) return id.error();
  const auto lacks_spec = [](const DeployedModel& model) -> Error {
    return {Errc::failed_precondition, text::message("deployed model {}", text::quoted(model.id)),
            "no explanation spec",
            "\"explanationSpec\" in its sidecar, or with_explanation_spec before it is deployed"};
  };
  if (!id->empty()) {
    const std::size_t at = find(*id);
    if (at == models.size()) {
      return Error(Errc::not_found, "/deployedModelId", text::quoted(*id),
                   "the id of a deployed model");
    }
    if (models[at].model.explanation_spec() == nullptr) return lacks_spec(models[at]);
    return &models[at];
  }
  for (const DeployedModel& model : models) {
    if (model.model.explanation_spec() == nullptr) return lacks_spec(model);
  }
  return choose();
}

Status LocalEndpoint::State::check_size(std::string& response) const {
  if (limits.response_bytes == 0 || response.size() <= limits.response_bytes) return {};
  const std::size_t size = response.size();
  response.clear();
  // The service's own wording for a response over its limit.
  return Error::verbatim(
      Errc::invalid_request,
      text::message("Response size too large. Received at least {} bytes; max is {}.", size,
                    limits.response_bytes));
}

/// Scales the present shares so that `percent` is free, largest remainders first.
void LocalEndpoint::State::make_room_for(int percent) {
  const int left = kWhole - percent;
  int given = 0;
  std::vector<std::pair<int, std::size_t>> remainders;
  for (std::size_t i = 0; i < percents.size(); ++i) {
    const int scaled = percents[i] * left;
    percents[i] = scaled / kWhole;
    given += percents[i];
    remainders.emplace_back(-(scaled % kWhole), i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; i < remainders.size() && given < left; ++i, ++given) {
    ++percents[remainders[i].second];
  }
}

Status LocalEndpoint::deploy_model(std::string_view id, LocalModel model, int percent) {
  State& s = *state_;
  if (id.empty() || s.find(id) != s.models.size()) {
    return Error(Errc::invalid_argument, "deployedModel.id",
                 id.empty() ? std::string("an empty id")
                            : text::message("the id {}, which is taken", text::quoted(id)),
                 "an id of its own for each deployed model");
  }
  if (percent < 0 || percent > kWhole) {
    return split_error(text::message("a share of {} %", percent), "0 to 100");
  }
  if (s.models.empty()) {
    percent = kWhole;
  } else if (std::any_of(s.percents.begin(), s.percents.end(), [](int p) { return p != 0; })) {
    s.make_room_for(percent);
  } else if (percent != kWhole && percent != 0) {
    return split_error(text::message("a share of {} %, and no other model with traffic", percent),
                       "100 %, or 0 % and a split afterwards");
  }
  s.models.push_back({std::string(id), std::move(model)});
  s.percents.push_back(percent);
  return {};
}

Status LocalEndpoint::undeploy_model(std::string_view id) {
  State& s = *state_;
  const std::size_t at = s.find(id);
  if (at == s.models.size()) {
    return Error(Errc::not_found, "deployedModel.id", text::quoted(id), "a deployed model's id");
  }
  if (s.percents[at] != 0 && s.models.size() > 1) {
    return Error(Errc::failed_precondition, "trafficSplit",
                 text::message("the model {} still has {} % of the traffic", text::quoted(id),
                               s.percents[at]),
                 "a split that gives it 0 % before it is undeployed");
  }
  s.models.erase(s.models.begin() + static_cast<std::ptrdiff_t>(at));
  s.percents.erase(s.percents.begin() + static_cast<std::ptrdiff_t>(at));
  return {};
}

Status LocalEndpoint::set_traffic_split(std::span<const TrafficShare> split) {
  State& s = *state_;
  std::vector<int> percents(s.models.size(), 0);
  std::vector<bool> named(s.models.size(), false);
  int sum = 0;
  for (const TrafficShare& share : split) {
    const std::size_t at = s.find(share.deployed_model_id);
    const std::string id = text::quoted(share.deployed_model_id);
    if (at == s.models.size()) {
      return split_error(text::message("a share for {}, which isn't deployed", id),
                         "ids of deployed models");
    }
    if (named[at]) return split_error(text::message("two shares for {}", id), "one a model");
    if (share.percent < 0 || share.percent > kWhole) {
      return split_error(text::message("a share of {} % for {}", share.percent, id), "0 to 100");
    }
    named[at] = true;
    percents[at] = share.percent;
    sum += share.percent;
  }
  if (!split.empty() && sum != kWhole) {
    return split_error(text::message("shares that add up to {} %", sum), "100 %");
  }
  s.percents = std::move(percents);
  return {};
}

std::vector<TrafficShare> LocalEndpoint::traffic_split() const {
  std::vector<TrafficShare> split;
  int sum = 0;
  for (std::size_t i = 0; i < state_->models.size(); ++i) {
    split.push_back({state_->models[i].id, state_->percents[i]});
    sum += state_->percents[i];
  }
  if (sum == 0) split.clear();
  return split;
}

const std::vector<DeployedModel>& LocalEndpoint::deployed_models() const noexcept {
  return state_->models;
}

void LocalEndpoint::set_limits(const RequestLimits& limits) noexcept { state_->limits = limits; }

Result<std::string_view> LocalEndpoint::predict(std::string_view request,
                                                std::string& response) const {
  response.clear();
  const auto chosen = state_->choose();
  if (!chosen) return chosen.error();
  const RequestLimits& limits = state_->limits;
  TRIVET_TRY((*chosen)->model.predict_json(request, limits, response));
  TRIVET_TRY(state_->check_size(response));
  return std::string_view((*chosen)->id);
}

Result<std::string_view> LocalEndpoint::explain(std::string_view request,
                                                std::string& response) const {
  response.clear();
  const auto chosen = state_->choose_to_explain(request);
  if (!chosen) return chosen.error();
  TRIVET_TRY((*chosen)->model.explain_json(request, state_->limits, response));
  TRIVET_TRY(state_->check_size(response));
  return std::string_view((*chosen)->id);
}

Result<std::string> LocalEndpoint::explain(std::string_view request) const {
  std::string response;
  const auto served = explain(request, response);
  if (!served) return served.error();
  return response;
}

Result<Prediction> LocalEndpoint::explain(std::span<const Value> instances,
                                          const Value& parameters) const {
  return core::guard([&]() -> Result<Prediction> {
    Value::Object body{{"instances", Value(Value::List(instances.begin(), instances.end()))}};
    if (!parameters.is_null()) body.push_back({"parameters", parameters});
    std::string response;
    const auto served = explain(Value(std::move(body)).to_json(), response);
    if (!served) return served.error();
    auto answer = Value::parse(response);
    if (!answer) return std::move(answer).error();
    Prediction prediction;
    prediction.predictions = *answer->find("predictions")->as_list();
    prediction.explanations = core::parse_explanations(*answer->find("explanations"));
    prediction.deployed_model_id = *served;
    prediction.model_display_name = state_->models[state_->find(*served)].model.info().display_name;
    return prediction;
  });
}

Result<std::string> LocalEndpoint::predict(std::string_view request) const {
  std::string response;
  const auto served = predict(request, response);
  if (!served) return served.error();
  return response;
}

Result<Prediction> LocalEndpoint::predict(std::span<const Value> instances,
                                          const Value& parameters) const {
  const auto chosen = state_->choose();
  if (!chosen) return chosen.error();
  const std::size_t most = state_->limits.instances;
  if (most != 0 && instances.size() > most) {
    return Error(Errc::invalid_request, "/instances",
                 text::message("{} instances", instances.size()),
                 text::message("at most {} instances a request", most));
  }
  auto predictions = (*chosen)->model.predict(instances, parameters);
  if (!predictions) return std::move(predictions).error();
  Prediction prediction;
  prediction.predictions = std::move(*predictions);
  prediction.deployed_model_id = (*chosen)->id;
  prediction.model_display_name = (*chosen)->model.info().display_name;
  return prediction;
}

Result<std::string> LocalEndpoint::predict_file(std::string_view path) const {
  return core::guard([&]() -> Result<std::string> {
    const auto file = Artifact::open(path);
    if (!file) return file.error();
    if (file->is_folder()) {
      return Error(Errc::invalid_argument, std::string(path), "a folder", "a file with a request");
    }
    const auto bytes = file->read(0);
    if (!bytes) return bytes.error();
    return predict(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
  });
}

Result<RawPrediction> LocalEndpoint::raw_predict(std::string_view body,
                                                 std::string_view content_type) const {
  constexpr std::string_view kJson = "application/json";
  if (!content_type.empty() && content_type.substr(0, content_type.find(';')) != kJson) {
    return Error(Errc::invalid_request, "Content-Type", text::quoted(content_type),
                 "application/json: this model answers JSON requests");
  }
  RawPrediction raw;
  const auto served = predict(body, raw.body);
  if (!served) return served.error();
  raw.content_type = kJson;
  raw.deployed_model_id = *served;
  return raw;
}

Status LocalEndpoint::run_health_check() const {
  const auto& percents = state_->percents;
  if (std::any_of(percents.begin(), percents.end(), [](int p) { return p != 0; })) return {};
  return Error(Errc::failed_precondition, "endpoint", "no deployed model has traffic",
               "deploy_model, or a traffic split");
}

}  // namespace trivet::inline v0
