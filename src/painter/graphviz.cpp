// The one file that talks to Graphviz's C interface.
#include "painter/graphviz.h"

#include <graphviz/gvc.h>

#include "base/error.h"
#include "base/text.h"

namespace hamcell {
namespace {

// Graphviz reports through one global function without an argument of ours, so the text is global, too. Only
// the thread whose turn it is touches it.
constinit std::mutex turn;
constinit std::string* messages = nullptr;
// One context for the whole process, never freed: Graphviz's pango plugin (2.42) remembers the name of the
// last font by a pointer into the context, and would read it after a context is gone.
constinit GVC_t* context = nullptr;

/// The first line, without a sentence that goes on in the next: what follows repeats it for every plugin that
/// was tried.
std::string first_sentence(const std::string& text) {
  std::string line(trimmed(split(trimmed(text), '\n').front()));
  if (const std::size_t end = line.rfind(". "); line.ends_with(':') && end != std::string::npos)
    line.resize(end + 1);
  return shortened(visible(line), 300);
}

/// What Graphviz said while this exists. It is shown only if something fails: warnings about fonts that it
/// replaces are of no use to anyone, but one about a plugin that it could not load says why there is no
/// picture.
class Messages {
 public:
  Messages() {
    messages = &text_;
    agreseterrors();
    old_level_ = agseterr(AGWARN);
    agseterrf([](auto* text) {
      if (messages != nullptr) *messages += text;
      return 0;
    });
  }
  ~Messages() {
    messages = nullptr;
    agseterrf(nullptr);
    agseterr(old_level_);
  }
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  [[noreturn]] void fail(const std::string& what, const std::string& next) const {
    const std::string said = first_sentence(text_);
    throw Failure(ExitStatus::storage, said.empty() ? what : what + " (Graphviz: " + said + ")", next);
  }

 private:
  std::string text_;
  agerrlevel_t old_level_;
};

std::string attribute_of(void* object, std::string& name) {
  const char* value = object == nullptr ? nullptr : agget(object, name.data());
  return value == nullptr ? std::string() : value;
}

constexpr const char* plugin_advice =
    "install Graphviz's plugins (package libgvc6 on Debian and Ubuntu), and run `dot -c` as root if they are "
    "there but not known";

}  // namespace

GraphvizGraph::GraphvizGraph(const std::string& dot_text) : turn_(turn) {
  const Messages said;
  if (context == nullptr) context = gvContext();
  if (context == nullptr) said.fail("Graphviz does not start", plugin_advice);
  graph_ = agmemread(dot_text.c_str());
  if (graph_ == nullptr) {
    said.fail("Graphviz cannot read the diagram", "draw with --format dot, and report the file as a bug");
  }
}

GraphvizGraph::~GraphvizGraph() {
  const Messages said;
  if (laid_out_) gvFreeLayout(context, graph_);
  agclose(graph_);
}

void GraphvizGraph::lay_out(const char* engine) {
  const Messages said;
  if (gvLayout(context, graph_, engine) != 0) {
    said.fail(std::string("Graphviz cannot lay out the diagram with '") + engine + "'", plugin_advice);
  }
  laid_out_ = true;
}

void GraphvizGraph::attach_positions() { attach_attrs(graph_); }

std::string GraphvizGraph::graph_attribute(std::string attribute) const {
  return attribute_of(graph_, attribute);
}

std::string GraphvizGraph::node_attribute(std::string node, std::string attribute) const {
  return attribute_of(agnode(graph_, node.data(), 0), attribute);
}

std::string GraphvizGraph::cluster_attribute(std::string cluster, std::string attribute) const {
  return attribute_of(agsubg(graph_, cluster.data(), 0), attribute);
}

std::vector<std::pair<std::string, std::string>> GraphvizGraph::edge_attributes(std::string first,
                                                                                std::string second) const {
  std::vector<std::pair<std::string, std::string>> found;
  for (Agnode_t* node = agfstnode(graph_); node != nullptr; node = agnxtnode(graph_, node)) {
    for (Agedge_t* edge = agfstout(graph_, node); edge != nullptr; edge = agnxtout(graph_, edge)) {
      found.emplace_back(attribute_of(edge, first), attribute_of(edge, second));
    }
  }
  return found;
}

}  // namespace hamcell

// For builds with the address sanitizer: which leaks are not ours. Graphviz 2.42 and the libraries that its
// plugins use lose some memory with every picture. libcgraph, in which our graphs live, is not among them, so
// a graph that is not closed is still reported.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
// Visible, because the sanitizer's library looks them up by name.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }

extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libgvc.so\n"
         "leak:libgvplugin_\n"
         "leak:libglib-2.0.so\n"
         "leak:libfontconfig.so\n"
         "leak:libpango\n"
         "leak:libcairo.so\n";
}
#endif

#ifdef __SANITIZE_THREAD__
// fontconfig looks for fonts in a thread of pango's. None of these libraries is instrumented, so what orders
// their threads is not seen.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "print_suppressions=0"; }

extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:libglib-2.0.so\n"
         "race:libgobject-2.0.so\n"
         "race:libfontconfig.so\n"
         "race:libpango\n"
         "race:libharfbuzz.so\n"
         "race:libfreetype.so\n"
         "race:libcairo.so\n"
         "race:libexpat.so\n";
}
#endif
