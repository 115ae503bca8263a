// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/strays.h"

#include <algorithm>
#include <chrono>

#include "mod_cutover/httpd/page/html/words.h"

namespace cutover {
namespace {

using Count = std::pair<std::string, std::uint64_t>;

constexpr std::int64_t kShown = 48;  // hours
constexpr double kHeight = 60;
constexpr double kLeast = 2;  // to be seen beside hours that were a thousand times busier

std::int64_t this_hour() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::hours>(now).count();
}

std::uint64_t busiest(const StrayReport& report) {
  std::uint64_t most = 0;
  for (const auto& hour : report.hours) most = std::max(most, hour.requests);
  return most;
}

// A bar an hour, the running one at the right edge.
void bars(Html& h, const StrayReport& report) {
  const auto top = static_cast<double>(std::max<std::uint64_t>(busiest(report), 1));
  const std::int64_t now = this_hour();
  for (const auto& hour : report.hours) {
    const std::int64_t age = now - hour.hour;
    if (age < 0 || age >= kShown || hour.requests == 0) continue;
    const double height = std::max(static_cast<double>(hour.requests) / top * kHeight, kLeast);
    h.raw("<rect x=\"").text(std::to_string((kShown - 1 - age) * 10 + 1)).raw("\" y=\"");
    h.text(number(kHeight - height, "%.1f")).raw("\" width=\"8\" height=\"");
    h.text(number(height, "%.1f")).raw("\"/>");
  }
}

void table(Html& h, std::string_view what, const std::vector<Count>& counts,
           std::string_view place) {
  h.raw("<table><thead><tr><th scope=\"col\">").text(what);
  h.raw("</th><th scope=\"col\" class=\"number\">in 24 h</th></tr></thead>");
  h.raw("<tbody data-strays=\"").text(place).raw("\">");
  for (const auto& [name, count] : counts)
    h.raw("<tr><th scope=\"row\">")
        .text(name)
        .raw("</th><td class=\"number\">")
        .text(std::to_string(count))
        .raw("</td></tr>");
  h.raw("</tbody></table>\n");
}

// The busiest first, and those alike by name.
std::vector<Count> by_count(const std::map<std::string, std::uint64_t>& hosts) {
  std::vector<Count> all(hosts.begin(), hosts.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Count& a, const Count& b) { return a.second > b.second; });
  return all;
}

}  // namespace

void write_strays(Html& h, Bound& b, const Snapshot& site) {
  const StrayReport known = site.strays.value_or(StrayReport());
  h.raw("<section class=\"strays\"");
  b.when("strays").raw(" aria-labelledby=\"strays-").text(site.site);
  h.raw("\">\n<h3 id=\"strays-").text(site.site);
  h.raw("\">May the old machine go?</h3>\n<p");
  b.text("strays")
      .raw("</p>\n<figure>")
      .raw("<svg class=\"hours\" viewBox=\"0 0 480 60\" preserveAspectRatio=\"none\" role=\"img\"")
      .raw(" aria-label=\"Requests by the old host, hour by hour over two days\"")
      .raw(" data-strays=\"hours\">");
  bars(h, known);
  h.raw("</svg>\n<p class=\"scale soft\"><span>48 h ago</span><span data-strays=\"top\">");
  h.text("most in an hour " + std::to_string(busiest(known)));
  h.raw("</span><span>now</span></p></figure>\n")
      .raw("<details>\n<summary>By which name, from where</summary>\n<div class=\"tables\">");
  table(h, "name asked for", by_count(known.hosts), "hosts");
  table(h, "network", known.networks, "networks");
  h.raw("</div>\n</details>\n</section>\n");
}

}  // namespace cutover
