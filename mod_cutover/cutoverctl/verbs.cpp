// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/verbs.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "mod_cutover/cutoverctl/event_view.h"
#include "mod_cutover/cutoverctl/harmless.h"
#include "mod_cutover/cutoverctl/interrupt.h"
#include "mod_cutover/cutoverctl/preflight_view.h"
#include "mod_cutover/cutoverctl/run_view.h"
#include "mod_cutover/cutoverctl/status_view.h"
#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/client.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kSilenceOfLook = 30s;
// Longer than any phase may take: every hold is shorter than httpd's Timeout.
constexpr auto kSilenceOfRun = 300s;
// httpd starts a coordinator that died anew; `watch` bridges that.
constexpr auto kAwayLimit = 5s;
constexpr auto kRetryPause = 200ms;

bool is_run(const std::string& verb) {
  return verb == "switch" || verb == "rollback" || verb == "rehearse";
}
bool acts(const std::string& verb) { return is_run(verb) || verb == "abort"; }

json request_of(const Options& options) {
  json request{{"verb", options.verb}};
  if (!options.site.empty()) request["site"] = options.site;
  if (options.accept_data_loss) request["accept_data_loss"] = true;
  return request;
}

// For JSON output every byte that is not plain ASCII is escaped: that is harmless by itself.
std::string line_of(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

// An answer's own exit code, once it is one that this command may end with.
int checked_exit(const Options& options, const json& done) {
  const auto exit = done["exit"].get<std::int64_t>();
  if (exit >= kExitDone && exit <= kExitDoubt) return static_cast<int>(exit);
  return acts(options.verb) ? kExitDoubt : kExitAlone;
}

void say_end(const Options& options, int exit, const std::string& message) {
  std::cout << std::flush;
  if (options.json)
    std::cout << line_of({{"exit", exit}, {"message", message}}) << "\n" << std::flush;
  else
    std::cerr << "cutoverctl: " << harmless(message) << "\n";
}

int no_coordinator(const Options& options, const std::string& error) {
  say_end(options, kExitAlone, "no coordinator answers: " + error);
  if (options.json) return kExitAlone;
  const bool barred = access(socket_path(options.state_dir).c_str(), F_OK) != 0 && errno == EACCES;
  if (barred)
    std::cerr << "  This user may not look into " << options.state_dir << ": try again as root.\n";
  else
    std::cerr << "  Is httpd running, with mod_cutover loaded and a <CutoverSite>? "
                 "Its error log says why no coordinator stays up.\n"
                 "  Is the state directory right? It must be httpd's CutoverStateDir; this asked "
              << options.state_dir << " (--state-dir DIR).\n";
  return kExitAlone;
}

int broken(const Options& options, const std::string& error) {
  if (!acts(options.verb)) {
    say_end(options, kExitAlone, "the coordinator gave no answer: " + error);
    return kExitAlone;
  }
  const std::string site = options.site.empty() ? "" : " " + options.site;
  say_end(options, kExitDoubt,
          "how the " + options.verb + " ended is not known here: " + error +
              ". httpd starts a lost coordinator again, and that one ends what was begun: look at "
              "`cutoverctl status" +
              site + "`");
  return kExitDoubt;
}

void print_result(const Terminal& terminal, const Options& options, const json& result) {
  if (options.verb == "status") print_status(result);
  if (options.verb == "events") print_events(result);
  if (options.verb == "preflight") print_checks(terminal, checks_from(result));
}

// Fails closed: a list of checks that blocks is never exit 0, whatever the last line says.
int exit_of_checks(const Options& options, int exit, const json& result) {
  const bool looked =
      options.verb == "preflight" && result.is_object() && result.contains("checks");
  return exit == kExitDone && looked && blocks(checks_from(result)) ? kExitRefused : exit;
}

int finish_json(const Options& options, int exit, const json& done) {
  json result = done.value("result", json::object());
  if (!result.is_object()) result = json::object();
  if (options.verb == "events" && exit == kExitDone) {
    for (const json& event : result.at("events")) std::cout << line_of(event) << "\n";
    return exit;
  }
  result["exit"] = exit;
  result["message"] = done["message"];
  std::cout << line_of(result) << "\n";
  return exit;
}

int finish_text(const Terminal& terminal, const RunView& run, const Options& options, int exit,
                const json& done) {
  const json result = done.value("result", json());
  const std::string message = done["message"];
  if (is_run(options.verb)) {
    run.finish(result);
  } else if (result.is_object() && !result.empty()) {
    print_result(terminal, options, result);
  }
  const bool shown = options.verb == "preflight" && result.is_object() && result.contains("checks");
  if (exit != kExitDone && !shown)
    say_end(options, exit, message);
  else if (acts(options.verb))
    std::cout << terminal.paint(Colour::kGood, message) << "\n";
  return exit;
}

int finish(const Terminal& terminal, const RunView& run, const Options& options, json done) try {
  const int exit =
      exit_of_checks(options, checked_exit(options, done), done.value("result", json()));
  if (options.json) return finish_json(options, exit, done);
  return finish_text(terminal, run, options, exit, all_harmless(done));
} catch (const json::exception& error) {
  return broken(options, std::string("its result is not of this version: ") + error.what());
}

void show_progress(const Terminal& terminal, RunView& run, const Options& options,
                   const json& progress) {
  if (options.json) {
    const bool bare = options.verb == "watch";
    std::cout << line_of(bare ? progress : json{{"progress", progress}}) << "\n" << std::flush;
  } else if (options.verb == "watch") {
    print_watch(terminal, all_harmless(progress));
  } else {
    run.progress(all_harmless(progress));
  }
}

Reply ask_coordinator(const Options& options, const OnProgress& on_progress) try {
  const std::chrono::milliseconds silence =
      acts(options.verb) || options.verb == "preflight" ? kSilenceOfRun : kSilenceOfLook;
  return ask(socket_path(options.state_dir), request_of(options), silence, on_progress);
} catch (const json::exception& error) {
  return {
      Reply::Kind::kBroken, {}, std::string("its news is not of this version: ") + error.what()};
}

// Goes on over a restart of the coordinator, once it has been seen alive.
Reply keep_watching(const Options& options, const OnProgress& on_progress) {
  using Clock = std::chrono::steady_clock;
  bool alive = false;
  auto seen = Clock::now();
  for (;;) {
    Reply reply = ask_coordinator(options, [&](const json& progress) {
      on_progress(progress);
      alive = true;
      seen = Clock::now();
    });
    if (reply.kind == Reply::Kind::kDone || !alive || Clock::now() - seen > kAwayLimit)
      return reply;
    std::this_thread::sleep_for(kRetryPause);
  }
}

}  // namespace

int run_verb(const Options& options) {
  const Terminal terminal = Terminal::of_stdout();
  RunView run(terminal);
  if (is_run(options.verb)) explain_interrupts(options.verb, options.site);
  const OnProgress on_progress = [&](const json& progress) {
    show_progress(terminal, run, options, progress);
  };
  Reply reply = options.verb == "watch" ? keep_watching(options, on_progress)
                                        : ask_coordinator(options, on_progress);
  if (reply.kind == Reply::Kind::kNoCoordinator) return no_coordinator(options, reply.error);
  if (reply.kind == Reply::Kind::kBroken) return broken(options, reply.error);
  return finish(terminal, run, options, std::move(reply.done));
}

}  // namespace cutover
