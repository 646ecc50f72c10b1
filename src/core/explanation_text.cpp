// SPDX-License-Identifier: Apache-2.0
// Attributions as the service's messages: structs, and JSON.
#include "core/explanation_text.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace trivet::core {
namespace {

/// One explained output of one row.
struct OneAttribution {
  const GraphExplainer& explainer;
  ExplainedAnswer answer;
  const AttributionView& view;
  std::size_t at;  // row · outputs_per_row + k

  [[nodiscard]] bool is_number() const {
    if (const FrameworkForest* framework = explainer.framework()) {
      return framework->source.game->output_count() == 1;
    }
    return !answer.as_scores && explainer.model().signature->outputs[answer.output].shape.empty();
  }
  [[nodiscard]] bool has_pairs() const noexcept {
    const FrameworkForest* framework = explainer.framework();
    return framework != nullptr && framework->source.values == spi::CoverValues::interactions;
  }
  [[nodiscard]] const double* players() const noexcept {
    return view.attributions.data() + at * view.players.size();
  }
  [[nodiscard]] std::string_view display_name() const {
    if (explainer.framework() != nullptr && is_number()) return {};
    return explainer.display_name(answer, static_cast<std::size_t>(view.output_positions[at]));
  }
  [[nodiscard]] const std::string& output_name() const {
    return explainer.spec().metadata.outputs.front().name;
  }
};

void write_players(const OneAttribution& one, const double* players, json::ResponseWriter& writer) {
  writer.begin_object();
  for (const explain::AttributionKey& key : one.explainer.bound().keys) {
    writer.key(key.name);
    if (!key.is_list) {
      writer.number(players[key.first_player]);
      continue;
    }
    writer.begin_list();
    for (std::size_t i = 0; i < key.player_count; ++i) writer.number(players[key.first_player + i]);
    writer.end_list();
  }
  writer.end_object();
}

/// Of pairs, an object of all others for each player.
void write_features(const OneAttribution& one, json::ResponseWriter& writer) {
  const double* players = one.players();
  if (!one.has_pairs()) return write_players(one, players, writer);
  const explain::BoundSpec& bound = one.explainer.bound();
  writer.begin_object();
  for (const explain::AttributionKey& key : bound.keys) {
    writer.key(key.name);
    if (key.is_list) writer.begin_list();
    for (std::size_t i = 0; i < key.player_count; ++i) {
      write_players(one, players + (key.first_player + i) * bound.player_count(), writer);
    }
    if (key.is_list) writer.end_list();
  }
  writer.end_object();
}

void write_attribution(const OneAttribution& one, json::ResponseWriter& writer) {
  writer.begin_object();
  writer.key("baselineOutputValue");
  writer.number(one.view.baseline_outputs[one.at]);
  writer.key("instanceOutputValue");
  writer.number(one.view.instance_outputs[one.at]);
  writer.key("featureAttributions");
  write_features(one, writer);
  if (!one.is_number()) {
    writer.key("outputIndex");
    writer.begin_list();
    writer.integer(one.view.output_positions[one.at]);
    writer.end_list();
  }
  if (const std::string_view name = one.display_name(); !name.empty()) {
    writer.key("outputDisplayName");
    writer.text(name);
  }
  writer.key("approximationError");
  writer.number(one.view.approximation_errors[one.at]);
  writer.key("outputName");
  writer.text(one.output_name());
  writer.end_object();
}

Value players_of(const OneAttribution& one, const double* players) {
  Value::Object features;
  for (const explain::AttributionKey& key : one.explainer.bound().keys) {
    if (!key.is_list) {
      features.push_back({key.name, Value(players[key.first_player])});
      continue;
    }
    Value::List list;
    for (std::size_t i = 0; i < key.player_count; ++i) {
      list.push_back(Value(players[key.first_player + i]));
    }
    features.push_back({key.name, Value(std::move(list))});
  }
  return Value(std::move(features));
}

Value features_of(const OneAttribution& one) {
  const double* players = one.players();
  if (!one.has_pairs()) return players_of(one, players);
  const explain::BoundSpec& bound = one.explainer.bound();
  Value::Object features;
  for (const explain::AttributionKey& key : bound.keys) {
    Value::List list;
    for (std::size_t i = 0; i < key.player_count; ++i) {
      list.push_back(players_of(one, players + (key.first_player + i) * bound.player_count()));
    }
    features.push_back({key.name, key.is_list ? Value(std::move(list)) : std::move(list.front())});
  }
  return Value(std::move(features));
}

Attribution make_attribution(const OneAttribution& one) {
  Attribution made;
  made.baseline_output_value = one.view.baseline_outputs[one.at];
  made.instance_output_value = one.view.instance_outputs[one.at];
  made.feature_attributions = features_of(one);
  if (!one.is_number()) made.output_index = {one.view.output_positions[one.at]};
  made.output_display_name = one.display_name();
  made.approximation_error = one.view.approximation_errors[one.at];
  made.output_name = one.output_name();
  return made;
}

double number_of(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr ? 0 : value->as_number();
}

std::string text_of(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr || value->as_text() == nullptr ? std::string() : *value->as_text();
}

Attribution parse_attribution(const Value& object) {
  Attribution made;
  made.baseline_output_value = number_of(object, "baselineOutputValue");
  made.instance_output_value = number_of(object, "instanceOutputValue");
  if (const Value* features = object.find("featureAttributions")) {
    made.feature_attributions = *features;
  }
  const Value* index = object.find("outputIndex");
  if (index != nullptr && index->as_list() != nullptr) {
    for (const Value& position : *index->as_list()) {
      made.output_index.push_back(static_cast<std::int32_t>(position.as_number()));
    }
  }
  made.output_display_name = text_of(object, "outputDisplayName");
  made.approximation_error = number_of(object, "approximationError");
  made.output_name = text_of(object, "outputName");
  return made;
}

}  // namespace

void write_explanations(const GraphExplainer& explainer, ExplainedAnswer answer,
                        const AttributionView& view, json::ResponseWriter& writer) {
  for (std::size_t r = 0; r < view.row_count; ++r) {
    writer.begin_object();
    writer.key("attributions");
    writer.begin_list();
    for (std::size_t k = 0; k < view.outputs_per_row; ++k) {
      const OneAttribution one{explainer, answer, view, r * view.outputs_per_row + k};
      write_attribution(one, writer);
    }
    writer.end_list();
    writer.end_object();
  }
}

std::vector<Explanation> make_explanations(const GraphExplainer& explainer, ExplainedAnswer answer,
                                           const AttributionView& view) {
  std::vector<Explanation> made(view.row_count);
  for (std::size_t r = 0; r < view.row_count; ++r) {
    for (std::size_t k = 0; k < view.outputs_per_row; ++k) {
      made[r].attributions.push_back(
          make_attribution({explainer, answer, view, r * view.outputs_per_row + k}));
    }
  }
  return made;
}

std::vector<Explanation> parse_explanations(const Value& list) {
  std::vector<Explanation> made;
  if (list.as_list() == nullptr) return made;
  for (const Value& item : *list.as_list()) {
    Explanation& explanation = made.emplace_back();
    const Value* attributions = item.find("attributions");
    if (attributions == nullptr || attributions->as_list() == nullptr) continue;
    for (const Value& one : *attributions->as_list()) {
      explanation.attributions.push_back(parse_attribution(one));
    }
  }
  return made;
}

}  // namespace trivet::core
