// What the driver asks of hamcell-draw. Its standard input is a socket: requests come in, and when no more
// come, the answers go back in their order.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/record.h"
#include "base/stamp_record.h"
#include "draw/diagram.h"
#include "draw/draw.h"

namespace hamcell {

/// Of processor time, for the layout and again for each picture: what takes longer will not end.
inline constexpr unsigned most_drawing_seconds = 100;

/// One picture. All that one process is asked for have one layout, that of the first.
struct PictureRequest {
  Diagram diagram;
  PictureFormat format = PictureFormat::png;
  std::string file;         ///< where it belongs, as the user wrote it
  bool comes_back = false;  ///< with the answer, instead of being written to the file
};

struct PictureAnswer {
  std::vector<Problem> problems;  ///< why there is no picture; empty: there is
  std::string picture;            ///< its bytes, where it was to come back
  Digest content;                 ///< of the file that was written
  Stamp stamp;                    ///< of that file; `absent` where none was
};

/// Why there is no picture when the process that was to draw it ended with this status, as waitpid gives it,
/// and said `errors`.
Problem drawing_problem(const std::string& file, int status, const std::string& errors);

}  // namespace hamcell

template <>
struct ham::members<hamcell::StatusCount> {
  template <class F>
  static constexpr void each(F&& f) {
    f("status", &hamcell::StatusCount::status);
    f("count", &hamcell::StatusCount::count);
  }
};
template <>
struct ham::members<hamcell::Box> {
  template <class F>
  static constexpr void each(F&& f) {
    f("id", &hamcell::Box::id);
    f("kind", &hamcell::Box::kind);
    f("name", &hamcell::Box::name);
    f("type", &hamcell::Box::type);
    f("is_target", &hamcell::Box::is_target);
    f("is_faded", &hamcell::Box::is_faded);
    f("is_overridden", &hamcell::Box::is_overridden);
    f("is_same", &hamcell::Box::is_same);
    f("changes", &hamcell::Box::changes);
    f("behavior", &hamcell::Box::behavior);
    f("value", &hamcell::Box::value);
    f("default_text", &hamcell::Box::default_text);
    f("documentation", &hamcell::Box::documentation);
    f("columns", &hamcell::Box::columns);
    f("tags", &hamcell::Box::tags);
    f("cluster", &hamcell::Box::cluster);
    f("holds", &hamcell::Box::holds);
    f("counts", &hamcell::Box::counts);
    f("status", &hamcell::Box::status);
    f("seconds", &hamcell::Box::seconds);
    f("bytes", &hamcell::Box::bytes);
    f("reason", &hamcell::Box::reason);
    f("why", &hamcell::Box::why);
    f("time_share", &hamcell::Box::time_share);
    f("is_same_value", &hamcell::Box::is_same_value);
    f("code_version", &hamcell::Box::code_version);
    f("data_version", &hamcell::Box::data_version);
  }
};
template <>
struct ham::members<hamcell::Arrow> {
  template <class F>
  static constexpr void each(F&& f) {
    f("from", &hamcell::Arrow::from);
    f("to", &hamcell::Arrow::to);
    f("count", &hamcell::Arrow::count);
    f("is_same_value", &hamcell::Arrow::is_same_value);
  }
};
template <>
struct ham::members<hamcell::Cluster> {
  template <class F>
  static constexpr void each(F&& f) {
    f("id", &hamcell::Cluster::id);
    f("tag", &hamcell::Cluster::tag);
    f("value", &hamcell::Cluster::value);
    f("fold", &hamcell::Cluster::fold);
    f("is_folded", &hamcell::Cluster::is_folded);
  }
};
template <>
struct ham::members<hamcell::Diagram> {
  template <class F>
  static constexpr void each(F&& f) {
    f("title", &hamcell::Diagram::title);
    f("subtitle", &hamcell::Diagram::subtitle);
    f("summary", &hamcell::Diagram::summary);
    f("after_run", &hamcell::Diagram::after_run);
    f("boxes", &hamcell::Diagram::boxes);
    f("arrows", &hamcell::Diagram::arrows);
    f("clusters", &hamcell::Diagram::clusters);
  }
};
template <>
struct ham::members<hamcell::PictureRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("diagram", &hamcell::PictureRequest::diagram);
    f("format", &hamcell::PictureRequest::format);
    f("file", &hamcell::PictureRequest::file);
    f("comes_back", &hamcell::PictureRequest::comes_back);
  }
};
template <>
struct ham::members<hamcell::PictureAnswer> {
  template <class F>
  static constexpr void each(F&& f) {
    f("problems", &hamcell::PictureAnswer::problems);
    f("picture", &hamcell::PictureAnswer::picture);
    f("content", &hamcell::PictureAnswer::content);
    f("stamp", &hamcell::PictureAnswer::stamp);
  }
};
