// SPDX-License-Identifier: Apache-2.0
// An ExplanationSpec bound to a Graph, and one thread's way of asking it.
#include "core/graph_explainer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "core/class_answers.hpp"
#include "core/missing_cells.hpp"
#include "json/request_reader.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

bool is_linear_graph(const spi::Graph& graph) {
  return std::all_of(graph.nodes.begin(), graph.nodes.end(), [](const spi::Node& node) {
    return std::holds_alternative<spi::Linear>(node.body);
  });
}

/// Reads baselines of one column by the rules of requests: a signature with that column alone.
class ColumnReader {
 public:
  explicit ColumnReader(const GraphView& model) : model_(model) {}

  Status read(std::size_t column, const std::vector<Value>& values, std::vector<double>& cells) {
    Signature alone;
    alone.cell_type = model_.signature->cell_type;
    alone.columns = {model_.signature->columns[column]};
    json::RequestReader reader;  // it keeps what it knows of a signature
    Batch batch(alone);
    std::size_t output = 0;
    const Status read = reader.read_rows(request_of(values), kUnlimited, batch, output);
    if (!read) return in_spec(read.error());
    if (alone.cell_type == DType::float32) copy_marked(batch, batch.floats(), cells);
    else copy_marked(batch, batch.doubles(), cells);
    return {};
  }

 private:
  static constexpr RequestLimits kUnlimited{
      .request_bytes = 0, .response_bytes = 0, .instances = 0};

  static std::string request_of(const std::vector<Value>& values) {
    Value::List rows;
    for (const Value& value : values) rows.push_back(Value(Value::List{value}));
    return Value(Value::Object{{"instances", Value(std::move(rows))}}).to_json();
  }
  /// `/instances/3/0` in the request is `/3` among the baselines.
  static Error in_spec(const Error& error) {
    std::string_view where = error.where();
    constexpr std::string_view kInstances = "/instances";
    if (where.starts_with(kInstances)) where.remove_prefix(kInstances.size());
    where = where.substr(0, where.find('/', 1));
    return {Errc::invalid_argument, std::string(where), std::string(error.found()),
            std::string(error.expected())};
  }
  /// As the cells of instances are marked, then widened.
  template <class Cell>
  void copy_marked(const Batch& batch, MatrixView<const Cell> rows,
                   std::vector<double>& cells) const {
    const std::vector<CellRange> numbers = find_number_cells(batch.signature().columns);
    const std::optional<double>& missing = model_.graph->input.missing;
    std::vector<Cell> row(batch.cell_count());
    cells.clear();
    for (std::size_t r = 0; r < batch.row_count(); ++r) {
      std::copy_n(rows.row(r).begin(), row.size(), row.begin());
      if (missing) mark_missing(row.data(), numbers, *missing);
      cells.insert(cells.end(), row.begin(), row.end());
    }
  }

  const GraphView& model_;
};

/// The link of the node that makes an output.
spi::Link link_of(const spi::Graph& graph, spi::ValueId value) {
  for (const spi::Node& node : graph.nodes) {
    for (const spi::NodeOutput& output : node.outputs) {
      if (output.value != value) continue;
      if (const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body)) return forest->link;
      if (const auto* linear = std::get_if<spi::Linear>(&node.body)) return linear->link;
    }
  }
  return {};
}

/// Numbers as they are served: widened, and one number of two classes as two scores.
void widen_answers(const OutputView& answers, bool as_scores, std::span<double> out) {
  const std::size_t width = answers.width();
  for (std::size_t r = 0; r < answers.row_count; ++r) {
    if (as_scores && width == 1) {
      out[2 * r + 1] = answers.at(r);
      out[2 * r] = 1 - answers.at(r);
      continue;
    }
    for (std::size_t i = 0; i < width; ++i) out[r * width + i] = answers.at(r, i);
  }
}

/// Asks a plan about mixtures, which are given in double.
class PlanAsker {
 public:
  PlanAsker(const GraphView& model, ExplainedAnswer answer, PlanScratch& scratch,
            base::AlignedBuffer& cells)
      : model_(model), answer_(answer), scratch_(scratch), cells_(cells) {}

