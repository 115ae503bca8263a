// SPDX-License-Identifier: Apache-2.0
// How the benchmark says what it has found, and that it says when it has found nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "tests/bench/report/csv.h"
#include "tests/bench/report/plot.h"
#include "tests/bench/run.h"
#include "tests/harness/temp_dir.h"

namespace cutover::bench {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Samples some() {
  Samples samples;
  samples.add({"old, \"quoted\"", 32}, "module", "rate", 0, 1234.5);
  return samples;
}

Outcome good_part(const Options&) {
  Outcome outcome;
  outcome.samples.add({"", 0}, "module", "rate", 0, 1234.5);
  outcome.last["steady"] = "0.995";
  return outcome;
}

Outcome broken_promise(const Options& options) {
  Outcome outcome = good_part(options);
  outcome.broken.emplace_back("2 failed");
  return outcome;
}

Outcome dead_server(const Options&) { throw std::runtime_error("haproxy does not serve"); }

// What `run` says and returns.
struct Ran {
  int code;
  std::string output;
  std::string complaints;
  std::string csv;
};

Ran ran(const std::vector<Part>& parts) {
  const harness::TempDir dir("bench");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run({parts, Options{}, dir / "results"});
  return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr(),
          harness::read_file(dir / "results/bench.csv")};
}

TEST(BenchRun, EndsWithItsLine) {
  const Ran result = ran({{"steady", "?", good_part}});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.output,
              EndsWith("\nbench: steady=0.995 proxied=- pause_ms=- held=- held_failed=-\n"));
  EXPECT_EQ(result.csv, "part,setting,x,way,metric,round,value\nsteady,,0,module,rate,1,1234.5\n");
}

TEST(BenchRun, ABrokenPromiseFailsIt) {
  const Ran result = ran({{"steady", "?", broken_promise}});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.complaints, "bench: steady: 2 failed\n");
  EXPECT_THAT(result.csv, HasSubstr("1234.5")) << "it was measured all the same";
}

TEST(BenchRun, WhatCouldNotBeMeasuredFailsItAndTheOthersGoOn) {
  const Ran result = ran({{"held", "?", dead_server}, {"steady", "?", good_part}});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.complaints, HasSubstr("held: not measured: haproxy does not serve"));
  EXPECT_THAT(result.output, HasSubstr("steady=0.995"));
  EXPECT_THAT(result.csv, Not(HasSubstr("held")));
}

TEST(BenchRun, PartsAreChosenByName) {
  const std::vector<Part> parts = {{"steady", "?", good_part}, {"held", "?", dead_server}};
  EXPECT_EQ(chosen(parts, "").size(), 2U);
  ASSERT_EQ(chosen(parts, "held").size(), 1U);
  EXPECT_STREQ(chosen(parts, "held,steady")[1].name, "steady");
  EXPECT_THROW(chosen(parts, "held,coffee"), std::invalid_argument);
}

TEST(BenchCsv, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_of("part", some()), "part,\"old, \"\"quoted\"\"\",32,module,rate,1,1234.5\n");
}

TEST(BenchTable, IsAlignedMarkdown) {
  const Table table{"Rates", {"way", "rate"}, {{"module", "7"}, {"a", "123.5"}}, "More is better."};
  EXPECT_EQ(text_of(table),
            "Rates\n\n| way    |  rate |\n|--------|------:|\n| module |     7 |\n"
            "| a      | 123.5 |\n\nMore is better.\n");
}

TEST(BenchTable, NumbersHaveTheirDigitsAndNoMinusZero) {
  EXPECT_EQ(number(1.005, 1), "1.0");
  EXPECT_EQ(number(-0.04, 1), "0.0");
  EXPECT_EQ(number(-4.4, 0), "-4");
  EXPECT_EQ(number(Spread{2, 1, 3.25}, 1), "2.0 (1.0 to 3.2)");
}

TEST(BenchPlot, SaysEachPanelToGnuplot) {
  const Panel bar = bars(some(), {"old, \"quoted\"", 32}, "rate", "Steady", "1/s");
  const Panel line = lines(some(), "old, \"quoted\"", "rate", "Over", "connections", "1/s");
  const std::string script = gnuplot_script({bar, line}, "out.svg");
  EXPECT_THAT(script, HasSubstr("multiplot layout 1,2"));
  EXPECT_THAT(script, HasSubstr("\"module\" 1234.5"));
  EXPECT_THAT(script, HasSubstr("32.000000 \"\" 1234.5"));
}

TEST(BenchPlot, ZeroHasAPlaceOnALogarithmicAxis) {
  Samples samples;
  samples.add({"", 0}, "module", "failed", 0, 0);
  Panel panel = bars(samples, {"", 0}, "failed", "Failed", "");
  panel.log_y = true;
  EXPECT_THAT(gnuplot_script({panel}, "x"), HasSubstr("\"module\" 0.1"));
}

}  // namespace
}  // namespace cutover::bench
