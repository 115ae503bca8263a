// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/rig.h"

namespace cutover::test {

// The real coordinator, by a program that a test can take away.
class Started {
 public:
  explicit Started(
      const RigOptions& options = {}, const std::function<void(Rig&)>& prepare = [](Rig&) {})
      : rig(options) {
    install();
    prepare(rig);
    rig.new_host().start();
    rig.old_host().start();
    EXPECT_EQ(rig.ask(), "old");
  }
  std::string program() const { return rig.directory() + "/idle"; }
  void install(const std::string& cutoverd = harness::product("cutoverd")) const {
    std::filesystem::remove(program());
    harness::write_file(program(), "#!/bin/sh\nexec " + cutoverd + " \"$@\"\n", 0755);
  }
  void expect_served(const std::string& by = "old", int times = 10) {
    for (int i = 0; i < times; ++i) ASSERT_EQ(rig.ask(), by) << rig.old_host().error_log();
  }
  harness::Finished said(const std::string& verb, const std::string& site = "shop") const {
    return harness::run({command_, "--state-dir", rig.state_dir(), verb, site});
  }
  int command(const std::string& verb, const std::string& site = "shop") const {
    return said(verb, site).exit_code;
  }
  bool eventually_done(const std::string& verb) const {
    return harness::eventually([&] { return command(verb) == 0; });
  }

  Rig rig;

 private:
  // Found by way of /proc, which a test takes away.
  const std::string command_ = harness::product("cutoverctl").string();
};

}  // namespace cutover::test
