// SPDX-License-Identifier: Apache-2.0
// One thread's questions to a model that is a Graph.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/try.hpp"
#include "core/explanation_text.hpp"
#include "core/graph_model.hpp"
#include "explain/spec.hpp"
#include "json/request_reader.hpp"
#include "json/response_writer.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

/// With 2¹⁶ outputs of 8 bytes still far from what a size can hold.
constexpr std::size_t kRowLimit = std::size_t{1} << 31;

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
  OutputView run(const spi::InputBuffer& input, std::size_t row_count, std::size_t output,
                 const Batch* texts = nullptr);
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

/// Copies rows with missing values marked. Returns where the copy begins.
template <class Cell>
const void* copy_marked(const spi::InputBuffer& input, std::size_t rows, const GraphModel& model,
                        base::AlignedBuffer& buffer) {
  const std::size_t width = model.cell_count();
  auto* cells = reinterpret_cast<Cell*>(buffer.reserve(rows * width * sizeof(Cell)).data());
  for (std::size_t r = 0; r < rows; ++r) {
    Cell* const row = cells + r * width;
    std::copy_n(static_cast<const Cell*>(input.data) + r * input.stride, width, row);
    mark_missing(row, model.number_cells(), *model.missing());
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
                            std::size_t output, const Batch* texts) {
  const bool has_missing_number = model_.missing().has_value();
  const spi::InputBuffer rows = has_missing_number ? with_missing_marked(input, row_count) : input;
  last_rows_ = {rows, row_count};
  model_.plan().run(rows, row_count, OutputMask{1} << output, scratch_, texts);
  return {&model_.signature().outputs[output], row_count, model_.plan().data(output, scratch_)};
}

OutputView GraphWorker::run(const Batch& batch, std::size_t output) {
  if (model_.signature().cell_type == DType::float32) {
    const MatrixView<const float> cells = batch.floats();
    return run({cells.data, cells.stride}, cells.rows, output, &batch);
  }
  const MatrixView<const double> cells = batch.doubles();
  return run({cells.data, cells.stride}, cells.rows, output, &batch);
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
  if (!model_.graph()->input.texts.empty()) {
    return Error(Errc::invalid_argument, "rows", "rows of numbers for a model that takes texts",
                 "a Batch that was made with this model's signature()");
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
           x.form == y.form && x.cells == y.cells && x.separator == y.separator &&
           x.categories == y.categories;
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
  MarkedRows rows = last_rows_;
  if (limits.cells != 0) {
    rows.most_attributions = std::min(limits.cells, explain::kMostAttributions);
  }
  const auto view = explain_runner_.run(*explainer, answer, rows, answers, scratch_);
  if (!view) return in_request(view.error());
  response = R"({"explanations":[)";
  json::ResponseWriter writer(response);
  write_explanations(*explainer, answer, *view, writer);
  response.append(R"(],"predictions":[)").append(predictions_).append("]}");
  return {};
}

}  // namespace

std::unique_ptr<Worker> GraphModel::make_worker() const {
  return std::make_unique<GraphWorker>(*this);
}

}  // namespace trivet::core
