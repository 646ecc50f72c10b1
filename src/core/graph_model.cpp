// SPDX-License-Identifier: Apache-2.0
// Models that are a Graph: found, read, checked, prepared, asked.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/try.hpp"
#include "core/explanation_text.hpp"
#include "core/find_format.hpp"
#include "core/graph_explainer.hpp"
#include "core/graph_info.hpp"
#include "core/own_spec.hpp"
#include "core/plan.hpp"
#include "core/profile.hpp"
#include "core/sidecar.hpp"
#include "core/worker.hpp"
#include "explain/spec.hpp"
#include "json/request_reader.hpp"
#include "json/response_writer.hpp"
#include "text/message.hpp"
#include "trivet/spi/registry.hpp"

namespace trivet::core {
namespace {

/// What the caller sees of a graph.
Signature make_signature(const spi::Graph& graph) {
  Signature signature;
  signature.columns = graph.input.columns;
  signature.cell_type = graph.values[graph.input.value].dtype;
  signature.parameters = graph.parameters;
  signature.accepts_columns_by_position = graph.input.accepts_lists;
  for (const spi::GraphOutput& output : graph.outputs) {
    const spi::GraphValue& value = graph.values[output.value];
    Output seen{output.name, value.dtype, {}, output.classes, output.labels, output.object};
    if (!output.scalar) seen.shape.push_back(value.width);
    signature.outputs.push_back(std::move(seen));
  }
  return signature;
}

/// With 2¹⁶ outputs of 8 bytes still far from what a size can hold.
constexpr std::size_t kRowLimit = std::size_t{1} << 31;

/// Everything that is proved before the first question; then it never changes.
struct GraphModelParts {
  spi::Graph graph;
  Signature signature;
  Sidecar sidecar;
  Profile profile;
  ModelInfo info;
  OwnSpec own_spec;
};

/// Cells of a row that lie side by side.
struct CellRange {
  std::size_t first;
  std::size_t count;
};

std::vector<CellRange> find_number_cells(const std::vector<Column>& columns) {
  std::vector<CellRange> ranges;
  std::size_t cell = 0;
  for (const Column& column : columns) {
    if (column.type == ColumnType::number) {
      const bool goes_on = !ranges.empty() && ranges.back().first + ranges.back().count == cell;
      if (goes_on) ranges.back().count += column.cells;
      else ranges.push_back({cell, column.cells});
    }
    cell += column.cells;
  }
  return ranges;
}

class GraphModel final : public LoadedModel {
 public:
  [[nodiscard]] static Result<std::unique_ptr<const LoadedModel>> make(
      GraphModelParts parts, const spi::Registry& registry, const LoadOptions& options) {
    std::unique_ptr<GraphModel> model(new GraphModel(std::move(parts)));
    auto plan = Plan::make(model->parts_.graph, registry.backends(), options.engine,
                           options.executor);
    if (!plan) return std::move(plan).error();
    model->plan_.emplace(std::move(*plan));
    ModelInfo& info = model->parts_.info;
    info.engine = model->plan_->engines();
    info.bytes = graph_bytes(model->parts_.graph) + model->plan_->memory_bytes();
    TRIVET_TRY(model->bind_own_spec());
    return std::unique_ptr<const LoadedModel>(std::move(model));
  }

  const Signature& signature() const noexcept override { return parts_.signature; }
  const ModelInfo& info() const noexcept override { return parts_.info; }
  const spi::Graph* graph() const noexcept override { return &parts_.graph; }
  std::unique_ptr<Worker> make_worker() const override;
  Result<std::shared_ptr<const GraphExplainer>> make_graph_explainer(
      const ExplanationSpec& spec) const {
    return GraphExplainer::make(view(), spec);
  }
  Result<std::shared_ptr<const Explainer>> make_explainer(
      const ExplanationSpec& spec) const override {
    auto made = make_graph_explainer(spec);
    if (!made) return std::move(made).error();
    return std::shared_ptr<const Explainer>(std::move(*made));
  }
  std::shared_ptr<const Explainer> own_explainer() const override { return own_explainer_; }

  const Plan& plan() const noexcept { return *plan_; }
  std::size_t cell_count() const noexcept {
    return parts_.graph.values[parts_.graph.input.value].width;
  }
  const Profile& profile() const noexcept { return parts_.profile; }
  const std::optional<double>& missing() const noexcept { return parts_.graph.input.missing; }
  /// Where a row has the values of number columns.
  const std::vector<CellRange>& number_cells() const noexcept { return number_cells_; }
  std::size_t row_numbers() const noexcept { return row_numbers_; }

