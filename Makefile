# Oproep's two commands are `make run` and `make test`; the others serve who works on it.
.PHONY: run test check format lint unit crash bench docs screens

# The whole service on SQLite with a demonstration region, local receivers and 20,000 participants.
run: components-build screens
	cargo run --release --quiet -- demo run

# Every test. Installs or names what it lacks.
test: components-build
	scripts/components test
	scripts/screens needed
	scripts/with-postgres cargo test

# The scripts and styles of the screens, bundled into web/dist.
screens:
	scripts/screens

# The quick loop: format, lint, unit tests.
check: format lint unit

format:
	cargo fmt --check

lint:
	cargo clippy --all-targets --features crash-points -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet

unit:
	scripts/with-postgres cargo test --lib --quiet

# Kills the process in the middle of an action, 50 times, and counts who was lost and who was told twice.
crash:
	scripts/components test
	scripts/with-postgres cargo test --quiet --features crash-points,testing --test crash -- $(CRASH)

# Medians of several rounds beside their peers; the same in target/bench/results.json.
bench:
	scripts/components bench
	scripts/with-postgres cargo bench $(BENCH)

.PHONY: components-build
components-build:
	scripts/components build
