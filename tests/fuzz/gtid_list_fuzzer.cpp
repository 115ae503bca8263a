// SPDX-License-Identifier: Apache-2.0
// Lists of GTIDs, whatever they are: a server_id and three lists, one a line.
#include <algorithm>
#include <limits>

#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

// Without those of sequence 0, which name no transaction.
GtidList list(std::string_view line) {
  auto parsed = parse_gtids(line);
  if (!parsed) return {};
  const std::string text = render(*parsed);
  const auto again = parse_gtids(text);
  promise(again && *again == *parsed, "printed and read again, it is the same: " + text);
  std::erase_if(*parsed, [](const Gtid& g) { return g.sequence == 0; });
  return *parsed;
}

bool contains(const GtidList& all, const Gtid& g) {
  return std::find(all.begin(), all.end(), g) != all.end();
}

// Something of the same origin that is not older.
bool reached(const GtidList& all, const Gtid& g) {
  return std::any_of(all.begin(), all.end(), [&](const Gtid& have) {
    return have.domain == g.domain && have.server == g.server && have.sequence >= g.sequence;
  });
}

void positions_hold(const ReplicaGtids& server) {
  const GtidList position = position_of(server);
  promise(own_beyond(server, position).empty(), "a server has nothing beyond its own position");
  for (const GtidList* part : {&server.binlog_state, &server.slave_pos})
    for (const Gtid& g : *part) promise(reached(position, g), "a position leaves nothing out");
  const GtidList newest = newest_per_domain(position);
  promise(newest_per_domain(newest) == newest, "the newest of the newest are themselves");
  for (const Gtid& g : newest) promise(contains(position, g), "and come from the position");
}

void applied_is_proved(const ReplicaGtids& replica, const GtidList& position) {
  promise(!has_applied(replica, {}), "nothing is never applied");
  if (position.empty()) return;
  // Reflexive: whoever stands at a position has it.
  const ReplicaGtids there{std::numeric_limits<std::uint64_t>::max(), newest_per_domain(position),
                           position};
  promise(has_applied(there, position), "a replica that stands there has it");
  promise(!has_applied({replica.server, {}, {}}, position), "an empty replica has nothing");
  if (has_applied(replica, position)) {
    for (const Gtid& g : newest_per_domain(position))
      promise(reached(replica.slave_pos, g) || reached(replica.binlog_state, g),
              "the newest of each domain has been seen there");
  }
  // What nobody has ever heard of is not there.
  GtidList more = position;
  Gtid unheard = position.back();
  for (const GtidList* part : {&replica.slave_pos, &replica.binlog_state, &position})
    for (const Gtid& g : *part) unheard.sequence = std::max(unheard.sequence, g.sequence);
  if (unheard.sequence == std::numeric_limits<std::uint64_t>::max()) return;
  ++unheard.sequence;
  more.push_back(unheard);
  promise(!has_applied(replica, more), "a later one than all is not there");
}

void beyond_shrinks(const ReplicaGtids& server, GtidList position) {
  const GtidList before = own_beyond(server, position);
  for (const Gtid& g : before) {
    promise(g.server == server.server, "only its own writes are beyond");
    promise(!reached(position, g), "and only those that are not in the position");
  }
  if (before.empty()) return;
  position.push_back(before.front());
  promise(own_beyond(server, position).size() < before.size(),
          "what the position contains is not beyond it");
}

}  // namespace

void gtid_list(std::string_view input) {
  ReplicaGtids replica;
  for (const char c : next_line(input)) replica.server = replica.server * 10 + (c & 15U);
  replica.slave_pos = list(next_line(input));
  replica.binlog_state = list(next_line(input));
  const GtidList position = list(next_line(input));
  positions_hold(replica);
  applied_is_proved(replica, position);
  beyond_shrinks(replica, position);
  for (const Gtid& g : to_wait_for(replica, position))
    promise(g.server != replica.server && contains(position, g), "it waits for others' alone");
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(gtid_list)
