// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold.h"

#include <apr_portable.h>
#include <poll.h>

#include <algorithm>

#include "mod_cutover/state/shared_memory.h"
#include "shared/unsafe.h"

namespace cutover {
namespace {

constexpr std::int64_t kSliceNs = 100'000'000;
constexpr auto kRelaxed = std::memory_order_relaxed;

// True when the client has closed its end or the connection broke. Data that it sent meanwhile
// (a body, a pipelined request) says nothing.
bool client_gone(request_rec* r) {
  conn_rec* c = r->connection->master != nullptr ? r->connection->master : r->connection;
  apr_socket_t* socket = ap_get_conn_socket(c);
  apr_os_sock_t fd = -1;
  if (c->aborted != 0 || socket == nullptr || apr_os_sock_get(&fd, socket) != APR_SUCCESS)
    return c->aborted != 0;
  pollfd one{fd, POLLRDHUP, 0};
  return ::poll(&one, 1, 0) > 0;  // HUP, ERR and NVAL are reported unasked
}

// One request in its hold. Its counts are `held_now` while it lasts, then exactly one of the ends.
class Wait {
 public:
  Wait(request_rec* r, const Runtime& runtime, const Site& site, Gate& gate)
      : r_(r),
        runtime_(runtime),
        control_(control_of(runtime, site)),
        mine_(counters_of(runtime, site)),
        gate_(gate),
        arrival_(monotonic_ns()),
        limit_(arrival_ + std::chrono::nanoseconds(site.settings.hold_timeout).count()) {}

  Held until_it_ends() {
    for (;;) {
      const std::uint64_t bits = control_.word.load(std::memory_order_seq_cst);
      if (decode(bits).mode != Mode::kHold) {
        const Entry entry = gate_.enter();
        if (entry.verdict != Verdict::kHold) return let_through(entry);
        continue;  // held again in between, with the same arrival
      }
      const std::int64_t left = deadline() - monotonic_ns();
      if (left <= 0 && !unsafe::kNoDeadline) return at_deadline();
      if (client_gone(r_)) return end(HoldEnd::kClientGone, mine_.client_gone);
      if (runtime_.stopping.load(kRelaxed)) return end(HoldEnd::kRefuse, mine_.shed_held);
      wait_for_change(control_.word, bits,
                      unsafe::kNoDeadline ? kSliceNs : std::min(left, kSliceNs));
    }
  }

 private:
  // The shared one is 0 until a coordinator has held something: after a boot with no side decided.
  std::int64_t deadline() const {
    const std::int64_t shared = control_.deadline_ns.load(std::memory_order_seq_cst);
    return shared == 0 ? limit_ : std::min(shared, limit_);
  }

  Held at_deadline() {
    const Entry entry = gate_.enter_at_deadline();
    if (entry.verdict != Verdict::kRefuse) return let_through(entry);
    return end(HoldEnd::kRefuse, mine_.timed_out);
  }

  // Counted in by the gate. A client that left at the last moment is not served by anybody.
  Held let_through(const Entry& entry) {
    if (client_gone(r_)) {
      gate_.leave();
      return end(HoldEnd::kClientGone, mine_.client_gone);
    }
    Held held = end(HoldEnd::kServe, mine_.released);
    held.side = side_of(entry.verdict);
    return held;
  }

  Held end(HoldEnd how, std::atomic<std::uint64_t>& count) {
    count.fetch_add(1, kRelaxed);
    mine_.held_now.fetch_sub(1, std::memory_order_seq_cst);
    return {how, Side::kOld, (monotonic_ns() - arrival_) / 1'000'000};
  }

  request_rec* r_;
  const Runtime& runtime_;
  const SiteControl& control_;
  SiteCounters& mine_;
  Gate& gate_;
  std::int64_t arrival_;
  std::int64_t limit_;
};

}  // namespace

Held hold(request_rec* r, const Runtime& runtime, const Site& site, Gate& gate) {
  SiteCounters& mine = counters_of(runtime, site);
  // Counted first, then summed: of those that arrive at once, no more than the limit stay.
  mine.held_now.fetch_add(1, std::memory_order_seq_cst);
  if (sum_held(runtime.counters, site.index) > site.settings.hold_limit) {
    mine.held_now.fetch_sub(1, std::memory_order_seq_cst);
    mine.shed.fetch_add(1, kRelaxed);
    return {HoldEnd::kRefuse};
  }
  mine.held.fetch_add(1, kRelaxed);
  return Wait(r, runtime, site, gate).until_it_ends();
}

}  // namespace cutover
