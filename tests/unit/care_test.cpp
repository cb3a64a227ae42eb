// What the cache removes to stay small, and what a check finds and mends.
#include "cache/care.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <filesystem>

#include "cache/check.h"
#include "cache/store.h"
#include "folder.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_ns = 86'400 * second_ns;

/// A cache with entries of which each has a result of its own in the store.
struct Filled {
  Folder folder;
  Cache cache{folder.path(), Cache::Access::write};
  std::int64_t now = now_ns();

  Digest add(const std::string& node, std::size_t bytes, double seconds, std::int64_t created) {
    const std::string value = node + std::string(bytes - node.size(), '.');
    Entry entry;
    entry.node = node;
    entry.type = digest_of("type");
    entry.stored = true;
    entry.content = digest_of(value);
    entry.bytes = bytes;
    entry.seconds = seconds;
    entry.created_ns = created;
    const std::string file = result_path(folder.path(), entry.content);
    make_private_folders(parent_folder(file));
    write_file(file, value);
    cache.store(digest_of(node), digest_of("code of " + node), entry);
    StoredType type;
    type.table = extract(made_types(), days_type, type.type);
    cache.store_type(entry.type, type);
    cache.commit();
    return entry.content;
  }

  bool has_file(const Digest& content) const {
    return stamp_of(result_path(folder.path(), content)).kind == Stamp::Kind::file;
  }

  bool has_value(const std::string& node) {
    const std::vector<Entry> found = cache.find(digest_of(node));
    return found.size() == 1 && found[0].stored && has_file(found[0].content);
  }

  CareReport shrink_by(std::uint64_t bytes, std::map<Digest, std::int64_t> last_use = {}) {
    CareRequest request;
    request.now_ns = now;
    request.max_bytes = cache_bytes(cache.database()) - bytes;
    request.last_use = std::move(last_use);
    return look_after(cache, request);
  }
};

RecordChecks any_record() {
  return {[](const StoredRun&) { return true; }, [](std::string_view) { return true; },
          [](const Digest&, std::string_view) { return true; }};
}

std::string damaged(std::string bytes) {
  bytes[bytes.size() / 2] ^= 1;
  return bytes;
}

}  // namespace

