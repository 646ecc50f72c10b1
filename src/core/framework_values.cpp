// SPDX-License-Identifier: Apache-2.0
// Finds the forest of a model whose framework would be asked for its own attributions.
#include "core/framework_values.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "core/graph_explainer.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

constexpr std::string_view kPlace = "/parameters/frameworkAttribution";
/// With them a row has 65 536 pairs, half a megabyte.
constexpr std::size_t kMostPairedFeatures = 256;

spi::CoverValues cover_values(FrameworkValues values) noexcept {
  switch (values) {
    case FrameworkValues::approximate: return spi::CoverValues::path;
    case FrameworkValues::interactions: return spi::CoverValues::interactions;
    case FrameworkValues::contributions: break;
  }
  return spi::CoverValues::shapley;
}

/// The first output that one forest makes, or nobody.
Plan::OnlyPredictor find_predictor(const GraphView& model, std::size_t& output) {
  for (output = 0; output < model.graph->outputs.size(); ++output) {
    const Plan::OnlyPredictor only = model.plan->only_predictor(output);
    if (only.predictor != nullptr && only.port != spi::Port::result) return only;
  }
  return {};
}

/// Cells of a value by the player of the framework's game: the column that each is made of, or the
/// set of columns. The player behind those of single columns is nobody's, for cells without one.
struct ColumnPlayers {
  std::vector<std::int32_t> of_cell;
  std::vector<std::vector<std::int32_t>> reported_as;
};

ColumnPlayers players_of_cells(const explain::BoundSpec& spec) {
  ColumnPlayers players;
  for (const std::int32_t player : spec.player_of_cell) {
    players.of_cell.push_back(static_cast<std::int32_t>(players.of_cell.size()));
    players.reported_as.push_back({player});
  }
  return players;
}

/// The player of all cells of a column. Errors: unsupported_model where they have several, because
/// nobody knows which of them an element is made of that operators made of the column.
Result<std::int32_t> only_player(const GraphView& model, const explain::BoundSpec& spec,
                                 std::size_t column, std::size_t first_cell) {
  const Column& info = model.signature->columns[column];
  const auto begin = spec.player_of_cell.begin() + static_cast<std::ptrdiff_t>(first_cell);
  const bool is_one = std::all_of(begin, begin + static_cast<std::ptrdiff_t>(info.cells),
                                  [&](std::int32_t player) { return player == *begin; });
  if (is_one) return *begin;
  return Error(
      Errc::unsupported_model, std::string(kPlace),
      text::message("the elements of the column \"{}\", which the model encodes", info.name),
      "a \"groupName\" for this input, so that it has one value for all its elements");
}

/// As CatBoost does it: all that counts as made of the same columns is one player, whose value
/// those columns share in equal parts.
Result<ColumnPlayers> players_of_columns(const GraphView& model, const explain::BoundSpec& spec,
                                         const spi::GraphValue& value) {
  ColumnPlayers players;
  for (const std::size_t cell : explain::find_first_cells(model.signature->columns)) {
    const auto player = only_player(model, spec, players.reported_as.size(), cell);
    if (!player) return player.error();
    players.reported_as.push_back({*player});
  }
  const auto nobody = static_cast<std::int32_t>(players.reported_as.size());
  players.reported_as.push_back({spi::GameSetup::kNoPlayer});
  for (const std::uint32_t column : value.columns) {
    const bool has_one = column != spi::kNoColumn && column != spi::kSeveralColumns;
    players.of_cell.push_back(has_one ? static_cast<std::int32_t>(column) : nobody);
  }
  std::map<std::vector<std::uint32_t>, std::int32_t> sets;
  for (const spi::ElementColumns& one : value.combinations) {
    if (one.credited.size() == 1) {
      players.of_cell[one.element] = static_cast<std::int32_t>(one.credited.front());
      continue;
    }
    const auto next = static_cast<std::int32_t>(players.reported_as.size());
    const auto [set, is_new] = sets.emplace(one.credited, next);
    players.of_cell[one.element] = set->second;
    if (!is_new) continue;
    std::vector<std::int32_t>& shared_by = players.reported_as.emplace_back();
    for (const std::uint32_t column : one.credited) {
      shared_by.push_back(players.reported_as[column].front());
    }
  }
  return players;
}

Error too_many_pairs(std::size_t features) {
  return {Errc::unsupported_model, std::string(kPlace),
          text::message("the interactions of {} features", features),
          text::message("at most {} features, or pred_contribs", kMostPairedFeatures)};
}

std::vector<std::string> names_of_pairs(const std::vector<std::string>& names) {
  std::vector<std::string> pairs;
  for (const std::string& a : names) {
    for (const std::string& b : names) pairs.push_back(text::message("{}·{}", a, b));
  }
  return pairs;
}

}  // namespace

Result<std::unique_ptr<const FrameworkForest>> find_framework_forest(
    const GraphView& model, const explain::BoundSpec& spec) {
  auto found = std::make_unique<FrameworkForest>();
  const Plan::OnlyPredictor only = find_predictor(model, found->output);
  if (only.predictor == nullptr) {
    return Error(Errc::unsupported_model, std::string(kPlace),
                 "a model that isn't one forest over its columns",
                 "sampledShapleyAttribution, which explains any model");
  }
  const auto& method = std::get<FrameworkAttribution>(spec.spec.parameters.method);
  const bool is_direct = only.input == model.graph->input.value;
  Result<ColumnPlayers> found_players =
      is_direct ? Result<ColumnPlayers>(players_of_cells(spec))
                : players_of_columns(model, spec, model.graph->values[only.input]);
  if (!found_players) return std::move(found_players).error();
  ColumnPlayers& players = *found_players;
  explain::ContributionSource& source = found->source;
  source.values = cover_values(method.values);
  const bool pairs = source.values == spi::CoverValues::interactions;
  const std::size_t paired = std::max(players.reported_as.size(), spec.player_count());
  if (pairs && paired > kMostPairedFeatures) return too_many_pairs(paired);
  auto game = only.predictor->make_cover_game(
      {players.of_cell, players.reported_as.size(),
       /*drops_empty_leaves=*/model.graph->provenance.framework == "catboost"});
  if (!game) return std::move(game).error();
  source.game = std::move(*game);
  source.reported_as = std::move(players.reported_as);
  source.reported_count = spec.player_count();
  source.names = pairs ? names_of_pairs(spec.player_names) : spec.player_names;
  found->input = only.input;
  return std::unique_ptr<const FrameworkForest>(std::move(found));
}

}  // namespace trivet::core
