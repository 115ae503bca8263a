// SPDX-License-Identifier: Apache-2.0
// An httpd with the module whose every line is the test's own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/harness/build_paths.h"
#include "tests/harness/httpd.h"
#include "tests/harness/ports.h"
#include "tests/harness/temp_dir.h"

namespace cutover::test {

using harness::Httpd;
using harness::HttpdConf;

class Conf {
 public:
  explicit Conf(const std::vector<std::string>& modules = {"proxy", "proxy_http"}) {
    conf_.workers(1, 4).load(modules).listen(harness::free_port());
    conf_.load_file("cutover_module", harness::product("mod_cutover.so"));
    conf_.add("CutoverStateDir " + state_dir());
  }

  Conf& add(const std::string& text) {
    conf_.add(text);
    return *this;
  }
  // A good site with these lines in addition.
  Conf& site(const std::string& lines = "", const std::string& name = "shop") {
    return add("<CutoverSite " + name + ">\nCutoverNewHost http://127.0.0.1:9\n" + lines +
               "\n</CutoverSite>");
  }
  Conf& vhost(const std::string& lines = "Cutover shop") {
    conf_.vhost(harness::free_port(), lines);
    return *this;
  }
  std::string state_dir() const { return dir_ / "state"; }
  const HttpdConf& httpd() const { return conf_; }
  HttpdConf& httpd() { return conf_; }
  harness::Finished test() const { return Httpd(conf_).configtest(); }

 private:
  harness::TempDir dir_;
  HttpdConf conf_;
};

// `httpd -t` fails, and says all of these words.
inline void expect_refused(const Conf& conf, const std::vector<std::string>& words) {
  const harness::Finished tested = conf.test();
  EXPECT_NE(tested.exit_code, 0) << tested.output;
  for (const std::string& word : words) EXPECT_THAT(tested.output, testing::HasSubstr(word));
}

}  // namespace cutover::test
