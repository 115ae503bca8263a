// SPDX-License-Identifier: Apache-2.0
// One comparison, table after table.
#include <algorithm>
#include <map>

#include "mod_cutover/cutoverd/databases/scene/scene.h"
#include "mod_cutover/cutoverd/databases/verify/definitions.h"
#include "mod_cutover/cutoverd/databases/verify/verifier.h"

namespace cutover {
namespace {

constexpr std::size_t kListed = 20;
constexpr const char* kBehindAll = "\xf4\x8f\xbf\xbf";  // the last character that there can be
constexpr auto kDefinitions = std::chrono::seconds(60);

using Tables = std::vector<VerifiedTable>;

void list(std::vector<std::string>& texts, const std::string& text) {
  if (texts.size() < kListed) texts.push_back(text);
}

std::vector<std::string> secrets_of(const VerifyAccounts& a) {
  return {a.old_options.password, a.old_options.replication_password,
          a.new_options.password, a.new_options.replication_password,
          a.old_reader.password,  a.new_reader.password};
}

// By their names as one text, which is the order of the list.
const VerifiedTable* named(const Tables& tables, const VerifiedTable& table) {
  const auto found = std::ranges::find_if(tables, [&](const VerifiedTable& each) {
    return each.schema == table.schema && each.name == table.name;
  });
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace

// While one side serves. Sessions are opened where they are needed.
struct Verifier::Work {
  Work(const SiteSettings& site, const VerifyAccounts& a, Pace::Around around, Side source)
      : old_rows(a.old_reader, "the old database", secrets_of(a)),
        new_rows(a.new_reader, "the new database", secrets_of(a)),
        old_server(Side::kOld, a.old_options, secrets_of(a), {}),
        new_server(Side::kNew, a.new_options, secrets_of(a), {}),
        site(site),
        source(source),
        replication(around.replication),
        pace(std::move(around), source) {}

  Reader& rows_of(Side side) { return side == Side::kOld ? old_rows : new_rows; }
  Server& server(Side side) { return side == Side::kOld ? old_server : new_server; }

  Reader old_rows;
  Reader new_rows;
  Server old_server;
  Server new_server;
  const SiteSettings& site;
  const Side source;
  Replication& replication;
  Pace pace;
};

void Verifier::compare_all() {
  std::uint64_t rate = 0;
  change([&](VerifyReport&, const VerifyResume& resume) { rate = resume.rows_per_second; });
  bool done = false;
  while (!done && !given_up_) {
    const std::optional<Side> source = serving_();
    const auto says = [this](const std::string& why, Nanos worked) {
      change([&](VerifyReport& now, VerifyResume&) {
        now.waits_for = why;
        now.worked_ms += std::chrono::duration_cast<std::chrono::milliseconds>(worked).count();
      });
    };
    if (!source) {
      says("a run is under way, or it is not decided who serves", Nanos::zero());
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    Work work(site_, accounts_, {*replication_, serving_, given_up_, rate, says}, *source);
    done = walk(work) && definitions(work);
  }
  if (done) end();
}

bool Verifier::walk(Work& work) {
  // What was made or dropped just now is the same on both by then.
  if (!work.pace.may_go_on()) return false;
  Reader& source = work.rows_of(work.source);
  const auto tables = tables_of(source, site_.leave_behind);
  if (!work.pace.caught_up()) return false;
  const auto there = tables_of(work.rows_of(other(work.source)), site_.leave_behind);
  if (!tables || !there) {
    change([&](VerifyReport& now, VerifyResume&) { now.waits_for = tables.error + there.error; });
    work.pace.rest(std::chrono::seconds(2));
    return false;
  }
  std::string from;
  change([&](VerifyReport& now, const VerifyResume& resume) {
    now.tables = tables->size();
    now.rows_expected = 0;
    for (const VerifiedTable& table : *tables) now.rows_expected += table.rows;
    from = resume.table;
  });
  for (const VerifiedTable& table : *tables) {
    if (table.order() < from) continue;
    if (!one_table(work, table, named(*there, table))) return false;
    keep(false);
  }
  change([](VerifyReport&, VerifyResume& resume) {
    resume.table = kBehindAll;
    resume.progress = {};
  });
  return true;
}

// Tables that only one of them has are the schema's: definitions().
bool Verifier::one_table(Work& work, const VerifiedTable& here, const VerifiedTable* there) {
  TableProgress progress;
  change([&](VerifyReport&, VerifyResume& resume) {
    if (resume.table != here.order()) resume.progress = {};
    resume.table = here.order();
    progress = resume.progress;
  });
  Half source{work.rows_of(work.source), here};
  Half replica{work.rows_of(other(work.source)), there == nullptr ? here : *there};
  std::string why;
  if (there == nullptr) why = "it was only on " + source.reader.label() + " when it was looked for";
  if (why.empty() && here.kind == "SEQUENCE") why = "a sequence";
  if (why.empty()) why = describe(source.reader, source.table);
  if (why.empty()) why = describe(replica.reader, replica.table);
  if (why.empty()) why = otherwise_made(source.table, replica.table);
  if (why.empty()) {
    const auto advance = [&](const TableProgress& at) {
      change([&](VerifyReport& now, VerifyResume& resume) {
        now.rows += at.rows - resume.progress.rows;
        resume.progress = at;
      });
      keep(false);
    };
    const Compared compared = source.table.key.empty()
                                  ? compare_whole(source, replica, work.pace, progress)
                                  : compare_rows(source, replica, work.pace, progress, advance);
    if (compared.kind == Compared::Kind::kStopped) return false;
    advance(progress);
    if (compared.kind == Compared::Kind::kFailed) why = compared.why;
  }
  if (!why.empty())
    change([&](VerifyReport& now, VerifyResume&) {
      list(now.uncompared, here.shown() + ": " + why);
      ++now.uncompared_count;
    });
  else if (here.kind == "SYSTEM VERSIONED")
    change([&](VerifyReport& now, VerifyResume&) {
      list(now.notes, here.shown() + ": its present rows, not those it keeps of the past");
    });
  sum_up(here.shown(), progress);
  return true;
}

// The table after this one begins where it ends: whoever goes on from there does not count it
// twice.
void Verifier::sum_up(const std::string& table, const TableProgress& progress) {
  change([&](VerifyReport& now, VerifyResume& resume) {
    for (const std::string& text : progress.told) list(now.findings, table + " " + text);
    now.different += progress.different;
    now.undecided += progress.undecided;
    if (progress.undecided > 0) list(now.open, table);
    ++now.tables_done;
    resume.table += '\x01';
    resume.progress = {};
  });
}

bool Verifier::definitions(Work& work) {
  if (!work.pace.may_go_on()) return false;
  Scene scene(work.site, work.replication, work.server(work.source),
              work.server(other(work.source)), towards(other(work.source)), "",
              Deadline::in(kDefinitions));
  Definitions found;
  for (Side side : {Side::kOld, Side::kNew})
    if (const auto session = work.server(side).monitor_now(Deadline::in(std::chrono::seconds(3)));
        !session)
      found.uncompared.push_back(session.error);
  if (found.uncompared.empty())
    if (const std::string why = scene.prepare(); !why.empty()) found.uncompared.push_back(why);
  if (found.uncompared.empty()) {
    auto compared = compare_definitions(scene, [&] { return work.pace.may_go_on(); });
    if (!compared) return false;
    found = *std::move(compared);
  }
  change([&](VerifyReport& now, VerifyResume&) {
    for (const std::string& text : found.different) list(now.findings, text);
    now.different += found.different.size();
    for (const std::string& text : found.uncompared) list(now.uncompared, text);
    now.uncompared_count += found.uncompared.size();
    for (const std::string& text : found.notes) list(now.notes, text);
  });
  return true;
}

}  // namespace cutover