TEST_CASE("The result that takes the fewest seconds per byte to make goes first") {
  Filled filled;
  filled.add("cheap", 50'000, 0.1, filled.now);
  filled.add("dear", 50'000, 10, filled.now);
  filled.add("small", 5'000, 0.1, filled.now);
  const CareReport report = filled.shrink_by(1);
  CHECK(report.results == 1);
  CHECK(report.bytes_after + 50'000 == report.bytes_before);
  CHECK(!filled.has_value("cheap"));
  CHECK(filled.has_value("dear"));
  CHECK(filled.has_value("small"));
}

TEST_CASE("Of what costs the same, the longest unused goes first, as the history knows it") {
  Filled filled;
  filled.add("old", 50'000, 1, filled.now - 10 * day_ns);
  filled.add("used", 50'000, 1, filled.now - 20 * day_ns);
  filled.shrink_by(1, {{digest_of("used"), filled.now - day_ns}});
  CHECK(!filled.has_value("old"));
  CHECK(filled.has_value("used"));
}

TEST_CASE("A value that went leaves its entry, so that its data version is still known") {
  Filled filled;
  const Digest content = filled.add("a", 50'000, 1, filled.now);
  filled.shrink_by(1);
  const std::vector<Entry> found = filled.cache.find(digest_of("a"));
  REQUIRE(found.size() == 1);
  CHECK(!found[0].stored);
  CHECK(!filled.has_file(content));
  CHECK(check_cache(filled.cache, any_record()).repairs.empty());
}

TEST_CASE("What was not used for so long goes with its entry; a time in the future is now") {
  Filled filled;
  filled.add("old", 5'000, 1, filled.now - 40 * day_ns);
  filled.add("used", 5'000, 1, filled.now - 40 * day_ns);
  filled.add("future", 5'000, 1, filled.now + 400 * day_ns);
  filled.cache.store_run({"1", filled.now - 50 * day_ns, "/x.cpp", digest_of("1"), "first", "outcome"});
  filled.cache.store_run({"2", filled.now - 40 * day_ns, "/x.cpp", digest_of("2"), "last", "outcome"});
  filled.cache.store_shape(digest_of("1"), "1");
  filled.cache.store_shape(digest_of("2"), "2");
  CareRequest request;
  request.now_ns = filled.now;
  request.oldest_ns = filled.now - 30 * day_ns;
  request.last_use = {{digest_of("used"), filled.now - day_ns}};
  const CareReport report = look_after(filled.cache, request);
  CHECK(report.entries == 1);
  CHECK(report.results == 1);
  CHECK(filled.cache.find(digest_of("old")).empty());
  CHECK(filled.has_value("used"));
  CHECK(filled.has_value("future"));
  // The last run of a cell tells the reasons of the next.
  CHECK(report.runs == 1);
  CHECK(filled.cache.last_run("/x.cpp")->record == "last");
  CHECK(!filled.cache.find_shape(digest_of("1")));
  CHECK(filled.cache.find_shape(digest_of("2")));
}

TEST_CASE("A size of nothing leaves nothing, and gives the room back") {
  Filled filled;
  for (int i = 0; i < 500; ++i) filled.add("n" + std::to_string(i), 5'000, 1, filled.now);
  const std::uint64_t file = stamp_of(filled.folder / "metadata.db").size;
  CareRequest request;
  request.now_ns = filled.now;
  request.max_bytes = 0;
  const CareReport report = look_after(filled.cache, request);
  CHECK(report.results == 500);
  CHECK(report.entries == 500);
  CHECK(filled.cache.list().empty());
  CHECK(stamp_of(filled.folder / "metadata.db").size < file);
  CHECK(cache_bytes(filled.cache.database()) == filled.cache.database().used_bytes());
}

TEST_CASE("Files that belong to nothing go; while others are at work only once they are old") {
  Filled filled;
  const Digest kept = filled.add("a", 5'000, 1, filled.now);
  const std::string young = filled.folder / "results/new-abcdef";
  const std::string old = result_path(filled.folder.path(), digest_of("nobody's"));
  make_private_folders(parent_folder(old));
  write_file(young, "half");
  write_file(old, "nobody's");
  const timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, old.c_str(), times, 0) == 0);
  CareRequest request;
  request.now_ns = filled.now;
  {
    const Cache other(filled.folder.path(), Cache::Access::read);
    CHECK(look_after(filled.cache, request).orphans == 1);
    CHECK(stamp_of(old).kind == Stamp::Kind::absent);
    CHECK(stamp_of(young).kind == Stamp::Kind::file);
  }
  CHECK(look_after(filled.cache, request).orphans == 1);
  CHECK(stamp_of(young).kind == Stamp::Kind::absent);
  CHECK(filled.has_file(kept));
}

TEST_CASE("A result that is being written stays, however old it looks") {
  Filled filled;
  const std::string file = filled.folder / "results/new-abcdef";
  make_private_folders(parent_folder(file));
  write_file(file, "half");
  const timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
  CareRequest request;
  request.now_ns = filled.now;
  {
    const OwnedFd writer(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    REQUIRE(::flock(writer.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK(look_after(filled.cache, request).orphans == 0);
    CHECK(stamp_of(file).kind == Stamp::Kind::file);
  }
  CHECK(look_after(filled.cache, request).orphans == 1);
  CHECK(stamp_of(file).kind == Stamp::Kind::absent);
}

TEST_CASE("While others are at work, results of the last minute stay") {
  Filled filled;
  filled.add("a", 50'000, 1, filled.now);
  {
    const Cache other(filled.folder.path(), Cache::Access::read);
    CHECK(filled.shrink_by(1).results == 0);
    CHECK(filled.has_value("a"));
  }
  CHECK(filled.shrink_by(1).results == 1);
}

TEST_CASE("Types and code that nothing names go, and no others") {
  Filled filled;
  filled.add("a", 5'000, 1, filled.now);
  StoredType type;
  type.table = extract(made_types(), days_type, type.type);
  filled.cache.store_type(digest_of("unneeded"), type);
  filled.cache.store_code(digest_of("needed code"), "x");
  filled.cache.store_code(digest_of("unneeded code"), "x");
  CareRequest request;
  request.now_ns = filled.now;
  request.needed_code = {digest_of("needed code")};
  look_after(filled.cache, request);
  CHECK(filled.cache.find_type(digest_of("type")));
  CHECK(!filled.cache.find_type(digest_of("unneeded")));
  CHECK(filled.cache.find_code(digest_of("needed code")));
  CHECK(!filled.cache.find_code(digest_of("unneeded code")));
}

TEST_CASE("A check of a whole cache finds nothing, and counts what it looked at") {
  Filled filled;
  filled.add("a", 5'000, 1, filled.now);
  filled.add("b", 6'000, 1, filled.now);
  const CheckReport report = check_cache(filled.cache, any_record());
  CHECK(report.repairs.empty());
  CHECK(report.entries == 2);
  CHECK(report.results == 2);
  CHECK(report.result_bytes == 11'000);
  CHECK(report.types == 1);
}

TEST_CASE("A check removes damaged and missing results, and leaves the others") {
  Filled filled;
  const Digest bad = filled.add("bad", 5'000, 1, filled.now);
  const Digest gone = filled.add("gone", 5'000, 1, filled.now);
  filled.add("good", 5'000, 1, filled.now);
  const std::string file = result_path(filled.folder.path(), bad);
  write_file(file, damaged(read_file(file).value()));
  std::filesystem::remove(result_path(filled.folder.path(), gone));
  CHECK(check_cache(filled.cache, any_record()).repairs.size() == 2);
  CHECK(!filled.has_file(bad));
  CHECK(!filled.has_value("bad"));
  CHECK(!filled.has_value("gone"));
  CHECK(filled.has_value("good"));
  CHECK(check_cache(filled.cache, any_record()).repairs.empty());
}

TEST_CASE("A check removes damaged records of every kind") {
  Filled filled;
  filled.add("a", 5'000, 1, filled.now);
  filled.add("b", 5'000, 1, filled.now);
  filled.cache.store_shape(digest_of("shape"), "shape");
  filled.cache.store_run({"good", 1, "/x.cpp", digest_of("shape"), "good", "outcome"});
  filled.cache.store_run({"bad", 1, "/x.cpp", digest_of("shape"), "bad", "outcome"});
  filled.cache.store_run({"lost", 1, "/x.cpp", digest_of("no shape"), "good", "outcome"});
  filled.cache.store_code(digest_of("code"), "bad");
  RecordChecks checks = any_record();
  checks.run = [](const StoredRun& run) { return run.record == "good"; };
  checks.code = [](const Digest&, std::string_view record) { return record == "good"; };
  Database& database = filled.cache.database();
  database.execute("UPDATE entries SET record=zeroblob(length(record)) WHERE node='a'");
  database.execute("INSERT INTO shapes VALUES(x'00', x'00')");
  const CheckReport report = check_cache(filled.cache, checks);
  CHECK(report.repairs.size() == 5);
  CHECK(filled.cache.find(digest_of("a")).empty());
  CHECK(filled.has_value("b"));
  CHECK(filled.cache.runs(9).size() == 1);
  CHECK(check_cache(filled.cache, checks).repairs.empty());
}

TEST_CASE("A value without its type, and an entry in another's place, are made again") {
  Filled filled;
  filled.add("a", 5'000, 1, filled.now);
  filled.cache.database().execute("UPDATE types SET record=x'00'");
  CHECK(check_cache(filled.cache, any_record()).repairs.size() == 2);
  CHECK(filled.cache.find(digest_of("a")).empty());
  filled.add("b", 5'000, 1, filled.now);
  filled.cache.database().execute("UPDATE entries SET node='other'");
  CHECK(check_cache(filled.cache, any_record()).repairs.size() == 1);
  CHECK(filled.cache.list().empty());
}

TEST_CASE("A check moves a database away whose pages contradict each other, and begins a new one") {
  const Folder folder;
  {
    Cache cache(folder.path(), Cache::Access::write);
    for (int i = 0; i < 300; ++i) cache.store_code(digest_of(std::to_string(i)), std::string(500, 'x'));
  }
  std::string bytes = read_file(folder / "metadata.db").value();
  for (std::size_t at = 20 * std::size_t{4096}; at < bytes.size(); at += 7) bytes[at] ^= 0x55;
  write_file(folder / "metadata.db", bytes);
  Cache cache(folder.path(), Cache::Access::write);
  {
    const Cache other(folder.path(), Cache::Access::read);
    CHECK_THROWS_AS(check_cache(cache, any_record()), Failure);
  }
  Cache alone(folder.path(), Cache::Access::write);
  CHECK(check_cache(alone, any_record()).repairs.size() == 1);
  CHECK(stamp_of(folder / "metadata.db.aside").kind == Stamp::Kind::file);
  alone.store_code(digest_of("new"), "x");
  CHECK(alone.find_code(digest_of("new")));
  CHECK(check_cache(alone, any_record()).repairs.empty());
}
