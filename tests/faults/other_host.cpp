// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/other_host.h"

#include <csignal>
#include <stdexcept>

#include "mod_cutover/wire/json.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/signals.h"

namespace cutover::faults {
namespace {

constexpr std::chrono::milliseconds kRefusedLimit{15000};

harness::HttpdConf conf(const std::filesystem::path& dir, harness::Site& site) {
  std::filesystem::create_directories(dir / "state");
  site.old_database().write_option_file(dir / "old.cnf", "cutover", "localhost",
                                        site.old_database().port());
  site.new_database().write_option_file(dir / "new.cnf", "cutover", "localhost",
                                        site.new_database().port());
  harness::HttpdConf conf;
  conf.load({"proxy", "proxy_http"})
      .load_file("cutover_module", harness::product("mod_cutover.so"))
      .add("CutoverStateDir \"" + (dir / "state").string() +
           "\"\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:" +
           std::to_string(site.new_port()) + "\nCutoverOldDatabase \"" +
           (dir / "old.cnf").string() + "\"\nCutoverNewDatabase \"" + (dir / "new.cnf").string() +
           "\"\n</CutoverSite>\n")
      .vhost(harness::free_port(), "Cutover shop");
  return conf;
}

}  // namespace

OtherHost::OtherHost(harness::Site& site) : httpd_(conf(dir_.path(), site)) {
  httpd_.write_conf();
  httpd_.start();
  if (!harness::eventually([this] { return acts().empty(); }, kRefusedLimit))
    throw std::runtime_error("the other host is not refused: " + acts());
}

void OtherHost::ask() { harness::signal_to(httpd_.pid(), SIGUSR1); }

std::string OtherHost::acts() const {
  const auto answer = harness::run(
      {harness::product("cutoverctl"), "--state-dir", dir_ / "state", "status", "--json"});
  const auto all = nlohmann::json::parse(answer.output, nullptr, false);
  if (!all.is_object() || !all.contains("sites") || all.at("sites").empty()) return answer.output;
  const auto& gate = all.at("sites").front().at("gate");
  const std::string reasons = gate.at("reasons").dump();
  const bool refused = !gate.value("open", true) && reasons.find("owns") != std::string::npos;
  return refused ? "" : answer.output;
}

}  // namespace cutover::faults
