// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/strike.h"

#include <cerrno>
#include <csignal>

#include "tests/faults/person.h"
#include "tests/harness/process.h"
#include "tests/harness/signals.h"

namespace cutover::faults {
namespace {

using harness::DatabaseServer;
using harness::TcpRelay;

constexpr milliseconds kSlowAnswers{120};
constexpr int kSlowSyncMs = 1200;
constexpr std::int64_t kDay = 86400;
constexpr milliseconds kMoment{100};
constexpr milliseconds kLong{2500};

bool is_database(Victim victim) {
  return victim == Victim::kOldDatabase || victim == Victim::kNewDatabase ||
         victim == Victim::kBothDatabases;
}

bool is_frozen(Fault fault) { return fault == Fault::kFreeze || fault == Fault::kFrozenAndGivenUp; }

bool is_link(Victim victim) {
  return victim == Victim::kReplication || victim == Victim::kOldDatabaseLink ||
         victim == Victim::kNewDatabaseLink || victim == Victim::kNewHostLink;
}

}  // namespace

Strike::Strike(Scene& scene, const Blow& blow) : scene_(scene), blow_(blow) {
  scene_.disk().mend();
  if (blow_.victim == Victim::kOtherCoordinator) scene_.start_other_host();
}

std::vector<DatabaseServer*> Strike::databases() {
  DatabaseServer& at_old = scene_.site().old_database();
  DatabaseServer& at_new = scene_.site().new_database();
  if (blow_.victim == Victim::kOldDatabase) return {&at_old};
  if (blow_.victim == Victim::kNewDatabase) return {&at_new};
  return {&at_old, &at_new};
}

TcpRelay& Strike::link() {
  switch (blow_.victim) {
    case Victim::kReplication:
      return scene_.link_into(blow_.rollback || blow_.step >= Step::kArming ? "old" : "new");
    case Victim::kOldDatabaseLink:
      return scene_.site().old_database_relay();
    case Victim::kNewDatabaseLink:
      return scene_.site().new_database_relay();
    default:
      return scene_.site().http_relay();
  }
}

void Strike::inflict(const std::function<void()>& let_go) {
  if (blow_.fault == Fault::kAnswerLost) return;  // the one that is held is never delivered
  if (is_database(blow_.victim)) {
    for (DatabaseServer* database : databases()) strike_database(*database, let_go);
  } else if (is_link(blow_.victim)) {
    strike_link(link());
  } else {
    strike_process();
  }
  let_go();
}

void Strike::strike_link(TcpRelay& relay) {
  if (blow_.fault == Fault::kBlackHole) relay.set(TcpRelay::Mode::kBlackHole);
  if (blow_.fault == Fault::kRefuse) relay.set(TcpRelay::Mode::kRefuse);
  if (blow_.fault == Fault::kSlow) relay.delay(kSlowAnswers);
}

void Strike::strike_database(DatabaseServer& database, const std::function<void()>& let_go) {
  if (blow_.fault == Fault::kKill || blow_.fault == Fault::kGivenUp) database.kill();
  if (is_frozen(blow_.fault)) database.freeze();
  const bool opened = blow_.fault == Fault::kOpenedByHand;
  if (opened || blow_.fault == Fault::kClosedByHand)
    Person(scene_).set_read_only(blow_.victim == Victim::kNewDatabase ? "new" : "old", !opened);
  if (blow_.fault == Fault::kRestart) {
    let_go();
    database.stop();
  }
}

void Strike::kill_new_httpd() {
  const auto children = scene_.site().new_httpd().children();
  scene_.site().new_httpd().kill_parent();
  for (const pid_t pid : children) harness::signal_to(pid, SIGKILL);
}

void Strike::strike_process() {
  harness::Site& site = scene_.site();
  switch (blow_.victim) {
    case Victim::kCoordinator:
      coordinator_ = scene_.site().coordinator();
      if (coordinator_ != 0)
        harness::signal_to(coordinator_, blow_.fault == Fault::kFreeze ? SIGSTOP : SIGKILL);
      return;
    case Victim::kWorker:
      worker_ = scene_.worker_pids().front();
      harness::signal_to(worker_, blow_.fault == Fault::kFreeze ? SIGSTOP : SIGKILL);
      return;
    case Victim::kHttpd:
      if (blow_.fault == Fault::kKill) return scene_.kill_httpd();
      harness::signal_to(site.old_httpd().pid(),
                         blow_.fault == Fault::kGraceful ? SIGUSR1 : SIGHUP);
      return;
    case Victim::kEverything:
      scene_.kill_httpd();
      site.old_database().kill();
      site.new_database().kill();
      if (blow_.fault == Fault::kPowerCut) scene_.disk().cut_power(scene_.journal());
      return;
    case Victim::kNewHttpd:
      if (blow_.fault == Fault::kKill) kill_new_httpd();
      if (blow_.fault == Fault::kFreeze) scene_.freeze(site.new_httpd(), SIGSTOP);
      if (blow_.fault == Fault::kRestart) harness::signal_to(site.new_httpd().pid(), SIGHUP);
      return;
    case Victim::kStateDir:
      return strike_state();
    case Victim::kOtherCoordinator:
      if (blow_.fault == Fault::kAsks) return scene_.other_host()->ask();
      harness::signal_to(site.coordinator(), SIGKILL);
      return;
    case Victim::kClock:
      if (blow_.fault == Fault::kBackAtAStart) scene_.kill_httpd();
      scene_.disk().turn_clock(blow_.fault == Fault::kForward ? kDay : -kDay);
      return;
    default:
      return;
  }
}

void Strike::strike_state() {
  if (blow_.fault == Fault::kDiskFull) scene_.disk().fail_writes(ENOSPC);
  if (blow_.fault == Fault::kReadOnly) scene_.disk().fail_writes(EROFS);
  if (blow_.fault == Fault::kStall) scene_.disk().stall(kSlowSyncMs);
  if (blow_.fault != Fault::kRestored && blow_.fault != Fault::kLost) return;
  scene_.kill_httpd();
  if (blow_.fault == Fault::kRestored) scene_.backup().restore();
  if (blow_.fault == Fault::kLost) scene_.backup().lose();
}

milliseconds Strike::at_least() const {
  if (blow_.fault == Fault::kFreeze) return scene_.longer_than_any_deadline();
  return kMoment;
}

milliseconds Strike::at_most() const {
  switch (blow_.fault) {
    case Fault::kKill:
    case Fault::kRestart:
    case Fault::kGraceful:
    case Fault::kPowerCut:
    case Fault::kOpenedByHand:
    case Fault::kClosedByHand:
    case Fault::kBackAtAStart:
    case Fault::kRestored:
    case Fault::kLost:
    case Fault::kAsks:
    case Fault::kStays:
    case Fault::kAborts:
    case Fault::kNothing:
      return kMoment;
    case Fault::kFreeze:
      return scene_.longer_than_any_deadline();
    case Fault::kSlow:
    case Fault::kStall:
      return 2 * kLong;
    default:
      return kLong;
  }
}

void Strike::mend_database(DatabaseServer& database) {
  if (is_frozen(blow_.fault)) {
    database.thaw();
  } else if (blow_.fault != Fault::kOpenedByHand && blow_.fault != Fault::kClosedByHand) {
    database.start();
  }
}

void Strike::mend() {
  harness::Site& site = scene_.site();
  if (is_link(blow_.victim)) {
    link().set(TcpRelay::Mode::kPass);
    link().delay(milliseconds(0));
    return;
  }
  switch (blow_.victim) {
    case Victim::kCoordinator:
      if (blow_.fault == Fault::kFreeze) harness::signal_to(coordinator_, SIGCONT);
      return;
    case Victim::kWorker:
      if (blow_.fault == Fault::kFreeze) harness::signal_to(worker_, SIGCONT);
      return;
    case Victim::kHttpd:
      if (blow_.fault == Fault::kKill) scene_.start_httpd();
      return;
    case Victim::kEverything:
      site.old_database().start();
      site.new_database().start();
      return scene_.start_httpd();
    case Victim::kOldDatabase:
    case Victim::kNewDatabase:
    case Victim::kBothDatabases:
      for (DatabaseServer* database : databases()) mend_database(*database);
      return;
    case Victim::kNewHttpd:
      if (blow_.fault == Fault::kFreeze) scene_.freeze(site.new_httpd(), SIGCONT);
      if (blow_.fault == Fault::kKill) site.new_httpd().start();
      return;
    default:
      if (ends_httpd(blow_)) return scene_.start_httpd();
      scene_.disk().mend();
  }
}

}  // namespace cutover::faults
