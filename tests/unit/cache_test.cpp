// The database of entries and runs, and the folder of results.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "cache/cache.h"
#include "cache/store.h"
#include "folder.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

Entry entry_of(const std::string& node, std::int64_t created) {
  Entry entry;
  entry.node = node;
  entry.data_version = digest_of(node);
  entry.type = digest_of("type");
  entry.stored = true;
  entry.inlined = "\x07";
  entry.bytes = 1;
  entry.seconds = 0.5;
  entry.preview = "7";
  entry.created_ns = created;
  return entry;
}

/// Runs SQL on the database behind the cache's back.
void meddle(const std::string& folder, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open((folder + "/metadata.db").c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

}  // namespace

TEST_CASE("An entry is found under its key by the next process, and under no other") {
  const Folder folder;
  const Digest key = digest_of("key");
  {
    Cache cache(folder.path(), Cache::Access::write);
    cache.store(key, {}, entry_of("a", 1));
  }
  Cache cache(folder.path(), Cache::Access::read);
  const std::vector<Entry> found = cache.find(key);
  REQUIRE(found.size() == 1);
  CHECK(found[0].node == "a");
  CHECK(found[0].inlined == "\x07");
  CHECK(found[0].seconds == 0.5);
  CHECK(cache.find(digest_of("other")).empty());
}

TEST_CASE("A key has one entry for each trace, the newest first") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  const Digest key = digest_of("key");
  Entry older = entry_of("a", 1);
  Entry newer = entry_of("a", 2);
  newer.trace.variables = {{"X", true, digest_of("1")}};
  cache.store(key, {}, newer);
  cache.store(key, {}, older);
  cache.store(key, {}, older);
  const std::vector<Entry> found = cache.find(key);
  REQUIRE(found.size() == 2);
  CHECK(found[0].trace.variables.size() == 1);
}

TEST_CASE("A record that stands under another key, or has another byte, counts as absent") {
  const Folder folder;
  const Digest one = digest_of("one");
  const Digest two = digest_of("two");
  Cache(folder.path(), Cache::Access::write).store(one, {}, entry_of("a", 1));
  meddle(folder.path(), "UPDATE entries SET key=x'" + two.hex() + "'");
  CHECK(Cache(folder.path(), Cache::Access::read).find(two).empty());
  meddle(folder.path(),
         "UPDATE entries SET key=x'" + one.hex() + "', record=substr(record,1,40)||x'00'||substr(record,42)");
  CHECK(Cache(folder.path(), Cache::Access::read).find(one).empty());
}

TEST_CASE("Asking a cache that does not exist finds nothing and creates nothing") {
  const Folder folder;
  const std::string missing = folder.path() + "/missing";
  Cache cache(missing, Cache::Access::read);
  CHECK(cache.list().empty());
  CHECK(!cache.last_run(""));
  CHECK(stamp_of(missing).kind == Stamp::Kind::absent);
}

TEST_CASE("A database of another format, or none at all, is refused and left as it is") {
  const Folder folder;
  Cache(folder.path(), Cache::Access::write).store(digest_of("key"), {}, entry_of("a", 1));
  meddle(folder.path(), "PRAGMA user_version=99");
  CHECK_THROWS_AS(Cache(folder.path(), Cache::Access::write), Failure);
  write_file(folder.path() + "/metadata.db", "this is no database, and long enough to have a header of one");
  CHECK_THROWS_AS(Cache(folder.path(), Cache::Access::write), Failure);
}

TEST_CASE("Runs are found by cell, by the beginning of their id, and newest first") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  cache.store_run({"20260101-a", 1, "/x.cpp", digest_of("first shape"), "one"});
  cache.store_run({"20260102-b", 2, "/y.cpp", {}, "two"});
  cache.store_run({"20260102-c", 3, "/x.cpp", digest_of("later shape"), "three"});
  CHECK(cache.last_run("/x.cpp")->record == "three");
  CHECK(cache.last_run("/y.cpp")->id == "20260102-b");
  CHECK(cache.last_run("")->id == "20260102-c");
  CHECK(cache.find_run("20260101")->record == "one");
  CHECK(!cache.find_run("20260102"));
  CHECK(!cache.find_run("%"));
  CHECK(cache.runs(2).size() == 2);
  CHECK(cache.runs(2)[0].id == "20260102-c");
  const std::vector<RunPlace> places = cache.runs_of("/x.cpp");
  REQUIRE(places.size() == 2);
  CHECK(places[0].shape == digest_of("later shape"));
  CHECK(places[1].id == "20260101-a");
}

TEST_CASE("Whether some code of a node left an entry is known without its arguments") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  cache.store(digest_of("key"), digest_of("code"), entry_of("a", 1));
  CHECK(cache.has_entry_of("a", digest_of("code")));
  CHECK(!cache.has_entry_of("b", digest_of("code")));
  CHECK(!cache.has_entry_of("a", digest_of("other code")));
}

TEST_CASE("What a code version was made of stays as it was first stored") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CHECK(!cache.find_code(digest_of("version")));
  cache.store_code(digest_of("version"), "parts");
  cache.store_code(digest_of("version"), "other parts");
  CHECK(cache.find_code(digest_of("version")) == "parts");
}

TEST_CASE("A stored type can be read without the cell") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  StoredType type;
  type.table = extract(made_types(), days_type, type.type);
  cache.store_type(digest_of("days"), type);
  const std::optional<StoredType> found = cache.find_type(digest_of("days"));
  REQUIRE(found);
  CHECK(found->table[found->type].name == "std::vector<Day>");
  CHECK(!cache.find_type(digest_of("other")));
}

TEST_CASE("A result is read back only while it is what its name says") {
  const Folder folder;
  const Digest content = digest_of("value");
  const std::string file = result_path(folder.path(), content);
  CHECK(file.starts_with(folder.path() + "/results/" + content.hex().substr(0, 2) + "/"));
  CHECK(!read_result(folder.path(), content));
  make_private_folders(parent_folder(file));
  write_file(file, "value");
  CHECK(read_result(folder.path(), content)->view() == "value");
  write_file(file, "Value");
  CHECK(!read_result(folder.path(), content));
}
