// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/own_log.h"

#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kSlice = 200ms;       // of one look
constexpr Nanos kLongest = 20s;       // of one search
constexpr Nanos kPatience = 3s;       // with what may be a moment's trouble
constexpr Nanos kAskAgain = 10s;      // after a failure
constexpr Nanos kSearchAgain = 600s;  // after a search that was too long
constexpr Nanos kRest = 5ms;
constexpr std::size_t kNamed = 5;

// What a list of MariaDB's stands for: all own numbers from behind the position's to its own.
std::optional<GtidSpans> spans_beyond(const Position& position, const Position& beyond,
                                      bool mariadb) {
  if (!mariadb) return GtidSpans::of_set(beyond);
  auto spans = GtidSpans::up_to(beyond);
  const auto before = GtidSpans::up_to(position);
  if (!spans || !before) return std::nullopt;
  spans->remove(*before);
  return spans;
}

}  // namespace

Reading<OwnWrites> OwnLog::look(Connection& server, const Dialect& dialect,
                                const Identity& identity, const Position& position,
                                Deadline deadline) {
  const auto beyond = dialect.own_beyond(server, position, deadline);
  if (!beyond) return {std::nullopt, beyond.error};
  return tell(server, dialect, identity, position, *beyond, deadline);
}

Reading<OwnWrites> OwnLog::tell(Connection& server, const Dialect& dialect,
                                const Identity& identity, const Position& position,
                                const Position& beyond, Deadline deadline) {
  if (beyond.empty()) return {OwnWrites{false, {}, {}, {}, position}, {}};
  const auto wanted = spans_beyond(position, beyond, dialect.is_mariadb());
  if (!wanted) return {std::nullopt, "its own GTIDs cannot be read: " + beyond};
  // Numbers are given anew by another server, and after a RESET MASTER.
  if (!dialect.same_server(identity, identity_) || wanted->falls_behind(judged_)) *this = OwnLog();
  identity_ = identity;
  if (const auto later = judge(server, *wanted, dialect.is_mariadb(), deadline))
    return {std::nullopt, "its own GTIDs " + beyond + " are looked up: " + *later};
  OwnWrites own = answer(*wanted, beyond);
  if (!own.rows) own.settled = with_own(position, beyond, dialect.is_mariadb());
  return {std::move(own), {}};
}

bool OwnLog::has_rows(const GtidSpans& wanted) const {
  return std::any_of(found_.begin(), found_.end(),
                     [&](const Transaction& t) { return t.rows && wanted.contains(t.gtid); });
}

std::optional<std::string> OwnLog::judge(Connection& server, const GtidSpans& wanted, bool mariadb,
                                         Deadline deadline) {
  const auto now = std::chrono::steady_clock::now();
  GtidSpans unknown = wanted;
  unknown.remove(judged_);
  if (has_rows(wanted) || unknown.empty()) {
    failure_.reset();
    return std::nullopt;
  }
  if (failure_ && failure_->unknown == unknown && now < failure_->until) return std::nullopt;
  failure_.reset();
  const auto fail = [&](std::string why, Nanos pause) {
    search_.stop();
    in_vain_since_.reset();
    failure_ = Failure{unknown, std::move(why), now + pause};
    return std::nullopt;
  };

  const Deadline slice = deadline.within(kSlice);
  LogSearch::Outcome outcome{LogSearch::End::kEnough};
  if (!search_.under_way() || !search_.extend(unknown))
    outcome = search_.begin(server, unknown, deadline);
  while (outcome.end == LogSearch::End::kEnough || outcome.end == LogSearch::End::kNoMore) {
    outcome = search_.read(server, slice, deadline, [&](Transaction t) {
      const std::uint64_t first = mariadb ? unknown.span_begin(t.gtid) : t.gtid.number;
      judged_.add(t.gtid.origin, first, t.gtid.number);
      unknown.remove(t.gtid.origin, first, t.gtid.number);
      const bool enough = t.rows && wanted.contains(t.gtid);
      found_.push_back(std::move(t));
      return enough || unknown.empty();
    });
    if (outcome.end == LogSearch::End::kEnough) {
      search_.stop();
      in_vain_since_.reset();
      return std::nullopt;
    }
    // The GTID may be counted a moment before it can be read.
    if (outcome.end != LogSearch::End::kNoMore || slice.over()) break;
    std::this_thread::sleep_for(kRest);
  }
  if (outcome.end == LogSearch::End::kSlice) {
    if (search_.spent() < kLongest) return search_.place();
    return fail("there is more in its binary log than is read for it", kSearchAgain);
  }
  if (outcome.end == LogSearch::End::kSilent) return outcome.error;
  if (outcome.end == LogSearch::End::kNoMore) outcome.error = "they are not in its binary log";
  if (!in_vain_since_) in_vain_since_ = now;
  if (now - *in_vain_since_ < kPatience) {
    if (outcome.end == LogSearch::End::kRefused) search_.stop();
    return outcome.error;
  }
  return fail(outcome.error, kAskAgain);
}

OwnWrites OwnLog::answer(const GtidSpans& wanted, const Position& beyond) const {
  OwnWrites own;
  std::size_t more = 0;
  for (const Transaction& t : found_) {
    if (!wanted.contains(t.gtid)) continue;
    const std::string named = t.statement + " (" + t.text + ")";
    if (t.rows) return {true, named};
    if (own.harmless.size() == kNamed) {
      ++more;
      continue;
    }
    own.harmless.push_back(named);
    const bool known = std::find(own.cures.begin(), own.cures.end(), t.cure) != own.cures.end();
    if (!t.cure.empty() && !known) own.cures.push_back(t.cure);
  }
  if (failure_) return {true, beyond + ", and what they are cannot be told: " + failure_->why};
  if (more > 0) own.harmless.push_back("and " + std::to_string(more) + " more");
  return own;
}

Position with_own(const Position& position, const Position& beyond, bool mariadb) {
  if (!mariadb) {
    auto all = GtidSpans::of_set(position);
    const auto own = GtidSpans::of_set(beyond);
    if (!all || !own) return {};
    all->add(*own);
    return all->as_set();
  }
  auto list = parse_gtids(position);
  const auto own = parse_gtids(beyond);
  if (!list || !own) return {};
  for (const Gtid& g : *own) {
    const auto same = std::find_if(list->begin(), list->end(), [&](const Gtid& other) {
      return other.domain == g.domain && other.server == g.server;
    });
    // The newest of a domain stands last; an own one that the other never gets is not that.
    const auto domain = std::find_if(list->begin(), list->end(),
                                     [&](const Gtid& other) { return other.domain == g.domain; });
    if (same == list->end()) {
      list->insert(domain, g);
    } else {
      same->sequence = std::max(same->sequence, g.sequence);
    }
  }
  return render(*list);
}

Position with_those_of(const Identity& origin, const Position& position, const Position& given_up,
                       bool mariadb) {
  const auto all = parse_gtids(given_up);
  if (!mariadb || !all || all->empty()) return position;
  GtidList own;
  std::copy_if(all->begin(), all->end(), std::back_inserter(own),
               [&](const Gtid& g) { return g.server == origin.server_id; });
  return with_own(position, render(own), mariadb);
}

}  // namespace cutover
