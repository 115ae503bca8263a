// SPDX-License-Identifier: Apache-2.0
// Rights of open sessions. What a server grants on everything counts from the next login on, and
// SHOW GRANTS says it at once: of a session that is older it says nothing. So the account's rights
// are read before a login, and compared later. What changes in between is renewed once too often.
#include "mod_cutover/cutoverd/databases/server/server.h"

namespace cutover {
namespace {

// A server counts logins that fail, and may lock the account.
constexpr auto kTryAgainAfter = std::chrono::seconds(60);

}  // namespace

// Of each line what is granted and on what: behind that MariaDB shows the password's hash.
std::string Server::rights(Deadline deadline) {
  const auto session = monitor_now(deadline);
  if (!session) return {};
  const Result r = (*session)->query("SHOW GRANTS", deadline);
  std::string all;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    const std::string line = r.rows.at(i, 0).value_or("");
    all += line.substr(0, line.rfind(" TO ")) + "\n";
  }
  return all;
}

void Server::renew_monitor(Deadline deadline) {
  if (std::chrono::steady_clock::now() < renew_again_) return;
  const std::string now = rights(deadline);
  if (now.empty() || now == monitor_rights_) return;
  if (open_monitor(deadline).empty())
    monitor_rights_ = now;
  else
    renew_again_ = std::chrono::steady_clock::now() + kTryAgainAfter;
}

// The commanding one is not given up where no other would be let in.
void Server::take_new_rights(Deadline deadline) {
  renew_again_ = {};
  renew_monitor(deadline);
  if (!commander_) return;
  const std::string now = rights(deadline);
  if (now.empty() || now == commander_rights_ || !lets_in(deadline).done()) return;
  leave_command();
  take_command(deadline);
}

}  // namespace cutover
