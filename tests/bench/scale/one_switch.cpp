// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scale/one_switch.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>

#include "mod_cutover/wire/json.h"
#include "tests/bench/flip/passages.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using test::Rig;

test::RigOptions options_of(const Dimensions& d) {
  test::RigOptions options;
  options.coordinator = true;
  options.processes = static_cast<unsigned>(d.children);
  options.threads = static_cast<unsigned>(d.threads);
  options.site =
      "CutoverDrainTimeout 20s\nCutoverQuietTimeout 0\nCutoverHoldTimeout 40s\nCutoverHoldLimit " +
      std::to_string(d.held) + "\n";
  options.access_log = false;
  options.server = "AsyncRequestWorkerFactor " +
                   std::to_string(2 * d.held / (d.threads * d.children) + 2) +
                   "\nLoadModule probe_module \"" + harness::product("probe.so").string() +
                   "\"\nCustomLog gate.log \"%P %{tid}P %{gate-before}n %{gate-after}n "
                   "%{cutover-side}n\"\n";
  for (std::size_t i = 1; i < d.sites; ++i)
    options.server += "<CutoverSite site" + std::to_string(i) +
                      ">\nCutoverNewHost http://127.0.0.1:9\n</CutoverSite>\n";
  return options;
}

// Empty while there is no coordinator that knows the site.
json status_of(const Rig& rig) {
  const auto page = rig.admin().get("/cutover/status.json");
  if (page.status != 200) throw std::runtime_error("no status.json: " + page.body);
  const json all = json::parse(page.body);
  for (const json& site : all.at("sites"))
    if (site.at("site") == "shop") return site;
  return json::object();
}

void await(const char* what, bool there) {
  if (!there) throw std::runtime_error(std::string("not ") + what + " in time");
}

// The one that is slow; the drain waits for it, and meanwhile all others are held.
class SlowRequest {
 public:
  explicit SlowRequest(Rig& rig) : end_(rig.directory() + "/slow"), connection_(rig.port()) {
    connection_.get("/cgi/slow?" + end_);
    await("in flight", harness::eventually([&] { return rig.counts().in_flight == 1; }));
  }
  void end() const { harness::write_file(end_, ""); }

 private:
  std::string end_;
  test::Connection connection_;
};

double release_ms(Rig& rig, std::size_t held) {
  std::vector<std::int64_t> through;
  const auto all_logged = [&] {
    through.clear();
    std::ifstream log(rig.old_host().directory() / "gate.log");
    for (const Passage& p : read_passages(log))
      if (p.side == Side::kNew) through.push_back(p.after_ns);
    return through.size() == held;
  };
  await("all in the log",
        harness::eventually(all_logged, seconds(10), std::chrono::milliseconds(50)));
  const auto [first, last] = std::minmax_element(through.begin(), through.end());
  return static_cast<double>(*last - *first) / 1e6;
}

}  // namespace

SwitchCost switch_once(const Dimensions& d) {
  Rig rig(options_of(d));
  rig.start();
  await("served by old", harness::eventually([&] { return rig.ask() == "old"; }));
  const auto gate_is_open = [&] {
    return status_of(rig).value(json::json_pointer("/gate/open"), false);
  };
  await("ready", harness::eventually(gate_is_open));
  const SlowRequest slow(rig);
  harness::ProcessOptions command;
  command.argv = {harness::product("cutoverctl"), "--state-dir", rig.state_dir(), "switch", "shop"};
  command.output = rig.directory() + "/switch.log";
  harness::Process cutoverctl(command);
  await("holding", harness::eventually([&] { return rig.word().mode == Mode::kHold; }));
  test::Crowd crowd(rig.port(), d.held, test::get_request("/who.txt"));
  await("all held", rig.eventually_held(static_cast<std::int64_t>(d.held)));
  slow.end();
  crowd.read(1);
  const int code = cutoverctl.wait(seconds(20)).value_or(-1);
  if (code != 0 || crowd.count(200, "new") != d.held)
    throw std::runtime_error(std::to_string(crowd.count(200, "new")) + " of " +
                             std::to_string(d.held) + " were answered by new; cutoverctl said:\n" +
                             harness::read_file(command.output));
  return {status_of(rig).at("last").at("pause_ms").get<double>(), release_ms(rig, d.held)};
}

}  // namespace cutover::bench
