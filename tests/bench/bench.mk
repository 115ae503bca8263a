# SPDX-License-Identifier: Apache-2.0
# The benchmark. What can be wrong without a server being there is tested with the harness.
BENCH := $(filter-out %/main.o,$(call objects,tests/bench $(addprefix tests/bench/,report rivals cutover held)))
BENCH_TESTED := $(addprefix $(BUILD)/obj/tests/bench/,statistics.o samples.o cutover/visits.o \
                  report/table.o report/panel.o report/csv.o report/plot.o run.o)

$(BUILD)/benchmark: $(BUILD)/obj/tests/bench/main.o $(BENCH) $(BUILD)/obj/tests/httpd/crowd.o \
                    $(BUILD)/obj/tests/httpd/rig.o $(HARNESS) $(STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(TESTLIBS)
