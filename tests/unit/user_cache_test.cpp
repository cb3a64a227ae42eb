// The digest of secrets.
#include "base/user_cache.h"

#include <doctest/doctest.h>

#include <numeric>

using namespace hamcell;

TEST_CASE("SipHash-2-4-128 gives its authors' test vectors") {
  // Of the key 00 01 … 0f and the bytes 00, 01, 02, …: vectors_sip128 of the reference implementation.
  Digest key;
  std::iota(key.bytes.begin(), key.bytes.end(), std::uint8_t{0});
  std::string bytes(15, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  CHECK(siphash(key, "").hex() == "a3817f04ba25a8e66df67214c7550293");
  CHECK(siphash(key, bytes.substr(0, 1)).hex() == "da87c1d86b99af44347659119b22fc45");
  CHECK(siphash(key, bytes).hex() == "5493e99933b0a8117e08ec0f97cfc3d9");
}