  void operator()(std::span<const double> rows, std::size_t count, std::span<double> answers) {
    const std::size_t columns = rows.size() / count;
    spi::InputBuffer input{rows.data(), columns};
    if (model_.signature->cell_type == DType::float32) {
      auto* cells = reinterpret_cast<float*>(cells_.reserve(rows.size() * sizeof(float)).data());
      std::transform(rows.begin(), rows.end(), cells,
                     [](double x) { return static_cast<float>(x); });
      input.data = cells;
    }
    model_.plan->run(input, count, OutputMask{1} << answer_.output, scratch_);
    const OutputView view{&model_.signature->outputs[answer_.output], count,
                          model_.plan->data(answer_.output, scratch_)};
    widen_answers(view, answer_.as_scores, answers);
  }

 private:
  const GraphView& model_;
  ExplainedAnswer answer_;
  PlanScratch& scratch_;
  base::AlignedBuffer& cells_;
};

/// A linear model has no rule for missing values, so an attribution would have none either.
Status check_numbers(const Signature& signature, const MarkedRows& rows) {
  const std::size_t columns = signature.cell_count();
  const bool narrow = signature.cell_type == DType::float32;
  for (std::size_t r = 0; r < rows.count; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t at = r * rows.input.stride + c;
      const double x = narrow ? static_cast<double>(static_cast<const float*>(rows.input.data)[at])
                              : static_cast<const double*>(rows.input.data)[at];
      if (std::isfinite(x)) continue;
      const bool is_missing = std::isnan(x);
      return Error(Errc::invalid_request, text::message("/instances/{}/{}", r, c),
                   is_missing ? "a missing value" : "an infinite number",
                   is_missing
                       ? "a finite number: a linear model has no rule for missing values to explain"
                       : "a finite number: with it a linear model's parts are no numbers");
    }
  }
  return {};
}

}  // namespace

GraphExplainer::GraphExplainer(const GraphView& model)
    : model_(model),
      is_linear_(is_linear_graph(*model.graph)),
      prepared_(2 * model.signature->outputs.size()) {
  for (std::size_t i = 0; i < model.graph->outputs.size(); ++i) {
    are_classes_.push_back(is_class(*model.graph, i));
  }
}

/// The answers that a request can get: which elements they may have is known at once.
Status GraphExplainer::check_indices() const {
  explain::ExplainedOutput widest;
  widest.width = 0;
  const auto consider = [&](ExplainedAnswer answer) {
    if (!are_classes_[answer.output]) widest.width = std::max(widest.width, width_of(answer));
  };
  if (framework_ != nullptr) {
    widest.width = framework_->source.game->output_count();
  } else {
    for (std::size_t i = 0; i < are_classes_.size(); ++i) consider({i, false});
    consider({model_.profile->output_to_run(0), model_.profile->gives_scores(0)});
  }
  if (widest.width == 0) return {};  // classes alone, which are refused when they are asked for
  return explain::check_output(bound_.spec.parameters, widest);
}

std::size_t GraphExplainer::width_of(ExplainedAnswer answer) const {
  const Output& info = model_.signature->outputs[answer.output];
  return answer.as_scores && info.shape.empty() ? 2 : info.width();
}

Result<std::shared_ptr<const GraphExplainer>> GraphExplainer::make(const GraphView& model,
                                                                   const ExplanationSpec& spec,
                                                                   SpecPlace place) {
  if (!model.graph->input.texts.empty()) {
    return Error(Errc::unsupported_model, "model", "a model that reads texts",
                 "a model whose columns are numbers or categories, for explanations");
  }
  std::shared_ptr<GraphExplainer> made(new GraphExplainer(model));
  made->place_ = std::move(place);
  TRIVET_TRY(explain::check_parameters(spec.parameters, made->is_linear_));
  ColumnReader reader(model);
  const auto read = [&](std::size_t column, const std::vector<Value>& values,
                        std::vector<double>& cells) { return reader.read(column, values, cells); };
  auto bound = explain::bind_spec(spec, {model.signature, !made->is_linear_}, read);
  if (!bound) return std::move(bound).error();
  made->bound_ = std::move(*bound);
  if (std::holds_alternative<FrameworkAttribution>(spec.parameters.method)) {
    auto forest = find_framework_forest(model, made->bound_);
    if (!forest) return std::move(forest).error();
    made->framework_ = std::move(*forest);
  }
  TRIVET_TRY(made->check_indices());
  return std::shared_ptr<const GraphExplainer>(std::move(made));
}

Result<const explain::ExplainedOutput*> GraphExplainer::prepared(ExplainedAnswer answer) const {
  if (are_classes_[answer.output]) return class_is_explained(*model_.graph);
  Prepared& prepared = prepared_[2 * answer.output + (answer.as_scores ? 1 : 0)];
  // A call that runs out of memory leaves nothing for the next one to add to.
  std::call_once(prepared.once, [&] {
    explain::ExplainedOutput made;
    prepare(answer, made);
    prepared.output = std::move(made);
  });
  const Status fits = explain::check_output(bound_.spec.parameters, prepared.output);
  if (!fits) return fits.error().within(place_.pointer).within(place_.file);
  return &prepared.output;
}

