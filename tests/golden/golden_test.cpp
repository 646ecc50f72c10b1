// SPDX-License-Identifier: Apache-2.0
// Every golden case through every door: the wire, values, rows of floats and doubles, each engine.
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "catch.hpp"
#include "golden/golden_case.hpp"
#include "support/plain_json.hpp"
#include "trivet/spi/registry.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// What a check does with a case: asks the request as it is, or its instances in another form.
enum class Asks { text, values };

/// Runs `check` once for each case that it can ask, as a section of its name.
template <class Check>
void for_each_case(Check&& check, Asks asks = Asks::values) {
  REQUIRE_FALSE(golden_cases().empty());
  for (const GoldenCase& one : golden_cases()) {
    if (one.must_refuse || (one.json_only && asks == Asks::values)) continue;
    DYNAMIC_SECTION(one.name) { check(one); }
  }
}

LocalModel load_case(const GoldenCase& one, const std::string& engine = {}) {
  LoadOptions options;
  options.engine = engine;
  auto model = LocalModel::load(one.model_path, options);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

std::string request_text(const Value::List& instances, const Value& parameters) {
  Value::Object body{{"instances", Value(instances)}};
  if (!parameters.is_null()) body.push_back({"parameters", parameters});
  return to_plain_json(Value(std::move(body)));
}

/// Where a response differs from the expected predictions; empty when it agrees.
std::string response_difference(const std::string& response, const Value& expected,
                                const CompareRule& rule) {
  const Value answer = parse_plain_json(response);
  const Value* predictions = answer.find("predictions");
  if (predictions == nullptr || answer.as_object()->size() != 1) return "not only predictions";
  return difference(*predictions, expected, rule, "/predictions");
}

void check_request(const LocalEndpoint& endpoint, const std::string& request, const Value& expected,
                   const CompareRule& rule) {
  const auto reply = endpoint.predict(request);
  INFO((reply ? std::string() : reply.error().message()));
  CHECK(reply.has_value());
  if (reply) CHECK(response_difference(*reply, expected, rule) == "");
}

std::optional<double> as_cell(const Value& value) {
  if (value.is_number()) return value.as_number();
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  const std::string* text = value.as_text();
  if (text == nullptr) return std::nullopt;
  if (*text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (*text == "Infinity") return std::numeric_limits<double>::infinity();
  if (*text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

/// The instances as numbers, row after row; nothing when they aren't lists of numbers.
std::optional<std::vector<double>> as_cells(const Value& instances, std::size_t columns) {
  std::vector<double> cells;
  for (const Value& instance : *instances.as_list()) {
    if (instance.as_list() == nullptr || instance.as_list()->size() != columns) return std::nullopt;
    for (const Value& value : *instance.as_list()) {
      const std::optional<double> cell = as_cell(value);
      if (!cell) return std::nullopt;
      cells.push_back(*cell);
    }
  }
  return cells;
}

/// One element of an answer as JSON has it: a number, or the label at that position.
Value element_value(const OutputView& answers, std::size_t row, std::size_t i) {
  const std::vector<Value>& labels = answers.output->labels;
  const double number = answers.at(row, i);
  return labels.empty() ? Value(number) : labels.at(static_cast<std::size_t>(number));
}

/// One row of an answer as JSON has it: an element, or a list of them.
Value scores_value(const OutputView& answers, std::size_t row) {
  if (answers.output->shape.empty()) return element_value(answers, row, 0);
  Value::List list;
  for (std::size_t i = 0; i < answers.width(); ++i) list.push_back(element_value(answers, row, i));
  return Value(std::move(list));
}

/// The same, or the object around it that a plain request gets.
Value row_value(const OutputView& answers, std::size_t row) {
  const std::optional<ClassObject>& object = answers.output->object;
  if (!object) return scores_value(answers, row);
  std::size_t best = 0;
  for (std::size_t i = 1; i < answers.width(); ++i) {
    if (answers.at(row, i) > answers.at(row, best)) best = i;
  }
  return Value(Value::Object{{object->predicted, object->classes.at(best)},
                             {object->values, Value(Value::List(object->classes))},
                             {object->scores, scores_value(answers, row)}});
}

Value all_rows(const OutputView& answers) {
  Value::List rows;
  for (std::size_t r = 0; r < answers.row_count; ++r) rows.push_back(row_value(answers, r));
  return Value(std::move(rows));
}

/// Rows as they are, one by one and all at once.
template <class T>
void check_typed(const LocalModel& model, const std::vector<T>& cells, const std::string& output,
                 const GoldenAsk& ask) {
  const std::size_t columns = model.signature().column_count();
  const std::size_t rows = cells.size() / columns;
  Session session = model.session();
  const auto together = session.predict(MatrixView<const T>(cells.data(), rows, columns), output);
  INFO((together ? std::string() : together.error().message()));
  REQUIRE(together.has_value());
  CHECK(difference(all_rows(*together), ask.predictions, ask.rule, "all rows") == "");
  for (std::size_t r = 0; r < rows; ++r) {
    const MatrixView<const T> row(cells.data() + r * columns, 1, columns);
    const auto alone = session.predict(row, output);
    REQUIRE(alone.has_value());
    INFO("row " << r << " alone");
    CHECK(difference(row_value(*alone, 0), (*ask.predictions.as_list())[r], ask.rule) == "");
  }
}

/// Fills a column that takes a list.
bool fill_list(Batch& batch, std::size_t column, const Value::List& items) {
  const std::size_t row = batch.row_count() - 1;
  const ColumnForm form = batch.signature().columns[column].form;
  if (form == ColumnForm::bag) batch.set_empty(row, column);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (form == ColumnForm::bag) {
      if (!batch.add_text(row, column, *items[i].as_text())) return false;
      continue;
    }
    const bool is_pair = form == ColumnForm::pairs;
    const Value::List* pair = items[i].as_list();
    const std::size_t at = is_pair ? static_cast<std::size_t>((*pair)[0].as_number()) : i;
    batch.set_element(row, column, at, as_cell(is_pair ? (*pair)[1] : items[i]).value());
  }
  return true;
}

/// Fills a column of objects: numbers, and texts behind their names, also in lists.
bool fill_members(Batch& batch, std::size_t column, const Value& object) {
  const std::size_t row = batch.row_count() - 1;
  const std::string& separator = batch.signature().columns[column].separator;
  batch.set_empty(row, column);
  for (const Member& member : *object.as_object()) {
    const Value::List alone{member.value};
    const Value::List* const list = member.value.as_list();
    for (const Value& value : list != nullptr ? *list : alone) {
      const std::string* const text = value.as_text();
      const bool* const flag = value.as_boolean();
      if (text != nullptr) batch.add_member(row, column, member.name + separator + *text, 1);
      else if (flag != nullptr) batch.add_member(row, column, member.name, *flag ? 1 : 0);
      else batch.add_member(row, column, member.name, value.as_number());
    }
  }
  return true;
}

/// Fills one cell of the newest row; false when the value has no place in a Batch.
bool fill_cell(Batch& batch, std::size_t column, const Value& value) {
  const std::size_t row = batch.row_count() - 1;
  if (value.as_list() != nullptr) return fill_list(batch, column, *value.as_list());
  const Column& kind = batch.signature().columns[column];
  if (kind.form == ColumnForm::members) return fill_members(batch, column, value);
  if ((kind.coercion == Coercion::python || kind.type == ColumnType::text) &&
      value.as_text() != nullptr) {
    return batch.set_text(row, column, *value.as_text()).has_value();
  }
  const bool text_wanted = batch.signature().columns[column].type != ColumnType::number;
  if (const bool* const flag = value.as_boolean()) {
    batch.set_number(row, column, *flag ? 1 : 0);
    return true;
  }
  if (const std::optional<double> cell = as_cell(value)) {
    batch.set_number(row, column, *cell);
    return true;
  }
  return text_wanted && value.as_text() != nullptr &&
         batch.set_text(row, column, *value.as_text()).has_value();
}

/// Appends an instance, list or object; false when a value or name doesn't fit.
bool append_instance(Batch& batch, const Value& instance) {
  batch.append_row();
  const std::vector<Column>& columns = batch.signature().columns;
  if (columns.size() == 1 && columns[0].form == ColumnForm::anything) return true;
  if (const Value::List* list = instance.as_list()) {
    bool fits = list->size() == batch.column_count();
    for (std::size_t c = 0; fits && c < list->size(); ++c) fits = fill_cell(batch, c, (*list)[c]);
    return fits;
  }
  if (batch.column_count() == 1 && batch.signature().columns[0].type == ColumnType::text) {
    const bool is_named =
        instance.as_object() != nullptr && batch.signature().columns[0].form != ColumnForm::members;
    if (!is_named) return fill_cell(batch, 0, instance);
  }
  if (instance.as_object() == nullptr) {
    return batch.column_count() == 1 && fill_cell(batch, 0, instance);
  }
  for (const Member& member : *instance.as_object()) {
    const std::optional<std::size_t> column = batch.signature().find_column(member.name);
    if (!column || !fill_cell(batch, *column, member.value)) return false;
  }
  return true;
}

/// The output that the parameters of a question choose.
std::string output_for(const LocalModel& model, const Value& parameters) {
  if (parameters.as_object() == nullptr) return {};
  for (const Member& given : *parameters.as_object()) {
    for (const ParameterRule& rule : model.signature().parameters) {
      if (rule.parameter == given.name && rule.value == given.value) return rule.output;
    }
  }
  return {};
}

/// The bytes of all outputs for all rows, one output after the other.
std::string output_bytes(const LocalModel& model, const std::vector<double>& cells) {
  const std::size_t columns = model.signature().column_count();
  const MatrixView<const double> rows(cells.data(), cells.size() / columns, columns);
  std::string bytes;
  for (const Output& output : model.signature().outputs) {
    const Result<Predictions> answers = model.predict(rows, output.name);
    REQUIRE(answers.has_value());
    const OutputView view = answers->view();
    const std::size_t size = view.row_count * view.width() * size_of(output.dtype);
    bytes.append(static_cast<const char*>(view.data), size);
  }
  return bytes;
}

std::vector<std::string> all_engines() {
  std::vector<std::string> names;
  const spi::Registry registry = spi::Registry::builtin();
  for (const std::shared_ptr<const spi::Backend>& backend : registry.backends()) {
    for (const std::string_view name : backend->engines()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

TEST_CASE("golden: a request, byte for byte, gets the framework's answer", "[golden]") {
  for_each_case(
      [](const GoldenCase& one) {
        const LocalEndpoint endpoint = load_case(one).deploy_to_local_endpoint();
        const GoldenAsk& ask = one.asks.front();
        check_request(endpoint, one.request, ask.predictions, ask.rule);
      },
      Asks::text);
}

TEST_CASE("golden: other parameters get the framework's other answers", "[golden]") {
  for_each_case([](const GoldenCase& one) {
    const LocalEndpoint endpoint = load_case(one).deploy_to_local_endpoint();
    const Value::List& all = *one.instances.as_list();
    for (const GoldenAsk& ask : one.asks) {
      INFO(ask.name);
      check_request(endpoint, request_text(all, ask.parameters), ask.predictions, ask.rule);
    }
  });
}

TEST_CASE("golden: each instance gets the same answer alone as among others", "[golden]") {
  for_each_case([](const GoldenCase& one) {
    const LocalEndpoint endpoint = load_case(one).deploy_to_local_endpoint();
    const Value::List& all = *one.instances.as_list();
    for (const GoldenAsk& ask : one.asks) {
      for (std::size_t i = 0; i < all.size(); ++i) {
        INFO(ask.name << ", instance " << i);
        check_request(endpoint, request_text({all[i]}, ask.parameters),
                      Value(Value::List{(*ask.predictions.as_list())[i]}), ask.rule);
      }
    }
  });
}

TEST_CASE("golden: instances as values get the same answers", "[golden]") {
  for_each_case([](const GoldenCase& one) {
    const LocalModel model = load_case(one);
    for (const GoldenAsk& ask : one.asks) {
      INFO(ask.name);
      const auto predictions = model.predict(*one.instances.as_list(), ask.parameters);
      INFO((predictions ? std::string() : predictions.error().message()));
      REQUIRE(predictions.has_value());
      CHECK(difference(Value(*predictions), ask.predictions, ask.rule) == "");
    }
  });
}

TEST_CASE("golden: rows of floats and of doubles get the same answers", "[golden]") {
  for_each_case([](const GoldenCase& one) {
    const LocalModel model = load_case(one);
    const auto cells = as_cells(one.instances, model.signature().cell_count());
    if (!cells) return;  // instances with names: the other doors ask them
    const std::vector<float> narrow(cells->begin(), cells->end());
    for (const GoldenAsk& ask : one.asks) {
      INFO(ask.name);
      const std::string output = output_for(model, ask.parameters);
      check_typed(model, *cells, output, ask);
      if (model.signature().cell_type == DType::float32) check_typed(model, narrow, output, ask);
    }
  });
}

TEST_CASE("golden: batches filled cell by cell get the same answers", "[golden]") {
  for_each_case([](const GoldenCase& one) {
    const LocalModel model = load_case(one);
    Batch batch(model.signature());
    for (const Value& instance : *one.instances.as_list()) {
      INFO(to_plain_json(instance));
      REQUIRE(append_instance(batch, instance));
    }
    for (const GoldenAsk& ask : one.asks) {
      INFO(ask.name);
      const auto answers = model.predict(batch, output_for(model, ask.parameters));
      REQUIRE(answers.has_value());
      CHECK(difference(all_rows(answers->view()), ask.predictions, ask.rule) == "");
    }
  });
}

TEST_CASE("golden: all engines give equal bits", "[golden]") {
  for_each_case([](const GoldenCase& one) {
    const LocalModel chosen = load_case(one);
    const auto cells = as_cells(one.instances, chosen.signature().cell_count());
    if (!cells) return;
    const std::string wanted = output_bytes(chosen, *cells);
    std::size_t ran = 0;
    for (const std::string& engine : all_engines()) {
      LoadOptions options;
      options.engine = engine;
      const Result<LocalModel> pinned = LocalModel::load(one.model_path, options);
      INFO("engine " << engine << (pinned ? std::string() : ": " + pinned.error().message()));
      if (!pinned) {
        CHECK(pinned.error().code() == Errc::invalid_argument);
        continue;
      }
      ++ran;
      CHECK(pinned->info().engine.find(engine) != std::string::npos);
      CHECK(output_bytes(*pinned, *cells) == wanted);
    }
    CHECK(ran >= 1);
  });
}

TEST_CASE("golden: a case that must be refused is", "[golden]") {
  for (const GoldenCase& one : golden_cases()) {
    if (!one.must_refuse) continue;
    INFO(one.name);
    const Result<LocalModel> model = LocalModel::load(one.model_path);
    if (!model) {
      CHECK_FALSE(model.error().where().empty());
      continue;
    }
    CHECK_FALSE(model->deploy_to_local_endpoint().predict(one.request).has_value());
  }
}

}  // namespace trivet::test
