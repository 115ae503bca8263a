// SPDX-License-Identifier: Apache-2.0
// The rules of exactness for MariaDB's GTIDs.
#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

namespace cutover {
namespace {

bool take_number(std::string_view& text, std::uint64_t& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

void skip_space(std::string_view& text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(start == std::string_view::npos ? text.size() : start);
}

std::uint64_t sequence_of(const GtidList& list, std::uint64_t domain, std::uint64_t server) {
  std::uint64_t sequence = 0;
  for (const Gtid& g : list) {
    if (g.domain == domain && g.server == server) sequence = std::max(sequence, g.sequence);
  }
  return sequence;
}

std::optional<Gtid> last_of(const GtidList& list, std::uint64_t domain) {
  std::optional<Gtid> last;
  for (const Gtid& g : list) {
    if (g.domain == domain) last = g;
  }
  return last;
}

std::set<std::uint64_t> domains_of(const GtidList& list) {
  std::set<std::uint64_t> domains;
  for (const Gtid& g : list) domains.insert(g.domain);
  return domains;
}

GtidList of_domain(const GtidList& list, std::uint64_t domain) {
  GtidList out;
  std::copy_if(list.begin(), list.end(), std::back_inserter(out),
               [&](const Gtid& g) { return g.domain == domain; });
  return out;
}

// Applied for everybody to see. The binary log says so a moment too early: a transaction is logged
// before it is committed. The slave position is moved after the commit, and in the source's order;
// so the log is believed only of what lies before that position.
bool is_committed(const ReplicaGtids& replica, const Gtid& g) {
  const std::uint64_t logged = sequence_of(replica.binlog_state, g.domain, g.server);
  const std::optional<Gtid> applied = last_of(replica.slave_pos, g.domain);
  if (applied && applied->server == g.server && applied->sequence >= g.sequence) return true;
  if (g.server == replica.server) return logged >= g.sequence;
  return applied && applied->server != g.server && applied->sequence > g.sequence &&
         logged >= g.sequence;
}

bool has_applied_domain(const ReplicaGtids& replica, const GtidList& wanted) {
  const std::uint64_t domain = wanted.front().domain;
  // A domain arrives in its order: at its newest, all before that is there too.
  if (last_of(replica.slave_pos, domain) == wanted.back()) return true;

  // The replica is past it, or its newest is a write of its own. What it has of each origin
  // decides; an origin that it has never heard of (it was seeded from a dump) is covered by a later
  // GTID that did arrive over the link. The newest is later than all, whatever its number.
  std::uint64_t covered = 0;
  for (const Gtid& g : wanted) {
    if (g.server != replica.server && is_committed(replica, g)) {
      covered = std::max(covered, g.sequence);
    }
  }
  return std::all_of(wanted.begin(), wanted.end(), [&](const Gtid& g) {
    if (is_committed(replica, g)) return true;
    const bool never_heard_of = sequence_of(replica.slave_pos, g.domain, g.server) == 0 &&
                                sequence_of(replica.binlog_state, g.domain, g.server) == 0;
    return never_heard_of && g.sequence < covered && g != wanted.back();
  });
}

}  // namespace

std::optional<GtidList> parse_gtids(std::string_view text) {
  GtidList list;
  skip_space(text);
  while (!text.empty()) {
    Gtid g;
    if (!take_number(text, g.domain) || !take(text, '-') || !take_number(text, g.server) ||
        !take(text, '-') || !take_number(text, g.sequence)) {
      return std::nullopt;
    }
    list.push_back(g);
    skip_space(text);
    if (text.empty()) break;
    if (!take(text, ',')) return std::nullopt;
    skip_space(text);
    if (text.empty()) return std::nullopt;
  }
  return list;
}

std::string render(const GtidList& list) {
  std::string text;
  for (const Gtid& g : list) {
    text += (text.empty() ? "" : ",") + std::to_string(g.domain) + "-" + std::to_string(g.server) +
            "-" + std::to_string(g.sequence);
  }
  return text;
}

GtidList position_of(const ReplicaGtids& server) {
  GtidList all = server.binlog_state;
  all.insert(all.end(), server.slave_pos.begin(), server.slave_pos.end());
  GtidList position;
  for (const std::uint64_t domain : domains_of(all)) {
    std::optional<Gtid> newest = last_of(server.binlog_state, domain);
    const std::optional<Gtid> applied = last_of(server.slave_pos, domain);
    // Only where replicated writes are not logged can the applied one be ahead.
    if (!newest || (applied && applied->sequence > newest->sequence)) newest = applied;
    std::set<std::uint64_t> servers;
    for (const Gtid& g : of_domain(all, domain)) servers.insert(g.server);
    servers.erase(newest->server);
    for (const std::uint64_t id : servers) {
      position.push_back({domain, id, sequence_of(all, domain, id)});
    }
    position.push_back({domain, newest->server, sequence_of(all, domain, newest->server)});
  }
  return position;
}

GtidList newest_per_domain(const GtidList& position) {
  GtidList newest;
  for (const std::uint64_t domain : domains_of(position)) {
    newest.push_back(*last_of(position, domain));
  }
  return newest;
}

bool has_applied(const ReplicaGtids& replica, const GtidList& position) {
  const auto domains = domains_of(position);
  return !domains.empty() && std::all_of(domains.begin(), domains.end(), [&](std::uint64_t domain) {
    return has_applied_domain(replica, of_domain(position, domain));
  });
}

GtidList own_beyond(const ReplicaGtids& server, const GtidList& position) {
  GtidList beyond;
  for (const Gtid& g : server.binlog_state) {
    if (g.server == server.server && g.sequence > sequence_of(position, g.domain, g.server)) {
      beyond.push_back(g);
    }
  }
  return beyond;
}

GtidList own_lacking(const ReplicaGtids& server, const GtidList& position) {
  GtidList lacking;
  for (const Gtid& g : position) {
    const std::uint64_t has = std::max(sequence_of(server.binlog_state, g.domain, g.server),
                                       sequence_of(server.slave_pos, g.domain, g.server));
    if (g.server == server.server && g.sequence > has) lacking.push_back(g);
  }
  return lacking;
}

GtidList known_to_both(std::uint64_t own, const GtidList& has, const GtidList& source,
                       const GtidList& settled) {
  GtidList begin = newest_per_domain(has);
  for (Gtid& g : begin) {
    if (g.server != own || sequence_of(source, g.domain, g.server) >= g.sequence) continue;
    g = last_of(settled, g.domain).value_or(g);
  }
  return begin;
}

GtidList to_wait_for(const ReplicaGtids& replica, const GtidList& position) {
  GtidList wanted;
  for (const Gtid& g : newest_per_domain(position)) {
    if (g.server != replica.server) wanted.push_back(g);
  }
  return wanted;
}

}  // namespace cutover
