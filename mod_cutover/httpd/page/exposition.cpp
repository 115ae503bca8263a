// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/exposition.h"

#include <cmath>
#include <locale>
#include <sstream>

namespace cutover {
namespace {

// In a help text a quotation mark stands as it is; in a label's value it would end it.
std::string escaped(std::string_view text, bool quotation_marks) {
  std::string safe;
  for (const char c : text) {
    if (c == '\n') {
      safe += "\\n";
      continue;
    }
    if (c == '\\' || (quotation_marks && c == '"')) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string label(const std::string& site) {
  return site.empty() ? "" : "{site=\"" + escaped(site, true) + "\"}";
}

std::string measured(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return decimal(value, "NaN");
}

}  // namespace

std::string exposition(const std::vector<MetricFamily>& families) {
  std::string text;
  for (const MetricFamily& family : families) {
    if (family.samples.empty()) continue;
    text += "# HELP " + family.name + " " + escaped(family.help, false) + "\n";
    text += "# TYPE " + family.name + (family.counter ? " counter\n" : " gauge\n");
    for (const MetricSample& sample : family.samples)
      text += family.name + label(sample.site) + " " + measured(sample.value) + "\n";
  }
  return text;
}

std::string decimal(double value, std::string_view unknown) {
  if (std::isnan(value)) return std::string(unknown);
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.precision(15);
  text << value;
  return text.str();
}

}  // namespace cutover
