// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/verbs.h"

#include <iostream>

#include "mod_cutover/cutoverctl/asking.h"
#include "mod_cutover/cutoverctl/ending.h"
#include "mod_cutover/cutoverctl/explain.h"
#include "mod_cutover/cutoverctl/harmless_json.h"
#include "mod_cutover/cutoverctl/interrupt.h"
#include "mod_cutover/cutoverctl/run_view.h"
#include "mod_cutover/cutoverctl/status_view.h"
#include "mod_cutover/cutoverctl/tables.h"
#include "mod_cutover/cutoverctl/verify_view.h"

namespace cutover {
namespace {

using nlohmann::json;

void show_progress(const Terminal& terminal, RunView& run, const Options& options,
                   const json& progress) {
  if (options.json) {
    const bool bare = options.verb == "watch";
    std::cout << line_of(bare ? progress : json{{"progress", progress}}) << "\n" << std::flush;
  } else if (options.verb == "watch") {
    print_watch(terminal, all_harmless(progress));
  } else if (options.verb == "verify") {
    print_verifying(terminal, all_harmless(progress));
  } else {
    run.progress(all_harmless(progress));
  }
}

// On the terminal or down a pipe, but never by an option: a line in a shell's history repeats
// itself too easily.
bool name_typed(Options& options) {
  if (options.verb == "complete")
    std::cerr << "The new host serves " << options.site
              << " for good: there is no rollback any more, and the databases' links are ended.\n";
  else
    std::cerr << "Whatever the old database of " << options.site
              << " lacks is given up; `cutoverctl preflight " << options.site << "` lists it.\n";
  std::cerr << "Type the site's name to go on: " << std::flush;
  std::getline(std::cin, options.confirm);
  if (options.confirm == options.site) return true;
  std::cerr << "\ncutoverctl: that is not the site's name; nothing was done\n";
  return false;
}

int print_all_tables(const Options& options) {
  if (options.json) {
    std::cout << line_of(tables()) << "\n";
  } else {
    print_tables(std::cout);
  }
  return std::cout.flush().good() ? kExitDone : kExitRefused;
}

}  // namespace

int run_verb(Options options) {
  if (options.verb == "tables") return print_all_tables(options);
  if (options.verb == "explain") return explain(options.site, options.json);
  const bool for_good = options.accept_data_loss || options.verb == "complete";
  if (for_good && !name_typed(options)) return kExitRefused;
  const Terminal terminal = Terminal::of_stdout();
  RunView run(terminal);
  if (is_run(options.verb) && !options.wait) explain_interrupts(options.verb, options.site);
  const OnProgress on_progress = [&](const json& progress) {
    show_progress(terminal, run, options, progress);
  };
  Reply reply = options.verb == "watch" ? keep_watching(options, on_progress)
                                        : ask_coordinator(options, on_progress);
  // A graceful: the next coordinator goes on with it, and says how far it is.
  while (options.verb == "verify" && reply.kind == Reply::Kind::kDone &&
         reply.done.value("again", false))
    reply = ask_coordinator(options, on_progress);
  if (reply.kind == Reply::Kind::kNoCoordinator || reply.kind == Reply::Kind::kLeft)
    return end_without_coordinator(options, reply.error);
  if (reply.kind == Reply::Kind::kBroken) return end_broken(options, reply.error);
  return end_answered(terminal, run, options, reply.done);
}

}  // namespace cutover
