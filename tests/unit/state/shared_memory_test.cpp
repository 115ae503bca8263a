// SPDX-License-Identifier: Apache-2.0
// The areas as the kernel gives them: what a worker can never do, and how it is woken.
#include "mod_cutover/state/shared_memory.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>

namespace cutover {
namespace {

TEST(SharedMemory, WhatIsMappedReadOnlyCannotBeMadeWritable) {
  const SharedMemoryFds fds = create_shared_memory(2);
  ASSERT_TRUE(fds) << fds.error;
  const Mapping worker = map_control(fds.control_read_only.get(), false);
  ASSERT_TRUE(worker);
  EXPECT_NE(::mprotect(worker.at(), worker.size(), PROT_READ | PROT_WRITE), 0);
  EXPECT_EQ(errno, EACCES);
  EXPECT_FALSE(map_control(fds.control_read_only.get(), true));
}

TEST(SharedMemory, NobodyCanTakeTheMemoryAwayUnderTheOthers) {
  const SharedMemoryFds fds = create_shared_memory(2);
  EXPECT_NE(::ftruncate(fds.counters.get(), 0), 0);
  EXPECT_NE(::ftruncate(fds.control.get(), 0), 0);
}

TEST(SharedMemory, AStoreIsSeenThroughTheReadOnlyMapping) {
  const SharedMemoryFds fds = create_shared_memory(2);
  const Mapping writer = map_control(fds.control.get(), true);
  const Mapping worker = map_control(fds.control_read_only.get(), false);
  control_in(writer).sites[3].word.store(77);
  EXPECT_EQ(control_in(worker).sites[3].word.load(), 77U);
}

// In a futex, by what the kernel says of the thread: "202 0x7f... ...".
bool sleeps(pid_t thread) {
  std::ifstream call("/proc/self/task/" + std::to_string(thread) + "/syscall");
  long number = -1;
  return call >> number && number == SYS_futex;
}

TEST(SharedMemory, ASleeperOnAReadOnlyMappingIsWokenByAStore) {
  const SharedMemoryFds fds = create_shared_memory(2);
  const Mapping writer = map_control(fds.control.get(), true);
  const Mapping worker = map_control(fds.control_read_only.get(), false);
  std::atomic<bool> woken{false};
  std::atomic<pid_t> number{0};
  const std::int64_t start = monotonic_ns();
  std::thread sleeper([&] {
    const auto& word = control_in(worker).sites[0].word;
    number = ::gettid();
    while (word.load() == 0) wait_for_change(word, 0, 20'000'000'000);
    woken = true;
  });
  for (int i = 0; i < 5000 && !(number != 0 && sleeps(number)); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(sleeps(number));
  EXPECT_FALSE(woken);
  control_in(writer).sites[0].word.store(encode(sealed(1)));
  wake_all(control_in(writer).sites[0].word);
  sleeper.join();
  EXPECT_LT(monotonic_ns() - start, 10'000'000'000);
}

TEST(SharedMemory, AWaitForWhatHasChangedAlreadyOrForNoTimeReturnsAtOnce) {
  const std::atomic<std::uint64_t> word{5};
  const std::int64_t start = monotonic_ns();
  wait_for_change(word, 4, 20'000'000'000);
  wait_for_change(word, 5, 0);
  wait_for_change(word, 5, -1);
  EXPECT_LT(monotonic_ns() - start, 5'000'000'000);
}

TEST(SharedMemory, ThereIsASharedSlotBesidesThoseOfTheChildren) {
  const SharedMemoryFds fds = create_shared_memory(4);
  const Mapping counters = map_counters(fds.counters.get());
  EXPECT_EQ(counters_in(counters).count, 5U);
  EXPECT_EQ(counters_in(counters).shared_slot().pid.load(), -1);
}

TEST(SharedMemory, AnotherVersionOrSizeIsNotMapped) {
  const SharedMemoryFds fds = create_shared_memory(2);
  control_in(map_control(fds.control.get(), true)).version.store(kLayoutVersion + 1);
  EXPECT_FALSE(map_control(fds.control.get(), true));
  EXPECT_EQ(errno, EPROTO);
  EXPECT_FALSE(map_control(fds.counters.get(), false));
  EXPECT_FALSE(map_counters(fds.control.get()));
}

}  // namespace
}  // namespace cutover
