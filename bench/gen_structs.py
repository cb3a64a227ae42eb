#!/usr/bin/env python3
"""Prints a cell of many structs, always the same: what the descriptions of types cost a compiler.

    gen_structs.py N              N structs of four to eight members, three nodes for each: makes a table of it,
                                  selects rows, sums them up
"""
import random
import sys

HEADERS = "string vector map array cmath algorithm numeric optional fstream sstream".split()
MEMBERS = [
    ("double", "{name} = i * 0.5;"),
    ("int", "{name} = i;"),
    ("std::string", '{name} = "r" + std::to_string(i);'),
    ("std::optional<double>", "if (i % 3) row.{name} = i;"),
    ("std::vector<double>", "{name}.assign(3, i * 1.0);"),
    ("float", "{name} = static_cast<float>(i);"),
    ("std::array<double, 3>", "{name}[0] = i;"),
    ("long", "{name} = i * 7L;"),
]


def struct(n, rnd):
    members = [("double", f"value{n}", MEMBERS[0][1])]
    for k in range(rnd.randint(3, 7)):
        kind, fill = rnd.choice(MEMBERS)
        members.append((kind, f"m{k}", fill))
    if n % 5 == 4:
        members.append((f"S{n - 1}", "inner", "{name} = {{}};"))
    fields = " ".join(f"{kind} {name}{'' if kind[0] in 'sS' else ' = 0'};" for kind, name, _ in members)
    fills = "\n    ".join(
        (fill if fill.startswith("if") else "row." + fill).format(name=name) for _, name, fill in members)
    return f"""struct S{n} {{ {fields} }};
std::vector<S{n}> made{n}(int count = 100) {{
  std::vector<S{n}> rows;
  for (int i = 0; i < count; i++) {{
    S{n} row;
    {fills}
    rows.push_back(row);
  }}
  return rows;
}}
std::vector<S{n}> chosen{n}(const std::vector<S{n}>& made{n}) {{
  std::vector<S{n}> rows;
  for (const auto& row : made{n})
    if (row.value{n} > 10) rows.push_back(row);
  return rows;
}}
double sum{n}(const std::vector<S{n}>& chosen{n}) {{
  double sum = 0;
  for (const auto& row : chosen{n}) sum += row.value{n};
  return sum;
}}
"""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    rnd = random.Random(1)
    print("".join(f"#include <{h}>\n" for h in HEADERS) +
          "".join(struct(n, rnd) for n in range(int(sys.argv[1]))), end="")