 private:
  explicit GraphModel(GraphModelParts parts)
      : parts_(std::move(parts)),
        number_cells_(find_number_cells(parts_.graph.input.columns)),
        row_numbers_(count_row_numbers(parts_.graph)) {}

  [[nodiscard]] GraphView view() const noexcept {
    return {&parts_.graph, &parts_.signature, &parts_.sidecar, &parts_.profile, &*plan_};
  }
  /// The spec beside the artefact must fit the model as the rest of the sidecar must.
  Status bind_own_spec() {
    OwnSpec& own = parts_.own_spec;
    if (own.spec) {
      auto made = GraphExplainer::make(view(), *own.spec);
      if (made) own_explainer_ = std::move(*made);
      else if (!own.is_old) return spec_in_file(made.error(), own);
      else own.warning = spec_in_file(made.error(), own).message();
    }
    if (!own.warning.empty()) parts_.info.warnings.push_back(own.warning);
    return {};
  }

  GraphModelParts parts_;
  std::vector<CellRange> number_cells_;
  std::size_t row_numbers_;
  std::optional<Plan> plan_;                             // refers to parts_.graph
  std::shared_ptr<const GraphExplainer> own_explainer_;  // refers to both
};

class GraphWorker final : public Worker {
 public:
  explicit GraphWorker(const GraphModel& model) : model_(model), batch_(model.signature()) {}

  Result<OutputView> predict(MatrixView<const float> rows, std::string_view output) override {
    return predict_rows(rows, output);
  }
  Result<OutputView> predict(MatrixView<const double> rows, std::string_view output) override {
    return predict_rows(rows, output);
  }
  Result<OutputView> predict(const Batch& batch, std::string_view output) override;
  Result<std::vector<Value>> predict(std::span<const Value> instances,
                                     const Value& parameters) override;
  Status predict_json(std::string_view request, const RequestLimits& limits,
                      std::string& response) override;

  Result<AttributionView> explain(MatrixView<const float> rows, const Explainer& explainer,
                                  std::string_view output) override {
    return explain_answered(predict(rows, output), explainer);
  }
  Result<AttributionView> explain(MatrixView<const double> rows, const Explainer& explainer,
                                  std::string_view output) override {
    return explain_answered(predict(rows, output), explainer);
  }
  Result<AttributionView> explain(const Batch& batch, const Explainer& explainer,
                                  std::string_view output) override {
    return explain_answered(predict(batch, output), explainer);
  }
  std::vector<Explanation> to_explanations(const AttributionView& view,
                                           const Explainer& explainer) const override;
  Status explain_json(std::string_view request, const RequestLimits& limits,
                      const Explainer& explainer, std::string& response) override;

 private:
  Result<AttributionView> explain_answered(const Result<OutputView>& answers,
                                           const Explainer& explainer);
  Result<const GraphExplainer*> overridden(const Explainer& deployed, const Value& change);
  template <class T>
  Result<OutputView> predict_rows(MatrixView<const T> rows, std::string_view output);
  /// The rows in the model's own cell type: themselves, or a copy in `converted_`.
  template <class T>
  spi::InputBuffer in_cell_type(MatrixView<const T> rows);
  [[nodiscard]] Result<std::size_t> find_output(std::string_view name) const;
  OutputView run(const spi::InputBuffer& input, std::size_t row_count, std::size_t output);
  OutputView run(const Batch& batch, std::size_t output);
  [[nodiscard]] spi::InputBuffer with_missing_marked(const spi::InputBuffer& input,
                                                     std::size_t row_count);

