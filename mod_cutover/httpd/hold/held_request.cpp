// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/held_request.h"

#include <algorithm>

#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/hold/held_session.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

// How soon one who waits for his turn sees that there is a hold again.
constexpr std::int64_t kTurnSliceNs = 20'000'000;
constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

HeldRequest::HeldRequest(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision)
    : r_(r),
      runtime_(runtime),
      control_(control_of(runtime, *decision.site)),
      mine_(counters_of(runtime, *decision.site)),
      gate_(gate),
      decision_(decision),
      window_(window_of(runtime, *decision.site)) {}

bool HeldRequest::begin() {
  if (count_in()) return true;
  mine_.shed.fetch_add(1, kRelaxed);
  return false;
}

bool HeldRequest::join() {
  return is_decided(decode(control_.word.load(std::memory_order_seq_cst))) && count_in();
}

// Counted first, then summed: of those that arrive at once, no more than the limit stay.
bool HeldRequest::count_in() {
  mine_.held_now.fetch_add(1, std::memory_order_seq_cst);
  const Site& site = *decision_.site;
  if (sum_held(runtime_.counters, site.index) > site.settings.hold_limit) {
    mine_.held_now.fetch_sub(1, std::memory_order_seq_cst);
    return false;
  }
  mine_.held.fetch_add(1, kRelaxed);
  const std::int64_t session_ns = due_since(r_->connection, control_.word.load());
  decision_.held_since_ns = session_ns != 0 ? session_ns : decision_.came_ns;
  if (decision_.held_since_ns == 0) decision_.held_since_ns = monotonic_ns();
  return true;
}

void HeldRequest::resume(bool client_gone) {
  client_gone_ = client_gone;
  has_turn_ = true;
}

std::optional<Held> HeldRequest::look() {
  for (;;) {
    seen_ = control_.word.load(std::memory_order_seq_cst);
    if (!decided() || !has_turn()) break;
    const Entry entry = gate_.enter();
    if (entry.verdict != Verdict::kHold) return let_through(entry);
    // Held again in between, with the same arrival.
    give_place_back(runtime_, decision_);
  }
  wait_for_turn(decided());
  if (left_ns() <= 0 && !unsafe::kNoDeadline) return at_deadline();
  if (client_gone_ || has_left(r_)) return end(HoldEnd::kClientGone, mine_.client_gone);
  if (runtime_.means->stopping.load(kRelaxed)) return shed(HoldEnd::kRefuse);
  return std::nullopt;
}

// A side is decided: a parked one comes in its turn; any other takes a place, if there is one.
// Whose time is up goes in any case.
bool HeldRequest::has_turn() {
  if (has_turn_) return true;
  const std::int64_t now = monotonic_ns();
  given_back_ = window_.given_back().load(std::memory_order_seq_cst);
  window_.begin(seen_, limit_ns(), now);
  const bool asks = !goes_now_ && left_ns() > 0;
  const std::optional<Departure> place = asks ? window_.take(now) : window_.take_anyway(now);
  if (place) keep_place(decision_, *place);
  return place.has_value();
}

// Counted with those of the queues: the release lasts as long as anybody waits for his turn.
void HeldRequest::wait_for_turn(bool waits) {
  if (waits == waits_for_turn_) return;
  waits_for_turn_ = waits;
  mine_.releasing.fetch_add(waits ? 1 : -1, kRelaxed);
}

void HeldRequest::wait(std::int64_t ns) {
  if (!decided()) return wait_for_change(control_.word, seen_, ns);
  wait_for_change(window_.given_back(), given_back_, std::min(ns, kTurnSliceNs));
  window_.look_for_silence(monotonic_ns());
}

std::int64_t HeldRequest::limit_ns() const {
  const auto longest = std::chrono::nanoseconds(decision_.site->settings.hold_timeout);
  return decision_.held_since_ns + longest.count();
}

// The shared one is 0 until a coordinator has held something: after a boot with no side decided. It
// is that of the hold: who waits for his turn alone has his own.
std::int64_t HeldRequest::left_ns() const {
  const std::int64_t shared = control_.deadline_ns.load(std::memory_order_seq_cst);
  const bool own = shared == 0 || decided();
  return (own ? limit_ns() : std::min(shared, limit_ns())) - monotonic_ns();
}

Held HeldRequest::at_deadline() {
  const Entry entry = gate_.enter_at_deadline();
  if (entry.verdict != Verdict::kRefuse) return let_through(entry);
  return end(HoldEnd::kRefuse, mine_.timed_out);
}

// Counted in by the gate. A client that left at the last moment is not served by anybody.
Held HeldRequest::let_through(const Entry& entry) {
  if (client_gone_ || has_left(r_)) {
    gate_.leave();
    give_place_back(runtime_, decision_);
    return end(HoldEnd::kClientGone, mine_.client_gone);
  }
  Held held = end(HoldEnd::kServe, mine_.released);
  held.side = side_of(entry.verdict);
  return held;
}

Held HeldRequest::end(HoldEnd how, std::atomic<std::uint64_t>& count) {
  count.fetch_add(1, kRelaxed);
  mine_.held_now.fetch_sub(1, std::memory_order_seq_cst);
  decision_.held_ms = (monotonic_ns() - decision_.held_since_ns) / 1'000'000;
  decision_.hold_limit_ns = limit_ns();
  decision_.held_since_ns = 0;
  return {how};
}

Held HeldRequest::shed(HoldEnd how) {
  conn_rec* c = r_->connection;
  if (c->master == nullptr) {
    c->keepalive = AP_CONN_CLOSE;
    apr_table_setn(c->notes, "short-lingering-close", "1");
  }
  return end(how, mine_.shed_held);
}

void abandon(Decision& decision, SiteCounters& mine) {
  if (decision.held_since_ns == 0) return;
  mine.client_gone.fetch_add(1, kRelaxed);
  mine.held_now.fetch_sub(1, std::memory_order_seq_cst);
  decision.held_since_ns = 0;
}

}  // namespace cutover
