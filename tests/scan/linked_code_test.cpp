// What linked sources and objects call in the cell, and files whose bytes become data: one edit a row.
#include <filesystem>

#include "edit_table.h"
#include "scanned.h"

using namespace hamcell;

TEST_CASE("edit table: linked code that calls back") {
  check_edits({
      {"a function that a linked source calls", Changes{"f", "g"}, Leaves{}, R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
int g() { return 3; }
=== linked/physics.cpp
double density(double x);
double integrate(double to) { return density(to) / 2; }
)",
       Open{"density"}},
      {"a helper behind a function that a linked source calls", Changes{"f", "g"}, Leaves{}, R"(
double integrate(double to);
static double law(double x) { return «2⇒3» * x; }
namespace model { double density(double x) { return law(x); } }
double f() { return integrate(1); }
int g() { return 3; }
=== linked/physics.cpp
namespace model { double density(double); }
double integrate(double to) { return model::density(to) / 2; }
)"},
      {"a function that a linked source takes from a shared header", Changes{"f"}, Leaves{}, R"(
#include "linked/model.h"
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/model.h
double density(double x);
double integrate(double to);
=== linked/physics.cpp
#include "model.h"
double integrate(double to) { return density(to) / 2; }
)",
       Open{"density"}},
      {"a member of a class that a linked source knows", Changes{"f"}, Leaves{}, R"(
#include "linked/model.h"
double Law::at(double x) const { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/model.h
struct Law { double at(double x) const; };
double integrate(double to);
=== linked/physics.cpp
#include "model.h"
double integrate(double to) { return Law().at(to) / 2; }
)"},
      {"a constant that a linked source reads", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
extern const double weight = «2⇒3»;
double f() { return integrate(1); }
=== linked/physics.cpp
extern const double weight;
double integrate(double to) { return weight * to; }
)"},
      {"a function that a linked source has in comments and strings only", Changes{"density"}, Leaves{"f"},
       R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
// double density(double); return density(x)
/* double density(double); return density(x) */
const char* about = "double density(1), http://"; const char* more = R"x( double density(1) " = density)x";
const int many = 1'000;
double integrate(double to) { return to * 2; }
)"},
      {"a function that is called behind strings with slashes and numbers with marks", Changes{"f"}, Leaves{},
       R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
const char* about = "http://"; const int many = 1'000; double density(double);
double integrate(double to) { return 1'0 * ("\"//", density(to)); }
)",
       Open{"density"}},
      {"a function behind a macro that touches a string", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
#define DATA_DIR "data"
const char* path = DATA_DIR"/law.csv";
double density(double);
double integrate(double to) { return density(to); }
)",
       Open{"density"}},
      {"a function that is declared behind a comma", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
double mass(double), density(double);
double integrate(double to) { return density(to); }
)",
       Open{"density"}},
      {"a function that is declared behind an attribute", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
double __attribute__((pure)) density(double);
double integrate(double to) { return density(to); }
)",
       Open{"density"}},
      {"a function that is declared by an alias of its type", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
using Law = double(double); extern Law density;
double integrate(double to) { return density(to); }
)",
       Open{"density"}},
      {"a function whose name is not ASCII", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
[[ham::exclude]] double größe(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
double größe(double);
double integrate(double to) { return größe(to); }
)"},
      {"a function by its name for the linker", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
extern "C" double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
double law(double) __asm__("density");
double integrate(double to) { return law(to); }
)",
       Open{"density"}},
      {"a function that a header calls otherwise by a macro", Changes{"f"}, Leaves{}, R"(
#include "linked/model.h"
double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/model.h
#define density acme_density
double density(double x);
double integrate(double to);
=== linked/physics.cpp
#include "model.h"
double integrate(double to) { return density(to); }
)",
       Open{"acme_density"}},
      {"a function that an initialiser hands to linked code", Changes{"f"}, Leaves{"g"}, R"(
int add_law(double (*)(double));
double run_laws(double);
static double law(double x) { return «2⇒3» * x; }
static const int registered = add_law(law);
double f() { return run_laws(1); }
int g() { return 3; }
=== linked/laws.cpp
static double (*laws[4])(double);
static int count;
int add_law(double (*l)(double)) { laws[count] = l; return count++; }
double run_laws(double x) { return laws[0](x); }
)"},
      {"an initialiser that reaches functions without a body that nothing links", Changes{"f"}, Leaves{"g"},
       R"(
#include <map>
#include <memory>
#include <string>
struct Law { Law() = default; Law(const Law&) = delete; virtual ~Law() = default; virtual double at(double) const = 0; };
struct Step { Step() = default; Step(const Step&) = delete; virtual ~Step() = default; virtual int next() const = 0; };
struct Twice : Law { double at(double x) const override { return «2⇒3» * x; } };
struct One : Step { int next() const override { return 1; } };
using Make = std::unique_ptr<Law> (*)();
static std::map<std::string, Make>& laws() { static std::map<std::string, Make> all; return all; }
static std::unique_ptr<Law> make_twice() { return std::make_unique<Twice>(); }
static const bool added = laws().emplace("twice", make_twice).second;
double f() { return laws().at("twice")()->at(1); }
int g() { One one; const Step& step = one; return step.next(); }
)"},
      {"a variable that is declared behind a comma", Changes{"f"}, Leaves{}, R"(
double integrate(double to);
extern const double height = 1;
extern const double weight = «2⇒3»;
double f() { return integrate(1); }
=== linked/physics.cpp
extern const double height, weight;
double integrate(double to) { return to + height + weight; }
)"},
      {"a static function cannot be called from elsewhere", Changes{}, Leaves{"f"}, R"(
double integrate(double to);
static double density(double x) { return «2⇒3» * x; }
double f() { return integrate(1); }
=== linked/physics.cpp
static double density(double x) { return x; }
double integrate(double to) { return density(to) / 2; }
)"},
  });
}

