// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/rivals/front.h"

#include <filesystem>
#include <stdexcept>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"

namespace cutover::bench {

Front::Front(const std::string& name) : name_(name), dir_(name), port_(harness::free_port()) {}

std::string Front::program() const {
  const auto path = harness::cache_dir() / "rivals" / name_;
  if (!std::filesystem::exists(path))
    throw std::runtime_error("no " + path.string() + "; run packages.sh bench as root");
  return path;
}

void Front::start(const std::vector<std::string>& argv) {
  harness::ProcessOptions options;
  options.argv = argv;
  options.output = dir_ / "console.log";
  process_ = std::make_unique<harness::Process>(options);
  const bool up = harness::eventually(
      [&] { return !process_->running() || harness::accepts_connections("127.0.0.1", port_); });
  if (!up || !process_->running())
    throw std::runtime_error(name_ + " does not serve:\n" +
                             harness::read_file(dir_ / "console.log"));
}

}  // namespace cutover::bench
