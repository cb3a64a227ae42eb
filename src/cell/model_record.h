// How a CellModel travels: the members of its structs, for the project's own codec.
#pragma once

#include "base/record.h"
#include "cell/model.h"
#include "value/type_record.h"

template <>
struct ham::members<hamcell::DefaultArgument> {
  template <class F>
  static constexpr void each(F&& f) {
    f("text", &hamcell::DefaultArgument::text);
    f("value", &hamcell::DefaultArgument::value);
    f("insertion_offset", &hamcell::DefaultArgument::insertion_offset);
    f("code_version", &hamcell::DefaultArgument::code_version);
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
    f("calls", &hamcell::NodeFunction::calls);
    f("code_version", &hamcell::NodeFunction::code_version);
    f("always_run", &hamcell::NodeFunction::always_run);
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
    f("parser", &hamcell::CellModel::parser);
  }
};
