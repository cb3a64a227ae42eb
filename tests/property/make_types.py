#!/usr/bin/env python3
"""Writes C++ files with random types for the property tests: make_types.py SEED COUNT FILES FOLDER.

Types nest in any way that the codec knows. The same arguments give the same files, so a case that a test
prints can be run again.
"""
import random
import re
import sys
from pathlib import Path

INTEGERS = ["std::int8_t", "std::uint8_t", "std::int16_t", "std::uint16_t", "std::int32_t", "std::uint32_t",
            "std::int64_t", "std::uint64_t", "long long", "unsigned long"]
CHARACTERS = ["char", "signed char", "unsigned char", "char8_t", "char16_t", "char32_t", "wchar_t"]
PERIODS = ["std::nano", "std::milli", "std::ratio<1>", "std::ratio<60>", "std::ratio<3, 7>"]
TIME_POINTS = ["std::chrono::system_clock::time_point", "std::chrono::sys_days",
               "std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>>"]
# GCC's defaulted <=> takes these for an int and calls it narrowing.
UNORDERED_BIT_FIELDS = ("unsigned", "std::uint64_t")
# Short ones, one that is the beginning of another, and one whose head takes two bytes.
MEMBER_NAMES = ["x", "y", "date", "dates", "level", "a_name_that_is_longer_than_23_letters", "z"]


class Type:
    """A C++ type: how it is written, and whether std::less and std::hash know it."""

    def __init__(self, text, ordered=True, hashed=False):
        self.text = text
        self.ordered = ordered
        self.hashed = hashed


