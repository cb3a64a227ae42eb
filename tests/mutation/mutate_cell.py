"""Changes a cell's text as a hand that slips, a broken disk, or someone with bad intentions would."""

import re

# Comments and literals whole, then names and numbers, then a character at a time.
TOKEN = re.compile(
    rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\d[\w.]*|\s+|.', re.S)

ATTRIBUTES = [
    b"[[ham::cache]]", b"[[ham::cache(behavior = \"ignore\")]]", b"[[ham::cache(behavior = )]]", b"[[ham::tag(a = \"b\"]]",
    b"[[ham::tag(\x1b[31m = \"<script>\")]]", b"[[ham::when(engine = \"fast\")]]", b"[[ham::when()]]", b"[[ham::cach]]",
    b"[[using ham: cache, exclude]]", b"[[using ham:]]", b"[[ham::", b"[[]]", b"[[ham::cache]][[ham::exclude]]",
    b"[[ham::tag(x = \"" + b"y" * 5000 + b"\")]]",
]
DIRECTIVES = [
    b"//hamcell:pkg no-such-package", b"//hamcell:pkg", b"//hamcell:std c++99", b"//hamcell:source ../nowhere.cpp",
    b"//hamcell:cxxflags \"-DX", b"//hamcell:cxxflags -DX=$(echo)", b"//hamcell:ldflags -lno_such_library", b"//hamcell:",
    b"//hamcell:nonsense x", b"#include <no_such_header>", b"#include \"headers.h\"", b"#include __FILE__",
    b"#include \"/dev/null\"", b"#pragma once", b"#line 0", b"#line 4294967295 \"../\\x1b.h\"", b"#error \x1b[2J",
    b"#if", b"#endif", b"#else", b"#define int", b"#define static", b"#undef __cplusplus", b"#define X(x) X(x x)",
    b"#pragma GCC poison raw_data", b"#warning <script>", b"_Pragma(\"once\")", b"module;", b"import std;",
]
SNIPPETS = [
    b"template <class T> T", b"using namespace std;", b"auto", b"decltype(auto)", b"operator int", b"...", b"::", b"~", b"<", b">>",
    b"static_assert(sizeof(int) == 3);", b"extern \"C\" {", b"friend", b"co_await", b"co_return 1;", b"requires true", b"inline",
    b"consteval", b"volatile", b"= delete", b"&&", b"\\\n", b"/*", b"*/", b"\"", b"'", b"R\"x(", b"??/", b"\xef\xbb\xbf", b"\r", b"\0",
    b"\xff\xfe", b"\x1b]0;title\x07", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"int main() {}", b"int x = x;",
    b"void* operator new(unsigned long);", b"asm(\".incbin \\\"nowhere\\\"\");", b"goto a;", b"__LINE__", b"__COUNTER__", b"__DATE__",
    b"struct raw_data {};", b"int rows;", b"int raw_data(int raw_data) { return 1; }", b"int a(int b) { return b; } int b(int a) { return a; }",
]


def delete(tokens, random):
    at = random.randrange(len(tokens))
    del tokens[at:at + random.choice([1, 1, 1, 2, 5, 20])]


def double(tokens, random):
    at = random.randrange(len(tokens))
    end = at + random.choice([1, 1, 2, 10, 60])
    tokens[at:at] = tokens[at:end] * random.choice([1, 1, 1, 2, 50])


def swap(tokens, random):
    at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    tokens[at], tokens[other] = tokens[other], tokens[at]


def move(tokens, random):
    """A piece of the text, in another place."""
    at = random.randrange(len(tokens))
    piece = tokens[at:at + random.randint(1, 40)]
    del tokens[at:at + len(piece)]
    to = random.randint(0, len(tokens))
    tokens[to:to] = piece


def replace(tokens, random):
    """A word becomes another word of the cell."""
    tokens[random.randrange(len(tokens))] = random.choice(tokens)


def insert(tokens, random):
    tokens.insert(random.randint(0, len(tokens)), b" " + random.choice(SNIPPETS) + b" ")


def insert_attribute(tokens, random):
    tokens.insert(random.randint(0, len(tokens)), random.choice(ATTRIBUTES))


def insert_directive(tokens, random):
    at = random.choice([0, random.randint(0, len(tokens))])
    tokens.insert(at, b"\n" + random.choice(DIRECTIVES) + b"\n")


def cut(tokens, random):
    if random.random() < 0.5:
        del tokens[random.randrange(len(tokens)):]
    else:
        del tokens[:random.randrange(len(tokens))]


def change_bytes(tokens, random):
    text = bytearray(b"".join(tokens))
    for _ in range(random.choice([1, 1, 2, 8, 40])):
        if text:
            text[random.randrange(len(text))] = random.choice([0, 10, 27, 127, 255, random.randrange(256)])
    tokens[:] = [bytes(text)]


def nest(tokens, random):
    """Deeper than a recursive parser may like. `A<A<A<` is left out: clang 19 takes twice as long for each of them."""
    depth = random.choice([50, 300, 1000, 20000])
    opening, closing = random.choice(
        [(b"(", b")"), (b"{", b"}"), (b"[", b"]"), (b"namespace n {", b"}"), (b"struct S {", b"};"), (b"if (1) {", b"}"),
         (b"[[", b"]]"), (b"[]{", b"}()"), (b"\n#if 1\n", b"\n#endif\n"), (b"int*(*(", b"))()"), (b"-", b""), (b"x.", b""),
         (b"1 + (", b")"), (b"x ? y : ", b"")])
    at = random.randint(0, len(tokens))
    end = random.randint(at, len(tokens))
    tokens.insert(end, closing * random.choice([depth, depth, depth - 1, 0]))
    tokens.insert(at, opening * depth)


def lengthen(tokens, random):
    """A very long word, number, literal, comment or line."""
    size = random.choice([1000, 70000, 1000000])
    tokens.insert(random.randint(0, len(tokens)), random.choice(
        [b"a" * size, b"9" * size, b'"' + b"x" * size + b'"', b"//" + b"z" * size + b"\n", b" " * size, b"\n" * size, b"1+" * (size // 20),
         b"/// " + b"d" * size + b"\n", b"\\\n" * (size // 2), b"int," * (size // 10)]))


MUTATIONS = [delete] * 6 + [double] * 3 + [swap] * 4 + [move] * 3 + [replace] * 5 + [insert] * 5 + [
    insert_attribute] * 3 + [insert_directive] * 3 + [cut] * 2 + [change_bytes] * 2 + [nest, lengthen]


# ---- Changes after which a cell may well be a cell, so that something lies behind the parser

NAME = re.compile(rb"[A-Za-z_]\w*")
NUMBER = re.compile(rb"\d[\w.]*")
# Declarations and definitions as they stand in the seeds, with the comments before them.
PIECE = re.compile(rb"(?:[^\n]*\n)*?(?:[^\n ][^\n]*[;}]|[ ]*)\n")
TYPES = [b"int", b"long", b"double", b"float", b"bool", b"short", b"unsigned", b"std::int64_t", b"std::size_t", b"char"]
OPERATORS = [b"+", b"-", b"*", b"/", b"%", b"<", b">", b"&", b"|"]
WORDS = [b"x", b"rows", b"total", b"engine", b"fast", b"model", b"model__fast", b"a__b__c", b"__x", b"class_", b"\xc3\xa4", b"n",
         b"hamcell", b"ham", b"std", b"main", b"operator_", b"a" * 200]


FIXED = set(TYPES) | set(
    b"auto break case char class const constexpr continue default double else enum false float for if ifdef include inline int "
    b"int64_t long namespace noexcept operator return short sizeof static std string struct switch template true typename "
    b"unsigned using vector void while ham cache behavior when tag pair map optional".split())


def places(tokens, pattern):
    return [at for at, token in enumerate(tokens) if pattern.fullmatch(token)]


def rename(tokens, random):
    """Everywhere, so that what belonged together still does; or everything meets that should not."""
    names = sorted({token for token in tokens if NAME.fullmatch(token) and token not in FIXED})
    if names:
        old, new = random.choice(names), random.choice([random.choice(WORDS), random.choice(names), random.choice(names) + b"2"])
        tokens[:] = [new if token == old else token for token in tokens]


def change_number(tokens, random):
    if found := places(tokens, NUMBER):
        tokens[random.choice(found)] = random.choice([b"0", b"1", b"-1", b"7", b"1e308", b"0x7f", b"4294967296", b"2.5f", b"1'000", b"0b11"])


def change_type(tokens, random):
    if found := [at for at, token in enumerate(tokens) if token in TYPES]:
        tokens[random.choice(found)] = random.choice(TYPES)


def change_operator(tokens, random):
    if found := [at for at, token in enumerate(tokens) if token in OPERATORS]:
        tokens[random.choice(found)] = random.choice(OPERATORS)


def space(tokens, random):
    if found := [at for at, token in enumerate(tokens) if token.isspace()]:
        tokens[random.choice(found)] = random.choice([b"\n", b"\t", b"\r\n", b" /* here */ ", b" // here\n", b" \\\n ", b"\n\n\n", b"\f"])


def change_pieces(tokens, random):
    """Whole declarations: another order, one less, one twice under another name, an attribute or a directive more."""
    pieces = PIECE.findall(b"".join(tokens) + b"\n")
    if not pieces:
        return
    at = random.randrange(len(pieces))
    how = random.randrange(5)
    if how == 0:
        pieces.insert(random.randrange(len(pieces)), pieces.pop(at))
    elif how == 1:
        del pieces[at]
    elif how == 2:
        double = TOKEN.findall(pieces[at])
        rename(double, random)
        pieces.insert(random.randint(0, len(pieces)), b"".join(double))
    elif how == 3:
        pieces[at] = random.choice(ATTRIBUTES[:2] + ATTRIBUTES[5:6]) + b" " + pieces[at]
    else:
        pieces.insert(random.randint(0, len(pieces)), random.choice(
            [b"//hamcell:std c++20\n", b"//hamcell:cxxflags -DY=2\n", b"/// Told.\n", b"namespace {}\n", b"using std::size_t;\n",
             b"static int helper() { return 1; }\n", b"template <class T> T same(T x) { return x; }\n", b"inline int counter = 0;\n",
             b"struct Late { int rows; };\n", b"int extra(int absent = 3) { return absent; }\n", b"#line 7\n"]))
    tokens[:] = TOKEN.findall(b"".join(pieces))


GENTLE = [rename] * 4 + [change_number] * 2 + [change_type] * 3 + [change_operator] + [space] * 2 + [change_pieces] * 5


def mutated(text, random):
    """`text` after one mutation or a few."""
    tokens = TOKEN.findall(text)
    if random.random() < 0.6:
        for _ in range(random.choice([1, 1, 2, 3, 5])):
            random.choice(GENTLE)(tokens, random)
        return b"".join(tokens)
    for _ in range(random.choice([1, 1, 1, 2, 2, 3, 6])):
        if tokens:
            random.choice(MUTATIONS)(tokens, random)
    return b"".join(tokens)
