// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/charts.h"

#include "mod_cutover/httpd/page/html/icons.h"
#include "mod_cutover/httpd/page/html/sparkline.h"
#include "mod_cutover/httpd/page/html/words.h"

namespace cutover {
namespace {

using History = std::vector<HistorySample>;

template <typename Get>
SparkLine line_of(const History& history, Get get) {
  SparkLine line;
  for (const HistorySample& sample : history) line.push_back({sample.at_ms, get(sample)});
  return line;
}

// The plot; page.js puts its own in the place of this one, and says the rest by itself.
void plot(Html& h, std::string_view title,
          const std::vector<std::pair<std::string, SparkLine>>& lines,
          std::string (*words)(double)) {
  std::vector<SparkLine> all;
  all.reserve(lines.size());
  for (const auto& [name, line] : lines) all.push_back(line);
  h.raw("<div class=\"plot\" role=\"img\" aria-label=\"").text(title);
  h.raw(" over the last 15 minutes\">");
  write_spark(h, lines);
  const SparkSpan span = span_of(all);
  h.raw("</div>\n<p class=\"scale soft\"><span data-edge>");
  h.text(std::to_string((span.end_ms - span.begin_ms + 30'000) / 60'000));
  h.raw(" min ago</span><span data-top>");
  if (lines.front().second.empty())
    h.raw("nothing is known of it");
  else
    h.raw("highest ").text(words(highest(all)));
  h.raw("</span><span data-edge>now</span></p>\n</figure>\n");
}

void lag(Html& h, Bound& b, const History& history) {
  h.raw("<figure class=\"chart\" data-chart=\"lag\"");
  b.when("databases").raw(">\n<figcaption><h3>Replication lag</h3>");
  h.raw("<span class=\"now\"><strong");
  b.text("lag").raw("</strong></span></figcaption>\n");
  plot(h, "Replication lag",
       {{"lag", line_of(history, [](const HistorySample& s) { return s.lag_ms; })}}, duration);
}

void requests(Html& h, Bound& b, const History& history) {
  h.raw("<figure class=\"chart\" data-chart=\"requests\">\n<figcaption><h3>Requests a second</h3>");
  h.raw("<span class=\"now\"><span class=\"side old\">");
  write_old_shape(h);
  h.raw("old <strong");
  b.text("old-rate").raw("</strong></span> <span class=\"side new\">");
  write_new_shape(h);
  h.raw("new <strong");
  b.text("new-rate").raw("</strong></span></span></figcaption>\n");
  using Value = std::optional<double>;
  plot(h, "Requests a second to old and to new",
       {{"old", line_of(history, [](const HistorySample& s) { return Value(s.old_per_second); })},
        {"new", line_of(history, [](const HistorySample& s) { return Value(s.new_per_second); })}},
       rate);
}

std::string count_words(double count) { return number(count, "%.0f"); }

void waiting(Html& h, Bound& b, const History& history) {
  h.raw("<figure class=\"chart\" data-chart=\"waiting\">\n<figcaption><h3>Requests at once</h3>");
  h.raw("<span class=\"now\"><span class=\"key in-flight\">in flight <strong");
  b.text("in-flight").raw("</strong></span> <span class=\"key held\">held <strong");
  b.text("held").raw("</strong></span></span></figcaption>\n");
  const auto count = [](std::int64_t n) { return std::optional(static_cast<double>(n)); };
  plot(h, "Requests in flight and held",
       {{"in-flight", line_of(history, [&](const HistorySample& s) { return count(s.in_flight); })},
        {"held", line_of(history, [&](const HistorySample& s) { return count(s.held); })}},
       count_words);
}

}  // namespace

void write_charts(Html& html, Bound& bound, const std::vector<HistorySample>& history) {
  html.raw("<div class=\"charts\">\n");
  lag(html, bound, history);
  requests(html, bound, history);
  waiting(html, bound, history);
  html.raw("</div>\n");
}

}  // namespace cutover
