// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/hold_capacity.h"

#include <sys/resource.h>
// After httpd.h.
#include <ap_mpm.h>
#include <util_cfgtree.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string_view>

#include "mod_cutover/httpd/edge/mpm.h"

namespace cutover {
namespace {

struct Mpm {
  std::int64_t children = 1;
  std::int64_t threads = 1;
  std::int64_t factor = 2;  // AsyncRequestWorkerFactor; event takes its whole part
  std::int64_t descriptors = 0;

  std::int64_t workers() const { return children * threads; }
};

// How many may be held, and what is to be said where that is less than the limit.
struct Bound {
  std::int64_t room = 0;
  std::string problem;
};

std::int64_t configured_factor(const ap_directive_t* tree) {
  for (const ap_directive_t* d = tree; d != nullptr; d = d->next)
    if (strcasecmp(d->directive, "AsyncRequestWorkerFactor") == 0)
      return static_cast<std::int64_t>(std::strtod(d->args, nullptr));
  return 2;
}

Mpm this_mpm() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return {std::max(ask_mpm(AP_MPMQ_MAX_DAEMONS), 1), std::max(ask_mpm(AP_MPMQ_MAX_THREADS), 1),
          configured_factor(ap_conftree),
          static_cast<std::int64_t>(std::min<rlim_t>(files.rlim_cur, 1 << 30))};
}

// What a child has open before its first visitor: about what this parent has.
std::int64_t open_descriptors() {
  std::error_code none;
  const std::filesystem::directory_iterator all("/proc/self/fd", none);
  return none ? 64 : std::distance(begin(all), end(all));
}

std::int64_t divided_up(std::int64_t number, std::int64_t by) { return (number + by - 1) / by; }

std::string text(std::int64_t number) { return std::to_string(number); }

// A child accepts nobody any more, on no port, at ThreadsPerChild connections and the factor for
// each idle thread; one share of the threads is for those who are not held. While they are let go
// few are idle, and one of them does not count once the child had to stop accepting.
Bound of_connections(const Mpm& mpm, std::int64_t limit) {
  const std::int64_t idle = mpm.children * (kLeftIdle - 1);
  if (limit <= idle * mpm.factor) return {limit, {}};
  return {idle * mpm.factor,
          "is more than the " + text(idle * mpm.factor) +
              " connections that may wait while they are let go (" + text(mpm.children) +
              " children x AsyncRequestWorkerFactor " + text(mpm.factor) +
              "): httpd accepts nobody beyond them, not for the page either; set "
              "AsyncRequestWorkerFactor " +
              text(divided_up(limit, idle)) + ", or a smaller limit"};
}

// Its socket and its eventfd.
Bound of_descriptors(const Mpm& mpm, std::int64_t limit) {
  const std::int64_t others = open_descriptors() + spare_fds(static_cast<int>(mpm.threads));
  const std::int64_t needed = 2 * divided_up(limit, mpm.children) + others;
  if (needed <= mpm.descriptors) return {limit, {}};
  const std::int64_t room = std::max<std::int64_t>((mpm.descriptors - others) / 2, 0);
  return {mpm.children * room, "is more than the " + text(mpm.children * room) + " that " +
                                   text(mpm.children) + " children can hold with " +
                                   text(mpm.descriptors) +
                                   " descriptors each; set ulimit -n (systemd: LimitNOFILE) to " +
                                   text(needed) + ", or a smaller limit"};
}

Bound of_threads(const Mpm& mpm, std::int64_t limit, const BlockBudget& blocking) {
  const std::int64_t room = blocking.most * (blocking.of_all_children ? 1 : mpm.children);
  if (limit <= room) return {limit, {}};
  const std::int64_t wanted = blocking.of_all_children
                                  ? std::max(limit + 2, divided_up(limit * 8, 7) + 1)
                                  : divided_up(limit, blocking.most) * mpm.threads;
  return {room,
          "is more than the " + text(room) + " that may wait in their threads (MaxRequestWorkers " +
              text(mpm.workers()) +
              ", some of them free for others): those beyond are "
              "refused at once; set MaxRequestWorkers " +
              text(wanted) +
              ", or a smaller limit, or use the event MPM of httpd 2.4.63 or later, which holds "
              "requests without a thread"};
}

// One eighth stays free, and two at least: event does not accept again, once it had to stop, with
// a single idle thread. A server with one or two workers has none to spare.
std::int64_t most_of(int workers) { return std::max(workers - std::max(2, workers / 8), 1); }

std::vector<Bound> bounds(std::int64_t limit) {
  const Mpm mpm = this_mpm();
  if (!mpm_can_park()) return {of_threads(mpm, limit, block_budget())};
  return {of_connections(mpm, limit), of_descriptors(mpm, limit)};
}

}  // namespace

BlockBudget block_budget() {
  const int threads = ask_mpm(AP_MPMQ_MAX_THREADS);
  const bool prefork = threads <= 1;
  const int workers = prefork ? ask_mpm(AP_MPMQ_MAX_DAEMONS) : threads;
  return {most_of(workers), std::max(workers - kLeftIdle, 1), prefork};
}

bool speaks_http2(const server_rec* s) {
  const auto* core =
      static_cast<const core_server_config*>(ap_get_core_module_config(s->module_config));
  const apr_array_header_t* named = core->protocols;
  for (int i = 0; named != nullptr && i < named->nelts; ++i) {
    const std::string_view one = reinterpret_cast<const char* const*>(named->elts)[i];
    if (one == "h2" || one == "h2c") return true;
  }
  return false;
}

bool mpm_can_park() {
#ifdef AP_MPMQ_CAN_WAITIO
  return ask_mpm(AP_MPMQ_CAN_WAITIO) != 0;
#else
  return false;
#endif
}

namespace {

// What a visitor by HTTP/2 is to the limit; nothing where there is none.
std::string of_http2() {
  if (ap_find_linked_module("mod_http2.c") == nullptr) return "";
  if (ask_mpm(AP_MPMQ_MAX_THREADS) <= 1) return "; no HTTP/2, which takes another MPM";
  return mpm_can_park() ? "; a session of HTTP/2 counts as one, whatever it asks for"
                        : "; of HTTP/2 each request counts as one";
}

}  // namespace

std::string how_it_holds() {
  const char* const kept = ask_mpm(AP_MPMQ_MAX_THREADS) > 1 ? "thread" : "process";
  return this_httpd() + ": " +
         (mpm_can_park() ? "none of them keeps a thread"
                         : std::string("each of them keeps a ") + kept) +
         of_http2();
}

std::int64_t most_held() {
  return std::ranges::min(bounds(std::numeric_limits<std::int32_t>::max()), {}, &Bound::room).room;
}

std::int64_t hold_room(const SiteSettings& site) {
  return std::ranges::min(bounds(site.hold_limit), {}, &Bound::room).room;
}

std::vector<Problem> hold_problems(const SiteSettings& site) {
  const std::int64_t limit = site.hold_limit;
  // A site that is kept though it is not configured any more has no place.
  Where where;
  for (const char* directive : {"CutoverSite", "CutoverHoldLimit"})
    if (const auto said = site.where.find(directive); said != site.where.end())
      where = said->second;
  std::vector<Problem> found;
  for (const auto& [room, problem] : bounds(limit))
    if (!problem.empty())
      found.push_back({where,
                       "site " + site.name + ": CutoverHoldLimit " + text(limit) + " " + problem,
                       false});
  return found;
}

}  // namespace cutover
