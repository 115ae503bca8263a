// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/self_call.h"

// After httpd.h.
#include <ap_mpm.h>

#include <atomic>

#include "mod_cutover/httpd/edge/mpm.h"
#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/request/passed_on.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/figures/silent_front.h"

namespace cutover {
namespace {

constexpr std::int64_t kMomentNs = 50'000'000;
constexpr std::uint64_t kAllOf = 200;
constexpr unsigned kOneOf = 17;  // odd: a page and its call may come in turns

// Of this child, behind the first kAllOf. Not a thread's: a hundred of them would overlook a
// hundred times kOneOf at first.
constinit std::atomic<unsigned> passed{0};

// Threads of this child that wait here. Each takes itself out within kMomentNs; it carries nothing
// else with it.
constinit std::atomic<int> waiting{0};

class Waiting {
 public:
  Waiting() : number_(waiting.fetch_add(1) + 1) {}
  ~Waiting() { waiting.fetch_sub(1); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  // Half of the threads are left to others; for the rest there is no wait.
  bool may() const { return number_ * 2 <= ask_mpm(AP_MPMQ_MAX_THREADS) + 1; }

 private:
  int number_;
};

int note_front(void* found, const char* key, const char*) {
  if (!tells_of_a_front(key)) return 1;
  *static_cast<bool*>(found) = true;
  return 0;
}

// The side to which it may go now, by the word. No time has been set before a coordinator holds:
// after a boot nobody is in flight, and no side is known yet.
std::optional<Side> side_now(const SiteControl& control, Word word) {
  if (!lets_own_through(word) || control.deadline_ns.load() == 0) return std::nullopt;
  return side_at_deadline(word);
}

// On a connection of its own: a session of HTTP/2 is held whole, and carries many.
bool may_be_one(const request_rec* r, const Runtime& runtime, const Site& site, Side side) {
  if (site.settings.self_calls == SelfCalls::kOff || r->connection->master != nullptr ||
      !is_own(r, site, side))
    return false;
  return site.settings.self_calls == SelfCalls::kOn ||
         own_traffic(sum(runtime.counters, site.index)) == OwnTraffic::kSelfCalls;
}

void wait_a_moment(const SiteControl& control, std::int64_t since_ns) {
  for (;;) {
    const std::uint64_t seen = control.word.load(std::memory_order_seq_cst);
    const std::int64_t left = since_ns + kMomentNs - monotonic_ns();
    if (left <= 0 || !side_now(control, decode(seen))) return;
    wait_for_change(control.word, seen, left);
  }
}

}  // namespace

// mod_remoteip takes the header away, and says by another address who it was.
bool is_own(const request_rec* r, const Site& site, Side side) {
  const conn_rec* c = r->connection;
  if (r->useragent_addr != c->client_addr || c->client_ip == nullptr || c->local_ip == nullptr ||
      !comes_from(side, c->client_ip, c->local_ip, site.new_addresses))
    return false;
  bool passed_on = false;
  apr_table_do(note_front, &passed_on, r->headers_in, nullptr);
  return !passed_on;
}

// Only while somebody is in flight who may be waiting for it: a monitor's questions, and those of a
// front that is taken for the site itself, keep no drain from its end. Those who were let through
// so are not among them: whoever comes after the last caller has ended is held.
std::optional<Side> let_self_call_through(request_rec* r, const Runtime& runtime, Gate& gate,
                                          Decision& decision) {
  const Site& site = *decision.site;
  const SiteControl& control = control_of(runtime, site);
  const auto nobody_waits = [&] { return sum_callers(runtime.counters, site.index) <= 0; };
  const auto side = side_now(control, decode(control.word.load(std::memory_order_seq_cst)));
  if (!side || !may_be_one(r, runtime, site, *side) || nobody_waits()) return std::nullopt;
  decision.came_ns = monotonic_ns();
  if (const Waiting one; one.may()) wait_a_moment(control, decision.came_ns);
  if (has_left(r->connection) || nobody_waits()) return std::nullopt;
  const Entry entry = gate.enter_as_own();
  if (entry.verdict == Verdict::kHold) return std::nullopt;
  counters_of(runtime, site).self_calls.fetch_add(1);
  decision.self_call = true;
  decision.held_ms = (monotonic_ns() - decision.came_ns) / 1'000'000;
  return side_of(entry.verdict);
}

// All heads are read while they are few; then one in so many, for all of them.
void count_own(const request_rec* r, const Site& site, Side side, SiteCounters& mine) {
  if (site.settings.self_calls == SelfCalls::kOff) return;
  const bool few = mine.served[0].load(std::memory_order_relaxed) +
                       mine.served[1].load(std::memory_order_relaxed) <=
                   kAllOf;
  if (!few && passed.fetch_add(1, std::memory_order_relaxed) % kOneOf != 0) return;
  if (is_own(r, site, side)) mine.own.fetch_add(few ? 1 : kOneOf, std::memory_order_relaxed);
}

}  // namespace cutover
