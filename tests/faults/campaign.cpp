// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/campaign.h"

#include <algorithm>
#include <cctype>
#include <random>
#include <stdexcept>

#include "tests/faults/attack.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/replication.h"

namespace cutover::faults {
namespace {

constexpr int kAttempts = 3;  // a loaded machine may turn a run back before its step

Ending ending_of(const Blow& blow, const Attacked& attacked, const Judge::Finding& finding) {
  if (finding.in_doubt) return Ending::kInDoubt;
  if (is_given_up(blow)) return Ending::kGivenUp;
  const bool moved = finding.side == (blow.rollback ? "old" : "new");
  if (attacked.exit_code == 0) return Ending::kDone;
  if (attacked.exit_code == 1) return Ending::kAborted;
  return moved ? Ending::kFinished : Ending::kUndone;
}

// What the command said must be what is.
std::string lie(const Blow& blow, const Attacked& attacked, const Judge::Finding& finding) {
  const bool moved = finding.side == (blow.rollback ? "old" : "new");
  if (attacked.exit_code == -1) return "the command never ended";
  if (is_given_up(blow)) return {};  // a person came after it
  if (attacked.exit_code == 0 && !moved && !finding.in_doubt)
    return "the command said done, and " + finding.side + " serves";
  if (attacked.exit_code == 1 && moved) return "the command said aborted, and it was not";
  return {};
}

// Which way a successor goes is decided by what was durable, and not by chance. In the steps around
// the point of no return both ways are right.
std::string wrong_way(const Blow& blow, Ending ending) {
  if (ending == Ending::kFinished && blow.step <= Step::kPositionRead)
    return "finished, though no point of no return had been recorded";
  const bool promoted = blow.step == Step::kPromoted || blow.step == Step::kReleasing ||
                        blow.step == Step::kArming || blow.step == Step::kProving;
  if (ending == Ending::kUndone && promoted) return "undone after the promotion";
  const bool reopened = blow.step == Step::kReopened || blow.step == Step::kBack;
  if (ending == Ending::kFinished && reopened) return "finished after old was promoted again";
  return {};
}

// Whether `abort` must be obeyed: until the arriving side is asked to be the writer, and again
// while it is proved.
bool obeys(const Blow& blow) {
  return blow.fault == Fault::kAborts &&
         (blow.step < Step::kRecorded || (blow.step >= Step::kArming && !leads_back(blow.step)));
}

// A run that was turned back has let nobody in; and where nothing was struck, the page decides
// alone.
std::string not_as_proved(const Blow& blow, const Report& report, const Judge::Finding& finding) {
  const bool turned_back = blow.proof == Proof::kFails || obeys(blow);
  if (turned_back && !blow.rollback && report.ending == Ending::kAborted && finding.let_in > 0)
    return std::to_string(finding.let_in) + " requests came to the host that was not let in";
  if (blow.victim == Victim::kPerson && !obeys(blow)) return {};
  if (blow.victim != Victim::kNobody && blow.victim != Victim::kPerson) return {};
  if (report.ending != (turned_back ? Ending::kAborted : Ending::kDone))
    return "nothing was struck, and neither proof nor person decided";
  return finding.failed == 0 ? "" : std::to_string(finding.failed) + " requests failed";
}

constexpr std::size_t kEndOfLog = 4000;

// What its replication says of itself, and the end of its error log.
std::string said_by(harness::DatabaseServer& database) {
  std::string words;
  try {
    for (const auto& [name, value] : harness::replica_status(database))
      if (value && !value->empty()) words += name + ": " + *value + "\n";
  } catch (const std::exception& error) {
    words += std::string(error.what()) + "\n";
  }
  const std::string log = database.error_log();
  return words + log.substr(log.size() - std::min(log.size(), kEndOfLog));
}

}  // namespace

Campaign::Campaign(std::function<void(const Report&)> told, std::string trace_dir, bool by_file)
    : told_(std::move(told)), trace_dir_(std::move(trace_dir)), by_file_(by_file) {}

Campaign::~Campaign() {
  judge_.reset();
  scene_.reset();
}

void Campaign::renew(bool proof) {
  judge_.reset();
  scene_.reset();
  scene_ = std::make_unique<Scene>(by_file_, proof);
  judge_ = std::make_unique<Judge>(*scene_);
}

// A rollback has no proof, and a site that has one does as well.
void Campaign::stand_ready(const Blow& blow) {
  const std::string side = blow.rollback ? "new" : "old";
  const bool proof = blow.proof != Proof::kNone;
  if (!scene_ || (scene_->has_proof() != proof && !blow.rollback)) renew(proof);
  if (scene_->site().side() == side) return;
  if (const std::string why = judge_->next_run_works(); !why.empty())
    throw std::runtime_error("a run without any fault does not work: " + why);
}

void Campaign::run(const std::vector<Blow>& blows) {
  for (const Blow& blow : blows) {
    harness::sleep_or_interrupt(milliseconds(0));
    const auto began = std::chrono::steady_clock::now();
    Report report;
    try {
      report = strike(blow);
    } catch (const std::exception& error) {
      report.blow = blow;
      report.violations.push_back(std::string("the site broke: ") + error.what());
      if (scene_) write_trace(report, "");
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!report.violations.empty()) report.ending = Ending::kViolation;
    reports_.push_back(report);
    told_(report);
    const bool spent = report.ending == Ending::kViolation || report.ending == Ending::kInDoubt;
    if (spent) {
      judge_.reset();
      scene_.reset();
    }
  }
}

Report Campaign::strike(const Blow& blow) {
  Report report{blow, Ending::kViolation, {}, {}, {}, {}, 0};
  Attacked attacked;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    stand_ready(blow);
    scene_->site().await_gate(kSettleLimit);
    scene_->mark();
    scene_->spoil(blow.proof == Proof::kFails);
    attacked = attack(*scene_, blow);
    scene_->spoil(false);
    if (attacked.met) break;
  }
  if (!attacked.met) {
    report.violations.push_back("the step was never reached");
    write_trace(report, attacked.output);
    return report;
  }
  const auto finding = judge_->judge(blow);
  report.violations = finding.violations;
  report.doubt = finding.doubt;
  report.serving_after = attacked.serving_after;
  report.released = finding.released;
  if (ends_httpd(blow) && !attacked.serving_after)
    report.violations.push_back("the site did not serve within " +
                                std::to_string(kServiceLimit.count()) + " ms of httpd's start");
  if (!attacked.unheard.empty()) report.violations.push_back(attacked.unheard);
  if (!attacked.acts.empty())
    report.violations.push_back("another coordinator is not refused: " + attacked.acts);
  if (!attacked.missing.empty())
    report.violations.push_back("promoted without the acknowledged write " + attacked.missing);
  report.ending = ending_of(blow, attacked, finding);
  if (const std::string what = lie(blow, attacked, finding); !what.empty())
    report.violations.push_back(what);
  if (const std::string what = wrong_way(blow, report.ending); !what.empty())
    report.violations.push_back(what);
  if (const std::string what = not_as_proved(blow, report, finding); !what.empty())
    report.violations.push_back(what);
  if (!finding.in_doubt && report.violations.empty()) {
    if (const std::string why = judge_->next_run_works(); !why.empty())
      report.violations.push_back("the next run does not work: " + why);
  }
  if (!report.violations.empty() || finding.in_doubt) write_trace(report, attacked.output);
  return report;
}

