// SPDX-License-Identifier: Apache-2.0
// A table whose rows no key tells apart: one digest over all of it, as long as it is small.
#include "mod_cutover/cutoverd/databases/verify/compare.h"

namespace cutover {
namespace {

using Kind = Compared::Kind;

constexpr auto kLimit = std::chrono::seconds(20);

struct Told {
  std::string digest;
  std::uint64_t rows = 0;
  std::string why;
};

Told digest(Half& half) {
  const Result r = half.reader.ask(digest_of(half.table, {}, kMostWithoutKey + 1), kLimit);
  if (!r.ok()) return {"", 0, r.error};
  const std::string n = r.rows.text(0, {"n"});
  if (n != r.rows.text(0, {"known"}))
    return {"", 0, "a row is too long for its server to make a digest of it"};
  const std::uint64_t rows = std::strtoull(n.c_str(), nullptr, 10);
  if (rows > kMostWithoutKey)
    return {"", 0, "it has no key, and more than " + std::to_string(kMostWithoutKey) + " rows"};
  return {n + "/" + r.rows.text(0, {"a"}) + "/" + r.rows.text(0, {"b"}), rows, {}};
}

}  // namespace

Compared compare_whole(Half& source, Half& replica, Course& course, TableProgress& progress) {
  Told before;
  Told before_there;
  int still = 0;
  for (int n = 0; n <= kLooks; ++n) {
    if (!course.rest(before_look(n))) return {Kind::kStopped, ""};
    if (!course.may_go_on()) return {Kind::kStopped, ""};
    const auto began = std::chrono::steady_clock::now();
    const Told there = digest(source);
    if (!there.why.empty()) return {Kind::kFailed, there.why};
    if (!course.caught_up()) return {Kind::kStopped, ""};
    const Told here = digest(replica);
    if (!here.why.empty()) return {Kind::kFailed, here.why};
    course.read(there.rows, std::chrono::steady_clock::now() - began);
    progress.rows = there.rows;
    if (there.digest == here.digest) return {};
    const bool stands = there.digest == before.digest && here.digest == before_there.digest;
    still = stands ? still + 1 : 0;
    if (still >= kStands) {
      progress.different = 1;
      progress.told = {"as a whole, it has no key: " + std::to_string(there.rows) + " rows on " +
                       source.reader.label() + ", " + std::to_string(here.rows) + " on " +
                       replica.reader.label()};
      return {};
    }
    before = there;
    before_there = here;
  }
  progress.undecided = 1;
  return {};
}

}  // namespace cutover
