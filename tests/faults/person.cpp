// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/person.h"

#include "tests/harness/eventually.h"

namespace cutover::faults {
namespace {

// A run that has begun to promote is first to be seen as stuck.
constexpr milliseconds kHeardLimit{10000};
constexpr milliseconds kAskAgain{200};
// What that side must do waits for nothing of the other's.
constexpr milliseconds kServedLimit{3000};

}  // namespace

void Person::set_read_only(const std::string& side, bool on) {
  harness::DatabaseServer& server = scene_.database(side);
  server.execute(
      std::string("SET GLOBAL ") +
      (on && server.vendor() == harness::Vendor::kMySql ? "super_read_only" : "read_only") + "=" +
      (on ? "1" : "0"));
}

void Person::put_right(const std::string& side) {
  set_read_only(side == "new" ? "old" : "new", true);
  set_read_only(side, false);
}

std::string Person::resolve_without_the_other(const std::string& side) {
  std::string told;
  const auto decided = [&] {
    const Standing now = scene_.standing();
    if (now.decided() && now.side == side) return true;
    const auto answer = scene_.site().cutoverctl({"resolve", "shop", side, "--other-is-down"});
    told = std::to_string(answer.exit_code) + ": " + answer.output;
    return answer.exit_code == 0;
  };
  if (!harness::eventually(decided, kHeardLimit, kAskAgain))
    return "a person's word is not heard: " + told;
  std::string answers;
  if (!harness::eventually([&] { return (answers = scene_.who_answers()) == side; }, kServedLimit,
                           milliseconds(20)))
    return "a person has decided for " + side + ", and a visitor gets: " + answers;
  return {};
}

}  // namespace cutover::faults
