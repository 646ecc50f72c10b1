// SPDX-License-Identifier: Apache-2.0
// A pickle's values as text, as make_pickle_samples.py writes Python's.
#include "unit/artifact/pickle_shown.hpp"

#include <algorithm>
#include <vector>

#include "text/python.hpp"

namespace trivet::test {
namespace {

using artifact::NumpyCells;
using artifact::NumpyKind;
using artifact::NumpyType;
using artifact::PickleKind;
using artifact::PickleView;

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string shown_float(double value) {
  std::string out;
  text::append_python_float(out, value);
  return out;
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::vector<std::string> shown_cells(const NumpyCells& cells) {
  std::vector<std::string> out;
  std::vector<std::int64_t> integers;
  std::vector<double> doubles;
  std::vector<std::string> texts;
  const NumpyKind kind = cells.type().kind;
  if (cells.append_to(integers)) {
    for (const std::int64_t value : integers) {
      const bool is_flag = kind == NumpyKind::boolean;
      out.push_back(is_flag ? (value != 0 ? "True" : "False") : std::to_string(value));
    }
  } else if (cells.append_to(doubles)) {
    for (const double value : doubles) out.push_back(shown_float(value));
  } else if (cells.append_to(texts)) {
    for (const std::string& value : texts) {
      out.push_back(kind == NumpyKind::text ? '"' + value + '"' : "b" + hex_of(value));
    }
  }
  return out;
}

std::vector<std::string> shown_records(const artifact::NumpyArray& array) {
  std::vector<std::string> out(array.cell_count());
  for (const artifact::NumpyField& field : array.type->fields) {
    const std::vector<std::string> cells = shown_cells(*array.field(field.name));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out[i] += (out[i].empty() ? "(" : ", ") + std::string(field.name) + "=" + cells[i];
    }
  }
  for (std::string& record : out) record += ")";
  return out;
}

std::vector<std::string> shown_items(const PickleView& view) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < view.size(); ++i) out.push_back(shown(view.item(i)));
  return out;
}

std::string shown_array(const PickleView& view) {
  const artifact::NumpyArray& array = *view.array();
  std::string shape;
  for (const std::int64_t extent : array.shape) {
    shape += (shape.empty() ? "" : "x") + std::to_string(extent);
  }
  const bool is_record = array.type->kind == NumpyKind::record;
  const bool is_object = array.type->kind == NumpyKind::object;
  return "array " + array.type->name() + " " + shape + " [" +
         joined(is_object   ? shown_items(view)
                : is_record ? shown_records(array)
                            : shown_cells(array.cells())) +
         "]";
}

std::string shown_dict(const PickleView& view) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < view.size(); ++i) {
    entries.push_back(shown(view.key(i)) + ": " + shown(view.value(i)));
  }
  return "{" + joined(entries) + "}";
}

std::string shown_set(const PickleView& view) {
  std::vector<std::string> items = shown_items(view);
  std::sort(items.begin(), items.end());
  return "{" + joined(items) + "}";
}

std::string shown_object(const PickleView& view) {
  std::string module(view.name()->module);
  if (module == "__builtin__") module = "builtins";
  std::vector<std::string> args;
  for (std::size_t i = 0; view.argument(i); ++i) args.push_back(shown(*view.argument(i)));
  std::string out = module + "." + std::string(view.name()->name) + "(" + joined(args) + ")";
  if (view.state()) out += shown(*view.state());
  return out;
}

}  // namespace

std::string shown(const PickleView& view) {
  switch (view.kind()) {
    case PickleKind::none: return "None";
    case PickleKind::boolean: return *view.flag() ? "True" : "False";
    case PickleKind::integer: return std::to_string(*view.integer());
    case PickleKind::big_integer: return "a big int";
    case PickleKind::number: return shown_float(*view.number());
    case PickleKind::text: return '"' + std::string(view.node().text()) + '"';
    case PickleKind::bytes: return "b" + hex_of(view.node().text());
    case PickleKind::list: return "[" + joined(shown_items(view)) + "]";
    case PickleKind::tuple: return "(" + joined(shown_items(view)) + ")";
    case PickleKind::set: return shown_set(view);
    case PickleKind::dict: return shown_dict(view);
    case PickleKind::name:
      return std::string(view.name()->module) + "." + std::string(view.name()->name);
    case PickleKind::object: return shown_object(view);
    case PickleKind::array: return shown_array(view);
    case PickleKind::dtype: return "dtype";
  }
  return {};
}

const artifact::PickleNameTable& data_names() {
  static constexpr artifact::PickleName kOwn[] = {{"shop", "Basket"}, {"shop", "Shelf"}};
  static const artifact::PickleNameTable kTable{
      artifact::python_pickle_names(), artifact::numpy_pickle_names(),
      artifact::joblib_pickle_names(), artifact::scipy_pickle_names(),
      artifact::pandas_pickle_names(), kOwn};
  return kTable;
}

}  // namespace trivet::test
