// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kEventsShown = 10;

std::string number(double value, const char* format) {
  if (std::isnan(value)) return "unknown";
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string ms(double value) { return number(value, "%.1f ms"); }

std::string side_in_words(const Snapshot& site) {
  if (site.side == "none") return "requests are held";
  return site.side + " serves";
}

class PageWriter {
 public:
  explicit PageWriter(const PageParts& parts) : parts_(parts) {}

  std::string write() {
    head();
    if (!parts_.view.coordinator_pid)
      h_.raw("<p class=\"card notice bad\">No coordinator answers: ")
          .text(parts_.view.error)
          .raw(
              ". Requests are served by the side that was decided last; nothing can be switched "
              "until it is back.</p>\n");
    if (parts_.notice != nullptr) notice(*parts_.notice);
    for (const Snapshot& site : parts_.view.sites) card(site);
    if (parts_.view.sites.empty()) h_.raw("<p class=\"card\">No site is configured.</p>\n");
    events();
    h_.raw("<p class=\"soft\">").raw("As data: <a href=\"");
    link("/status.json").raw("\">status.json</a>, <a href=\"");
    link("/metrics").raw("\">metrics</a>, <a href=\"");
    link("/?auto").raw("\">?auto</a></p>\n</body>\n</html>\n");
    return h_.take();
  }

 private:
  template <std::size_t size>
  Html& link(const char (&tail)[size]) {
    return h_.text(parts_.base).raw(tail);
  }

  void head() {
    h_.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    const auto& sites = parts_.view.sites;
    const bool running = std::any_of(sites.begin(), sites.end(),
                                     [](const Snapshot& s) { return s.direction.has_value(); });
    if (running) {
      h_.raw("<meta http-equiv=\"refresh\" content=\"1;url=");
      link("/").raw("\">\n");
    }
    h_.raw("<title>Cutover");
    for (const Snapshot& s : sites) h_.raw(" &middot; ").text(s.site + ": " + side_in_words(s));
    h_.raw("</title>\n<link rel=\"stylesheet\" href=\"");
    link("/style.css").raw("\">\n</head>\n<body>\n<h1>Cutover</h1>\n");
  }

  void notice(const Notice& n) {
    if (n.bad)
      h_.raw("<section class=\"card notice bad\" role=\"alert\">");
    else
      h_.raw("<section class=\"card notice\" role=\"status\">");
    h_.raw("<h2>").text(n.site).raw("</h2><p>").text(n.message).raw("</p>");
    if (n.checks.is_array()) checks(n.checks);
    h_.raw("</section>\n");
  }

  void checks(const json& list) {
    h_.raw("<div class=\"scroll\"><table><tr><th>check<th>verdict<th>seen<th>what to do</tr>\n");
    for (const json& c : list) {
      const std::string verdict = c.value("verdict", "block");
      h_.raw("<tr><td>").text(c.value("name", ""));
      verdict == "pass" ? h_.raw("<td class=\"good\">") : h_.raw("<td class=\"bad\">");
      h_.text(verdict).raw("<td>").text(c.value("seen", ""));
      h_.raw("<td>").text(c.value("remedy", "")).raw("</tr>\n");
    }
    h_.raw("</table></div>");
  }

  void card(const Snapshot& site) {
    h_.raw("<section class=\"card\">\n<div class=\"top\"><h2>").text(site.site);
    h_.raw("</h2><span class=\"side ").text(site.side).raw("\">").text(side_in_words(site));
    h_.raw("</span></div>\n");
    if (site.direction)
      h_.raw("<p><strong>")
          .text(name(*site.direction))
          .raw(" is under way: ")
          .text(site.phase)
          .raw("</strong></p>\n");
    if (!site.doubt.empty()) {
      h_.raw("<p class=\"bad\"><strong>In doubt, a person must look:</strong> ")
          .text(site.doubt)
          .raw("</p>\n<ol>");
      for (const std::string& question : questions(site)) h_.raw("<li>").text(question);
      h_.raw("</ol>\n");
    }
    gate(site);
    way_back(site);
    write_figures(h_, site);
    if (!balanced(site.counts) && site.counts.held_now == 0)
      h_.raw("<p class=\"bad\">The counts of held requests do not add up.</p>\n");
    if (site.last) last_run(*site.last);
    buttons(site);
    h_.raw("</section>\n");
  }

  void gate(const Snapshot& site) {
    if (site.gate.open) {
      h_.raw("<p>Gate: <span class=\"good\">open</span></p>\n");
      return;
    }
    h_.raw("<p>Gate: <span class=\"bad\">closed</span></p>\n");
    reasons(site.gate.reasons);
  }

  void way_back(const Snapshot& site) {
    if (!site.way_back) return;
    if (site.way_back->possible) {
      h_.raw("<p>Going back: <span class=\"good\">possible now</span></p>\n");
      return;
    }
    h_.raw("<p>Going back: <span class=\"bad\">not possible now</span></p>\n");
    if (site.way_back->reasons != site.gate.reasons) reasons(site.way_back->reasons);
  }

  void reasons(const std::vector<std::string>& list) {
    h_.raw("<ul>");
    for (const std::string& reason : list) h_.raw("<li>").text(reason);
    h_.raw("</ul>\n");
  }

  void last_run(const LastRun& run) {
    h_.raw("<h3>Last run</h3>\n<p>").text(name(run.direction)).raw(", ").text(run.outcome);
    h_.raw(", started ").text(run.started).raw(", took ").text(ms(run.duration_ms));
    h_.raw(", of which the pause ").text(ms(run.pause_ms)).raw("</p>\n");
    if (!run.reason.empty()) h_.raw("<p class=\"bad\">").text(run.reason).raw("</p>\n");
    if (run.phases.empty()) return;
    h_.raw("<table>");
    for (const PhaseTime& p : run.phases)
      h_.raw("<tr><th>").text(p.name).raw("<td class=\"number\">").text(ms(p.ms)).raw("</tr>\n");
    h_.raw("</table>\n");
  }

  void buttons(const Snapshot& site) {
    const auto known = parts_.global.sites.find(site.site);
    if (known == parts_.global.sites.end() || !known->second->settings.page_control) return;
    if (!parts_.view.coordinator_pid) return;
    if (site.direction) {
      form(site, "abort", "Abort", false);
      return;
    }
    form(site, "preflight", "Preflight", false);
    if (site.side == "old") form(site, "switch", "Switch to the new host", true);
    if (site.side == "new") form(site, "rollback", "Roll back to the old host", true);
  }

  void form(const Snapshot& site, std::string_view verb, std::string_view label, bool acts) {
    h_.raw("<form method=\"post\" action=\"");
    link("/").text(site.site).raw("/").text(verb);
    h_.raw("\"><input type=\"hidden\" name=\"nonce\" value=\"").text(parts_.form_secret);
    h_.raw("\">");
    if (acts) h_.raw("<label><input type=\"checkbox\" name=\"sure\" required> I am sure</label>");
    acts ? h_.raw("<button class=\"act\">") : h_.raw("<button>");
    h_.text(label).raw("</button></form>\n");
  }

  void events() {
    if (!parts_.events.is_array() || parts_.events.empty()) return;
    h_.raw("<section class=\"card\"><h2>Events</h2><div class=\"scroll\"><table>\n");
    std::size_t shown = 0;
    for (auto e = parts_.events.rbegin(); e != parts_.events.rend() && shown < kEventsShown;
         ++e, ++shown)
      event(*e);
    h_.raw("</table></div></section>\n");
  }

  void event(const json& e) {
    const auto field = [&](const char* key) {
      const auto found = e.find(key);
      return found != e.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    h_.raw("<tr><td class=\"soft\">").text(field("at")).raw("<td>").text(field("site"));
    h_.raw("<td>").text(field("event") + " " + field("verb")).raw("<td>").text(field("by"));
    h_.raw("<td>");
    const auto last = e.find("last");
    if (last != e.end() && last->is_object()) h_.text(last->value("reason", ""));
    h_.raw("</tr>\n");
  }

  const PageParts& parts_;
  Html h_;
};

}  // namespace

void write_figures(Html& html, const Snapshot& site) {
  html.raw("<dl class=\"figures\">\n");
  for (const Figure& figure : figures())
    html.raw("<div><dt>")
        .text(figure.label)
        .raw("</dt><dd>")
        .text(number(figure.get(site), "%.15g"))
        .raw("</dd></div>\n");
  html.raw("</dl>\n");
}

std::string render_page(const PageParts& parts) { return PageWriter(parts).write(); }

}  // namespace cutover
