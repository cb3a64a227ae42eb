// The database of entries and runs, and the folder of results.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "cache/cache.h"
#include "cache/care.h"
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

TEST_CASE("It is known by which code there are entries, also before they are written") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  cache.store(digest_of("key"), digest_of("code"), entry_of("a", 1));
  const std::vector<std::pair<std::string, Digest>> asked = {
      {"a", digest_of("code")}, {"a", digest_of("other")}, {"b", digest_of("third")}};
  CHECK(cache.have_entries_of(asked) == std::vector<bool>{true, false, false});
  cache.commit();
  CHECK(cache.have_entries_of(asked) == std::vector<bool>{true, false, false});
  CHECK(cache.has_entry_of("a", digest_of("code")));
}

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

TEST_CASE("A key has one entry for each trace, the one stored last first") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  const Digest key = digest_of("key");
  Entry older = entry_of("a", 1);
  Entry newer = entry_of("a", 2);
  newer.trace.variables = {{"X", true, digest_of("1")}};
  cache.store(key, {}, older);
  cache.store(key, {}, older);
  cache.store(key, {}, newer);
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
         "UPDATE entries SET key=x'" + one.hex() + "', record=substr(record,1,40)||x'ff'||substr(record,42)");
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

TEST_CASE("What was stored last is the newest, also where the clock was set back") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  Entry future = entry_of("a", 9'000'000'000'000'000'000);
  future.preview = "future";
  cache.store(digest_of("one"), {}, future);
  cache.store(digest_of("two"), {}, entry_of("a", 5));
  CHECK(cache.newest_of("a")->preview == "7");
  cache.store_run({"20990101-a", 9'000'000'000'000'000'000, "/x.cpp", {}, "future", "outcome"});
  cache.store_run({"20260101-b", 5, "/x.cpp", {}, "now", "outcome"});
  CHECK(cache.last_run("/x.cpp")->record == "now");
  CHECK(cache.last_run("")->record == "now");
  CHECK(cache.runs(1)[0].record == "now");
}

TEST_CASE("A database of a newer format is refused and left as it is, whoever asks") {
  const Folder folder;
  Cache(folder.path(), Cache::Access::write).store(digest_of("key"), {}, entry_of("a", 1));
  meddle(folder.path(), "PRAGMA user_version=99");
  const std::string before = read_file(folder / "metadata.db").value();
  for (const Cache::Access access : {Cache::Access::read, Cache::Access::write, Cache::Access::run})
    CHECK_THROWS_AS(Cache(folder.path(), access), Failure);
  CHECK(read_file(folder / "metadata.db").value() == before);
}

