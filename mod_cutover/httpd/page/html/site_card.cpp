// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/site_card.h"

#include "mod_cutover/httpd/page/html/charts.h"
#include "mod_cutover/httpd/page/html/icons.h"
#include "mod_cutover/httpd/page/html/runs.h"
#include "mod_cutover/httpd/page/html/strays.h"
#include "mod_cutover/httpd/page/html/words.h"

namespace cutover {
namespace {

void list(Html& h, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) h.raw("<li>").text(line).raw("</li>");
}

class CardWriter {
 public:
  CardWriter(Html& html, const SiteCard& card)
      : h_(html),
        card_(card),
        s_(card.site),
        facts_(facts_of(s_, {card.coordinator, card.actions.settings.page_control,
                             card.history.empty() ? nullptr : &card.history.back(), limit_ms()})),
        b_(h_, facts_) {}

  void write() {
    h_.raw("<article class=\"site card\" data-site=\"").text(s_.site);
    h_.raw("\" data-side=\"").text(s_.side).raw("\" data-hold-limit=\"");
    h_.text(number(limit_ms(), "%.0f")).raw("\" aria-labelledby=\"name-").text(s_.site);
    h_.raw("\">\n<header class=\"top\"><h2 id=\"name-").text(s_.site).raw("\">").text(s_.site);
    h_.raw("</h2>\n<p class=\"serves\">");
    shapes();
    h_.raw("<strong");
    b_.text("side").raw("</strong></p></header>\n");
    hosts();
    doubt();
    completed();
    armed();
    write_run(h_, b_, s_, card_.actions);
    h_.raw("<div class=\"answers\">\n");
    gate();
    way_back();
    next_run();
    write_strays(h_, b_, s_);
    h_.raw("</div>\n<div class=\"columns\">\n");
    write_actions(h_, b_, card_.actions);
    write_charts(h_, b_, card_.history);
    h_.raw("<div class=\"past\">\n");
    write_last_run(h_, b_, s_);
    counters();
    h_.raw("</div>\n</div>\n</article>\n");
  }

 private:
  double limit_ms() const {
    return static_cast<double>(card_.actions.settings.hold_timeout.count());
  }

  void shapes() {
    h_.raw("<span class=\"side old\"");
    b_.when("old").raw(">");
    write_old_shape(h_);
    h_.raw("</span><span class=\"side new\"");
    b_.when("new").raw(">");
    write_new_shape(h_);
    h_.raw("</span><span class=\"side held\"");
    b_.when("held").raw(">");
    write_held_shape(h_);
    h_.raw("</span>");
  }

  void hosts() {
    h_.raw("<div class=\"hosts\">\n<div class=\"host old\"><p class=\"side old\">");
    write_old_shape(h_);
    h_.raw("old host</p>\n<p><strong");
    b_.when("old").raw(">serves</strong><span");
    b_.when("new").raw(">passes everybody on</span><span");
    b_.when("held").raw(">requests wait here</span></p>\n<p class=\"soft\">this host</p></div>\n");
    h_.raw("<div class=\"host new\"><p class=\"side new\">");
    write_new_shape(h_);
    h_.raw("new host</p>\n<p><strong");
    b_.when("new").raw(">serves</strong><span");
    b_.when("old").raw(">stands by</span><span");
    b_.when("held").raw(">gets none for the moment</span></p>\n<p class=\"soft address\">");
    h_.text(card_.actions.settings.new_host).raw("</p></div>\n</div>\n<p");
    b_.when("releasing").raw("><strong");
    b_.text("releasing").raw("</strong> held requests wait for their turn; <span");
    b_.text("window").raw("</span> may be under way at once.</p>\n");
  }

  void doubt() {
    h_.raw("<section class=\"doubt\"");
    b_.when("doubt").raw(">\n<h3>In doubt: a person must look</h3>\n<p");
    b_.text("doubt").raw("</p>\n<ol data-list=\"questions\">");
    list(h_, questions(s_));
    h_.raw("</ol>\n</section>\n<p class=\"bad\"");
    b_.when("unbalanced").raw(">The counts of held requests do not add up.</p>\n");
  }

  void completed() {
    h_.raw("<p");
    b_.when("completed").raw("><strong>Completed:</strong> the new host serves for good, and ");
    h_.raw(
        "nothing leads back. <code>cutoverctl complete</code> says what may be turned off.</p>\n");
  }

  void armed() {
    h_.raw("<section class=\"armed\"");
    b_.when("armed").raw(">\n<p><strong>Armed:</strong> <span");
    b_.text("armed").raw("</span></p>\n<p>It waits for <span");
    b_.text("armed-waits").raw("</span></p>\n");
    write_disarm(h_, b_, card_.actions);
    h_.raw("</section>\n<p class=\"soft\"");
    b_.when("disarmed").raw(">Disarmed: <span");
    b_.text("disarmed").raw("</span></p>\n");
  }

