// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/admission.h"

#include <algorithm>
#include <string_view>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/hold/held_session.h"
#include "mod_cutover/httpd/hold/hold.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/httpd/hold/stragglers.h"
#include "mod_cutover/httpd/preview/preview.h"
#include "mod_cutover/httpd/preview/uncached.h"
#include "mod_cutover/httpd/request/early_body.h"
#include "mod_cutover/httpd/request/question.h"
#include "mod_cutover/httpd/request/self_call.h"
#include "mod_cutover/httpd/request/stray.h"
#include "mod_cutover/httpd/request/streams.h"
#include "mod_cutover/httpd/request/upgrade.h"
#include "mod_cutover/httpd/sessions/refused.h"
#include "mod_cutover/httpd/worker/place.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/memory/gate.h"

namespace cutover {
namespace {

constexpr const char* kRetryAfterSeconds = "5";

// Only for the log: nobody is left to read it.
constexpr int kClientClosedRequest = 499;

// %{cutover-digest}n, by which a line of the access log and what is told of a request are found to
// be one: of what stands in the request line. Once for a request, so that nothing is replaced.
std::string_view note_digest(request_rec* r, const Runtime& runtime, Decision& decision) {
  const DigestMark mark = digest_mark(runtime.digest_key, r->unparsed_uri);
  std::copy(mark.begin(), mark.end(), decision.mark.begin());
  apr_table_addn(r->notes, "cutover-digest", decision.mark.data() + 2);
  return {decision.mark.data(), mark.size()};
}

int let_through(request_rec* r, const Runtime& runtime, Decision& decision, Side side,
                SiteCounters& mine) {
  decision.standing = Standing::kServed;
  decision.side = side;
  decision.counted = &mine;
  count_own(r, *decision.site, side, mine);
  if (decision.held_ms < 0) decision.held_ms = waited_ms(r);
  if (decision.hold_limit_ns == 0) decision.hold_limit_ns = limit_of_hold(r->connection);
  const std::string_view mark = note_digest(r, runtime, decision);
  const bool body = !decision.body_is_here && has_body(r);
  decision.note =
      note_in_flight(runtime.slot->notes, static_cast<std::size_t>(r->connection->id),
                     {decision.site->index, side},
                     {r->method, r->uri, r->args != nullptr, mark, body}, monotonic_ns());
  close_if_left_behind(r, runtime, decision.note);
  count_out_at_end(r, decision);
  if (body) watch_body(r, decision);
  if (is_endless_by_path(r, decision)) count_as_endless(r, decision);
  watch_for_upgrade(r, decision);
  if (side == Side::kNew) count_as_stray(r, runtime, *decision.site);
  if (decision.watched_to_its_end) parked_goes_on(r);
  // A tunnel, probably: it may last for hours.
  if (decision.place_since_ns != 0 && apr_table_get(r->headers_in, "Upgrade") != nullptr)
    give_place_back(runtime, decision);
  return DECLINED;
}

int drop(request_rec* r) {
  r->connection->aborted = 1;
  r->connection->keepalive = AP_CONN_CLOSE;
  r->status = kClientClosedRequest;
  return DONE;
}

// A question of the coordinator's is no visitor's, and is not counted. While others are held it may
// ask the new host alone, behind the seal: a proof.
bool is_for_now(Word word, Side side) {
  return word.mode != Mode::kHold ||
         (side == Side::kNew && word.at_deadline == AtDeadline::kRefuse);
}

bool is_question(request_rec* r, const Runtime& runtime, Decision& decision) {
  const SiteControl& control = control_of(runtime, *decision.site);
  const std::optional<Side> side = side_of_question(r, control);
  if (!side || !is_for_now(decode(control.word.load(std::memory_order_seq_cst)), *side))
    return false;
  decision.standing = Standing::kServed;
  decision.side = *side;
  if (*side == Side::kNew) mark_question(r);
  return true;
}

// It is one of those that a run which has just begun holds before all others (CutoverQuietTimeout).
bool takes_long(const request_rec* r, const Runtime& runtime, const Decision& decision) {
  return has(control_of(runtime, *decision.site).slow, kind_of(r->method, r->uri));
}

// A glance: nobody is held here and no release lasts anywhere, nearly always.
bool a_release_may_last(const Runtime& runtime, const Decision& decision,
                        const SiteCounters& mine) {
  const SiteRelease& release = runtime.counters.releases[decision.site->index];
  return mine.held_now.load(std::memory_order_relaxed) != 0 ||
         release.until_ns.load(std::memory_order_relaxed) != 0;
}

// What the gate says of a request that has just come, and what to answer where its body, for which
// one that comes in quieting is waited for, could not be read.
struct Admitted {
  Entry entry;
  int failed = OK;
};

Admitted enter(request_rec* r, const Runtime& runtime, Decision& decision, Gate& gate) {
  bool sends = false;
  const Entry first = gate.enter([&] {
    if (takes_long(r, runtime, decision)) return true;
    sends = has_body(r);
    return sends;
  });
  if (!sends) return {first};
  const ReadBody body = read_body_early(r);
  if (body.end != EarlyBody::kHere) return {first, body.status};
  decision.body_is_here = true;
  return {gate.enter([&] { return takes_long(r, runtime, decision); })};
}

int through_the_gate(request_rec* r, const Runtime& runtime, Decision& decision) {
  SiteCounters& mine = counters_of(runtime, *decision.site);
  Gate gate(control_of(runtime, *decision.site), mine);
  std::optional<Held> ended;
  if (decision.held_since_ns == 0) {
    if (a_release_may_last(runtime, decision, mine)) {
      decision.keeps_thread = keeps_its_thread(r, decision);
      ended = wait_for_turn(r, runtime, gate, decision);
    }
    if (!ended) {
      const auto [entry, failed] = enter(r, runtime, decision, gate);
      if (failed != OK) return has_left(r) ? drop(r) : failed;
      if (entry.verdict != Verdict::kHold)
        return let_through(r, runtime, decision, side_of(entry.verdict), mine);
      decision.keeps_thread = keeps_its_thread(r, decision);
      give_place_back(runtime, decision);
      if (const auto side = let_self_call_through(r, runtime, gate, decision))
        return let_through(r, runtime, decision, *side, mine);
    }
  }
  const Held held = ended ? *ended : hold(r, runtime, gate, decision);
  switch (held.end) {
    case HoldEnd::kServe:
      return let_through(r, runtime, decision, held.side, mine);
    case HoldEnd::kClientGone:
      return drop(r);
    case HoldEnd::kParked:
      return SUSPENDED;
    case HoldEnd::kNoRoom:
      // A 503 is the end for an EventSource; who finds no answer comes again, to another child.
      if (decision.keeps_thread) return drop(r);
      if (refuse_stream(r)) return DONE;
      break;
    case HoldEnd::kRefuse:
      break;
  }
  return refuse(r);
}

// Not counted: no site's database hears of it.
void pass_by(Decision& decision) {
  decision.standing = Standing::kServed;
  decision.side = Side::kNew;
}

// No path of the site: OPTIONS *, CONNECT, and what a forward proxy of this httpd was asked for.
bool is_for_no_site(request_rec* r) {
  return r->uri == nullptr || *r->uri != '/' || r->method_number == M_CONNECT ||
         r->proxyreq != PROXYREQ_NONE;
}

int admit_initial(request_rec* r) {
  const ServerConfig& config = config_of(r->server);
  if (config.site == nullptr || is_for_no_site(r)) return DECLINED;
  const Runtime* runtime = config.global->runtime;
  Decision* parked = decision_of(r);
  Decision& decision = parked != nullptr ? *parked : *make_decision(r, *config.site);
  int answer = DECLINED;
  const bool fresh = parked == nullptr;
  const bool usable =
      runtime != nullptr && runtime->slot != nullptr && config.site->index != kMaxSites;
  if (fresh && config.site->preview) take_preview_cookie(r, decision);
  const bool asked = fresh && usable && is_question(r, *runtime, decision);
  if (fresh && config.serves_locally(r->uri, r->pool))
    decision.standing = Standing::kLocal;
  else if (fresh && !asked && came_in_a_circle(r))
    answer = HTTP_LOOP_DETECTED;
  else if (fresh && config.passes_always(r->uri, r->pool))
    pass_by(decision);
  else if (asked)
    return serve_uncached(r, decision);
  else if (!usable)
    answer = refuse(r);  // never uncounted
  else if (decision.sent_preview && fresh && is_shown_new(*runtime, decision))
    return serve_preview(r, decision);
  else
    answer = through_the_gate(r, *runtime, decision);
  if (answer != SUSPENDED) note_decision(r, decision);
  return answer;
}

// An ErrorDocument or another internal redirect, or a subrequest.
int admit_follower(request_rec* r) {
  const Decision* decision = decision_of(r);
  if (decision == nullptr) return DECLINED;
  note_decision(r, *decision);
  if (decision->uncached) return follow_uncached(r);
  if (decision->standing != Standing::kRefused) return DECLINED;
  // httpd answers an ErrorDocument that fails with its own built-in text.
  if (is_served_here(r)) return DECLINED;
  return HTTP_SERVICE_UNAVAILABLE;
}

}  // namespace

int admit(request_rec* r, int) {
  return r->main == nullptr && r->prev == nullptr ? admit_initial(r) : admit_follower(r);
}

void ask_to_retry(request_rec* r) {
  if (apr_table_get(r->err_headers_out, "Retry-After") == nullptr)
    apr_table_setn(r->err_headers_out, "Retry-After", kRetryAfterSeconds);
}

int refuse(request_rec* r) {
  ask_to_retry(r);
  return HTTP_SERVICE_UNAVAILABLE;
}

}  // namespace cutover