  const GraphModel& model_;
  Batch batch_;
  json::RequestReader reader_;
  PlanScratch scratch_;
  base::AlignedBuffer converted_;
  base::AlignedBuffer marked_;
  MarkedRows last_rows_;  // of the last run
  ExplainRunner explain_runner_;
  std::string predictions_;  // as they stand in an answer to explain
  Value last_change_;        // the override of the request before, and what it made of the spec
  const Explainer* last_deployed_ = nullptr;
  std::shared_ptr<const GraphExplainer> last_overridden_;
};

std::unique_ptr<Worker> GraphModel::make_worker() const {
  return std::make_unique<GraphWorker>(*this);
}

Result<std::size_t> GraphWorker::find_output(std::string_view name) const {
  if (name.empty()) return std::size_t{0};
  if (const auto at = model_.signature().find_output(name)) return *at;
  std::string known;
  for (const Output& output : model_.signature().outputs) {
    known += known.empty() ? output.name : ", " + output.name;
  }
  return Error(Errc::invalid_argument, "output", text::quoted(name),
               text::message("one of {}", known));
}

/// Copies rows with NaN in place of the number for missing values. Codes of categories are left
/// alone: the number may be one of them. Returns where the copy begins.
template <class Cell>
const void* copy_marked(const spi::InputBuffer& input, std::size_t rows, const GraphModel& model,
                        base::AlignedBuffer& buffer) {
  const std::size_t width = model.cell_count();
  const auto missing = static_cast<Cell>(*model.missing());
  auto* cells = reinterpret_cast<Cell*>(buffer.reserve(rows * width * sizeof(Cell)).data());
  for (std::size_t r = 0; r < rows; ++r) {
    Cell* const row = cells + r * width;
    std::copy_n(static_cast<const Cell*>(input.data) + r * input.stride, width, row);
    for (const CellRange& range : model.number_cells()) {
      std::replace(row + range.first, row + range.first + range.count, missing,
                   std::numeric_limits<Cell>::quiet_NaN());
    }
  }
  return cells;
}

/// The sidecar may name a number that stands for "missing", by every door.
spi::InputBuffer GraphWorker::with_missing_marked(const spi::InputBuffer& input,
                                                  std::size_t row_count) {
  const bool narrow = model_.signature().cell_type == DType::float32;
  const void* copy = narrow ? copy_marked<float>(input, row_count, model_, marked_)
                            : copy_marked<double>(input, row_count, model_, marked_);
  return {copy, model_.cell_count()};
}

OutputView GraphWorker::run(const spi::InputBuffer& input, std::size_t row_count,
                            std::size_t output) {
  const bool has_missing_number = model_.missing().has_value();
  const spi::InputBuffer rows = has_missing_number ? with_missing_marked(input, row_count) : input;
  last_rows_ = {rows, row_count};
  model_.plan().run(rows, row_count, OutputMask{1} << output, scratch_);
  return {&model_.signature().outputs[output], row_count, model_.plan().data(output, scratch_)};
}

OutputView GraphWorker::run(const Batch& batch, std::size_t output) {
  if (model_.signature().cell_type == DType::float32) {
    const MatrixView<const float> cells = batch.floats();
    return run({cells.data, cells.stride}, cells.rows, output);
  }
  const MatrixView<const double> cells = batch.doubles();
  return run({cells.data, cells.stride}, cells.rows, output);
}

template <class T>
spi::InputBuffer GraphWorker::in_cell_type(MatrixView<const T> rows) {
  if (model_.signature().cell_type == dtype_of<T>()) return {rows.data, rows.stride};
  using Other = std::conditional_t<std::is_same_v<T, float>, double, float>;
  const std::size_t size = rows.rows * rows.columns;
  auto* cells = reinterpret_cast<Other*>(converted_.reserve(size * sizeof(Other)).data());
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const std::span<const T> row = rows.row(r);
    std::transform(row.begin(), row.end(), cells + r * rows.columns,
                   [](T x) { return static_cast<Other>(x); });
  }
  return {cells, rows.columns};
}

template <class T>
Result<OutputView> GraphWorker::predict_rows(MatrixView<const T> rows, std::string_view output) {
  const std::size_t columns = model_.cell_count();
  if (rows.columns != columns) {
    return Error(Errc::invalid_argument, "rows", text::message("{} columns", rows.columns),
                 text::message("{} columns, as the model has", columns));
  }
  if (rows.rows > kRowLimit) {
    return Error(Errc::invalid_argument, "rows", text::message("{} rows", rows.rows),
                 "at most 2³¹ rows in one call");
  }
  if (rows.stride < columns) {
    return Error(Errc::invalid_argument, "rows", text::message("a stride of {}", rows.stride),
                 text::message("{} or more: rows don't overlap", columns));
  }
  const auto wanted = find_output(output);
  if (!wanted) return wanted.error();
  return run(in_cell_type(rows), rows.rows, *wanted);
}

/// True when a batch for one signature has the same cells as one for the other.
bool fill_alike(const Signature& a, const Signature& b) {
  if (&a == &b) return true;
  const auto same = [](const Column& x, const Column& y) {
    return x.name == y.name && x.type == y.type && x.category_code == y.category_code &&
           x.form == y.form && x.cells == y.cells && x.categories == y.categories;
  };
  return a.cell_type == b.cell_type &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(), same);
}

