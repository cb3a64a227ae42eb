// Small questions about text that more than one stage asks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hamcell {

struct VisibleOptions {
  bool keep_layout = false;  ///< leave line feeds and tabs as they are
  bool keep_colors = false;  ///< and what sets colours, or clears a line behind them
};

/// Without the sequences that colour it, as compilers write them.
std::string without_colors(std::string_view text);

/// `text` with every control character (C0, C1, DEL) and every byte that is not UTF-8 written as an escape
/// such as `\x1b`, so that a name or a value can never drive the terminal.
std::string visible(std::string_view text, VisibleOptions options = {});

/// A type's or function's name as it is written in C++, from the one that compilers give it (Itanium C++
/// ABI); any other text as it is.
std::string readable_type(const std::string& name);

/// JSON text with the characters that could drive a terminal and that JSON leaves alone (DEL, C1,
/// bidirectional controls) as `\u` escapes. They stand in strings only, where an escape means the same.
std::string tamed_json(std::string json);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

/// The columns that `text` takes on a terminal: code points, wide ones (East Asian, emoji) counted twice,
/// combining marks not at all.
std::size_t display_width(std::string_view text);

/// `text` cut to at most `columns` terminal columns, with "…" as the last one where something was cut.
std::string shortened(std::string_view text, std::size_t columns);

/// The word of `candidates` that `word` is most likely a misspelling of, or an empty string. A candidate
/// counts when its Damerau-Levenshtein distance (insert, delete, replace, swap of neighbours) is at most a
/// third of the longer word's length, or when one is the beginning or an underscore-separated part of the
/// other.
std::string closest_word(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'mean'?" for a word that is none of the candidates, or `otherwise` where nothing is near.
std::string suggestion(std::string_view word, std::span<const std::string> candidates,
                       const std::string& otherwise);

/// "3.2 s", "12 ms", "840 µs": three significant digits at the most.
std::string format_seconds(double seconds);
/// "3.2 s", "31 s", "2 min 05 s", "1 h 07 min": as a clock that somebody watches.
std::string format_duration(double seconds);
/// "2026-11-22 18:15:30", local time of nanoseconds since 1970.
std::string format_time(std::int64_t ns);
/// "840 B", "1.2 kB", "3.4 GB": powers of 1000.
std::string format_bytes(std::uint64_t bytes);

/// "1 node", "2 nodes".
std::string plural(std::size_t count, std::string_view word);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trimmed(std::string_view text);

/// `text` split into words as a shell does: blanks separate, '…' and "…" group, a backslash takes the next
/// character as it is (inside "…" only before \, ", $ and `). Nothing is expanded. Nothing is returned when a
/// quote has no end.
std::optional<std::vector<std::string>> shell_words(std::string_view text);

}  // namespace hamcell
