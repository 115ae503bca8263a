# SPDX-License-Identifier: Apache-2.0
# The benchmark. What can be wrong without a server being there is tested with the harness.
BENCH := $(call objects,tests/bench) \
         $(addprefix $(BUILD)/obj/tests/httpd/,connection.o crowd.o queued_release.o rig.o)
BENCH_TESTED := $(addprefix $(BUILD)/obj/tests/bench/,statistics.o samples.o cutover/visits.o \
                  report/table.o report/panel.o report/csv.o report/plot.o \
                  throughput/wrk.o flip/passages.o run.o)

$(BUILD)/benchmark: $(BENCH) $(HARNESS) $(STATE) $(WIRE) $(CORE) | $(BUILD)/probe.so
	@echo "  LINK  $@"
	@$(LINK) -o $@ $(filter %.o,$^) $(TESTLIBS)

# A module that takes the time at the gate.
$(BUILD)/obj/tests/bench/flip/probe/%.o: FLAGS = $(HTTPD_CFLAGS)
$(BUILD)/probe.so: $(call to_objects,$(wildcard tests/bench/flip/probe/*.cpp))
	@echo "  LINK  $@"
	@$(LINK) -shared -Wl,-Bsymbolic -o $@ $^
