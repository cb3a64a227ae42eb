// The pictures that a run is asked for, before it and after it, on their way to where the user wants them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/options.h"
#include "draw/drawing.h"
#include "page/page.h"

namespace hamcell {

/// What a page shows beside its pictures; called when they are drawn, and only for a page.
using SubjectOfPage = std::function<PageSubject()>;

class Pictures {
 public:
  /// A picture that is the same is left alone. make has to see it newer than what it was made from; ninja,
  /// with --if-changed, wants it as it is.
  explicit Pictures(const RunOptions& run);

  // Each of these throws Failure (storage) where no file can be put.

  void begin_before(Diagram diagram, const OptionalFile& where, const std::string& default_stem);
  void begin_after(Diagram diagram, const OptionalFile& where, const std::string& default_stem);
  /// The same as pages; that of after the run has both states.
  void begin_page_before(const Diagram& diagram, const OptionalFile& where, const std::string& default_stem,
                         SubjectOfPage subject);
  void begin_page_after(const Diagram& before_run, Diagram after_run, const OptionalFile& where,
                        const std::string& default_stem, SubjectOfPage subject);

  /// Waits until they are where the user wants them. Throws Failure, with all that is wrong.
  void finish();

  /// Of those that were asked for and are drawn.
  std::vector<std::string> names() const;

  /// "-" for one on standard output, empty for one that is not asked for or not drawn.
  std::string before, after;

 private:
  struct InWork {
    std::string* name;        ///< `before` or `after`
    std::size_t answers = 1;  ///< of hamcell-draw
    SubjectOfPage subject = nullptr;
  };

  void begin(std::string& name, Diagram diagram, const OptionalFile& where, const std::string& default_stem);
  void begin_page(std::string& name, const Diagram& before_run, const std::optional<Diagram>& after_run,
                  const OptionalFile& where, const std::string& default_stem, SubjectOfPage subject);
  void finish_one(const InWork& work, std::span<const PictureAnswer> answers) const;

  std::int64_t made_from_ns_;
  bool if_changed_;
  Drawing drawing_;
  std::vector<InWork> in_work_;  ///< in the order of the answers
};

}  // namespace hamcell
