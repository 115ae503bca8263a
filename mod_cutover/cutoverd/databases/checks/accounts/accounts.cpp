// SPDX-License-Identifier: Apache-2.0
// Preflight: accounts and their rights, whom no fence stops, who else is on the servers.
#include "mod_cutover/cutoverd/databases/checks/accounts/accounts.h"

#include <memory>
#include <optional>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/accounts/looks.h"
#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

// Read by the first row of a preflight that asks, of both servers at once: a server, and what is
// kept of it, is one thread's at a time.
class Books {
 public:
  Look look(Scene& scene) {
    if (!leaving_) {
      leaving_.emplace();
      std::thread other([&, pulse = pulse_of_this_thread()] {
        const Beating beating(pulse);
        arriving_ = read_rights(scene, scene.arriving);
      });
      leaving_ = read_rights(scene, scene.leaving);
      other.join();
    }
    return {scene, *leaving_, arriving_};
  }

 private:
  std::optional<Rights> leaving_;
  Rights arriving_;
};

}  // namespace

std::vector<CheckRow> account_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  constexpr auto kWarn = CheckVerdict::kWarn;
  const auto row = [books = std::make_shared<Books>()](Finding (*check)(const Look&)) {
    return [books, check](Scene& scene) { return check(books->look(scene)); };
  };
  return {{"application-account", kBlock, row(application_account)},
          {"read-only-admin", kBlock, row(read_only_admin)},
          {"definers-past-the-fence", kBlock, row(definers_past_the_fence)},
          {"super-accounts", kWarn, row(super_accounts)},
          {"other-sites", kBlock, row(other_sites)},
          {"other-writers", kWarn, row(other_writers)},
          {"early-writers", kWarn, row(early_writers)}};
}

}  // namespace cutover