class File:
    """The types of one C++ file and the classes and enums that they need."""

    def __init__(self, number, rng):
        self.space = f"made_{number}"
        self.number = number
        self.rng = rng
        self.declarations = []  # inside the namespace
        self.specialisations = []  # outside of it
        self.types = []
        self.names = 0

    def new_name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    # ---- Types without parts

    def leaf(self, ordered):
        kinds = [self.integer, self.integer, self.floating, self.enumeration, self.text, self.text,
                 self.duration, self.plain, self.calendar]
        if not ordered:
            kinds += [self.complex, self.own_codec, self.bits, self.valarray]
        return self.rng.choice(kinds)()

    def integer(self):
        return Type(self.rng.choice(INTEGERS + CHARACTERS), hashed=True)

    def floating(self):
        return Type(self.rng.choice(["float", "double", "long double"]), hashed=True)

    def calendar(self):
        return Type("std::chrono::" + self.rng.choice(["year_month_day", "year_month_day", "year", "month", "day"]))

    def bits(self):
        return Type(f"std::bitset<{self.rng.choice([0, 1, 8, 64, 70])}>", ordered=False, hashed=True)

    def valarray(self):
        element = self.rng.choice(["double", "bool", "std::int16_t", "std::complex<float>", "std::string"])
        return Type(f"std::valarray<{element}>", ordered=False)

    def plain(self):
        return self.rng.choice([Type("bool", hashed=True), Type("std::monostate", hashed=True),
                                Type(self.rng.choice(TIME_POINTS))])

    def text(self):
        return Type(self.rng.choice(["std::string", "std::string", "std::u8string", "std::filesystem::path"]),
                    hashed=True)

    def duration(self):
        count = self.rng.choice(["std::int16_t", "std::int64_t", "float", "double", "std::uint32_t"])
        return Type(f"std::chrono::duration<{count}, {self.rng.choice(PERIODS)}>")

    def complex(self):
        return Type(f"std::complex<{self.rng.choice(['float', 'double', 'long double'])}>", ordered=False)

    def own_codec(self):
        return Type("sample::Angle", ordered=False)

    def enumeration(self):
        name = self.new_name("Enum")
        underlying = self.rng.choice(["bool"] + INTEGERS[:8])
        values = {"bool": [0, 1], "std::uint8_t": [0, 200, 255]}.get(underlying, [0, 1, 3, 100])
        if underlying.startswith("std::int"):
            values = values + [-3]
        values = self.rng.sample(values, self.rng.randint(0, len(values)))
        enumerators = [f"e{index}" for index in range(len(values))]
        body = ", ".join(f"{enumerator} = {value}" for enumerator, value in zip(enumerators, values))
        self.declarations.append(f"enum class {name} : {underlying} {{ {body} }};")
        described = ", ".join(f'{{"{enumerator}", {value}}}' for enumerator, value in zip(enumerators, values))
        self.specialisations.append(
            f"template <>\nstruct EnumeratorsOf<{self.space}::{name}> {{\n"
            f"  static std::vector<hamcell::Enumerator> list() {{ return {{{described}}}; }}\n}};")
        return Type(name, hashed=True)

    # ---- Types with parts

    def any_type(self, depth, ordered=False):
        if depth == 0 or self.rng.random() < 0.15:
            return self.leaf(ordered)
        kinds = [self.sequence] * 4 + [self.array, self.set, self.map, self.optional, self.optional,
                                       self.variant, self.tuple, self.structure, self.structure]
        return self.rng.choice(kinds)(depth - 1, ordered)

    def sequence(self, depth, ordered):
        element = self.any_type(depth, ordered)
        return Type(f"std::{self.rng.choice(['vector', 'vector', 'deque', 'list', 'forward_list'])}<{element.text}>", element.ordered)

    def array(self, depth, ordered):
        element = self.any_type(depth, ordered)
        return Type(f"std::array<{element.text}, {self.rng.choice([0, 1, 2, 2, 3, 5])}>", element.ordered)

    def keyed(self, depth, ordered, sorted_names, hashed_names, mapped):
        """A container by one of two lists of names, with keys that it can have."""
        is_sorted = ordered or self.rng.random() < 0.5
        key = self.any_type(min(depth, 1), ordered=is_sorted)
        arguments = [key.text] + ([mapped.text] if mapped else [])
        if not is_sorted and not key.hashed:
            arguments += ["ByBytes", "ByBytes"]
        name = self.rng.choice(sorted_names if is_sorted else hashed_names)
        is_ordered = is_sorted and (mapped is None or mapped.ordered)
        return Type(f"std::{name}<{', '.join(arguments)}>", is_ordered)

    def set(self, depth, ordered):
        return self.keyed(depth, ordered, ["set", "multiset"], ["unordered_set", "unordered_multiset"], None)

    def map(self, depth, ordered):
        return self.keyed(depth, ordered, ["map", "map", "multimap"],
                          ["unordered_map", "unordered_map", "unordered_multimap"], self.any_type(depth, ordered))

    def optional(self, depth, ordered):
        value = self.any_type(depth, ordered)
        return Type(f"std::optional<{value.text}>", value.ordered)

    def several(self, template, least, most, depth, ordered):
        parts = [self.any_type(depth, ordered) for _ in range(self.rng.randint(least, most))]
        return Type(f"std::{template}<{', '.join(part.text for part in parts)}>", all(part.ordered for part in parts))

    def variant(self, depth, ordered):
        return self.several("variant", 1, 4, depth, ordered)

    def tuple(self, depth, ordered):
        if self.rng.random() < 0.5:
            return self.several("pair", 2, 2, depth, ordered)
        return self.several("tuple", 0, 4, depth, ordered)

    def structure(self, depth, ordered):
        names = self.rng.sample(MEMBER_NAMES, self.rng.choice([0, 1, 2, 3, 3, 4, 5]))
        lines, visits, is_ordered = [], [], True
        structure = self.new_name("Struct")
        for name in names:
            shape = self.rng.random()
            if shape < 0.15:
                kind, width = self.bit_field(ordered)
                is_ordered = is_ordered and not kind.startswith(UNORDERED_BIT_FIELDS)
                lines.append(f"{kind} {name} : {width} = {{}};")
                visits.append(f'f("{name}", ham::bit_field{{[](const S& s) {{ return s.{name}; }}, '
                              f'[](S& s, auto value) {{ s.{name} = value; }}}});')
                continue
            member = self.any_type(depth, ordered)
            is_ordered = is_ordered and member.ordered
            extent = "" if shape < 0.85 else self.rng.choice(["[1]", "[3]", "[2][2]"])
            lines.append(f"{member.text} {name}{extent}{{}};")
            visits.append(f'f("{name}", &S::{name});')
        if is_ordered:
            lines.append(f"auto operator<=>(const {structure}&) const = default;")
        body = "\n".join(f"  {line}" for line in lines)
        self.declarations.append(f"struct {structure} {{\n{body}\n}};")
        calls = "\n".join(f"    {visit}" for visit in visits)
        self.specialisations.append(
            f"template <>\nstruct ham::members<{self.space}::{structure}> {{\n"
            f"  using S = {self.space}::{structure};\n  template <class F>\n"
            f"  static constexpr void each([[maybe_unused]] F&& f) {{\n{calls}\n  }}\n}};")
        # The members of a class must be known before anything asks what kind of type it is.
        return Type(structure, is_ordered)

    def bit_field(self, ordered):
        fields = [("int", 5), ("bool", 1), ("std::int8_t", 7), ("std::int64_t", 64), ("char", 2)]
        if not ordered:
            fields += [("unsigned", 3), ("unsigned", 31), ("std::uint64_t", 40)]
        return self.rng.choice(fields)

    # ---- The file

    def add_type(self, depth, known):
        """Adds a type that no file has yet; a class or an enum is always a new one."""
        made = self.any_type(depth)
        while made.text in known:
            made = self.any_type(depth)
        if not re.search("Struct|Enum", made.text):
            known.add(made.text)
        self.types.append(made)

    def text_of_file(self):
        adds = []
        for index, made in enumerate(self.types):
            flag = "true" if made.ordered else "false"
            adds.append(f'  types.push_back(tested<Type{index}, {flag}>("{made.text}"));')
        aliases = "\n".join(f"using Type{index} = {made.text};" for index, made in enumerate(self.types))
        return "\n".join([
            "// Made by tests/property/make_types.py.",
            '#include "tested_type.h"', "",
            f"namespace {self.space} {{", "\n".join(self.declarations), f"}}  // namespace {self.space}", "",
            "\n".join(self.specialisations), "",
            f"namespace {self.space} {{", aliases, f"}}  // namespace {self.space}", "",
            f"void add_made_types_{self.number}(std::vector<TestedType>& types) {{",
            f"  using namespace {self.space};", "\n".join(adds), "}", ""])


def main():
    seed, count, files = (int(word) for word in sys.argv[1:4])
    folder = Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    calls, declarations, known = [], [], set()
    for number in range(files):
        made = File(number, rng)
        for index in range(number, count, files):
            made.add_type(index % 4 + 2, known)
        (folder / f"made_types_{number}.cpp").write_text(made.text_of_file(), encoding="utf-8")
        declarations.append(f"void add_made_types_{number}(std::vector<TestedType>& types);")
        calls.append(f"  add_made_types_{number}(types);")
    text = "\n".join(['// Made by tests/property/make_types.py.', '#include "tested_type.h"', "",
                      "\n".join(declarations), "", "void add_made_types(std::vector<TestedType>& types) {",
                      "\n".join(calls), "}", ""])
    (folder / "made_types.cpp").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
