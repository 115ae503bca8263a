// SPDX-License-Identifier: Apache-2.0
// An authority of a test's own, and server certificates of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::test {

class Certificates {
 public:
  Certificates() {
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "100", "-subj", "/CN=ca",
             "-keyout", path("ca.key"), "-out", authority()});
    openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout",
             path("server.key"), "-out", path("request")});
  }
  std::string authority() const { return path("ca.pem"); }
  // The lines of a vhost; a certificate for that name which ends in so many days, 0: now.
  std::string server_lines(const std::string& name, int days = 90) const {
    const std::string made = path(name + std::to_string(days) + ".pem");
    harness::write_file(path("names"), "subjectAltName=DNS:" + name + "\n");
    openssl({"x509", "-req", "-in", path("request"), "-CA", authority(), "-CAkey", path("ca.key"),
             "-CAcreateserial", "-days", std::to_string(days), "-extfile", path("names"), "-out",
             made});
    return "SSLCertificateFile " + made + "\nSSLCertificateKeyFile " + path("server.key");
  }

 private:
  std::string path(const std::string& name) const { return dir_ / name; }
  static void openssl(std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    const harness::Finished made = harness::run(words);
    ASSERT_EQ(made.exit_code, 0) << made.output;
  }

  harness::TempDir dir_{"certificates"};
};

}  // namespace cutover::test
