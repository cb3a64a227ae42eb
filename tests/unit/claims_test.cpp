// Claims of several processes on one cache.
#include "cache/claims.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "folder.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

const Digest code = digest_of("code");
const Digest other_code = digest_of("other code");
const Digest key = digest_of("key");
const Digest other_key = digest_of("other key");

}  // namespace

// Locks of open file descriptions stand against each other within one process, too.
TEST_CASE("A key that one has claimed nobody else can claim until it is given back") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim(key, code));
  CHECK(one.claim(key, code));
  CHECK_FALSE(other.claim(key, code));
  CHECK(other.claim(other_key, code));
  one.release(key, code);
  CHECK(other.claim(key, code));
}

TEST_CASE("Code that one has claimed stands for all of its keys, and for no others") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim_code(code));
  CHECK_FALSE(other.claim(key, code));
  CHECK_FALSE(other.claim_code(code));
  CHECK(other.claim(key, other_code));
  one.release({}, code);
  CHECK(other.claim(other_key, code));
  CHECK_FALSE(one.claim_code(code));
}

TEST_CASE("A claim that was refused leaves nothing locked") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim(key, code));
  CHECK_FALSE(other.claim(key, code));
  one.release(key, code);
  CHECK(one.claim_code(code));
}

TEST_CASE("What is to be given back when it is stored is, unless it is claimed once more") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim(key, code));
  one.release_when_stored(key, code);
  CHECK(one.claim(key, code));
  one.begin_write();
  one.release_stored();
  CHECK_FALSE(other.claim(key, code));
  one.release_when_stored(key, code);
  one.begin_write();
  one.release_stored();
  CHECK(other.claim_code(code));
}

TEST_CASE("What is to be stored by a later write is not given back by an earlier one") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim(key, code));
  one.release_when_stored(key, code);
  one.begin_write();
  CHECK(one.claim(other_key, other_code));
  one.release_when_stored(other_key, other_code);
  CHECK_FALSE(other.claim(key, code));
  one.release_stored();
  CHECK(other.claim(key, code));
  CHECK_FALSE(other.claim(other_key, other_code));
  one.begin_write();
  one.release_stored();
  CHECK(other.claim(other_key, other_code));
}

TEST_CASE("A claim of code becomes one of a key once that is known, and others can have the other keys") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim_code(code));
  CHECK(one.claim(key, code));
  CHECK_FALSE(other.claim(key, code));
  CHECK_FALSE(other.claim_code(code));
  CHECK(other.claim(other_key, code));
  one.release(key, code);
  CHECK(other.claim(key, code));
}

TEST_CASE("Code cannot be claimed alone by one that shares it with others") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim(key, code));
  CHECK(other.claim(other_key, code));
  CHECK_FALSE(one.claim_code(code));
  // And what was claimed before still is.
  CHECK_FALSE(other.claim(key, code));
  other.release(other_key, code);
  CHECK(one.claim_code(code));
  CHECK_FALSE(other.claim(other_key, code));
}

TEST_CASE("What is to be given back when it is stored is not, where its code is claimed once more") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim_code(code));
  CHECK(one.claim(key, code));
  one.release_when_stored(key, code);
  CHECK(one.claim_code(code));
  one.begin_write();
  one.release_stored();
  CHECK_FALSE(other.claim(other_key, code));
  // The node has another key the second time.
  CHECK(one.claim(other_key, code));
  CHECK(other.claim(key, code));
  CHECK_FALSE(other.claim(other_key, code));
}

TEST_CASE("What is refused takes nothing from what is claimed and waits to be stored") {
  const Folder folder;
  Claims one(folder.path());
  Claims other(folder.path());
  CHECK(one.claim(key, code));
  one.release_when_stored(key, code);
  CHECK(other.claim(other_key, code));
  CHECK_FALSE(one.claim(other_key, code));
  other.release(other_key, code);
  CHECK_FALSE(other.claim_code(code));
  one.begin_write();
  one.release_stored();
  CHECK(other.claim_code(code));
}

TEST_CASE("Of many claims those are given back that are stored, whether these are most of them or few") {
  constexpr std::size_t count = 10;
  std::vector<std::pair<Digest, Digest>> all;
  for (std::size_t i = 0; i < count; ++i)
    all.emplace_back(digest_of("key " + std::to_string(i)), digest_of("code " + std::to_string(i)));
  for (const std::size_t stored : {std::size_t{2}, std::size_t{8}, count}) {
    const Folder folder;
    Claims one(folder.path());
    for (const auto& [key_of_one, code_of_one] : all) CHECK(one.claim(key_of_one, code_of_one));
    for (std::size_t i = 0; i < stored; ++i) one.release_when_stored(all[i].first, all[i].second);
    one.begin_write();
    one.release_stored();
    Claims other(folder.path());
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(other.claim(all[i].first, all[i].second) == (i < stored));
      CHECK(other.claim_code(all[i].second) == (i < stored));
    }
  }
}
