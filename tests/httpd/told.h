// SPDX-License-Identifier: Apache-2.0
// What httpd tells its coordinator of the configuration: in the coordinator's place stands a
// program that writes it down.
#pragma once

#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/conf.h"

namespace cutover::test {

using nlohmann::json;

class Told {
 public:
  Told() {
    harness::write_file(dir_ / "listener",
                        "#!/bin/sh\ncat >" + told() + ".part && mv " + told() + ".part " + told() +
                            "\nexec sleep 3600\n",
                        0755);
  }
  json by(const Conf& conf) const {
    Httpd httpd(conf.httpd(), {{"CUTOVER_CUTOVERD", dir_ / "listener"}});
    httpd.start();
    EXPECT_TRUE(harness::eventually([&] { return std::filesystem::exists(told()); }));
    return json::parse(harness::read_file(told()));
  }

 private:
  std::string told() const { return dir_ / "told"; }
  harness::TempDir dir_;
};

}  // namespace cutover::test