void Campaign::write_trace(const Report& report, const std::string& output) {
  std::filesystem::create_directories(trace_dir_);
  std::string name = text(report.blow);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '-';
  std::string words = text(report.blow) + "\n";
  for (const std::string& violation : report.violations) words += "VIOLATION " + violation + "\n";
  if (!report.doubt.empty()) words += "IN DOUBT " + report.doubt + "\n";
  words += "---- the command\n" + output + "\n---- httpd and the coordinator\n" + scene_->said();
  words += "---- status\n" + scene_->site().cutoverctl({"status"}).output;
  words += "---- the journal\n" + harness::read_file(scene_->journal());
  for (const char* side : {"old", "new"})
    words += std::string("---- the ") + side + " database\n" + said_by(scene_->database(side));
  harness::write_file(std::filesystem::path(trace_dir_) / (name + ".txt"), words);
}

std::size_t Campaign::violations() const {
  return static_cast<std::size_t>(
      std::count_if(reports_.begin(), reports_.end(),
                    [](const Report& r) { return r.ending == Ending::kViolation; }));
}

std::size_t Campaign::in_doubt() const {
  return static_cast<std::size_t>(
      std::count_if(reports_.begin(), reports_.end(),
                    [](const Report& r) { return r.ending == Ending::kInDoubt; }));
}

// A switch may have a proof in any step. All without one come first: it takes a site of its own.
std::vector<Blow> random_blows(std::uint64_t seed, std::size_t count, bool proofs) {
  const std::vector<Blow> all = every_blow();
  std::mt19937_64 random(seed);
  std::vector<Blow> chosen;
  // Not by a distribution of the library's, which may differ from one to the next.
  while (chosen.size() < count) {
    Blow blow = all[random() % all.size()];
    if (blow.proof == Proof::kNone) {
      Blow proved = blow;
      proved.proof = static_cast<Proof>(random() % 3);
      if (makes_sense(proved)) blow = proved;
    }
    if (!proofs || blow.proof != Proof::kNone) chosen.push_back(blow);
  }
  std::stable_partition(chosen.begin(), chosen.end(),
                        [](const Blow& blow) { return blow.proof == Proof::kNone; });
  return chosen;
}

}  // namespace cutover::faults