Result<OutputView> GraphWorker::predict(const Batch& batch, std::string_view output) {
  const Signature& theirs = batch.signature();
  const Signature& ours = model_.signature();
  if (!fill_alike(theirs, ours)) {
    return Error(Errc::invalid_argument, "batch", "a batch for another signature",
                 "a Batch that was made with this model's signature()");
  }
  const auto wanted = find_output(output);
  if (!wanted) return wanted.error();
  return run(batch, *wanted);
}

Status GraphWorker::predict_json(std::string_view request, const RequestLimits& limits,
                                 std::string& response) {
  response.clear();
  std::size_t wanted = 0;
  TRIVET_TRY(reader_.read_rows(request, limits, batch_, wanted, model_.row_numbers()));
  const OutputView answers = run(batch_, model_.profile().output_to_run(wanted));
  json::ResponseWriter writer(response);
  writer.begin_object();
  writer.key("predictions");
  writer.begin_list();
  model_.profile().write_predictions(answers, wanted, writer);
  writer.end_list();
  writer.end_object();
  return {};
}

/// Through the JSON door and back, so that there is one set of rules. Routines that count
/// microseconds use the typed door.
Result<std::vector<Value>> GraphWorker::predict(std::span<const Value> instances,
                                                const Value& parameters) {
  std::string request;
  json::ResponseWriter writer(request);
  writer.begin_object();
  writer.key("instances");
  writer.begin_list();
  for (const Value& instance : instances) writer.value(instance);
  writer.end_list();
  if (!parameters.is_null()) {
    writer.key("parameters");
    writer.value(parameters);
  }
  writer.end_object();
  std::string response;
  constexpr RequestLimits kUnlimited{
      .request_bytes = 0, .response_bytes = 0, .instances = 0, .cells = 0};
  TRIVET_TRY(predict_json(request, kUnlimited, response));
  auto answer = Value::parse(response);
  if (!answer) return std::move(answer).error();
  return std::move(*answer->as_object()->front().value.as_list());
}

/// The error of an explanation as the request's own.
Error in_request(const Error& error) {
  const Errc code = error.code() == Errc::invalid_argument ? Errc::invalid_request : error.code();
  return {code, std::string(error.where()), std::string(error.found()),
          std::string(error.expected())};
}

/// Explains what was just answered.
Result<AttributionView> GraphWorker::explain_answered(const Result<OutputView>& answers,
                                                      const Explainer& explainer) {
  if (!answers) return answers.error();
  const auto output = static_cast<std::size_t>(answers->output - model_.signature().outputs.data());
  return explain_runner_.run(static_cast<const GraphExplainer&>(explainer), {output}, last_rows_,
                             *answers, scratch_);
}

std::vector<Explanation> GraphWorker::to_explanations(const AttributionView& view,
                                                      const Explainer& explainer) const {
  return make_explanations(static_cast<const GraphExplainer&>(explainer),
                           explain_runner_.last_answer(), view);
}

/// The deployed explainer as a request changes it. The last one is kept: who overrides a baseline
/// once does so again.
Result<const GraphExplainer*> GraphWorker::overridden(const Explainer& deployed,
                                                      const Value& change) {
  if (last_overridden_ != nullptr && last_deployed_ == &deployed && last_change_ == change) {
    return last_overridden_.get();
  }
  const auto spec = explain::override_spec(deployed.spec(), change);
  if (!spec) return spec.error();
  auto made = model_.make_graph_explainer(*spec);
  if (!made) return std::move(made).error();
  last_change_ = change;
  last_deployed_ = &deployed;
  last_overridden_ = std::move(*made);
  return last_overridden_.get();
}

