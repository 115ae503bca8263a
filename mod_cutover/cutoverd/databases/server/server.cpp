// SPDX-License-Identifier: Apache-2.0
// The monitoring session of a server.
#include "mod_cutover/cutoverd/databases/server/server.h"

#include <algorithm>
#include <charconv>

namespace cutover {
namespace {

constexpr auto kConnectAgainAfter = std::chrono::milliseconds(500);
constexpr auto kCountAgainAfter = std::chrono::seconds(1);

std::uint64_t to_number(const std::optional<std::string>& text) {
  std::uint64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace

std::string text_of(const Identity& identity) {
  return identity.uuid.empty() ? "server_id " + std::to_string(identity.server_id) : identity.uuid;
}

Server::Server(Side side, ConnectOptions options, std::vector<std::string> secrets, Claim claim)
    : side_(side),
      options_(std::move(options)),
      secrets_(std::move(secrets)),
      claim_(std::move(claim)) {}

Reading<Connection*> Server::monitor(Deadline deadline) {
  const bool usable = monitor_ && monitor_->usable();
  if (!usable && std::chrono::steady_clock::now() < not_before_) {
    return {std::nullopt, connect_error_};
  }
  return monitor_now(deadline);
}

OpenedSession Server::open(Deadline deadline) {
  const std::string why = unanswered_.wait();
  if (!why.empty()) return {nullptr, label() + " at " + address(options_) + ": " + why};
  return open_session(options_, label(), secrets_, deadline, &unanswered_);
}

Reading<Connection*> Server::monitor_now(Deadline deadline) {
  if (monitor_ && monitor_->usable()) return {monitor_.get(), {}};
  monitor_rights_.clear();
  const std::string why = open_monitor(deadline);
  if (why.empty()) return {monitor_.get(), {}};
  connect_error_ = why;
  not_before_ = std::chrono::steady_clock::now() + kConnectAgainAfter;
  return {std::nullopt, connect_error_};
}

std::string Server::open_monitor(Deadline deadline) {
  OpenedSession opened = open(deadline);
  if (!opened.session) return opened.error;
  std::unique_ptr<Dialect> dialect = dialect_of(opened.session->server_version());
  const auto identity = dialect->identity(*opened.session, deadline);
  if (!identity) return identity.error;
  if (monitor_) monitor_->end();
  dialect_ = std::move(dialect);
  identity_ = *identity;
  monitor_ = std::move(opened.session);
  life_ = {text_of(identity_), monitor_->id(), life_.session_serial + 1, monitor_->id() + 1};
  count_again_ = {};
  return {};
}

Answer Server::lets_in(Deadline deadline) {
  const OpenedSession opened = open(deadline);
  if (!opened.session) return Answer::no(opened.error);
  opened.session->end();
  return Answer::yes();
}

Reading<ServerLife> Server::life(Deadline deadline) {
  const auto session = monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  if (commander_) life_.connections = std::max(life_.connections, commander_->id() + 1);
  if (std::chrono::steady_clock::now() < count_again_) return {life_, {}};
  renew_monitor(deadline);
  const Result r = monitor_->query("SHOW GLOBAL STATUS LIKE 'Connections'", deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  connections_before_ = life_.connections;
  life_.connections = std::max(life_.connections, to_number(r.rows.at(0, 1)));
  count_again_ = std::chrono::steady_clock::now() + kCountAgainAfter;
  return {life_, {}};
}

Reading<Connection*> Server::reader(Deadline deadline) {
  if (commander_ && commander_->usable()) return {commander_.get(), {}};
  return monitor_now(deadline);
}

}  // namespace cutover
