// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/asking.h"

#include <unistd.h>

#include <chrono>
#include <thread>

#include "mod_cutover/state/paths.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr auto kSilenceOfLook = 30s;
// Longer than any phase may take: every hold is shorter than httpd's Timeout.
constexpr auto kSilenceOfRun = 300s;
constexpr auto kPatience = 1s;
// Each graceful and each death of a coordinator leaves a moment without one; httpd starts the next.
constexpr auto kSuccessorPatience = 5s;
constexpr auto kAwayLimit = 3s;
constexpr auto kRetryPause = 100ms;

json request_of(const Options& options) {
  json request{{"verb", options.verb}};
  if (!options.site.empty()) request["site"] = options.site;
  if (options.accept_data_loss) {
    request["accept_data_loss"] = true;
    request["confirm"] = options.confirm;
  }
  if (options.verb == "complete") request["confirm"] = options.confirm;
  if (options.despite_direct_visitors) request["despite_direct_visitors"] = true;
  if (!options.serve.empty()) request["serve"] = options.serve;
  if (options.other_is_down) request["other_is_down"] = true;
  if (options.stop) request["stop"] = true;
  if (options.detach) request["detach"] = true;
  if (options.rows_per_second > 0) request["rows_per_second"] = options.rows_per_second;
  if (options.wait) {
    json& wait = request["wait"] = {{"quiet", options.quiet}};
    if (options.from_ms) wait["from"] = *options.from_ms;
    if (options.until_ms) wait["until"] = *options.until_ms;
  }
  return request;
}

Reply ask_once(const Options& options, const OnProgress& on_progress) try {
  const std::chrono::milliseconds silence =
      acts(options.verb) || options.verb == "preflight" || options.verb == "plan" ? kSilenceOfRun
                                                                                  : kSilenceOfLook;
  const json request = request_of(options);
  if (::geteuid() == 0) {
    Reply reply = ask(root_socket_path(options.state_dir), request, silence, on_progress);
    if (reply.kind != Reply::Kind::kNoCoordinator) return reply;
  }
  return ask(socket_path(options.state_dir), request, silence, on_progress);
} catch (const json::exception& error) {
  return {
      Reply::Kind::kBroken, {}, std::string("its news is not of this version: ") + error.what()};
}

}  // namespace

bool is_run(const std::string& verb) {
  return verb == "switch" || verb == "rollback" || verb == "rehearse";
}

bool acts(const std::string& verb) {
  return is_run(verb) || verb == "abort" || verb == "resolve" || verb == "complete";
}

// Sent again only where it is sure that nothing was done: nobody took the connection, or whoever
// did ended it before the line that comes ahead of every command, or said so.
Reply ask_coordinator(const Options& options, const OnProgress& on_progress) {
  const auto begin = Clock::now();
  bool leaves = false;
  for (;;) {
    Reply reply = ask_once(options, on_progress);
    const bool again = reply.kind == Reply::Kind::kDone && reply.done.value("again", false);
    leaves = leaves || again || reply.kind == Reply::Kind::kLeft;
    const bool nothing_done =
        again || reply.kind == Reply::Kind::kLeft || reply.kind == Reply::Kind::kNoCoordinator;
    const auto patience = leaves ? kSuccessorPatience : kPatience;
    if (!nothing_done || Clock::now() - begin >= patience) return reply;
    std::this_thread::sleep_for(kRetryPause);
  }
}

Reply keep_watching(const Options& options, const OnProgress& on_progress) {
  bool alive = false;
  auto seen = Clock::now();
  for (;;) {
    Reply reply = ask_coordinator(options, [&](const json& progress) {
      on_progress(progress);
      alive = true;
      seen = Clock::now();
    });
    const bool told_off = reply.kind == Reply::Kind::kDone && reply.done["exit"] != kExitDone;
    if (told_off || !alive || Clock::now() - seen > kAwayLimit) return reply;
    std::this_thread::sleep_for(kRetryPause);
  }
}

}  // namespace cutover
