// ---- C++ with its words told apart by colour.

const cppWords = new Set(
  `alignas alignof asm auto bool break case catch char char8_t char16_t char32_t class concept const
   consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default
   delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline
   int long mutable namespace new noexcept nullptr operator private protected public register
   reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch
   template this thread_local throw true try typedef typeid typename union unsigned using virtual void
   volatile wchar_t while`.split(/\s+/),
);

// Comments, raw strings, strings and characters, preprocessor lines, numbers, words.
const cppToken = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<text>R"(?<mark>[^()\\\s]{0,16})\([\s\S]*?\)\k<mark>"|"(?:\\.|[^"\\\n])*"` +
      String.raw`|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')`,
    String.raw`(?<directive>^[ \t]*#[^\n]*)`,
    String.raw`(?<number>(?<![\w.])\.?\d(?:[\w.']|[eEpP][+-])*)`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
  ].join("|"),
  "gm",
);

/** Source as an element; every line of it is text. */
function codeElement(source) {
  const code = element("code", {});
  let end = 0;
  for (const match of source.matchAll(cppToken)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const name = kind === "word" ? (cppWords.has(match[0]) ? "keyword" : null) : kind;
    if (name === null) continue;
    code.append(source.slice(end, match.index), element("span", { class: name }, match[0]));
    end = match.index + match[0].length;
  }
  code.append(source.slice(end));
  return element("pre", { class: "code", tabindex: "0", role: "region", "aria-label": "Source" }, code);
}
