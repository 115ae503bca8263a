// SPDX-License-Identifier: Apache-2.0
// A session of HTTP/2 in a hold. It waits whole, as one that is held: before mod_http2 reads the
// frames that have come, so that there is no stream of it and no thread. What its streams are told
// of that comes from here.
#pragma once

#include <atomic>
#include <cstdint>

#include "mod_cutover/httpd/config/site.h"
#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "shared/protocol/word.h"

namespace cutover {

// Hangs on its connection. `site`, `idle` and `since_ns` are of the one thread at a time that has
// the connection; httpd hands it on under its own locks. Beside that one run mod_http2's workers, a
// thread for each open stream. They touch the atomics, no more, and are gone before the connection
// is: mod_http2 waits for them.
struct Session {
  const Site* site = nullptr;  // of its vhost; none: it speaks no HTTP/2, or is of no site
  bool idle = true;            // no stream was open when mod_http2 gave it back last
  std::int64_t since_ns = 0;   // it is held; 0: it is not

  // Stored by its streams, each as it begins; read by the connection's thread, which has waited for
  // an answer of theirs by then, or finds them still open.
  std::atomic<bool> had_stream{false};
  // Its last stream came with CutoverPreview's cookie: a switch holds it not. Stored as above.
  std::atomic<bool> previews{false};
  // The hold that it has behind it: stored before mod_http2 reads, hence before its streams are
  // made, and read by them.
  struct Behind {
    std::atomic<std::int64_t> since_ns{0};
    std::atomic<std::int64_t> limit_ns{0};
    std::atomic<std::int64_t> ms{-1};
    std::atomic<apr_time_t> until{0};
    std::atomic<std::uint64_t> due_word{0};  // it was due, and the word undecided; 0: decided
  } behind;
};

// Sessions wait whole. Where only some paths are held, the others of the same connection go on.
constexpr bool holds_sessions(const Word& word) { return word.mode == Mode::kHold; }

// Counted as held from the first to the last, as a request is.
class HeldSession {
 public:
  enum class Goes : std::uint8_t { kOn, kNowhere, kAway };

  HeldSession(conn_rec* c, Session& session, const Runtime& runtime);

  // On to mod_http2; nowhere, it is to be parked; away, its client has left. `client_gone`: the
  // waker has seen that.
  Goes look(bool client_gone);
  // There are no means to park it.
  void give_up();
  std::int64_t limit_ns() const;
  // A hold, the release after it, or what this one makes up for after its own.
  bool lasts() const;

 private:
  bool begin();
  void end(std::atomic<std::uint64_t>& count);
  std::int64_t due_ns() const;

  conn_rec* c_;
  Session& session_;
  const Runtime& runtime_;
  const SiteControl& control_;
  SiteCounters& mine_;
};

// To a stream (c->master is the session's connection). Its session's hold came to its end with that
// very word: since when; 0: it did not. Nobody waits for two holds' time.
std::int64_t due_since(const conn_rec* stream, std::uint64_t word);
// It was among the frames that waited: so long; -1: it was not. Until when its session might have
// been held: 0 where that was not.
std::int64_t waited_ms(const request_rec* stream);
std::int64_t limit_of_hold(const conn_rec* stream);

// Its connection ends while it is held.
void abandon(Session& session, SiteCounters& mine);

}  // namespace cutover