void GraphExplainer::prepare(ExplainedAnswer answer, explain::ExplainedOutput& output) const {
  const Output& info = model_.signature->outputs[answer.output];
  output.is_number = info.shape.empty() && !answer.as_scores;
  output.margins.is_two_scores = answer.as_scores && info.shape.empty();
  output.width = width_of(answer);
  use_games(answer, output);
  if (bound_.has_free_cells) return;
  PlanScratch scratch;
  base::AlignedBuffer cells;
  output.baseline_answers.resize(bound_.baseline_count * output.width);
  PlanAsker(model_, answer, scratch, cells)(bound_.baselines, bound_.baseline_count,
                                            output.baseline_answers);
}

void GraphExplainer::use_games(ExplainedAnswer answer, explain::ExplainedOutput& output) const {
  const Plan::OnlyPredictor only = model_.plan->only_predictor(answer.output);
  const bool is_margin = only.port == spi::Port::margin || only.port == spi::Port::linked;
  // A player of a game moves elements of its own alone.
  const bool is_by_column = model_.graph->values[only.input].combinations.empty();
  if (only.predictor == nullptr || !is_margin || !is_by_column) return;
  std::call_once(games_once_, [&] { make_games(only, answer.output); });
  if (games_of_.predictor != only.predictor) return;
  output.margins.port = only.port;
  output.margins.link = link_of(*model_.graph, model_.graph->outputs[answer.output].value);
  for (const auto& game : games_) output.games.push_back(game.get());
}

/// One game a baseline, or none at all.
void GraphExplainer::make_games(const Plan::OnlyPredictor& only, std::size_t output) const {
  const bool is_direct = only.input == model_.graph->input.value;
  const std::vector<std::int32_t> players =
      is_direct ? bound_.player_of_cell : players_of(only.input);
  const std::vector<double> baselines =
      is_direct ? bound_.baselines : baselines_of(only.input, output);
  const std::size_t width = players.size();
  if (width == 0) return;
  std::vector<std::unique_ptr<const spi::MarginGame>> games;
  for (std::size_t b = 0; b < bound_.baseline_count; ++b) {
    auto game = only.predictor->make_margin_game(
        {players, bound_.player_count(), {baselines.data() + b * width, width}});
    if (game == nullptr) return;
    games.push_back(std::move(game));
  }
  games_ = std::move(games);
  games_of_ = only;
}

/// The player of each element that operators made: that of its column. Empty where a column has
/// several.
std::vector<std::int32_t> GraphExplainer::players_of(spi::ValueId value) const {
  const std::vector<std::size_t> first_cells = explain::find_first_cells(model_.signature->columns);
  std::vector<std::int32_t> players;
  for (const std::uint32_t column : model_.graph->values[value].columns) {
    if (column == spi::kNoColumn) {
      players.push_back(spi::GameSetup::kNoPlayer);
      continue;
    }
    const auto begin =
        bound_.player_of_cell.begin() + static_cast<std::ptrdiff_t>(first_cells[column]);
    const auto end = begin + static_cast<std::ptrdiff_t>(model_.signature->columns[column].cells);
    if (std::any_of(begin, end, [&](std::int32_t player) { return player != *begin; })) return {};
    players.push_back(*begin);
  }
  return players;
}

/// What operators make of the baselines.
std::vector<double> GraphExplainer::baselines_of(spi::ValueId value, std::size_t output) const {
  const spi::GraphValue& info = model_.graph->values[value];
  std::vector<double> made;
  PlanScratch scratch;
  base::AlignedBuffer cells;
  std::vector<double> ignored(2 * model_.signature->outputs[output].width());
  for (std::size_t b = 0; b < bound_.baseline_count; ++b) {
    PlanAsker(model_, {output}, scratch, cells)({bound_.baseline(b), bound_.cell_count}, 1,
                                                ignored);
    const void* row = model_.plan->value(value, scratch);
    for (std::size_t i = 0; i < info.width; ++i) {
      made.push_back(info.dtype == DType::float32
                         ? static_cast<double>(static_cast<const float*>(row)[i])
                         : static_cast<const double*>(row)[i]);
    }
  }
  return made;
}

