// SPDX-License-Identifier: Apache-2.0
// Two servers live through a history that the input tells, and at every step what the lists of
// GTIDs prove is held against what really has been committed.
#include <algorithm>
#include <array>
#include <functional>

#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

class Database {
 public:
  Database(std::uint64_t id, std::uint64_t domain, bool logs_what_it_applies)
      : id_(id), domain_(domain), logs_what_it_applies_(logs_what_it_applies) {}

  void write() {
    const Gtid g{domain_, id_, ++newest_[domain_]};
    log(g);
    committed_[id_] = g.sequence;
  }
  // In two steps, since a transaction is logged before it is committed.
  void log_next_of(const Database& source) {
    if (begun_ || read_ >= source.log_.size()) return;
    const Gtid g = source.log_[read_];
    if (g.server != id_ && logs_what_it_applies_) log(g);
    begun_ = g;
  }
  void commit_begun() {
    if (!begun_) return;
    const Gtid g = *begun_;
    begun_.reset();
    ++read_;
    committed_[g.server] = std::max(committed_[g.server], g.sequence);
    newest_[g.domain] = std::max(newest_[g.domain], g.sequence);
    if (g.server == id_) return;  // its own come back, and are passed over
    std::erase_if(slave_pos_, [&](const Gtid& old) { return old.domain == g.domain; });
    slave_pos_.push_back(g);
  }
  bool has_all_of(const Database& other) const {
    return std::equal(committed_.begin(), committed_.end(), other.committed_.begin(),
                      std::greater_equal<>());
  }
  bool busy() const { return begun_.has_value(); }
  ReplicaGtids lists() const { return {id_, slave_pos_, binlog_state_}; }

 private:
  void log(const Gtid& g) {
    log_.push_back(g);
    std::erase_if(binlog_state_, [&](const Gtid& old) {
      return old.domain == g.domain && old.server == g.server;
    });
    binlog_state_.push_back(g);
  }

  std::uint64_t id_;
  std::uint64_t domain_;
  bool logs_what_it_applies_;
  std::vector<Gtid> log_;
  GtidList binlog_state_, slave_pos_;
  std::array<std::uint64_t, 3> newest_{};     // by domain
  std::array<std::uint64_t, 3> committed_{};  // by the server that wrote it, which is in one domain
  std::optional<Gtid> begun_;
  std::size_t read_ = 0;
};

void proofs_are_true(const Database& source, const Database& replica) {
  const GtidList position = position_of(source.lists());
  if (position.empty()) return;
  if (has_applied(replica.lists(), position))
    promise(replica.has_all_of(source),
            "what is proved to be applied is committed: " + render(position));
  if (!replica.busy() && !source.busy() && replica.has_all_of(source))
    promise(has_applied(replica.lists(), position),
            "a replica that has everything is not waited for: " + render(position));
}

void own_writes_are_told(Database server, const Database& other) {
  const GtidList before = position_of(server.lists());
  if (before.empty()) return;
  Database replicated = server;
  replicated.log_next_of(other);
  replicated.commit_begun();
  promise(own_beyond(replicated.lists(), before).empty(), "another's writes are not its own");
  server.write();
  promise(!own_beyond(server.lists(), before).empty(), "a write after the position is seen");
}

}  // namespace

// The first letter chooses the topology, each later one a step: the writer writes, the replica logs
// one or commits it, in the ring the writer does, or they change roles once both have everything.
void gtid_history(std::string_view input) {
  const unsigned topology = input.empty() ? 0 : static_cast<unsigned char>(input[0]);
  Database one(1, 0, (topology & 1U) == 0);
  Database two(2, (topology & 2U) != 0 ? 2 : 0, (topology & 1U) == 0);
  Database* writer = &one;
  Database* replica = &two;
  for (const char step : input.substr(std::min<std::size_t>(1, input.size()), 60)) {
    switch (step % 6) {
      case 0:
        writer->write();
        break;
      case 1:
        replica->log_next_of(*writer);
        break;
      case 2:
        replica->commit_begun();
        break;
      case 3:
        writer->log_next_of(*replica);
        break;
      case 4:
        writer->commit_begun();
        break;
      default:
        if (!one.busy() && !two.busy() && one.has_all_of(two) && two.has_all_of(one))
          std::swap(writer, replica);
    }
    proofs_are_true(*writer, *replica);
  }
  own_writes_are_told(*writer, *replica);
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(gtid_history)