  void heading(std::string_view id, std::string_view title) {
    h_.raw("<section class=\"").text(id).raw("\" aria-labelledby=\"").text(id).raw("-");
    h_.text(s_.site).raw("\">\n<h3 id=\"").text(id).raw("-").text(s_.site).raw("\">").text(title);
    h_.raw("</h3>\n");
  }

  void gate() {
    heading("gate", "Gate");
    h_.raw("<p class=\"verdict good\"");
    b_.when("gate-open").raw(">");
    write_yes(h_);
    h_.raw(
        "<strong>open</strong> the databases are ready; the preflight looks at the rest</p>\n<p "
        "class=\"verdict bad\"");
    b_.when("gate-closed").raw(">");
    write_no(h_);
    h_.raw("<strong>closed</strong> a move would be refused now</p>\n<p class=\"soft\"");
    b_.when("running").raw(">Looked at again when the run is over.</p>\n<ul class=\"reasons\"");
    b_.when("gate-closed").raw(" data-list=\"gate.reasons\">");
    list(h_, s_.gate.reasons);
    h_.raw("</ul>\n<ul class=\"soft\" data-list=\"gate.notes\">");
    list(h_, s_.gate.notes);
    h_.raw("</ul>\n</section>\n");
  }

  void way_back() {
    heading("back", "Way back");
    h_.raw("<p class=\"verdict good\"");
    b_.when("back-possible").raw(">");
    write_yes(h_);
    h_.raw("<strong>possible now</strong> nothing would be lost</p>\n<p class=\"verdict bad\"");
    b_.when("back-not").raw(">");
    write_no(h_);
    h_.raw("<strong>not possible now</strong> it would be refused</p>\n<p class=\"soft\"");
    b_.when("back-none").raw(">Looked at by the coordinator while the new host serves.</p>\n");
    h_.raw("<p class=\"soft\"");
    b_.when("running").raw(">Looked at again when the run is over.</p>\n<ul class=\"reasons\"");
    b_.when("back-not").raw(" data-list=\"way_back.reasons\">");
    if (s_.way_back) list(h_, s_.way_back->reasons);
    h_.raw("</ul>\n</section>\n");
  }

  void next_run() {
    heading("next", "Next run");
    h_.raw("<p class=\"verdict good\"");
    b_.when("fits").raw(">");
    write_yes(h_);
    h_.raw("<strong>short enough</strong> visitors may wait ").text(duration(limit_ms()));
    h_.raw("</p>\n<p class=\"verdict bad\"");
    b_.when("fits-not").raw(">");
    write_no(h_);
    h_.raw("<strong>too long</strong> visitors may wait ").text(duration(limit_ms()));
    h_.raw(", <code>CutoverHoldTimeout</code></p>\n<p");
    b_.when("forecast").raw(">They would wait <span");
    b_.text("forecast").raw("</span>.</p>\n<p class=\"soft\"");
    b_.when("no-forecast").raw(">No forecast in a run, or without a coordinator.</p>\n<p");
    b_.when("slow").raw(" class=\"soft\">Slowest of late: <span");
    b_.text("slow").raw("</span>.</p>\n<p class=\"soft\"");
    b_.when("rehearsed").raw(">Rehearsed <span data-time=\"rehearsal\">");
    if (s_.rehearsal) write_time(h_, s_.rehearsal->started);
    h_.raw("</span>: <span");
    b_.text("rehearsed").raw("</span>. <span");
    b_.text("rehearsed-reason").raw("</span></p>\n</section>\n");
  }

  void counters() {
    h_.raw("<details>\n<summary>All counts</summary>\n<dl class=\"figures\">\n");
    for (const Figure& figure : figures()) {
      h_.raw("<div><dt>").text(figure.label).raw("</dt><dd");
      b_.text("figure-" + std::string(figure.key)).raw("</dd></div>\n");
    }
    h_.raw("</dl>\n</details>\n");
  }

  Html& h_;
  const SiteCard& card_;
  const Snapshot& s_;
  Facts facts_;
  Bound b_;
};

}  // namespace

void write_site(Html& html, const SiteCard& card) { CardWriter(html, card).write(); }

void write_figures(Html& html, const Snapshot& site) {
  html.raw("<dl class=\"figures\">\n");
  for (const Figure& figure : figures())
    html.raw("<div><dt>")
        .text(figure.label)
        .raw("</dt><dd>")
        .text(figure_words(figure.get(site)))
        .raw("</dd></div>\n");
  html.raw("</dl>\n");
}

}  // namespace cutover
