// SPDX-License-Identifier: Apache-2.0
// What the benchmark reads in wrk's report, and what it does not take for a figure.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/bench/throughput/wrk.h"

namespace cutover::bench {
namespace {

// 91.99 % is no 99th percentile.
std::string report(const std::string& p99, const std::string& more = "") {
  return "Running 1s test @ http://127.0.0.1:8000/page.html\n  1 threads and 32 connections\n"
         "  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
         "    Latency     2.34ms    1.30ms  21.00ms   91.99%\n"
         "    Req/Sec    14.26k     1.02k   15.60k    70.00%\n"
         "  Latency Distribution\n     50%    2.10ms\n     75%    2.60ms\n     90%    3.30ms\n"
         "     99%    " +
         p99 + "\n  14270 requests in 1.01s, 17.63MB read\n" + more +
         "Requests/sec:  14128.55\nTransfer/sec:     17.46MB\n";
}

TEST(Wrk, SaysItsRateAndItsLatency) {
  EXPECT_EQ(read_wrk(report("7.25ms")).per_second, 14128.55);
  EXPECT_EQ(read_wrk(report("7.25ms")).p99_ms, 7.25);
  EXPECT_EQ(read_wrk(report("650.00us")).p99_ms, 0.65);
  EXPECT_EQ(read_wrk(report("1.50s")).p99_ms, 1500);
}

TEST(Wrk, ErrorsAreNoFigure) {
  EXPECT_THROW(read_wrk(report("7ms", "  Non-2xx or 3xx responses: 3\n")), std::runtime_error);
  EXPECT_THROW(read_wrk(report("7ms", "  Socket errors: connect 0, read 1, write 0, timeout 0\n")),
               std::runtime_error);
  EXPECT_THROW(read_wrk("unable to connect to 127.0.0.1:1 Connection refused\n"),
               std::runtime_error);
  EXPECT_THROW(read_wrk(report("7.25m")), std::runtime_error);
}

}  // namespace
}  // namespace cutover::bench
