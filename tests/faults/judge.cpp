// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/judge.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "tests/faults/person.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ledger.h"

namespace cutover::faults {
namespace {

using harness::eventually;

constexpr milliseconds kRequestsEnd{40000};
constexpr milliseconds kDatabasesLimit{5000};
constexpr milliseconds kLate{600};  // a loaded machine
constexpr milliseconds kGoesOn{50};
constexpr int kWakeUps = 3;  // between the word and a held request: each as late as this machine is
constexpr std::size_t kCountedAtOnce = 2500;
constexpr int kAttempts = 4;
constexpr const char* kContents =
    "SELECT CONCAT(COUNT(*), '/', COALESCE(SUM(CRC32(write_id)), 0)) FROM fantasy.ledger";

std::string first_line(const std::string& text) {
  const auto last = text.find_last_not_of('\n');
  const std::string trimmed = text.substr(0, last == std::string::npos ? 0 : last + 1);
  return trimmed.substr(trimmed.rfind('\n') + 1);
}

}  // namespace

// A doubt may still resolve itself while the databases come back; one that stays is a finding. And
// until the gate is open the coordinator may not have looked at what has just come back.
Standing Judge::settle(bool by_hand, bool put_right) {
  Standing now;
  eventually(
      [&] {
        now = scene_.standing();
        if (by_hand && !put_right && now.says_a_hand()) return true;
        return now.decided() && now.doubt.empty() && now.gate_open &&
               (!by_hand || in_their_roles(now.side));
      },
      kSettleLimit, milliseconds(40));
  return now;
}

bool Judge::in_their_roles(const std::string& side) {
  return scene_.site().old_database().read_only() == (side == "new") &&
         scene_.site().new_database().read_only() == (side == "old");
}

Judge::Finding Judge::judge(const Blow& blow) {
  Finding finding;
  const auto began = std::chrono::steady_clock::now();
  const bool by_hand = is_a_persons(blow);
  Standing now = settle(by_hand, false);
  // Of what no restart explains the site says what it sees; to put it right is a person's.
  if (by_hand && now.says_a_hand() && now.side != "none") {
    Person(scene_).put_right(now.side);
    now = settle(by_hand, true);
  }
  finding.settled_after =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
  finding.side = now.side;
  finding.doubt = now.doubt;
  finding.in_doubt = !now.doubt.empty();
  if (!now.answered) finding.violations.push_back("no coordinator answers");
  if (!finding.in_doubt && !now.decided())
    finding.violations.push_back("not decided: phase " + now.phase + ", side " + now.side);
  if (finding.in_doubt && now.exit_code != 4)
    finding.violations.push_back("in doubt, and the command ends with " +
                                 std::to_string(now.exit_code));
  if (finding.in_doubt && !may_end_in_doubt(blow))
    finding.violations.push_back("in doubt without need: " + now.doubt);
  if (!finding.in_doubt) check_databases(finding);
  const bool serves = now.side == "old" || now.side == "new";
  if (serves) {
    std::string answers;
    if (!eventually([&] { return (answers = scene_.who_answers()) == now.side; }, kDatabasesLimit,
                    milliseconds(100)))
      finding.violations.push_back(now.side + " serves, and a visitor gets: " + answers);
  }
  check_visitors(finding, now.last, blow);
  return finding;
}

void Judge::check_databases(Finding& finding) {
  if (eventually([&] { return in_their_roles(finding.side); }, kDatabasesLimit, milliseconds(50)))
    return;
  const auto role = [](harness::DatabaseServer& server) {
    return server.read_only() ? "read-only" : "writable";
  };
  finding.violations.push_back(finding.side + " serves, old is " +
                               role(scene_.site().old_database()) + ", new is " +
                               role(scene_.site().new_database()));
}

void Judge::check_visitors(Finding& finding, const nlohmann::json& last, const Blow& blow) {
  if (!scene_.crowd().stand_still(kRequestsEnd))
    finding.violations.push_back("a visitor's request never ends");
  scene_.await_slow_request();
  const std::uint64_t failed = scene_.crowd().experience().failed;
  finding.failed = failed - std::exchange(failed_, failed);
  if (!finding.in_doubt &&
      !eventually([&] { return scene_.standing().balanced; }, kDatabasesLimit, milliseconds(100)))
    finding.violations.push_back("held is not released + timed out + shed + client gone: " +
                                 scene_.site().status().value("requests", nlohmann::json()).dump());
  if (finding.side == "old" || finding.side == "new") check_ledger(finding, is_given_up(blow));
  if (!finding.in_doubt) check_equal(finding);
  check_hosts(finding, orphans_requests(blow));
  check_holds(finding, last, holds_on_time(blow));
  if (finding.violations.empty() && !finding.in_doubt) forget_what_was_counted(finding.side);
  scene_.crowd().go_on();
}

// Where a person has given a database up, what it alone has is what the doubt is about.
void Judge::check_ledger(Finding& finding, bool given_up) {
  auto database = scene_.database(finding.side).connect_as(harness::kAppUser, harness::kAppSchema);
  harness::Experience seen = scene_.crowd().experience();
  // What slipped into the other database is what the doubt is about.
  if (!finding.in_doubt)
    for (const auto& written : {scene_.written_by_jobs(), scene_.written_by_proofs()})
      seen.acknowledged.insert(seen.acknowledged.end(), written.begin(), written.end());
  std::erase_if(seen.acknowledged, [&](const std::string& id) { return forgotten_.contains(id); });
  if (finding.in_doubt && given_up) {
    const std::set<std::string> there = scene_.written_at(finding.side == "new" ? "old" : "new");
    std::erase_if(seen.acknowledged, [&](const std::string& id) { return there.contains(id); });
  }
  counted_ = seen.acknowledged.size();
  const auto count = harness::reckon(seen, database);
  if (count.lost > 0)
    finding.violations.push_back(std::to_string(count.lost) +
                                 " acknowledged writes are not in the " + finding.side +
                                 " database, such as " + count.lost_ids.front());
  if (count.duplicated > 0)
    finding.violations.push_back(std::to_string(count.duplicated) + " writes are there twice");
}

// Counting a ledger of a whole campaign after each blow would take longer than the blow.
void Judge::forget_what_was_counted(const std::string& side) {
  if (counted_ < kCountedAtOnce) return;
  const auto seen = scene_.crowd().experience().acknowledged;
  forgotten_.insert(seen.begin(), seen.end());
  scene_.forget_what_was_written();
  scene_.database(side).execute("DELETE FROM fantasy.ledger");
}

// The command's word is nothing to a visitor who still waits.
void Judge::check_holds(Finding& finding, const nlohmann::json& last, bool on_time) {
  const auto requests =
      newly_logged(scene_.site().old_httpd().directory() / "access.log", access_read_);
  const milliseconds late = lateness_.at_most();
  if (!on_time) return;
  for (const Logged& one : requests)
    if (one.held_ms > (scene_.hold_timeout() + kLate).count())
      finding.violations.push_back("held for " + std::to_string(one.held_ms) + " ms: " + one.line);
  finding.released = released(last, requests);
  if (!finding.released || finding.released->first <= kGoesOn + kWakeUps * late) return;
  finding.violations.push_back(
      "decided, and the first of " + std::to_string(finding.released->held) +
      " held requests goes on after " + std::to_string(finding.released->first.count()) + " ms");
}

// What one database has and the other never gets is lost with the next switch.
void Judge::check_equal(Finding& finding) {
  std::string at_old;
  std::string at_new;
  const bool equal = eventually(
      [&] {
        at_old = scene_.site().old_database().value(kContents).value_or("");
        at_new = scene_.site().new_database().value(kContents).value_or("");
        return at_old == at_new;
      },
      kSettleLimit, milliseconds(50));
  if (!equal)
    finding.violations.push_back("the databases stay unequal: " + at_old + " and " + at_new);
}

std::vector<Judge::Handled> Judge::newly_handled(const std::filesystem::path& log,
                                                 std::streamoff& from) {
  std::vector<Handled> found;
  std::ifstream in(log);
  in.seekg(from);
  Handled one{};
  while (in >> one.begin_ns >> one.end_ns >> one.request && !in.eof()) {
    from = in.tellg();
    if (one.request.find('_') != std::string::npos) found.push_back(one);
  }
  return found;
}

void Judge::check_hosts(Finding& finding, bool orphans) {
  const auto by_old = newly_handled(scene_.site().old_host_log(), old_read_);
  const auto by_new = newly_handled(scene_.site().new_host_log(), new_read_);
  for (const Handled& each : by_old) at_old_.insert(each.request);
  for (const Handled& each : by_new) at_new_.insert(each.request);
  finding.let_in = static_cast<std::size_t>(
      std::count_if(by_new.begin(), by_new.end(),
                    [this](const Handled& each) { return each.begin_ns > scene_.marked_at(); }));
  for (const Handled& each : by_new)
    if (at_old_.contains(each.request))
      finding.violations.push_back("both hosts answered the request " + each.request);
  for (const Handled& each : by_old)
    if (at_new_.contains(each.request))
      finding.violations.push_back("both hosts answered the request " + each.request);
  if (orphans) return;
  for (const Handled& a : by_old)
    for (const Handled& b : by_new)
      if (a.begin_ns < b.end_ns && b.begin_ns < a.end_ns) {
        finding.violations.push_back("both hosts worked at once: " + a.request + " and " +
                                     b.request);
        return;
      }
}

// A loaded machine may be too slow for a deadline now and then: it is tried more than once.
std::string Judge::next_run_works() {
  std::string why;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string from = scene_.site().side();
    why = scene_.site().await_gate(kSettleLimit);
    if (!why.empty()) return "the gate stays closed: " + why;
    const auto done = scene_.site().cutoverctl({from == "old" ? "switch" : "rollback"});
    if (done.exit_code == 0) return {};
    why = "exit " + std::to_string(done.exit_code) + ": " + first_line(done.output);
  }
  return why;
}

}  // namespace cutover::faults
