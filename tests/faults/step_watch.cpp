// SPDX-License-Identifier: Apache-2.0
// Which statement means which step. The order matters: at rest and in the preflight the same
// questions are asked, so a step counts only after the one before it.
#include "tests/faults/step_watch.h"

#include "tests/harness/eventually.h"

namespace cutover::faults {
namespace {

using harness::TcpRelay;

bool has(std::string_view text, const char* part) {
  return text.find(part) != std::string_view::npos;
}

bool sets(std::string_view sent, const char* value) {
  return has(sent, "SET GLOBAL") && has(sent, value);
}
bool makes_read_only(std::string_view sent) { return sets(sent, "read_only=1"); }
bool makes_writable(std::string_view sent) { return sets(sent, "read_only=0"); }
bool asks_read_only(std::string_view sent) {
  return has(sent, "SELECT @@global.") && has(sent, "read_only");
}
bool asks_position(std::string_view sent) {
  return has(sent, "gtid_binlog_state") || has(sent, "gtid_executed") ||
         has(sent, "EXECUTED_GTID_SET") || has(sent, "SHOW MASTER STATUS") ||
         has(sent, "SHOW BINARY LOG STATUS");
}

bool asks_page(std::string_view sent) { return has(sent, "GET /proof.php"); }
bool asks_links(std::string_view sent) {
  return has(sent, "SHOW ALL SLAVES STATUS") || has(sent, "SHOW REPLICA STATUS");
}

// The step whose statement is the same.
Step sent_of(Step step) {
  if (step == Step::kFenced) return Step::kFenceSent;
  if (step == Step::kPromoted) return Step::kPromoteSent;
  if (step == Step::kUnfenced) return Step::kUnfenceSent;
  if (step == Step::kFencedAgain) return Step::kReturnSent;
  if (step == Step::kReopened) return Step::kReopenSent;
  return step;
}

bool is_answer(Step step) { return step == Step::kProving || sent_of(step) != step; }

}  // namespace

StepWatch::StepWatch(TcpRelay& leaving, TcpRelay& arriving, TcpRelay* host, Step wanted)
    : leaving_(leaving), arriving_(arriving), host_(host), wanted_(wanted) {
  install();
}

void StepWatch::install() {
  for (TcpRelay* relay : {&leaving_, &arriving_, host_})
    if (relay != nullptr)
      relay->watch([this, relay](std::string_view sent) { return on_piece(*relay, sent); });
}

StepWatch::~StepWatch() { release(); }

void StepWatch::release() {
  for (TcpRelay* relay : {&leaving_, &arriving_, host_})
    if (relay != nullptr) relay->watch({});
  for (TcpRelay* relay : {&leaving_, &arriving_, host_})
    if (relay != nullptr) relay->release();
}

void StepWatch::next(Step wanted) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = wanted;
    met_ = false;
  }
  install();
  for (TcpRelay* relay : {&leaving_, &arriving_, host_})
    if (relay != nullptr) relay->release();
}

bool StepWatch::await(std::chrono::milliseconds limit) {
  bool answer = false;
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, limit, [this] { return met_; })) return false;
    answer = is_answer(wanted_);
  }
  return !answer || harness::eventually([&] { return met_at_->answered(); }, limit,
                                        std::chrono::milliseconds(1));
}

StepWatch::Then StepWatch::on_piece(TcpRelay& to, std::string_view sent) {
  const std::lock_guard lock(mutex_);
  std::optional<Step> step;
  if (&to != host_) {
    step = step_of(&to == &leaving_, sent);
  } else if (promote_sent_ && asks_page(sent)) {
    asked_ = true;
    step = Step::kProving;
  }
  if (met_ || step != sent_of(wanted_)) return Then::kForward;
  met_ = true;
  met_at_ = &to;
  changed_.notify_all();
  return is_answer(wanted_) ? Then::kHoldAnswer : Then::kHold;
}

std::optional<Step> StepWatch::step_of(bool to_leaving, std::string_view sent) {
  if (to_leaving && makes_writable(sent) && !returns_) return Step::kUnfenceSent;
  if (!fence_sent_) {
    fence_sent_ = to_leaving && makes_read_only(sent);
    return fence_sent_ ? std::optional(Step::kFenceSent) : std::nullopt;
  }
  if (!position_read_) {
    position_read_ = to_leaving && asks_position(sent);
    return position_read_ ? std::optional(Step::kPositionRead) : std::nullopt;
  }
  if (!caught_up_) {
    caught_up_ = !to_leaving && asks_position(sent);
    return caught_up_ ? std::optional(Step::kCatchingUp) : std::nullopt;
  }
  if (!recorded_) {
    recorded_ = to_leaving && asks_read_only(sent);
    return recorded_ ? std::optional(Step::kRecorded) : std::nullopt;
  }
  if (!promote_sent_) {
    promote_sent_ = !to_leaving && makes_writable(sent);
    return promote_sent_ ? std::optional(Step::kPromoteSent) : std::nullopt;
  }
  if (host_ != nullptr)
    return returns_ ? step_of_return(to_leaving, sent) : step_of_proof(to_leaving, sent);
  const bool way_back = to_leaving && asks_position(sent);
  return way_back ? std::optional(Step::kReleasing) : std::nullopt;
}

// After a proof that passes the link back is known to run, and only new's own is looked at.
std::optional<Step> StepWatch::step_of_proof(bool to_leaving, std::string_view sent) {
  if (!asked_)
    return to_leaving && asks_position(sent) ? std::optional(Step::kArming) : std::nullopt;
  if (to_leaving) return std::nullopt;
  returns_ = makes_read_only(sent);
  if (returns_) return Step::kReturnSent;
  return asks_links(sent) ? std::optional(Step::kReleasing) : std::nullopt;
}

// The database that the run leaves is the one that arrives again.
std::optional<Step> StepWatch::step_of_return(bool to_leaving, std::string_view sent) {
  if (!read_again_) {
    read_again_ = !to_leaving && asks_position(sent);
    return std::nullopt;
  }
  if (!followed_) {
    followed_ = to_leaving && asks_position(sent);
    return followed_ ? std::optional(Step::kFollowing) : std::nullopt;
  }
  if (!recorded_again_) {
    recorded_again_ = !to_leaving && asks_read_only(sent);
    return recorded_again_ ? std::optional(Step::kReturning) : std::nullopt;
  }
  if (!reopen_sent_) {
    reopen_sent_ = to_leaving && makes_writable(sent);
    return reopen_sent_ ? std::optional(Step::kReopenSent) : std::nullopt;
  }
  const bool looks_back = !to_leaving && asks_position(sent);
  return looks_back ? std::optional(Step::kBack) : std::nullopt;
}

}  // namespace cutover::faults
