// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/runs.h"

#include <algorithm>
#include <array>

#include "mod_cutover/httpd/page/html/icons.h"
#include "mod_cutover/httpd/page/html/words.h"

namespace cutover {
namespace {

enum class In : std::uint8_t { kAll, kMove, kMoveOfDatabases, kRehearsal, kProof };

struct Step {
  std::string_view phase;
  std::string_view meaning;
  In in;
};

constexpr std::array<Step, 9> kSteps = {{
    {"checking", "everything is looked at once more; nothing is held yet", In::kAll},
    {"quieting", "those that take long are held or finish, all others are served", In::kAll},
    {"draining", "new requests are held, those in flight finish", In::kAll},
    {"rehearsing", "the other database is waited for; nothing is changed", In::kRehearsal},
    {"fencing", "the database that leaves becomes read-only", In::kMoveOfDatabases},
    {"catching-up", "the other database takes the last of it", In::kMoveOfDatabases},
    {"promoting", "the other database becomes the writer: no way but forward",
     In::kMoveOfDatabases},
    {"proving", "the new host is asked for real pages; nobody is let in yet", In::kProof},
    {"releasing", "held requests go on", In::kMove},
}};

// done, now or next; view.js decides the same way.
std::string_view state_of(const Snapshot& site, std::string_view phase) {
  if (!site.progress) return "next";
  const auto& been = site.progress->phases;
  if (phase == "checking") return been.empty() ? "now" : "done";
  if (!been.empty() && been.back().name == phase) return "now";
  if (phase == "quieting" && !been.empty()) return "done";  // or left out
  const bool over =
      std::any_of(been.begin(), been.end(), [&](const PhaseTime& p) { return p.name == phase; });
  return over ? "done" : "next";
}

std::string time_of(const Snapshot& site, std::string_view phase) {
  if (!site.progress) return {};
  for (const PhaseTime& p : site.progress->phases)
    if (p.name == phase) return duration(p.ms);
  return {};
}

void step(Html& h, Bound& b, const Snapshot& site, const Step& step) {
  if (step.in == In::kMoveOfDatabases && !site.databases) return;
  const std::string_view state = state_of(site, step.phase);
  h.raw("<li data-step=\"").text(step.phase).raw("\" data-state=\"").text(state).raw("\"");
  if (step.in == In::kRehearsal)
    b.when("rehearsing");
  else if (step.in == In::kProof)
    b.when("proves");
  else if (step.in != In::kAll)
    b.when("moving");
  h.raw(">");
  h.raw("<span class=\"name\">").text(step.phase);
  h.raw("</span> <span class=\"vh\" data-step-state>").text(state == "next" ? "to come" : state);
  h.raw("</span> <span class=\"ms\" data-step-time>").text(time_of(site, step.phase));
  h.raw("</span><span class=\"meaning soft\">").text(step.meaning).raw("</span></li>\n");
}

// One bar in the whole run's width, wide enough to be seen however short the phase was.
void bar(Html& h, double from, double ms, double whole) {
  constexpr double kWidth = 1000;
  constexpr double kLeast = 6;
  const double width = std::clamp(ms / whole * kWidth, kLeast, kWidth);
  const double x = std::clamp(from / whole * kWidth, 0.0, kWidth - width);
  h.raw("<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\"")
      .raw(" aria-hidden=\"true\"><rect x=\"")
      .text(number(x, "%.1f"))
      .raw("\" y=\"0\" width=\"")
      .text(number(width, "%.1f"))
      .raw("\" height=\"10\"/></svg>");
}

void timeline(Html& h, const LastRun& run) {
  double whole = 0;
  for (const PhaseTime& p : run.phases) whole += p.ms;
  whole = std::max({whole, run.duration_ms, 0.001});
  double from = 0;
  for (const PhaseTime& p : run.phases) {
    h.raw("<tr data-phase=\"").text(p.name).raw("\"><th scope=\"row\">").text(p.name);
    h.raw("</th><td class=\"lane\">");
    bar(h, from, p.ms, whole);
    h.raw("</td><td class=\"number\">").text(duration(p.ms)).raw("</td><td class=\"number\">");
    h.text(p.held ? std::to_string(*p.held) : "").raw("</td></tr>\n");
    from += p.ms;
  }
}

}  // namespace

void write_run(Html& h, Bound& b, const Snapshot& site, const ActionsParts& actions) {
  h.raw("<section class=\"run\"");
  b.when("running").raw(" aria-labelledby=\"run-").text(site.site);
  h.raw("\">\n<div class=\"run-top\"><h3 id=\"run-").text(site.site).raw("\"");
  b.text("run-title").raw("</h3>\n<dl class=\"counts\"><div><dt>held</dt><dd");
  b.text("held").raw("</dd></div><div><dt>in flight</dt><dd");
  b.text("in-flight").raw("</dd></div><div><dt>for</dt><dd");
  b.text("run-time").raw("</dd></div></dl></div>\n<ol class=\"steps\">\n");
  for (const Step& each : kSteps) step(h, b, site, each);
  h.raw("</ol>\n<p");
  b.when("abortable").raw(">It can still be aborted.</p>\n<p");
  b.when("not-abortable").raw(">It can no longer be aborted; it goes on to its end.</p>\n");
  write_abort(h, b, actions);
  h.raw("</section>\n");
}

void write_last_run(Html& h, Bound& b, const Snapshot& site) {
  h.raw("<section class=\"last\" aria-labelledby=\"last-")
      .text(site.site)
      .raw("\">\n<h3 id=\"last-");
  h.text(site.site).raw("\">Last run</h3>\n<p class=\"soft\"");
  b.when("no-last").raw(">None yet.</p>\n<p class=\"soft\"");
  b.when("last-unknown").raw(">Not known without a coordinator.</p>\n<div");
  b.when("last").raw(">\n<p class=\"verdict\"><span class=\"good\"");
  b.when("last-done").raw(">");
  write_yes(h);
  h.raw("</span><span class=\"bad\"");
  b.when("last-not-done").raw(">");
  write_no(h);
  h.raw("</span> <strong");
  b.text("last-what").raw("</strong> <span class=\"soft\">started <span data-time=\"last\">");
  if (site.last) write_time(h, site.last->started);
  h.raw("</span></span></p>\n<p class=\"reason\"");
  b.when("last-reason");
  b.text("last-reason").raw("</p>\n<div");
  b.when("last-phases").raw(">\n<p>The pause was <strong");
  b.text("last-pause").raw("</strong>, the whole run <strong");
  b.text("last-time").raw("</strong>; at most <span");
  b.text("last-held").raw("</span> held, <span");
  b.text("last-timed-out").raw("</span> timed out, <span");
  b.text("last-shed").raw("</span> turned away.</p>\n");
  h.raw("<table class=\"timeline\"><thead><tr><th scope=\"col\">phase</th>")
      .raw("<th scope=\"col\" class=\"lane\"><span class=\"vh\">when</span></th>")
      .raw("<th scope=\"col\" class=\"number\">took</th>")
      .raw("<th scope=\"col\" class=\"number\">held</th></tr></thead>\n<tbody data-timeline>\n");
  if (site.last) timeline(h, *site.last);
  h.raw("</tbody></table>\n</div>\n</div>\n</section>\n");
}

}  // namespace cutover
