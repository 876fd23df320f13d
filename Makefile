# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# A thin cover over meson. Start with `make demo`, then `make check`.

BUILD ?= build
MESON_FLAGS ?=
# Debian's own python, which has Debian's modules.
export PATH := /usr/bin:/bin:$(PATH)

.PHONY: all demo check check-fast check-vm vm module bench soak mutants docs abi install uninstall clean \
	deps deps-check variants help deb

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(if $(V),,--quiet)

help:
	@echo "make             build everything: $(BUILD)/cli/mlx5ctl"
	@echo "make demo        install what is missing, build, show the tool at work"
	@echo "make check       all tests; ends with N passed, N failed, N skipped"
	@echo "make check-fast  the same without virtual machines; make check-vm those alone"
	@echo "make vm          a shell in a guest with an emulated ConnectX; KERNEL=6.1, 6.12, newest"
	@echo "make module      the kernel module; KERNEL as above, or the path of a kernel's build folder"
	@echo "make mutants     remove one check of the policy at a time; none may go unnoticed"
	@echo "make bench       what a verdict costs, commands a second, our driver beside mainline's, reg get, config query"
	@echo "make soak        the long counts"
	@echo "make docs        write docs/policy.md and the README's transcript anew"
	@echo "make abi         write lib/abi anew, after a function was added to the library"
	@echo "make deb         Debian packages, built in a clean tree; SUITE=trixie, bookworm"
	@echo "make install     tool, library and emulator, and the module for the kernel that runs"
	@echo "make install DESTDIR=...   all but the module"
	@echo "make uninstall   takes away what make install brought;   make clean"

deps:
	@packaging/install-packages build

deps-check: deps
	@packaging/install-packages check

%/build.ninja:
	@meson setup $* $(MESON_FLAGS) >$*.log 2>&1 || { cat $*.log; exit 1; }
	@mv $*.log $*/setup.log

PATTERN := -Dc_args=-ftrivial-auto-var-init=pattern
build-asan/build.ninja: MESON_FLAGS = -Dtests=true -Db_sanitize=address,undefined -Db_lundef=false $(PATTERN)
build-clang/build.ninja: MESON_FLAGS = -Dtests=true
build-clang/build.ninja: export CC = clang

# Every test runs in the sanitized build; clang only has to agree that the code is clean.
variants: all build-asan/build.ninja build-clang/build.ninja
	@grep -q auto-var-init build-asan/build.ninja || meson configure build-asan $(PATTERN)
	@ninja -C build-asan --quiet
	@ninja -C build-clang --quiet

demo: deps
	@$(MAKE) --no-print-directory all
	@tests/demo $(BUILD)/cli/mlx5ctl

check: deps-check
	@$(MAKE) --no-print-directory variants
	@tests/run all

check-fast: deps-check
	@$(MAKE) --no-print-directory variants
	@tests/run fast

check-vm: deps-check
	@$(MAKE) --no-print-directory variants
	@tests/run vm

KERNEL ?= 6.12
vm: deps-check all build-asan/build.ninja
	@ninja -C build-asan --quiet
	@tests/vm/guest $(KERNEL) --program $(BUILD)/cli/mlx5ctl --tty --timeout 1e6 -- bash -i

module: all
	@kernel/build $(KERNEL) $(BUILD) W=1
	@echo "$(BUILD)/module/$(subst /,_,$(KERNEL))/mlx5ctl.ko"

mutants: deps-check
	@$(MAKE) --no-print-directory all
	@tests/verdicts/mutants

bench: deps-check
	@$(MAKE) --no-print-directory all
	@ninja -C $(BUILD) --quiet bench-programs
	@tests/bench/run $(BUILD)

soak: check mutants
	@tests/fuzz/run $(BUILD) 600
	@tests/vm/run --full --rounds 20
	@tests/vm/run --kernel debug
	@tests/packages/run build-asan --full

docs: all
	@$(BUILD)/policy/policy-lister | python3 policy/document.py >docs/policy.md
	@tests/transcript $(BUILD)/cli/mlx5ctl

abi: deps-check
	@$(MAKE) --no-print-directory all
	@lib/abi/dump $(BUILD) >$(BUILD)/abi.xml
	@cp $(BUILD)/abi.xml lib/abi/libmlx5ctl.xml

# What root writes here is given to the owner of the tree, whose next build it would stop.
GIVE_BACK := trap '[ -O Makefile ] || chown -R --from=root --reference=Makefile $(BUILD)' EXIT

# meson's own list is that of its last installation, wherever that went.
install:
	@$(GIVE_BACK); $(MAKE) --no-print-directory all
	@$(GIVE_BACK); DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild $(if $(V),,--quiet) \
	$(if $(DESTDIR),,&& cp $(BUILD)/meson-logs/install-log.txt $(BUILD)/installed && ldconfig && kernel/install $(BUILD))

uninstall:
	@[ -z "$(DESTDIR)" ] || { echo "What is in $(DESTDIR) goes with that folder; without DESTDIR, what this machine has goes."; exit 2; }
	@[ -e $(BUILD)/installed ] || { echo "Nothing was installed from $(BUILD); after make install what is there can go."; exit 1; }
	@$(GIVE_BACK); cp $(BUILD)/installed $(BUILD)/meson-logs/install-log.txt && \
	ninja -C $(BUILD) $(if $(V),,--quiet) uninstall && rm $(BUILD)/installed && ldconfig && kernel/uninstall

SUITE ?= trixie
deb: deps-check
	@packaging/build-packages $(SUITE) $(BUILD)/deb/$(SUITE)
	@ls $(BUILD)/deb/$(SUITE)/*.deb

clean:
	rm -rf build build-asan build-clang
