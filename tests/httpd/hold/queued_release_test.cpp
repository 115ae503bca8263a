// SPDX-License-Identifier: Apache-2.0
// A release does not fell the new host: nobody meets a full queue, neither those who were held nor
// others, however many children let them go.
#include "tests/httpd/queued_release.h"

#include <gtest/gtest.h>

#include <tuple>

namespace cutover::test {
namespace {

class QueuedRelease : public testing::TestWithParam<std::tuple<unsigned, int, bool, bool>> {};

TEST_P(QueuedRelease, NobodyMeetsAFullQueue) {
  QueuedLoad load;
  std::tie(load.children, load.workers, load.busy, load.post) = GetParam();
  const QueuedFigures figures = release_to_queue(load);
  EXPECT_EQ(figures.held, load.held);
  EXPECT_EQ(figures.failed, 0U);
  EXPECT_EQ(figures.refused, 0);
  EXPECT_LE(figures.most_inside, load.workers + 100);
}

INSTANTIATE_TEST_SUITE_P(Hosts, QueuedRelease,
                         testing::Combine(testing::Values(1U, 16U), testing::Values(5, 25, 150),
                                          testing::Bool(), testing::Bool()));

}  // namespace
}  // namespace cutover::test