Status GraphWorker::explain_json(std::string_view request, const RequestLimits& limits,
                                 const Explainer& deployed, std::string& response) {
  response.clear();
  std::size_t wanted = 0;
  Value change;
  TRIVET_TRY(reader_.read_rows(request, limits, batch_, wanted, model_.row_numbers(), &change));
  const auto* explainer = static_cast<const GraphExplainer*>(&deployed);
  if (!change.is_null()) {
    const auto changed = overridden(deployed, change);
    if (!changed) return in_request(changed.error().within("/explanationSpecOverride"));
    explainer = *changed;
  }
  const ExplainedAnswer answer{model_.profile().output_to_run(wanted),
                               model_.profile().gives_scores(wanted)};
  const OutputView answers = run(batch_, answer.output);
  predictions_.clear();
  json::ResponseWriter predictions_writer(predictions_);
  model_.profile().write_predictions(answers, wanted, predictions_writer);
  const auto view = explain_runner_.run(*explainer, answer, last_rows_, answers, scratch_);
  if (!view) return in_request(view.error());
  response = R"({"explanations":[)";
  json::ResponseWriter writer(response);
  write_explanations(*explainer, answer, *view, writer);
  response.append(R"(],"predictions":[)").append(predictions_).append("]}");
  return {};
}

/// The path of the sidecar that belongs to an artefact: the named one, or the one beside it. Empty
/// when there is none.
Result<std::string> sidecar_path(const Artifact& artifact, const std::string& named) {
  if (!named.empty()) return named;
  if (artifact.is_in_memory()) return std::string();
  const std::string place(artifact.path());
  std::string beside =
      artifact.is_folder() ? place + "/" : place.substr(0, place.find_last_of('/') + 1);
  beside += kSidecarName;
  const auto there = Artifact::open(beside);
  if (!there && there.error().code() == Errc::not_found) return std::string();
  return beside;
}

Result<std::string> read_sidecar_text(const std::string& path) {
  const auto file = Artifact::open(path);
  if (!file && file.error().code() != Errc::not_found) return file.error();
  if (!file || file->is_folder()) {
    return Error(file ? Errc::io_failed : Errc::not_found, path,
                 file ? "a folder" : "there is no such file", "a sidecar: a file in JSON");
  }
  const auto bytes = file->read(0);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

/// Reads the sidecar, if there is one, and writes into the graph what it says; then all that was
/// proved of the graph is proved again.
Status read_sidecar(const Artifact& artifact, const LoadOptions& options, GraphModelParts& parts) {
  const auto path = sidecar_path(artifact, options.sidecar);
  if (!path) return path.error();
  if (path->empty()) return {};
  const auto text = read_sidecar_text(*path);
  if (!text) return text.error();
  auto sidecar = parse_sidecar(*text, *path);
  if (!sidecar) return std::move(sidecar).error();
  parts.sidecar = std::move(*sidecar);
  TRIVET_TRY(apply_sidecar(parts.sidecar, parts.graph));
  const Status valid = spi::validate(parts.graph);
  return valid ? Status{} : Status(valid.error().within(parts.sidecar.file_name));
}

Status read_parts(const Artifact& artifact, const LoadOptions& options,
                  const spi::Registry& registry, GraphModelParts& parts) {
  const auto found = find_format(artifact, registry, options.format);
  if (!found) return found.error();
  const std::string_view file_name =
      found->file == spi::kWholeFolder ? "" : std::string_view(artifact.file_names()[found->file]);
  {
    // Another thread may be loading the same artefact; this one's bytes end here.
    const Artifact own = artifact.independent();
    auto graph = found->format->read(own, found->file, {.gains = options.gains});
    if (!graph) return graph.error().within(file_name);
    parts.graph = std::move(*graph);
  }
  if (Status valid = spi::validate(parts.graph); !valid) return valid.error().within(file_name);
  TRIVET_TRY(read_sidecar(artifact, options, parts));
  parts.signature = make_signature(parts.graph);
  auto profile = Profile::make(parts.sidecar, parts.signature);
  if (!profile) return std::move(profile).error();
  parts.profile = std::move(*profile);
  auto own_spec = read_own_spec(artifact, parts.sidecar);
  if (!own_spec) return std::move(own_spec).error();
  parts.own_spec = std::move(*own_spec);
  parts.info = describe_graph(parts.graph);
  parts.info.display_name = parts.sidecar.display_name.empty() ? std::string(artifact.stem())
                                                               : parts.sidecar.display_name;
  return {};
}

}  // namespace

Result<std::unique_ptr<const LoadedModel>> load_graph_model(const Artifact& artifact,
                                                            const LoadOptions& options) {
  const spi::Registry builtin =
      options.registry == nullptr ? spi::Registry::builtin() : spi::Registry();
  const spi::Registry& registry = options.registry == nullptr ? builtin : *options.registry;
  GraphModelParts parts;
  TRIVET_TRY(read_parts(artifact, options, registry, parts));
  return GraphModel::make(std::move(parts), registry, options);
}

}  // namespace trivet::core
