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

bool is_answer(Step step) {
  return step == Step::kFenced || step == Step::kPromoted || step == Step::kUnfenced;
}

// The step whose statement is the same.
Step sent_of(Step step) {
  if (step == Step::kFenced) return Step::kFenceSent;
  if (step == Step::kPromoted) return Step::kPromoteSent;
  if (step == Step::kUnfenced) return Step::kUnfenceSent;
  return step;
}

}  // namespace

StepWatch::StepWatch(TcpRelay& leaving, TcpRelay& arriving, Step wanted)
    : leaving_(leaving), arriving_(arriving), wanted_(wanted) {
  install();
}

void StepWatch::install() {
  leaving_.watch([this](std::string_view sent) { return on_statement(true, sent); });
  arriving_.watch([this](std::string_view sent) { return on_statement(false, sent); });
}

StepWatch::~StepWatch() { release(); }

void StepWatch::release() {
  leaving_.watch({});
  arriving_.watch({});
  leaving_.release();
  arriving_.release();
}

void StepWatch::next(Step wanted) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = wanted;
    met_ = false;
  }
  install();
  leaving_.release();
  arriving_.release();
}

bool StepWatch::await(std::chrono::milliseconds limit) {
  bool answer = false;
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, limit, [this] { return met_; })) return false;
    answer = is_answer(wanted_);
  }
  TcpRelay& relay = on_leaving_ ? leaving_ : arriving_;
  return !answer ||
         harness::eventually([&] { return relay.answered(); }, limit, std::chrono::milliseconds(1));
}

StepWatch::Then StepWatch::on_statement(bool to_leaving, std::string_view sent) {
  const std::lock_guard lock(mutex_);
  const std::optional<Step> step = step_of(to_leaving, sent);
  if (met_ || step != sent_of(wanted_)) return Then::kForward;
  met_ = true;
  on_leaving_ = to_leaving;
  changed_.notify_all();
  return is_answer(wanted_) ? Then::kHoldAnswer : Then::kHold;
}

std::optional<Step> StepWatch::step_of(bool to_leaving, std::string_view sent) {
  if (to_leaving && makes_writable(sent)) return Step::kUnfenceSent;
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
  const bool way_back = to_leaving && asks_position(sent);
  return way_back ? std::optional(Step::kReleasing) : std::nullopt;
}

}  // namespace cutover::faults