TEST_CASE("A database of an older format, an empty file and garbage are set aside") {
  const Folder folder;
  const auto opens_anew = [&] {
    Cache cache(folder.path(), Cache::Access::run);
    CHECK(cache.take_warnings().size() == 1);
    CHECK(cache.list().empty());
    CHECK(cache.is_writable());
    CHECK(stamp_of(folder / "metadata.db.aside").kind == Stamp::Kind::file);
    cache.store(digest_of("key"), {}, entry_of("a", 1));
    cache.commit();
    CHECK(cache.list().size() == 1);
    CHECK(cache.take_warnings().empty());
  };
  Cache(folder.path(), Cache::Access::write).store(digest_of("key"), {}, entry_of("a", 1));
  meddle(folder.path(), "PRAGMA user_version=2");
  opens_anew();
  write_file(folder / "metadata.db", "");
  opens_anew();
  write_file(folder / "metadata.db", std::string(10'000, 'x'));
  CHECK_THROWS_AS(Cache(folder.path(), Cache::Access::read), Failure);
  opens_anew();
}

TEST_CASE("A database that another program made is refused and left as it is") {
  const Folder folder;
  meddle(folder.path(), "CREATE TABLE songs(title TEXT); INSERT INTO songs VALUES('one')");
  const std::string before = read_file(folder / "metadata.db").value();
  for (const Cache::Access access : {Cache::Access::read, Cache::Access::write, Cache::Access::run})
    CHECK_THROWS_AS(Cache(folder.path(), access), Failure);
  CHECK(read_file(folder / "metadata.db").value() == before);
  CHECK(is_of_other_program(folder.path()));
}

TEST_CASE("A file that is no database is another program's where hamcell made no results folder") {
  const Folder folder;
  write_file(folder / "metadata.db", std::string(10'000, 'x'));
  CHECK(is_of_other_program(folder.path()));
}

TEST_CASE("A damaged page costs a run the cache and nothing else") {
  const Folder folder;
  {
    Cache cache(folder.path(), Cache::Access::write);
    for (int i = 0; i < 200; ++i) cache.store(digest_of(std::to_string(i)), {}, entry_of("a", i));
  }
  meddle(folder.path(), "PRAGMA wal_checkpoint(TRUNCATE)");
  std::string bytes = read_file(folder / "metadata.db").value();
  // All but the first page, which is what a look at the format sees, and that of the schema.
  for (std::size_t at = 3 * std::size_t{4096}; at < bytes.size(); ++at) bytes[at] = '\xAA';
  write_file(folder / "metadata.db", bytes);
  Cache cache(folder.path(), Cache::Access::run);
  for (int i = 0; i < 200; ++i) CHECK(cache.find(digest_of(std::to_string(i))).empty());
  cache.store(digest_of("key"), {}, entry_of("a", 1));
  cache.commit();
  CHECK(!cache.is_writable());
  CHECK(cache.take_warnings().size() == 1);
  CHECK(stamp_of(folder / "metadata.db.aside").kind == Stamp::Kind::file);
  CHECK(Cache(folder.path(), Cache::Access::run).take_warnings().empty());
}

TEST_CASE("Damage that is found while a run looks after the size is set aside too") {
  const Folder folder;
  {
    Cache cache(folder.path(), Cache::Access::run);
    cache.store(digest_of("key"), {}, entry_of("a", 1));
    cache.commit();
    cache.database().execute("DROP TABLE totals");
    look_after(cache, {});
    CHECK(cache.take_warnings().size() == 1);
  }
  Cache cache(folder.path(), Cache::Access::run);
  CHECK(cache.take_warnings().empty());
  CHECK(cache.find(digest_of("key")).empty());
  CHECK(stamp_of(folder / "metadata.db.aside").kind == Stamp::Kind::file);
}

TEST_CASE("Nobody waits for what another process has not written yet") {
  const Folder folder;
  Cache one(folder.path(), Cache::Access::write);
  Cache two(folder.path(), Cache::Access::write);
  one.store(digest_of("one"), {}, entry_of("a", 1));
  two.store(digest_of("two"), {}, entry_of("b", 1));
  two.commit();
  CHECK(one.find(digest_of("two")).size() == 1);
  CHECK(two.find(digest_of("one")).empty());
  CHECK(one.find(digest_of("one")).size() == 1);
  CHECK(two.find(digest_of("one")).size() == 1);
}

TEST_CASE("What is being written is found meanwhile, and by others when that has ended") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  Cache other(folder.path(), Cache::Access::write);
  const auto key_of = [](int i) { return digest_of("key " + std::to_string(i)); };
  const auto code_of = [](int i) { return digest_of("code " + std::to_string(i)); };
  constexpr int batch_size = 500;
  int stored = 0;
  for (int batch = 0; batch < 4; ++batch) {
    for (int i = 0; i < batch_size; ++i, ++stored)
      cache.store(key_of(stored), code_of(stored), entry_of("a", stored + 1));
    cache.begin_commit();
    // Of what is being written, and of what is stored while it is.
    cache.store(key_of(stored), code_of(stored), entry_of("a", stored + 1));
    CHECK(cache.has_entry_of("a", code_of(stored - 1)));
    CHECK(cache.has_entry_of("a", code_of(stored)));
    CHECK_FALSE(cache.has_entry_of("a", code_of(stored + 1)));
    CHECK(cache.find(key_of(stored - 1)).size() == 1);
    cache.end_commit();
    CHECK_FALSE(cache.is_committing());
    CHECK(other.find(key_of(stored - 1)).size() == 1);
    ++stored;
  }
  CHECK(other.find(key_of(stored - 1)).empty());
  CHECK(cache.find(key_of(stored - 1)).size() == 1);
  CHECK(other.find(key_of(stored - 1)).size() == 1);
}

TEST_CASE("A write that fails beside the run is a warning when it is waited for, and writes nothing") {
  const Folder folder;
  {
    Cache cache(folder.path(), Cache::Access::run);
    meddle(folder.path(), "DROP TABLE code");
    cache.store_code(digest_of("code"), "record");
    cache.store(digest_of("key"), {}, entry_of("a", 1));
    cache.begin_commit();
    cache.end_commit();
    CHECK_FALSE(cache.is_writable());
    CHECK(cache.take_warnings().size() == 1);
    cache.store(digest_of("other"), {}, entry_of("b", 1));
    cache.begin_commit();
    cache.end_commit();
    CHECK(cache.take_warnings().empty());
  }
  CHECK(stamp_of(folder / "metadata.db.aside").kind == Stamp::Kind::file);
  Cache cache(folder.path(), Cache::Access::run);
  CHECK(cache.find(digest_of("key")).empty());
  CHECK(cache.find(digest_of("other")).empty());
}

TEST_CASE("Without a write-ahead log what is begun is written at once") {
  const Folder folder;
  constexpr std::uint64_t nfs = 0x6969;
  const auto file_system = [](const std::string&) { return nfs; };
  Cache cache(folder.path(), Cache::Access::run, file_system);
  cache.store(digest_of("key"), {}, entry_of("a", 1));
  cache.begin_commit();
  CHECK_FALSE(cache.is_committing());
  CHECK(Cache(folder.path(), Cache::Access::read, file_system).find(digest_of("key")).size() == 1);
}

TEST_CASE("An entry whose result has gone before it is written is left out") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  const auto large = [&](const std::string& text) {
    Entry entry = entry_of("a", 1);
    entry.inlined.reset();
    entry.content = digest_of(text);
    entry.bytes = text.size();
    const std::string file = result_path(folder.path(), entry.content);
    make_private_folders(parent_folder(file));
    write_file(file, text);
    return entry;
  };
  cache.store(digest_of("kept"), {}, large("one"));
  const Entry lost = large("two");
  cache.store(digest_of("lost"), {}, lost);
  std::filesystem::remove(result_path(folder.path(), lost.content));
  CHECK(cache.find(digest_of("kept")).size() == 1);
  CHECK(cache.find(digest_of("lost")).empty());
}

TEST_CASE("On a network file system the database has a rollback journal, and elsewhere WAL") {
  CHECK(is_network_file_system(0x6969));
  CHECK(!is_network_file_system(0xEF53));      // ext4
  CHECK(!is_network_file_system(0x01021994));  // tmpfs
  const auto journal_of = [](Cache& cache) { return cache.database().text("PRAGMA journal_mode"); };
  const auto nfs = [](const std::string&) -> std::uint64_t { return 0x6969; };
  const auto local = [](const std::string&) -> std::uint64_t { return 0xEF53; };
  const Folder made_there;
  const Folder made_here;
  {
    Cache there(made_there.path(), Cache::Access::write, nfs);
    CHECK(journal_of(there) == "delete");
    there.store(digest_of("key"), {}, entry_of("a", 1));
    there.commit();
    CHECK(stamp_of(made_there / "metadata.db-wal").kind == Stamp::Kind::absent);
    Cache here(made_here.path(), Cache::Access::write, local);
    CHECK(journal_of(here) == "wal");
    here.store(digest_of("key"), {}, entry_of("a", 1));
  }
  // One that was copied there.
  Cache moved(made_here.path(), Cache::Access::run, nfs);
  CHECK(journal_of(moved) == "delete");
  CHECK(moved.find(digest_of("key")).size() == 1);
}

TEST_CASE("A type or a graph under another name counts as absent") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  StoredType type;
  type.table = extract(made_types(), days_type, type.type);
  cache.store_type(digest_of("days"), type);
  cache.store_shape(digest_of("graph"), "graph");
  cache.commit();
  CHECK(cache.find_shape(digest_of("graph")) == "graph");
  meddle(folder.path(), "UPDATE types SET digest=x'" + digest_of("other").hex() + "'");
  meddle(folder.path(), "UPDATE shapes SET digest=x'" + digest_of("other").hex() + "'");
  CHECK(!cache.find_type(digest_of("other")));
  CHECK(!cache.find_shape(digest_of("other")));
}

TEST_CASE("Runs are found by cell, by the beginning of their id, and newest first") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  cache.store_run({"20260101-a", 1, "/x.cpp", digest_of("first shape"), "one", "outcome"});
  cache.store_run({"20260102-b", 2, "/y.cpp", {}, "two", "outcome"});
  cache.store_run({"20260102-c", 3, "/x.cpp", digest_of("later shape"), "three", "outcome"});
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
  CHECK(!read_result(folder.path(), content, 5));
  make_private_folders(parent_folder(file));
  write_file(file, "value");
  CHECK(read_result(folder.path(), content, 5)->view() == "value");
  CHECK(check_result(folder.path(), content) == 5);
  CHECK(!read_result(folder.path(), content, 6));
  write_file(file, "Value");
  CHECK(!read_result(folder.path(), content, 5));
  CHECK(!check_result(folder.path(), content));
}

