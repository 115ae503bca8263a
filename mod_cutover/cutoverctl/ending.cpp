// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/ending.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <utility>

#include "mod_cutover/cutoverctl/asking.h"
#include "mod_cutover/cutoverctl/event_view.h"
#include "mod_cutover/cutoverctl/harmless_json.h"
#include "mod_cutover/cutoverctl/preflight_view.h"
#include "mod_cutover/cutoverctl/status_view.h"
#include "mod_cutover/cutoverctl/verify_view.h"
#include "mod_cutover/state/paths.h"
#include "shared/words/moment.h"

namespace cutover {
namespace {

using nlohmann::json;

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

bool has_checks(const Options& options, const json& result) {
  return options.verb == "preflight" && result.is_object() && result.contains("checks");
}

// The coordinator's moments are UTC; whoever typed one knows it by the clock on his wall.
void say_here(const Options& options) {
  if (options.from_ms)
    std::cout << "  by the clock here from " << local_time(*options.from_ms) << "\n";
  if (options.until_ms)
    std::cout << "  by the clock here until " << local_time(*options.until_ms) << "\n";
}

void print_farewell(const json& result) {
  const auto print = [&](const char* key, const char* title) {
    if (!result.contains(key)) return;
    std::cout << title << "\n";
    for (const json& one : result[key])
      std::cout << "  - " << one.get_ref<const std::string&>() << "\n";
  };
  print("may_be_turned_off", "May be turned off, or taken away:");
  print("not_yet", "Not yet:");
}

std::string in_line(const json& act) {
  const bool is_phase = act.at("kind") == "phase";
  std::string text = act.at(is_phase ? "phase" : "kind");
  if (act.contains("server")) text += " " + act["server"].get<std::string>();
  if (const std::string what = act.at("what"); !what.empty()) text += ": " + what;
  if (act.contains("file")) text += ", into " + act["file"].get<std::string>();
  if (act.contains("limit_ms"))
    text += " (" + std::to_string(act["limit_ms"].get<std::int64_t>()) + " ms at most)";
  return text;
}

// An act a line, its statements below it.
void print_acts(const json& acts, const std::string& indent) {
  for (const json& act : acts) {
    std::cout << indent << in_line(act) << "\n";
    for (const json& sql : act.value("statements", json::array()))
      std::cout << std::string(indent.size() + 4, ' ') << sql.get<std::string>() << "\n";
  }
}

// A phase a paragraph, with what undoes it.
void print_plan(const json& result) {
  bool forward = false;
  for (const json& act : result.value("acts", json::array())) {
    const bool is_phase = act.at("kind") == "phase";
    if (is_phase) std::cout << "\n";
    if (!std::exchange(forward, act.contains("forward")) && forward)
      std::cout << "  -- nothing leads back from here --\n";
    print_acts(json::array({act}), is_phase ? "" : "  ");
    if (!act.contains("undo")) continue;
    std::cout << "  undone, where it fails, by:\n";
    print_acts(act["undo"], "    - ");
  }
  std::cout << "\n";
}

void print_result(const Terminal& terminal, const Options& options, int exit, const json& result) {
  if (options.verb == "status") print_status(result);
  if (options.verb == "events") print_events(result);
  if (options.verb == "complete") print_farewell(result);
  if (options.verb == "verify") print_verified(terminal, result);
  if (options.verb == "plan") print_plan(result);
  if (has_checks(options, result))
    print_checks(terminal, checks_from(result), result.value("direction", "switch"),
                 exit == kExitDone);
}

// Fails closed: checks that block are never exit 0, nor is a site in doubt, whatever the last line
// says.
int exit_of_result(const Options& options, int exit, const json& result) {
  if (exit != kExitDone) return exit;
  if (has_checks(options, result) && blocks(checks_from(result))) return kExitRefused;
  if (options.verb == "verify" && result.is_object() && result.contains("result") &&
      result["result"] != "equal")
    return kExitRefused;
  if (options.verb != "status") return exit;
  const json& sites = result.at("sites");
  const bool doubt = std::any_of(sites.begin(), sites.end(), [](const json& site) {
    return !site.at("doubt").get_ref<const std::string&>().empty();
  });
  return doubt ? kExitDoubt : exit;
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
  const bool ran = is_run(options.verb) && !options.wait;
  if (ran) {
    run.finish(result);
  } else if (result.is_object() && !result.empty()) {
    print_result(terminal, options, exit, result);
  }
  const bool told = has_checks(options, result) || (options.verb == "status" && message.empty());
  if (exit != kExitDone && !told)
    say_end(options, exit, message);
  else if (ran)
    std::cout << terminal.paint(Colour::kGood, options.verb + " done") << ": " << message << "\n";
  else if (acts(options.verb) || options.verb == "verify" || options.verb == "plan")
    std::cout << message << "\n";
  if (options.wait && exit == kExitDone) say_here(options);
  return exit;
}

}  // namespace

std::string line_of(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

int end_without_coordinator(const Options& options, const std::string& error) {
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

int end_broken(const Options& options, const std::string& error) {
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

int end_answered(const Terminal& terminal, const RunView& run, const Options& options,
                 const json& done) try {
  const int exit =
      exit_of_result(options, checked_exit(options, done), done.value("result", json()));
  if (options.json) return finish_json(options, exit, done);
  return finish_text(terminal, run, options, exit, all_harmless(done));
} catch (const json::exception& error) {
  return end_broken(options, std::string("its result is not of this version: ") + error.what());
}

}  // namespace cutover
