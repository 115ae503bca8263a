// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/verifying.h"

#include <chrono>
#include <thread>

#include "mod_cutover/cutoverd/control/control_server.h"
#include "mod_cutover/wire/verify_json.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr auto kNewsEach = std::chrono::milliseconds(500);

std::int64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Outcome ended(const Verified& seen) {
  const std::int64_t now = wall_ms();
  return {result_of(seen, now) == VerifyResult::kEqual ? 0 : 1, described(seen, now),
          to_json(seen, now)};
}

}  // namespace

json verified_of(const Site& site) {
  if (site.verification() == nullptr) return nullptr;
  return to_json(site.verification()->seen(), wall_ms());
}

Outcome ControlServer::verify(const Fd& connection, const Request& request, Site& site,
                              const std::string& by) {
  Verification* verification = site.verification();
  if (verification == nullptr)
    return {1,
            "there are no databases to compare: CutoverOldDatabase and CutoverNewDatabase name "
            "them, and the error log says where their option files cannot be read"};
  if (request.stop) {
    if (!verification->stop()) return {1, "no comparison is under way"};
    audit_.add({{"site", site.settings().name}, {"event", "verify stopped"}, {"by", by}});
    return {0, "stopped; `cutoverctl verify` goes on from where it is"};
  }
  if (const std::string why = verification->start(request.rows_per_second, by); !why.empty())
    return {1, why, nullptr, true};
  audit_.add({{"site", site.settings().name}, {"event", "verify"}, {"by", by}});
  if (request.detach) return {0, "under way; `cutoverctl status` says how far it has come"};
  while (true) {
    const Verified seen = verification->seen();
    if (!seen.now) return ended(seen);
    if (seen.now->stopped) return {1, "stopped: " + described_now(*seen.now)};
    // Its successor goes on with it, and is asked next.
    if (stopping_) return {1, "the coordinator leaves, and the next one goes on", nullptr, true};
    if (!send_line(connection.get(), {{"progress", to_json(seen, wall_ms())}}))
      return {1, "whoever asked has gone"};
    std::this_thread::sleep_for(kNewsEach);
  }
}

}  // namespace cutover
