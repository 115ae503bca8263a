// SPDX-License-Identifier: Apache-2.0
// The monitoring session of a server.
#include "mod_cutover/cutoverd/databases/server/server.h"

namespace cutover {
namespace {

constexpr auto kConnectAgainAfter = std::chrono::milliseconds(500);

}  // namespace

Server::Server(Side side, ConnectOptions options, std::vector<std::string> secrets,
               std::string lock)
    : side_(side),
      options_(std::move(options)),
      secrets_(std::move(secrets)),
      lock_(std::move(lock)) {}

Reading<Connection*> Server::monitor(Deadline deadline) {
  const bool usable = monitor_ && monitor_->usable();
  if (!usable && std::chrono::steady_clock::now() < not_before_) {
    return {std::nullopt, connect_error_};
  }
  return monitor_now(deadline);
}

Reading<Connection*> Server::monitor_now(Deadline deadline) {
  if (monitor_ && monitor_->usable()) return {monitor_.get(), {}};
  OpenedSession opened = open_session(options_, label(), secrets_, deadline);
  if (opened.session) {
    dialect_ = dialect_of(opened.session->server_version());
    const auto identity = dialect_->identity(*opened.session, deadline);
    if (identity) {
      identity_ = *identity;
      monitor_ = std::move(opened.session);
      return {monitor_.get(), {}};
    }
    opened.error = identity.error;
  }
  connect_error_ = opened.error;
  not_before_ = std::chrono::steady_clock::now() + kConnectAgainAfter;
  return {std::nullopt, connect_error_};
}

Reading<Connection*> Server::reader(Deadline deadline) {
  if (commander_ && commander_->usable()) return {commander_.get(), {}};
  return monitor_now(deadline);
}

}  // namespace cutover