TEST_CASE("objects name what they call by symbols") {
  const std::string folder = std::filesystem::temp_directory_path().string() + "/hamcell-linked-test";
  std::filesystem::create_directories(folder);
  const std::string object = folder + "/physics.o";
  const auto version = [&](int factor) {
    const CellModel model = scan_cell({folder + "/cell.cpp",
                                       folder,
                                       "double integrate(double);\n"
                                       "double density(double x) { return " +
                                           std::to_string(factor) +
                                           " * x; }\n"
                                           "double f() { return integrate(1); }\n",
                                       {},
                                       false,
                                       {object}});
    return function(model, "f").code.version;
  };
  write_file(object, std::string("\x7f"
                                 "ELF\0_Z7densityd\0_Z9integrated\0",
                                 31));
  CHECK(version(2) != version(3));
  write_file(object, std::string("\x7f"
                                 "ELF\0density\0",
                                 13));
  CHECK(version(2) != version(3));
  write_file(object, std::string("\x7f"
                                 "ELF\0_Z8densitiesd\0",
                                 19));
  CHECK(version(2) == version(3));
  // The linker's table has the end of a name only once.
  write_file(object, std::string("\x7f"
                                 "ELF\0total_density\0",
                                 19));
  CHECK(version(2) != version(3));
  std::filesystem::remove_all(folder);
}

TEST_CASE("edit table: variables that linked code changes") {
  check_purity({
      {"a static member of a class that linked code knows", Always{"f"}, Cacheable{"g"}, R"(
#include "linked/next.h"
int f() { return next() + Law::level; }
int g() { return 3; }
=== linked/next.h
struct Law { static inline int level = 0; };
int next();
=== linked/next.cpp
#include "next.h"
int next() { return ++Law::level; }
)",
       "level"},
      {"a variable behind a function of a shared header", Always{"f"}, Cacheable{"g"}, R"(
#include "linked/next.h"
int f() { return next() + counter(); }
int g() { return 3; }
=== linked/next.h
inline int& counter() { static int c = 0; return c; }
int next();
=== linked/next.cpp
#include "next.h"
int next() { return ++counter(); }
)",
       "c"},
      {"linked code that is declared in a function", Always{"f"}, Cacheable{"g"}, R"(
int counter = 0;
int f() { extern int next(); return next() + counter; }
int g() { return 3; }
=== linked/next.cpp
extern int counter;
int next() { return ++counter; }
)",
       "counter"},
      {"a parameter of linked code that has the name of a variable", Always{}, Cacheable{"f"}, R"(
double solve(double x, double tolerance);
double tolerance = 1e-6;
double f() { return solve(2, tolerance); }
=== linked/solve.cpp
double solve(double x, double tolerance) { while (x > tolerance) x /= 2; return x; }
)",
       ""},
      {"a variable that a linked source declares", Always{"f"}, Cacheable{"g"}, R"(
int next();
int counter = 0;
int f() { return next() + counter; }
int g() { return 3; }
=== linked/next.cpp
extern int counter;
int next() { return ++counter; }
)",
       "counter"},
      {"a function that a linked source calls and that changes a variable", Always{"f", "bump"},
       Cacheable{"g"}, R"(
int next();
static int counter = 0;
int bump(int by) { return counter += by; }
int f() { return next(); }
int g() { return 3; }
=== linked/next.cpp
int bump(int);
int next() { return bump(1); }
)",
       "counter"},
  });
}

TEST_CASE("edit table: bytes that become data") {
  check_edits({
      {"a file for the assembler", Changes{"f"}, Leaves{}, R"(
asm(".section .rodata\ntable: .incbin \"table.bin\"\n.previous");
extern const unsigned char table[] asm("table");
int f() { return table[0]; }
=== first/table.bin
«a⇒b»
)"},
      {"a file for the assembler, named by a macro", Changes{"f"}, Leaves{}, R"(
#define INCBIN(name, file) \
  asm(".section .rodata\n.global " #name "\n" #name ":\n.incbin \"" file "\"\n.previous"); \
  extern "C" const unsigned char name[]
INCBIN(table, "table.bin");
int f() { return table[0]; }
=== first/table.bin
«a⇒b»
)"},
      {"assembly in a file", Changes{"f"}, Leaves{}, R"(
asm(".include \"table.s\"");
extern "C" const unsigned char table[];
int f() { return table[0]; }
=== first/table.s
.section .rodata
table: .byte «1⇒2»
.previous
)"},
      {"a file that is embedded under a macro's name", Changes{"f"}, Leaves{}, R"(
#pragma clang diagnostic ignored "-Wc23-extensions"
#define DATA "first/table.bin"
static const unsigned char table[] = {
#embed DATA
};
int f() { return table[0]; }
=== first/table.bin
«a⇒b»
)"},
      {"an embedded file", Changes{"f"}, Leaves{}, R"(
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char table[] = {
#embed "first/table.bin"
};
int f() { return table[0]; }
=== first/table.bin
«a⇒b»
)"},
      {"a file for the assembler, in a raw string", Changes{"f"}, Leaves{}, R"(
asm(R"x(.section .rodata
table: .incbin "table.bin"
.previous)x");
extern const unsigned char table[] asm("table");
int f() { return table[0]; }
=== first/table.bin
«a⇒b»
)"},
  });
}
