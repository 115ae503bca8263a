// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/wrk.h"

#include <stdexcept>

#include "tests/harness/process.h"

namespace cutover::bench {
namespace {

// What follows this in the report.
std::string after(const std::string& report, const std::string& mark) {
  const auto at = report.find(mark);
  if (at == std::string::npos) throw std::runtime_error("wrk says no " + mark + "\n" + report);
  return report.substr(at + mark.size());
}

double in_ms(const std::string& text) {
  std::size_t digits = 0;
  const double value = std::stod(text, &digits);
  const std::string unit = text.substr(digits, text.find_first_of(" \n", digits) - digits);
  if (unit == "us") return value / 1000;
  if (unit == "ms") return value;
  if (unit == "s") return value * 1000;
  throw std::runtime_error("wrk measures in " + unit);
}

}  // namespace

Burst read_wrk(const std::string& report) {
  for (const char* bad : {"Non-2xx", "Socket errors"})
    if (report.find(bad) != std::string::npos) throw std::runtime_error("wrk:\n" + report);
  return {std::stod(after(report, "Requests/sec:")),
          in_ms(after(after(report, "Latency Distribution"), "99%"))};
}

Burst burst(std::uint16_t port, unsigned connections, unsigned seconds) {
  const harness::Finished wrk =
      harness::run({"wrk", "--latency", "--timeout", "10s", "-t1",
                    "-c" + std::to_string(connections), "-d" + std::to_string(seconds) + "s",
                    "http://127.0.0.1:" + std::to_string(port) + "/page.html"});
  if (wrk.exit_code != 0) throw std::runtime_error("wrk:\n" + wrk.output);
  return read_wrk(wrk.output);
}

}  // namespace cutover::bench