Result<ExplanationPlan> GraphExplainer::plan(std::string_view output) const {
  if (framework_ != nullptr) return ExplanationPlan{"framework", true};
  ExplainedAnswer answer;
  if (output.empty()) {
    answer = {model_.profile->output_to_run(0), model_.profile->gives_scores(0)};
  } else {
    const auto at = model_.signature->find_output(output);
    if (!at) {
      return Error(Errc::invalid_argument, "output", text::quoted(output), "one of the outputs");
    }
    answer.output = *at;
  }
  const auto ready = prepared(answer);
  if (!ready) return ready.error();
  return explain::plan_of(bound_, **ready);
}

std::string_view GraphExplainer::display_name(ExplainedAnswer answer, std::size_t position) const {
  const ExplanationOutput& output = bound_.spec.metadata.outputs.front();
  const Value::List* names = output.index_display_name_mapping.as_list();
  if (names != nullptr) {
    const std::string* name = position < names->size() ? (*names)[position].as_text() : nullptr;
    return name != nullptr ? std::string_view(*name) : std::string_view();
  }
  if (!answer.as_scores) return {};
  const std::vector<std::string>& classes = model_.profile->classes();
  return position < classes.size() ? std::string_view(classes[position]) : std::string_view();
}

Result<AttributionView> ExplainRunner::run(const GraphExplainer& explainer, ExplainedAnswer answer,
                                           const MarkedRows& rows, const OutputView& answers,
                                           PlanScratch& scratch) {
  const GraphView& model = explainer.model();
  last_answer_ = answer;
  if (explainer.framework() != nullptr) return run_framework(explainer, rows, scratch);
  const auto output = explainer.prepared(answer);
  if (!output) return output.error();
  if (is_linear_graph(*model.graph)) TRIVET_TRY(check_numbers(*model.signature, rows));
  answers_.resize(rows.count * (*output)->width);
  widen_answers(answers, answer.as_scores, answers_);
  PlanAsker ask(model, answer, scratch, cells_);
  explain::ExplainedRows asked{rows.input.data, rows.input.stride, model.signature->cell_type,
                               rows.count, answers_};
  asked.most_attributions = rows.most_attributions;
  const bool has_games = !(*output)->games.empty();
  if (has_games && explainer.game_input() != model.graph->input.value) {
    const spi::GameRows made =
        read_game_rows(model, explainer.game_input(), answer.output, rows, scratch);
    asked.game_data = made.data;
    asked.game_row_bytes = made.row_bytes;
  }
  return explain::explain_rows(explainer.bound(), **output, asked, ask, scratch_);
}

/// Margins, whatever answer was asked for: frameworks have no such values for others.
Result<AttributionView> ExplainRunner::run_framework(const GraphExplainer& explainer,
                                                     const MarkedRows& rows, PlanScratch& scratch) {
  const FrameworkForest& forest = *explainer.framework();
  const ExplanationParameters& parameters = explainer.spec().parameters;
  explain::ExplainedOutput margins;
  margins.width = forest.source.game->output_count();
  TRIVET_TRY(explain::check_output(parameters, margins));
  const GraphView& model = explainer.model();
  spi::GameRows asked{static_cast<const std::byte*>(rows.input.data),
                      rows.input.stride * size_of(model.signature->cell_type), rows.count};
  if (forest.input != model.graph->input.value) {
    asked = read_game_rows(model, forest.input, forest.output, rows, scratch);
  }
  return explain::explain_contributions(forest.source, parameters, asked, scratch_,
                                        rows.most_attributions);
}

/// Runs the operators in front of the games, row by row: between them a plan keeps what it likes.
spi::GameRows ExplainRunner::read_game_rows(const GraphView& model, spi::ValueId value,
                                            std::size_t output, const MarkedRows& rows,
                                            PlanScratch& scratch) {
  const spi::GraphValue& info = model.graph->values[value];
  const std::size_t row_bytes = info.width * size_of(info.dtype);
  std::byte* const to = game_rows_.reserve(rows.count * row_bytes).data();
  const std::size_t cell_bytes = size_of(model.signature->cell_type);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto* row = static_cast<const std::byte*>(rows.input.data);
    const spi::InputBuffer one{row + r * rows.input.stride * cell_bytes, rows.input.stride};
    model.plan->run(one, 1, OutputMask{1} << output, scratch);
    std::memcpy(to + r * row_bytes, model.plan->value(value, scratch), row_bytes);
  }
  return {to, row_bytes, rows.count};
}

}  // namespace trivet::core
