// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/drained_switch.h"

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/temp_dir.h"

namespace cutover::bench {

using harness::eventually;
using nlohmann::json;

void await(const char* what, bool there) {
  if (!there) throw std::runtime_error(std::string("not ") + what + " in time");
}

json status_of(const test::Rig& rig) {
  const auto page = rig.admin().get("/cutover/status.json");
  if (page.status != 200) throw std::runtime_error("no status.json: " + page.body);
  const json all = json::parse(page.body);
  for (const json& site : all.at("sites"))
    if (site.at("site") == "shop") return site;
  return json::object();
}

void await_gate(const test::Rig& rig) {
  const auto is = [&](const char* pointer, const json& wanted) {
    const json::json_pointer at(pointer);
    const json status = status_of(rig);
    return status.contains(at) && status.at(at) == wanted;
  };
  await("served by old", eventually([&] { return is("/side", "old"); }));
  await("ready", eventually([&] { return is("/gate/open", true); }));
}

DrainedSwitch::DrainedSwitch(test::Rig& rig, std::uint16_t port)
    : end_(rig.directory() + "/slow"), slow_(port) {
  std::filesystem::permissions(rig.directory(), std::filesystem::perms::all);
  slow_.get("/cgi/slow?" + end_);
  await("in flight", eventually([&] { return std::filesystem::exists(end_ + ".begun"); }));
  command_.argv = {harness::product("cutoverctl"), "--state-dir", rig.state_dir(), "switch",
                   "shop"};
  command_.output = rig.directory() + "/switch.log";
  cutoverctl_ = std::make_unique<harness::Process>(command_);
  await("holding", eventually([&] { return rig.word().mode == Mode::kHold; }));
}

void DrainedSwitch::end_drain() const { harness::write_file(end_, ""); }

void DrainedSwitch::await_end() {
  if (cutoverctl_->wait(std::chrono::seconds(60)).value_or(-1) != 0)
    throw std::runtime_error("the switch failed; cutoverctl said:\n" +
                             harness::read_file(command_.output));
}

}  // namespace cutover::bench
