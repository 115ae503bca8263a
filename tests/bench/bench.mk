# SPDX-License-Identifier: Apache-2.0
# The benchmark. What can be wrong without a server being there is tested with the harness.
BENCH := $(call objects,tests/bench $(addprefix tests/bench/,report rivals cutover held throughput)) \
         $(addprefix $(BUILD)/obj/tests/httpd/,connection.o crowd.o rig.o)
BENCH_TESTED := $(addprefix $(BUILD)/obj/tests/bench/,statistics.o samples.o cutover/visits.o \
                  report/table.o report/panel.o report/csv.o report/plot.o \
                  throughput/wrk.o run.o)

$(BUILD)/benchmark: $(BENCH) $(HARNESS) $(STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(TESTLIBS)
