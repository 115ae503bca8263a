// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/instructions/callgrind.h"

#include <filesystem>
#include <stdexcept>

#include "tests/bench/throughput/servers.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/http_client.h"

namespace cutover::bench {
namespace {

// In callgrind's output file.
double total_of(const std::string& output) {
  const std::string mark = "\ntotals: ";
  const auto at = output.find(mark);
  if (at == std::string::npos) throw std::runtime_error("callgrind has written no total");
  return std::stod(output.substr(at + mark.size()));
}

}  // namespace

Callgrind::Callgrind(harness::HttpdConf conf, std::uint16_t port)
    : files_(std::move(conf)), port_(port) {
  harness::write_file(files_.htdocs() / "page.html", kilobyte());
  // Opened by root at the start, and written at the end by the user to whom httpd has dropped.
  const std::filesystem::path results = files_.directory() / "callgrind";
  std::filesystem::create_directory(results);
  harness::write_file(results / "out", "");
  harness::give_to_web_user(results);
  harness::give_to_web_user(results / "out");
  harness::ProcessOptions options;
  options.argv = {"valgrind",
                  "--tool=callgrind",
                  "--vgdb=no",
                  "--callgrind-out-file=" + (results / "out").string(),
                  harness::httpd_program(),
                  "-d",
                  files_.directory(),
                  "-f",
                  files_.directory() / "httpd.conf",
                  "-X"};
  options.env = {{"CUTOVER_CUTOVERD", harness::product("cutoverd")}};
  options.output = files_.directory() / "console.log";
  process_ = std::make_unique<harness::Process>(options);
  require_page({port_, nullptr});
}

double Callgrind::instructions_for(unsigned requests) {
  harness::HttpClient client("127.0.0.1", port_);
  for (unsigned i = 0; i < requests; ++i)
    if (client.get("/page.html").status != 200)
      throw std::runtime_error("an answer that is not 200 under valgrind");
  process_->stop(std::chrono::seconds(60));
  return total_of(harness::read_file(files_.directory() / "callgrind/out"));
}

}  // namespace cutover::bench
