# Camber: everything a person needs by one word. `make demo` shows it, `make test` checks it.
.PHONY: all build test check fuzz test-asan test-tsan test-ubsan demo bench bench-diff install deb format clean packages

BUILD := swift build -c release
CAMBER := .build/release/camber
FUZZ := .build/release/camber-fuzz
DEMO := .demo
# What 'make demo' labels first: a video of yours, 'make demo DRIVE=my.mp4'.
DRIVE := samples/motorway.mp4
PREFIX ?= /usr/local

# What must be there on Debian or Ubuntu: the package, and a file or program that shows it is installed.
PACKAGES := libavformat-dev libavcodec-dev libavutil-dev libavdevice-dev libswscale-dev libopenblas-dev libsqlite3-dev libmicrohttpd-dev \
	pkg-config ffmpeg

all: build

# Installs only what is missing, so that a prepared machine needs neither root nor a network.
packages:
	@missing=""; for name in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$name 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$name"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing$$missing"; \
	  root=""; [ "$$(id -u)" = 0 ] || root="sudo"; \
	  $$root apt-get update -qq && \
	  $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: packages
	$(BUILD) --product camber

# One release build serves the tests and the program: the command line tests run the built camber.
# protoc reads what ONNXExport writes.
test: PACKAGES += python3 protobuf-compiler
test: packages
	$(BUILD) --build-tests
	swift test -c release --skip-build
	$(FUZZ) --inputs 100
	scripts/check-units.sh
	scripts/check-docs.py $(CAMBER)

# What no test sees: the format of Swift and C, faults of shell scripts and Python.
check:
	scripts/check-style.sh

# Damaged inputs to every place where bytes from outside come in, or to one of them: make fuzz TARGET=media TIME=600
fuzz: packages
	$(BUILD) --product camber-fuzz
	$(FUZZ) $(addprefix --surface ,$(TARGET)) --inputs $(or $(INPUTS),100000000) --seconds $(or $(TIME),60) --seed $(or $(SEED),1)

# The tests under a sanitizer, each in a build of its own. ONLY=NeuralNetworkTests takes a part.
test-asan: SANITIZER := address
test-tsan: SANITIZER := thread
test-ubsan: SANITIZER := undefined
test-asan test-tsan test-ubsan: packages
	scripts/sanitize.sh $(SANITIZER) "$(ONLY)"

demo: build
	scripts/demo.sh $(CAMBER) $(DEMO) "$(DRIVE)"

bench: build
	$(CAMBER) bench --model samples/models/camvid.safetensors --size 480x360 --threads 2

# This tree against another, in turns: make bench-diff REF=main
bench-diff: PACKAGES += git python3
bench-diff: packages
	@[ -n "$(REF)" ] || { echo "Against which commit? make bench-diff REF=main" >&2; exit 2; }
	Benchmarks/bench-diff.py $(REF) --model samples/models/camvid.safetensors --size 480x360 --threads 2 $(OPTIONS)

# Program, services, example configuration, sample model: after 'make', as root. DESTDIR is for those who make packages.
install:
	scripts/install.sh $(CAMBER) "$(DESTDIR)" $(PREFIX)

# Packages for this Debian or Ubuntu: the program with Swift's runtime inside, and the sample models. Addresses that the loader has to
# adapt are packed, which glibc reads from 2.36 on, and nothing is exported.
SMALLER := -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic
deb: PACKAGES += dpkg-dev python3
deb: packages
	$(BUILD) --static-swift-stdlib --traits EmptyICU $(SMALLER) --product camber
	scripts/make-deb.sh $(CAMBER) .

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift
	git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf .build .bench-diff $(DEMO)
	git worktree prune
