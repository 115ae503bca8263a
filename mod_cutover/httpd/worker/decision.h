// SPDX-License-Identifier: Apache-2.0
// What was decided for a request. One request, one side: the record hangs on the initial request,
// and everything that follows from it (subrequests, internal redirects, ErrorDocuments) finds it
// there. Touched by the one thread at a time that works on the request.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mod_cutover/httpd/config/site.h"
#include "mod_cutover/httpd/edge/api.h"
#include "shared/figures/release_window.h"
#include "shared/memory/layout.h"
#include "shared/protocol/side.h"
#include "shared/words/keyed_digest.h"

struct ap_filter_t;

namespace cutover {

struct EndlessRequest;  // endless/cutter.h

enum class Standing : std::uint8_t {
  kLocal,    // served here, outside of the gate, not counted
  kServed,   // let through to `side`, counted in
  kRefused,  // answered by ourselves, or its client left: no side may see it
};

inline constexpr std::size_t kMarkSize = std::tuple_size_v<DigestMark> + 1;  // and a NUL

struct Decision {
  const Site* site = nullptr;
  Standing standing = Standing::kRefused;
  Side side = Side::kOld;
  std::int64_t held_since_ns = 0;      // 0: not held now
  std::int64_t held_ms = -1;           // -1: never held
  std::int64_t hold_limit_ns = 0;      // of one that was held: until then it might have been
  std::int64_t came_ns = 0;            // its hold counts from then; 0: from its beginning
  bool self_call = false;              // counted with those of its child, until it is counted out
  bool keeps_thread = false;           // it probably never ends, and so it waits in its thread
  bool watched_to_its_end = false;     // it was parked: the end of its pool ends its hold
  SiteCounters* counted = nullptr;     // counted in there, until it is counted out
  InFlightNote* note = nullptr;        // the same; none where all were taken
  bool body_is_here = false;           // all of it was read before it was let in (early_body.h)
  EndlessRequest* endless = nullptr;   // counted among those that never end, instead
  ap_filter_t* for_upgrade = nullptr;  // looks whether it becomes one by its answer
  int origin = -1;                     // mod_proxy's socket for it, while it has one
  std::int64_t place_since_ns = 0;     // it has a place in its site's release (place.h); 0: none
  Departure departure;                 // what stood then
  std::array<char, kMarkSize> mark{};  // %{cutover-digest}n, behind " ~"
  bool sent_preview = false;           // CutoverPreview's cookie came with it
  // No cache answers it or keeps its answer: a preview's, or the coordinator's question.
  bool uncached = false;
  bool side_failed = false;  // its side, or mod_proxy for it, said that it can not answer
};

request_rec* initial_of(request_rec* r);

// Of the request that `r` belongs to; nothing when its vhost has no site.
Decision* decision_of(request_rec* r);
Decision* make_decision(request_rec* initial, const Site& site);

// Its path is one of those that are always served here.
bool is_served_here(request_rec* r);

// `r` itself goes to the new host: it was let through to it, and its path is not a local one.
bool goes_to_new(request_rec* r, const Decision& decision);

// Its answer says, by mod_proxy or by the host itself, that the host cannot serve it now.
constexpr bool says_overload(int status) {
  return status == HTTP_BAD_GATEWAY || status == HTTP_SERVICE_UNAVAILABLE ||
         status == HTTP_GATEWAY_TIME_OUT;
}

// %{cutover-side}n and %{cutover-held}n; once for a request, so that nothing is replaced.
void note_decision(request_rec* r, const Decision& decision);

}  // namespace cutover
