// How a CellModel travels: the members of its structs.
#pragma once

#include "base/positional.h"
#include "base/record.h"
#include "cell/model.h"
#include "value/type_record.h"

template <>
struct ham::members<hamcell::Impurity> {
  template <class F>
  static constexpr void each(F&& f) {
    f("variable", &hamcell::Impurity::variable);
    f("place", &hamcell::Impurity::place);
    f("is_const", &hamcell::Impurity::is_const);
  }
};

template <>
struct ham::members<hamcell::Code> {
  template <class F>
  static constexpr void each(F&& f) {
    f("version", &hamcell::Code::version);
    f("part", &hamcell::Code::part);
    f("always_run", &hamcell::Code::always_run);
    f("impure", &hamcell::Code::impure);
  }
};

template <>
struct ham::members<hamcell::TextRange> {
  template <class F>
  static constexpr void each(F&& f) {
    f("begin", &hamcell::TextRange::begin);
    f("end", &hamcell::TextRange::end);
  }
};

template <>
struct ham::members<hamcell::CodePart> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::CodePart::name);
    f("place", &hamcell::CodePart::place);
    f("text", &hamcell::CodePart::text);
    f("digest", &hamcell::CodePart::digest);
    f("uses", &hamcell::CodePart::uses);
  }
};

template <>
struct ham::members<hamcell::CodeTable> {
  template <class F>
  static constexpr void each(F&& f) {
    f("parts", &hamcell::CodeTable::parts);
    f("for_all", &hamcell::CodeTable::for_all);
  }
};

template <>
struct ham::members<hamcell::DefaultArgument> {
  template <class F>
  static constexpr void each(F&& f) {
    f("text", &hamcell::DefaultArgument::text);
    f("value", &hamcell::DefaultArgument::value);
    f("insertion_offset", &hamcell::DefaultArgument::insertion_offset);
    f("code", &hamcell::DefaultArgument::code);
  }
};

template <>
struct ham::members<hamcell::Parameter> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::Parameter::name);
    f("place", &hamcell::Parameter::place);
    f("spelled", &hamcell::Parameter::spelled);
    f("type", &hamcell::Parameter::type);
    f("default_argument", &hamcell::Parameter::default_argument);
  }
};

template <>
struct ham::members<hamcell::NodeFunction> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::NodeFunction::name);
    f("function", &hamcell::NodeFunction::function);
    f("place", &hamcell::NodeFunction::place);
    f("spelled_result", &hamcell::NodeFunction::spelled_result);
    f("result", &hamcell::NodeFunction::result);
    f("parameters", &hamcell::NodeFunction::parameters);
    f("documentation", &hamcell::NodeFunction::documentation);
    f("is_overloaded", &hamcell::NodeFunction::is_overloaded);
    f("cpp_type", &hamcell::NodeFunction::cpp_type);
    f("behavior", &hamcell::NodeFunction::behavior);
    f("marked_cache", &hamcell::NodeFunction::marked_cache);
    f("when", &hamcell::NodeFunction::when);
    f("tags", &hamcell::NodeFunction::tags);
    f("begin_line", &hamcell::NodeFunction::begin_line);
    f("end_line", &hamcell::NodeFunction::end_line);
    f("body", &hamcell::NodeFunction::body);
    f("calls", &hamcell::NodeFunction::calls);
    f("code", &hamcell::NodeFunction::code);
  }
};

template <>
struct ham::members<hamcell::HelperFunction> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::HelperFunction::name);
    f("place", &hamcell::HelperFunction::place);
    f("reason", &hamcell::HelperFunction::reason);
  }
};

template <>
struct ham::members<hamcell::Conversion> {
  template <class F>
  static constexpr void each(F&& f) {
    f("from", &hamcell::Conversion::from);
    f("to", &hamcell::Conversion::to);
    f("fits", &hamcell::Conversion::fits);
  }
};

template <>
struct ham::members<hamcell::SourceFile> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::SourceFile::path);
    f("is_system", &hamcell::SourceFile::is_system);
    f("content", &hamcell::SourceFile::content);
  }
};

template <>
struct ham::members<hamcell::AbsentFile> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::AbsentFile::path);
  }
};

template <>
struct ham::members<hamcell::CellModel> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::CellModel::path);
    f("functions", &hamcell::CellModel::functions);
    f("helpers", &hamcell::CellModel::helpers);
    f("types", &hamcell::CellModel::types);
    f("conversions", &hamcell::CellModel::conversions);
    f("files", &hamcell::CellModel::files);
    f("absent", &hamcell::CellModel::absent);
    f("searched_system_folders", &hamcell::CellModel::searched_system_folders);
    f("problems", &hamcell::CellModel::problems);
    f("body_problems", &hamcell::CellModel::body_problems);
    f("warnings", &hamcell::CellModel::warnings);
    f("fit_includes", &hamcell::CellModel::fit_includes);
    f("parser", &hamcell::CellModel::parser);
    f("is_divisible", &hamcell::CellModel::is_divisible);
    f("runs_at_load", &hamcell::CellModel::runs_at_load);
    f("code_table", &hamcell::CellModel::code_table);
  }
};

/// A cell has many functions with a parameter or two.
template <>
struct ham::codec<hamcell::CellModel> : hamcell::positional::Codec<hamcell::CellModel> {};
template <>
struct ham::codec<hamcell::CodeTable> : hamcell::positional::Codec<hamcell::CodeTable> {};
