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


def mutated(text, random):
    """`text` after one mutation or a few."""
    tokens = TOKEN.findall(text)
    for _ in range(random.choice([1, 1, 1, 2, 2, 3, 6])):
        if tokens:
            random.choice(MUTATIONS)(tokens, random)
    return b"".join(tokens)
