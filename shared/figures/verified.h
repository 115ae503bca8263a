// SPDX-License-Identifier: Apache-2.0
// What `cutoverctl verify` has found: whether both databases hold the same, since when that is
// known, and what is not known. And the port behind which it is done.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shared/protocol/check.h"
#include "shared/protocol/side.h"

namespace cutover {

// One comparison, under way or at its end. Moments are milliseconds since 1970.
struct VerifyReport {
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;  // 0: it is not at its end
  std::int64_t worked_ms = 0;
  bool stopped = false;   // by a person: it goes on when it is asked for again
  std::string waits_for;  // why it does not go on just now
  std::uint64_t tables = 0;
  std::uint64_t tables_done = 0;
  std::uint64_t rows = 0;
  std::uint64_t rows_expected = 0;      // as the server estimates
  std::uint64_t different = 0;          // rows, tables, and things that are not rows
  std::uint64_t undecided = 0;          // rows that never stood still
  std::vector<std::string> findings;    // of what differs, the first
  std::vector<std::string> open;        // tables with rows that are undecided, the first
  std::vector<std::string> uncompared;  // what was not, and why, the first
  std::uint64_t uncompared_count = 0;
  std::vector<std::string> notes;  // what is no difference, and worth knowing
};

struct Verified {
  std::optional<VerifyReport> last;  // that came to its end
  std::optional<VerifyReport> now;   // that has not
};

// kPartly: nothing differs, and something was not compared or never stood still.
enum class VerifyResult : std::uint8_t { kNever, kEqual, kStale, kPartly, kDifferent };
const char* name(VerifyResult result);

// What is known at that moment. What a comparison that is not at its end has found counts already.
VerifyResult result_of(const Verified& verified, std::int64_t now_ms);
// In a line; of what is under way in another one.
std::string described(const Verified& verified, std::int64_t now_ms);
std::string described_now(const VerifyReport& now);
// How long it still takes, as far as that can be told.
std::optional<double> left_ms(const VerifyReport& now);
// The preflight's row.
Check verified_check(const Verified& verified, std::int64_t now_ms);

inline constexpr std::int64_t kVerifiedForMs = 24LL * 3600 * 1000;

// A site's comparison, with a thread of its own.
class Verification {
 public:
  virtual ~Verification() = default;
  // Its life: it works for as long as `serving` tells a side, at once again where a coordinator
  // before this one was ended in the midst of it. `serving` is called by its thread.
  virtual void attend(std::function<std::optional<Side>()> serving) = 0;
  virtual void leave() = 0;

  // -- any thread -------------------------------------------------------------------------------
  // What is not at its end goes on, else another begins. Why it cannot, or nothing.
  virtual std::string start(std::uint64_t rows_per_second, const std::string& by) = 0;
  // Where it is under way. False: it is not.
  virtual bool stop() = 0;
  virtual Verified seen() const = 0;
};

}  // namespace cutover
