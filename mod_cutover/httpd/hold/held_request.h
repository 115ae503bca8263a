// SPDX-License-Identifier: Apache-2.0
// One request in its hold, however it waits: when the hold ends, how, and in which count.
#pragma once

#include <cstdint>
#include <optional>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"
#include "mod_cutover/httpd/worker/place.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "shared/memory/gate.h"

namespace cutover {

enum class HoldEnd : std::uint8_t {
  kServe,       // go to the side that the entry names; counted in
  kRefuse,      // time is up and the word names no side, or the child ends
  kNoRoom,      // as many are held as may be, or as there are threads for
  kClientGone,  // nobody is there to be answered
  kParked,      // none yet: its thread is free, another one will ask again
};

struct Held {
  HoldEnd end;
  Side side = Side::kOld;  // for kServe
};

// Counted as held from the first to the last: `held_now` while it lasts, then exactly one of the
// ends. What must outlive a change of threads stands in the request's Decision.
class HeldRequest {
 public:
  HeldRequest(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision);
  ~HeldRequest() { wait_for_turn(false); }
  HeldRequest(const HeldRequest&) = delete;
  HeldRequest& operator=(const HeldRequest&) = delete;

  conn_rec* connection() const { return r_->connection; }
  bool keeps_thread() const { return decision_.keeps_thread; }

  // False, and counted as shed, where the site holds as many as it may.
  bool begin();
  // The same where a side is decided, and it waits for its turn alone; nothing is counted where it
  // cannot.
  bool join();
  // Another thread took a parked one up, whose client the waker may have seen leave. It has had its
  // turn.
  void resume(bool client_gone);
  // It does not wait for a turn any longer.
  void go_now() { goes_now_ = true; }

  // How it ends, when it ends now: the word is another one, the time is up, the client has left.
  std::optional<Held> look();
  // After a look() that did not end it: sleeps until there is another word, perhaps a place in the
  // release, or so long.
  void wait(std::int64_t ns);
  // The time that is left at what look() saw.
  std::int64_t left_ns() const;
  std::int64_t limit_ns() const;

  // For lack of means; its connection is means, too, and is closed.
  Held shed(HoldEnd how = HoldEnd::kNoRoom);

 private:
  bool count_in();
  bool decided() const { return is_decided(decode(seen_)); }
  bool has_turn();
  void wait_for_turn(bool waits);
  Held at_deadline();
  Held let_through(const Entry& entry);
  Held end(HoldEnd how, std::atomic<std::uint64_t>& count);

  request_rec* r_;
  const Runtime& runtime_;
  const SiteControl& control_;
  SiteCounters& mine_;
  Gate& gate_;
  Decision& decision_;
  SiteWindow window_;
  std::uint64_t seen_ = 0;
  std::uint64_t given_back_ = 0;  // as it stood before a place was looked for
  bool client_gone_ = false;
  bool has_turn_ = false;
  bool goes_now_ = false;
  bool waits_for_turn_ = false;  // and is counted so
};

// Its connection ends while it is held: nobody else will count it.
void abandon(Decision& decision, SiteCounters& mine);

}  // namespace cutover
