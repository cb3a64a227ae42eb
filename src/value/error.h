// A value that is wrong, with the place inside it.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace hamcell {

/// Thrown for text or bytes that are not a value of the wanted type. The caller knows the value's name and
/// where it came from, and makes a Failure of it.
class ValueError : public std::exception {
 public:
  /// `path` is "[3].rain_mm", ".mean", or empty for the value as a whole.
  ValueError(std::string path, std::string problem);

  const std::string& path() const { return path_; }
  const std::string& problem() const { return problem_; }
  /// "days[3].rain_mm: 1e400 does not fit double" for the value called "days"; without a name, what there is.
  std::string text(std::string_view name = {}) const;
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string path_;
  std::string problem_;
  std::string text_;  // text() without a name
};

}  // namespace hamcell
