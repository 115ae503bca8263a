// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/document.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "mod_cutover/httpd/page/html/checks.h"
#include "mod_cutover/httpd/page/html/icons.h"
#include "mod_cutover/httpd/page/html/site_card.h"
#include "mod_cutover/httpd/page/html/words.h"
#include "shared/figures/forecast.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr auto kFresh = 15s;

std::chrono::milliseconds ms_of(double ms) { return std::chrono::milliseconds(std::llround(ms)); }

class PageWriter {
 public:
  explicit PageWriter(const PageParts& parts) : parts_(parts) {}

  std::string write() {
    head();
    h_.raw("<body>\n<a class=\"skip\" href=\"#sites\">To the sites</a>\n")
        .raw("<header class=\"page\">\n<h1>Cutover</h1>\n<p id=\"live\">As of ");
    write_time(h_, now_utc());
    h_.raw(". <a href=\"");
    link("/").raw("\">Look again</a></p>\n</header>\n");
    h_.raw(
        "<p id=\"said\" class=\"vh\" role=\"status\"></p>\n<main id=\"sites\" tabindex=\"-1\">\n");
    no_coordinator();
    if (parts_.notice != nullptr) notice(*parts_.notice);
    for (const Snapshot& site : parts_.view.sites) just_ended(site);
    for (const Snapshot& site : parts_.view.sites) card(site);
    if (parts_.view.sites.empty()) h_.raw("<p class=\"card\">No site is configured.</p>\n");
    trail();
    h_.raw("</main>\n");
    footer();
    h_.raw("</body>\n</html>\n");
    return h_.take();
  }

 private:
  template <std::size_t size>
  Html& link(const char (&tail)[size]) {
    return h_.text(parts_.base).raw(tail);
  }

  void head() {
    h_.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    const auto& sites = parts_.view.sites;
    const bool running = std::any_of(sites.begin(), sites.end(),
                                     [](const Snapshot& s) { return s.direction.has_value(); });
    if (running) {
      h_.raw("<noscript><meta http-equiv=\"refresh\" content=\"1;url=");
      link("/").raw("\"></noscript>\n");
    }
    h_.raw("<title>");
    for (const Snapshot& s : sites) h_.text(s.site + ": " + side_in_words(s)).raw(" &middot; ");
    h_.raw("Cutover</title>\n<link rel=\"icon\" href=\"");
    link("/icon.svg").raw("\">\n<link rel=\"stylesheet\" href=\"");
    link("/uplot.css").raw("\">\n<link rel=\"stylesheet\" href=\"");
    link("/style.css").raw("\">\n<script src=\"");
    link("/uplot.js").raw("\" defer></script>\n<script type=\"module\" src=\"");
    link("/page.js").raw("\"></script>\n</head>\n");
  }

  void no_coordinator() {
    h_.raw("<section id=\"no-coordinator\" class=\"card notice bad\" role=\"alert\"");
    if (parts_.view.coordinator_pid) h_.raw(" hidden");
    h_.raw(">\n<h2>No coordinator answers</h2>\n<p><span id=\"no-coordinator-why\">");
    h_.text(parts_.view.error)
        .raw("</span>. Requests are served by the side that was decided last; nothing can be ")
        .raw(
            "switched until it is back. What follows is what shared memory knows, and there is no ")
        .raw(
            "history. httpd starts the coordinator again by itself; its error log says more.</p>\n")
        .raw("</section>\n");
  }

  void notice(const Notice& n) {
    if (n.bad)
      h_.raw("<section class=\"card notice bad\" role=\"alert\">");
    else
      h_.raw("<section class=\"card notice\" role=\"status\">");
    h_.raw("<h2>").text(n.site).raw("</h2>\n<p>").text(n.message).raw("</p>\n");
    if (n.checks.is_array()) write_checks(h_, n.checks);
    h_.raw("</section>\n");
  }

  // Whoever comes back from a button is told what came of it, though all of it stands below, too.
  void just_ended(const Snapshot& site) {
    if (site.direction || parts_.notice != nullptr) return;
    const LastRun* run = newest_run(site);
    const auto age = run == nullptr ? std::nullopt : age_of(run->started);
    if (!age || *age < 0s || *age > kFresh + ms_of(run->duration_ms)) return;
    const bool done = run->outcome == "done";
    h_.raw("<section class=\"card notice");
    if (!done) h_.raw(" bad");
    h_.raw("\" role=\"status\" data-fresh>\n<h2>").text(site.site).raw(": ");
    h_.text(run->rehearsal ? "rehearsal" : name(run->direction)).raw(" ").text(run->outcome);
    h_.raw("</h2>\n<p>").text(done ? words_of(*run, site) : run->reason).raw("</p>\n</section>\n");
  }

  static const LastRun* newest_run(const Snapshot& site) {
    const LastRun* last = site.last ? &*site.last : nullptr;
    const LastRun* rehearsal = site.rehearsal ? &*site.rehearsal : nullptr;
    if (last == nullptr || rehearsal == nullptr) return last == nullptr ? rehearsal : last;
    return last->started > rehearsal->started ? last : rehearsal;  // RFC 3339: in order as text
  }

  static std::string words_of(const LastRun& run, const Snapshot& site) {
    if (!run.rehearsal)
      return side_in_words(site) + ", after a pause of " + duration(run.pause_ms) + ".";
    if (!site.forecast) return side_in_words(site) + " as before.";
    return side_in_words(site) + " as before. Visitors would wait " + described(*site.forecast) +
           ".";
  }

  void card(const Snapshot& site) {
    SiteSettings unknown;  // of another configuration than ours, for a moment in a graceful
    unknown.name = site.site;
    const auto known = parts_.global.sites.find(site.site);
    const bool ours = known != parts_.global.sites.end();
    SiteCard card{site,
                  {ours ? known->second->settings : unknown, parts_.base, parts_.form_secret,
                   preview(site.site)},
                  parts_.view.coordinator_pid.has_value(),
                  {}};
    if (const auto found = parts_.histories.find(site.site); found != parts_.histories.end())
      card.history = found->second;
    write_site(h_, card);
  }

  Preview preview(const std::string& site) const {
    if (parts_.preview.site != site) return Preview::kNotOffered;
    return parts_.preview.taken ? Preview::kTaken : Preview::kOffered;
  }

  void trail() {
    h_.raw(
        "<section class=\"card\" aria-labelledby=\"events\">\n<h2 id=\"events\">Audit "
        "trail</h2>\n");
    if (parts_.trail.empty()) h_.raw("<p class=\"soft\" id=\"no-events\">No event is known.</p>\n");
    write_trail(h_, parts_.trail);
    h_.raw("</section>\n");
  }

  void footer() {
    h_.raw("<footer class=\"soft\">\n<p>As data: ");
    h_.raw("<a href=\"");
    link("/status.json").raw("\">status.json</a>, <a href=\"");
    link("/history.json").raw("\">history.json</a>, <a href=\"");
    link("/events.json").raw("\">events.json</a>, <a href=\"");
    link("/metrics").raw("\">metrics</a>, <a href=\"");
    link("/?auto").raw("\">?auto</a>. mod_cutover " CUTOVER_VERSION ".</p>\n</footer>\n");
  }

  const PageParts& parts_;
  Html h_;
};

}  // namespace

std::string render_page(const PageParts& parts) { return PageWriter(parts).write(); }

}  // namespace cutover
