// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/held_session.h"

#include <algorithm>

#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parked_connection.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/unsafe.h"

namespace cutover {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// What waited is read at once when the hold is over.
constexpr apr_time_t kRead = 20'000;

// What visitors make up for after a hold may take all threads for so long.
constexpr apr_time_t kMadeUpFor = 10'000'000;

const Session::Behind* behind(const conn_rec* stream) {
  const Session* session = stream->master == nullptr ? nullptr : session_of(*stream->master);
  return session == nullptr ? nullptr : &session->behind;
}

}  // namespace

HeldSession::HeldSession(conn_rec* c, Session& session, const Runtime& runtime)
    : c_(c),
      session_(session),
      runtime_(runtime),
      control_(control_of(runtime, *session.site)),
      mine_(counters_of(runtime, *session.site)) {}

HeldSession::Goes HeldSession::look(bool client_gone) {
  if (session_.since_ns == 0) return begin() ? Goes::kNowhere : Goes::kOn;
  if (client_gone || has_left(c_)) {
    end(mine_.client_gone);
    return Goes::kAway;
  }
  const Word now = decode(control_.word.load(std::memory_order_seq_cst));
  const bool due = due_ns() <= monotonic_ns() && !unsafe::kNoDeadline;
  if (holds_sessions(now) && !due && !runtime_.means->stopping.load(kRelaxed))
    return Goes::kNowhere;
  end(mine_.released);
  if (holds_sessions(now)) session_.behind.due_word.store(encode(now), kRelaxed);
  return Goes::kOn;
}

// In a hold; and behind those who wait for their turn once a side is decided. Counted first, then
// summed (HeldRequest).
bool HeldSession::begin() {
  if (!session_.idle) return false;
  const std::size_t site = session_.site->index;
  const Word now = decode(control_.word.load(std::memory_order_seq_cst));
  if (session_.previews.load(kRelaxed) && lets_preview(now)) return false;
  const bool behind_others = is_decided(now) && mine_.held_now.load(kRelaxed) != 0 &&
                             runtime_.means->waker->takes_fresh(site);
  if (!holds_sessions(now) && !behind_others) return false;
  if (has_left(c_)) return false;  // what came is its good-bye, most probably
  mine_.held_now.fetch_add(1, std::memory_order_seq_cst);
  if (sum_held(runtime_.counters, site) > session_.site->settings.hold_limit) {
    mine_.held_now.fetch_sub(1, std::memory_order_seq_cst);
    return false;
  }
  mine_.held.fetch_add(1, kRelaxed);
  session_.since_ns = monotonic_ns();
  return true;
}

bool HeldSession::lasts() const {
  return holds_sessions(decode(control_.word.load(kRelaxed))) ||
         runtime_.counters.releases[session_.site->index].until_ns.load(kRelaxed) != 0 ||
         apr_time_now() < session_.behind.until.load(kRelaxed) + kMadeUpFor;
}

void HeldSession::give_up() { end(mine_.released); }

void HeldSession::end(std::atomic<std::uint64_t>& count) {
  count.fetch_add(1, kRelaxed);
  mine_.held_now.fetch_sub(1, std::memory_order_seq_cst);
  Session::Behind& behind = session_.behind;
  behind.since_ns.store(session_.since_ns, kRelaxed);
  behind.limit_ns.store(limit_ns(), kRelaxed);
  behind.ms.store((monotonic_ns() - session_.since_ns) / 1'000'000, kRelaxed);
  behind.until.store(apr_time_now(), kRelaxed);
  behind.due_word.store(0, kRelaxed);
  session_.since_ns = 0;
}

std::int64_t HeldSession::limit_ns() const {
  const auto longest = std::chrono::nanoseconds(session_.site->settings.hold_timeout);
  return session_.since_ns + longest.count();
}

// The shared one is 0 until a coordinator has held something.
std::int64_t HeldSession::due_ns() const {
  const std::int64_t shared = control_.deadline_ns.load(std::memory_order_seq_cst);
  return shared == 0 ? limit_ns() : std::min(shared, limit_ns());
}

std::int64_t due_since(const conn_rec* stream, std::uint64_t word) {
  const Session::Behind* hold = behind(stream);
  if (hold == nullptr || hold->due_word.load(kRelaxed) != word) return 0;
  return hold->since_ns.load(kRelaxed);
}

std::int64_t waited_ms(const request_rec* stream) {
  const Session::Behind* hold = behind(stream->connection);
  if (hold == nullptr || stream->request_time > hold->until.load(kRelaxed) + kRead) return -1;
  return hold->ms.load(kRelaxed);
}

std::int64_t limit_of_hold(const conn_rec* stream) {
  const Session::Behind* hold = behind(stream);
  return hold == nullptr ? 0 : hold->limit_ns.load(kRelaxed);
}

void abandon(Session& session, SiteCounters& mine) {
  if (session.since_ns == 0) return;
  mine.client_gone.fetch_add(1, kRelaxed);
  mine.held_now.fetch_sub(1, std::memory_order_seq_cst);
  session.since_ns = 0;
}

}  // namespace cutover
