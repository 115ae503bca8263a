// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/lives.h"

#include <utility>

#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

constexpr std::int64_t kSayAgainMs = 60'000;
constexpr std::int64_t kLatelyMs = 600'000;

}  // namespace

void Lives::look() {
  if (desk_.ports.replication == nullptr) return;
  look(Side::kOld);
  look(Side::kNew);
}

void Lives::look(Side server) {
  const Reading<ServerLife> life = desk_.ports.replication->life(server);
  if (!life) return;
  ServerNote& note = desk_.footing.record.note(server);
  std::optional<ServerLife>& seen = seen_[static_cast<std::size_t>(server)];
  const bool new_session = !seen || seen->session_serial != life->session_serial;
  seen = *life;
  if (note.server != life->server) note = {life->server, 0, false};
  if (!new_session || note.restarted || life->session >= note.connections) return;
  note.restarted = true;
  desk_.footing.record.links_owed = true;
  log(Message::kServerRestarted, desk_.settings.name,
      "the " + std::string(name(server)) + " database server was started anew");
  desk_.footing.write();
}

bool Lives::knows(Side server) const {
  const std::optional<ServerLife>& seen = seen_[static_cast<std::size_t>(server)];
  const Reading<ServerLife> life = desk_.ports.replication->life(server);
  return seen && life && life->session_serial == seen->session_serial;
}

void Lives::in_role(Side server) {
  const std::optional<ServerLife>& seen = seen_[static_cast<std::size_t>(server)];
  ServerNote& note = desk_.footing.record.note(server);
  if (seen) note.connections = seen->connections;
  if (std::exchange(note.restarted, false)) desk_.footing.write();
}

void Lives::by_hand(Side server) {
  ServerNote& note = desk_.footing.record.note(server);
  if (note.restarted || std::exchange(note.connections, 0) == 0) return;
  desk_.footing.write();
}

void Lives::built_anew(Side server) {
  ServerNote& note = desk_.footing.record.note(server);
  const bool known = std::exchange(note.connections, 0) != 0;
  if (std::exchange(note.restarted, false) || known) desk_.footing.write();
}

void Lives::serves() {
  current_ = true;
  const std::int64_t now = desk_.ports.clock.wall_ms();
  std::int64_t& said = desk_.footing.record.looked_ms;
  if (said != 0 && now >= said && now - said < kSayAgainMs && !grown()) return;
  said = now;
  for (const Side side : {Side::kOld, Side::kNew})
    said_[static_cast<std::size_t>(side)] = desk_.footing.record.note(side).connections;
  desk_.footing.write();
}

bool Lives::grown() const {
  const auto twice = [this](Side side) {
    const std::uint64_t now = desk_.footing.record.note(side).connections;
    return now != 0 && now >= 2 * said_[static_cast<std::size_t>(side)];
  };
  return twice(Side::kOld) || twice(Side::kNew);
}

std::string Lives::server(Side side) const {
  const std::optional<ServerLife>& seen = seen_[static_cast<std::size_t>(side)];
  return seen ? seen->server : desk_.footing.record.note(side).server;
}

ServerPair Lives::pair() const { return {server(Side::kOld), server(Side::kNew)}; }

bool Lives::seen_lately() const {
  const std::int64_t said = desk_.footing.record.looked_ms;
  const std::int64_t ago = desk_.ports.clock.wall_ms() - said;
  return said != 0 && ago >= 0 && ago < kLatelyMs;
}

}  // namespace cutover
