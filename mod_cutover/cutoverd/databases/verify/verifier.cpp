// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/verifier.h"

#include <utility>

#include "mod_cutover/cutoverd/databases/replication/connect.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

// So long ago begun, it is begun anew: what it found first is of no use any more.
constexpr std::int64_t kGoesOnForMs = kVerifiedForMs;
constexpr std::uint64_t kRowsPerSecond = 200'000;

std::int64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Verifier::Verifier(const SiteSettings& site, VerifyAccounts accounts,
                   std::unique_ptr<VerifyFile> file)
    : site_(site),
      accounts_(std::move(accounts)),
      replication_(connect(site, accounts_.old_options, accounts_.new_options, {})),
      file_(std::move(file)) {
  if (!file_) return;
  if (!file_->error().empty()) log(Message::kVerifyNotKept, site_.name, file_->error());
  const Lock lock(mutex_);
  kept_ = file_->found();
  // A coordinator that ended in the midst of it, by a graceful or by death, goes on as this one.
  wanted_ = kept_.verified.now && !kept_.verified.now->stopped;
}

void Verifier::attend(std::function<std::optional<Side>()> serving) {
  serving_ = std::move(serving);
  thread_ = std::thread([this] { work(); });
}

void Verifier::leave() {
  {
    const Lock lock(mutex_);
    leaving_ = true;
    given_up_ = true;
    asked_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

std::string Verifier::start(std::uint64_t rows_per_second, const std::string& by) {
  const Lock lock(mutex_);
  if (leaving_) return "the coordinator is leaving: ask again in a moment";
  auto& now = kept_.verified.now;
  if (wanted_) return {};
  if (!now || wall_ms() - now->started_ms > kGoesOnForMs) {
    now.emplace();
    now->started_ms = wall_ms();
    kept_.resume = {};
  }
  now->stopped = false;
  kept_.resume.rows_per_second = rows_per_second == 0 ? kRowsPerSecond : rows_per_second;
  wanted_ = true;
  given_up_ = false;
  log(Message::kVerifyBegins, site_.name, "the databases are compared, asked for by " + by);
  asked_.notify_all();
  return {};
}

bool Verifier::stop() {
  const Lock lock(mutex_);
  if (!wanted_) return false;
  wanted_ = false;
  given_up_ = true;
  if (kept_.verified.now) kept_.verified.now->stopped = true;
  return true;
}

Verified Verifier::seen() const {
  const Lock lock(mutex_);
  return kept_.verified;
}

bool Verifier::told_to_work() {
  Lock lock(mutex_);
  asked_.wait(lock, [this]() CUTOVER_REQUIRES(mutex_) { return wanted_ || leaving_; });
  if (!leaving_) given_up_ = false;
  return !leaving_;
}

void Verifier::work() {
  while (told_to_work()) {
    compare_all();
    keep(true);
  }
}

void Verifier::change(const std::function<void(VerifyReport&, VerifyResume&)>& change) {
  const Lock lock(mutex_);
  if (kept_.verified.now) change(*kept_.verified.now, kept_.resume);
}

// The disk is waited for without the lock.
void Verifier::keep(bool now) {
  constexpr auto kEach = std::chrono::seconds(3);
  const auto at = std::chrono::steady_clock::now();
  if (!file_ || (!now && at - kept_at_ < kEach)) return;
  kept_at_ = at;
  Kept kept;
  {
    const Lock lock(mutex_);
    kept = kept_;
  }
  if (!file_->write(kept)) log(Message::kVerifyNotKept, site_.name, file_->error());
}

void Verifier::end() {
  Verified seen;
  {
    const Lock lock(mutex_);
    auto& [last, now] = kept_.verified;
    now->ended_ms = wall_ms();
    now->waits_for.clear();
    last = std::exchange(now, std::nullopt);
    kept_.resume = {};
    wanted_ = false;
    seen = kept_.verified;
  }
  const bool differs = result_of(seen, wall_ms()) == VerifyResult::kDifferent;
  log(differs ? Message::kVerifyDiffers : Message::kVerifyEnded, site_.name,
      "the databases were compared: " + described(seen, wall_ms()));
}

}  // namespace cutover
