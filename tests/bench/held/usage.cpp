// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/usage.h"

#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "tests/harness/temp_dir.h"

namespace cutover::bench {
namespace {

// utime and stime are the 14th and 15th field; the 2nd, the name, may contain anything.
double cpu_ms(const std::string& stat) {
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  double sum = 0;
  std::string field;
  for (int i = 3; i <= 15 && fields >> field; ++i)
    if (i >= 14) sum += std::stod(field) * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return sum;
}

}  // namespace

Usage usage_of(const std::vector<pid_t>& processes) {
  Usage sum;
  for (const pid_t pid : processes) {
    const std::string proc = "/proc/" + std::to_string(pid);
    sum.cpu_ms += cpu_ms(harness::read_file(proc + "/stat"));
    long pages = 0;
    std::istringstream(harness::read_file(proc + "/statm")) >> pages >> pages;
    sum.kilobytes += static_cast<double>(pages * ::sysconf(_SC_PAGESIZE)) / 1024;
    const std::filesystem::directory_iterator all(proc + "/fd");
    sum.descriptors += static_cast<double>(std::distance(begin(all), end(all)));
  }
  return sum;
}

}  // namespace cutover::bench