TEST_CASE("Whatever may change what is found under a key begins another generation, and nothing else does") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  const Digest key = digest_of("key");
  std::int64_t last = cache.generation();
  CHECK(last != 0);
  const auto has_changed = [&] {
    cache.commit();
    return std::exchange(last, cache.generation()) != last;
  };
  cache.store(key, {}, entry_of("a", 1));
  CHECK(has_changed());
  // Of another value, with the same trace.
  Entry other = entry_of("a", 2);
  other.data_version = digest_of("other");
  cache.store(key, {}, other);
  CHECK(has_changed());
  cache.store_run({"20260101-a", 1, "/x.cpp", {}, "one", "outcome"});
  cache.store_shape(digest_of("shape"), "shape");
  cache.store_code(digest_of("code"), "code");
  CHECK(!has_changed());
  meddle(folder.path(), "UPDATE entries SET created=7");
  CHECK(has_changed());
  meddle(folder.path(), "DELETE FROM entries");
  CHECK(has_changed());
  // Two databases in the same place are never of one generation.
  const Folder another;
  CHECK(Cache(another.path(), Cache::Access::write).generation() != last);
}

TEST_CASE("A repeated run shares the outcome of an earlier one, which must still be there") {
  const Folder folder;
  const Digest outcome = digest_of("outcome");
  const StoredRun repeated{"20260102-b", 2, "/x.cpp", {}, "two", ""};
  {
    Cache cache(folder.path(), Cache::Access::write);
    CHECK(!cache.store_repeated_run(repeated, outcome));
    CHECK(cache.count_runs() == 0);
    cache.store_run({"20260101-a", 1, "/x.cpp", {}, "one", "outcome"});
    CHECK(!cache.store_repeated_run(repeated, outcome));
    cache.store_shape({}, "shape");
    CHECK(cache.store_repeated_run(repeated, outcome));
  }
  Cache cache(folder.path(), Cache::Access::write);
  REQUIRE(cache.last_run("/x.cpp"));
  CHECK(cache.last_run("/x.cpp")->record == "two");
  CHECK(cache.last_run("/x.cpp")->outcome == "outcome");
  CareRequest request;
  request.now_ns = INT64_MAX;
  look_after(cache, request);
  CHECK(cache.last_run("/x.cpp")->outcome == "outcome");
  meddle(folder.path(), "DELETE FROM runs");
  look_after(cache, request);
  CHECK(!cache.store_repeated_run(repeated, outcome));
}

TEST_CASE("What is left in the journal is read by whoever comes next") {
  const Folder folder;
  {
    Cache cache(folder.path(), Cache::Access::write);
    cache.store_shape({}, "shape");
    cache.store_run({"20260101-a", 1, "/x.cpp", {}, "one", "outcome"});
  }
  for (int i = 0; i < 100; ++i) {
    Cache cache(folder.path(), Cache::Access::write);
    CHECK(cache.store_repeated_run({std::to_string(i), i, "/x.cpp", {}, "again", ""}, digest_of("outcome")));
  }
  // A long one would keep the next reader busy.
  const Stamp journal = stamp_of(folder.path() + "/metadata.db-wal");
  CHECK(journal.size < 100 * 4200);
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  CHECK(Cache(folder.path(), Cache::Access::read).count_runs() == 101);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}
