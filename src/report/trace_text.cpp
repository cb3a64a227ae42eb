// What a node was seen to read and write, in words and as JSON.
#include "report/trace_text.h"

#include "base/text.h"

namespace hamcell {
namespace {

using Use = TracedFile::Use;

/// A use in words, as --json has it, for a thing that was there and for one that was not.
struct UseWords {
  const char* name;
  const char* there;
  const char* absent;
};

UseWords words_of(Use use) {
  switch (use) {
    case Use::content:
      return {"content", "read", "looked in vain for"};
    case Use::listing:
      return {"listing", "listed", "looked in vain for"};
    case Use::attributes:
      return {"attributes", "asked about", "looked in vain for"};
    case Use::written:
      return {"written", "wrote", "removed"};
    case Use::existence:
      return {"existence", "looked for", "looked in vain for"};
    case Use::link:
      return {"link", "looked at the link", "looked in vain for"};
    case Use::resolved:
      return {"resolved", "resolved", "looked in vain for"};
    case Use::written_link:
      return {"written_link", "linked", "removed"};
  }
  return {"", "", ""};
}

const char* state_name(Stamp::Kind kind) {
  switch (kind) {
    case Stamp::Kind::absent:
      return "absent";
    case Stamp::Kind::file:
      return "file";
    case Stamp::Kind::folder:
      return "folder";
    case Stamp::Kind::other:
      return "other";
  }
  return "";
}

std::string file_line(const TracedFile& file) {
  const UseWords words = words_of(file.use);
  const bool is_there = file.stamp.kind != Stamp::Kind::absent;
  // Only a link has a text, and the name may as well have been something else.
  const bool is_no_link = file.use == Use::link && is_there && file.content.is_zero();
  const std::string verb = is_no_link ? "asked about" : is_there ? words.there : words.absent;
  return verb + ' ' + visible(file.path) + '\n';
}

/// The name of an effect, and how a sentence says it.
std::pair<const char*, const char*> effect_words(TracedEffect::Kind kind) {
  switch (kind) {
    case TracedEffect::Kind::clock:
      return {"clock", "the clock"};
    case TracedEffect::Kind::random:
      return {"random", "random numbers"};
    case TracedEffect::Kind::process:
      return {"process", "a process"};
    case TracedEffect::Kind::network:
      return {"network", "the network"};
  }
  return {"", ""};
}

}  // namespace

std::string trace_text(const Trace& trace) {
  std::string text;
  for (const TracedFile& file : trace.files) text += file_line(file);
  for (const TracedVariable& variable : trace.variables)
    text += "environment " + visible(variable.name) + '\n';
  if (!trace.folder.empty()) text += "the working folder " + visible(trace.folder) + '\n';
  for (const TracedEffect& effect : trace.effects)
    text += std::string("used ") + effect_words(effect.kind).second + " (" + visible(effect.function) + ")\n";
  return text;
}

nlohmann::ordered_json trace_json(const Trace& trace) {
  nlohmann::ordered_json json = {{"files", nlohmann::ordered_json::array()},
                                 {"variables", nlohmann::ordered_json::array()},
                                 {"effects", nlohmann::ordered_json::array()},
                                 {"folder", nullptr}};
  for (const TracedFile& file : trace.files)
    json["files"].push_back(
        {{"path", file.path}, {"use", words_of(file.use).name}, {"state", state_name(file.stamp.kind)}});
  for (const TracedVariable& variable : trace.variables)
    json["variables"].push_back({{"name", variable.name}, {"set", variable.is_set}});
  for (const TracedEffect& effect : trace.effects)
    json["effects"].push_back({{"kind", effect_words(effect.kind).first}, {"function", effect.function}});
  if (!trace.folder.empty()) json["folder"] = trace.folder;
  return json;
}

}  // namespace hamcell
