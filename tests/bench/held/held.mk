# SPDX-License-Identifier: Apache-2.0
# How many requests can be held, and what it costs: make build/bench_held && build/bench_held
$(BUILD)/bench_held: $(call objects,tests/bench/held) $(BUILD)/obj/tests/httpd/crowd.o \
                     $(BUILD)/obj/tests/httpd/rig.o $(HARNESS) $(STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(TESTLIBS)
