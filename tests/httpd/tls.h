// SPDX-License-Identifier: Apache-2.0
// What makes a vhost one in TLS.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::test {

inline std::vector<std::string> tls_modules() { return {"socache_shmcb", "ssl"}; }

// The vhost's lines; a key and a certificate of its own for the site.
inline std::string tls_lines(const harness::TempDir& dir) {
  const std::string key = dir / "key.pem";
  const std::string certificate = dir / "cert.pem";
  const harness::Finished made =
      harness::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=shop.example.com", "-keyout", key, "-out", certificate});
  if (made.exit_code != 0) throw std::runtime_error("no certificate: " + made.output);
  return "SSLEngine On\nSSLCertificateFile " + certificate + "\nSSLCertificateKeyFile " + key +
         "\n";
}

}  // namespace cutover::test
