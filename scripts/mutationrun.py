"""How scripts/mutate runs the tests: which of them reach a mutation, and whether one of those notices it."""

import json
import os
import resource
import signal
import subprocess
import tempfile
import time

# The fastest and most discerning first. tcpdrill runs all scripts of tests/drill.
PROGRAMS = {
    "state_tests": "tests/tcp",
    "tcpdrill": None,
    "unit_tests": "tests/unit",
    "oracle_tests": "tests/oracle",
    "sim_tests": "tests/sim",
    "runtime_tests": "tests/runtime",
}
FOLDERS_OF_TESTS = [folder for folder in PROGRAMS.values() if folder]
MEMORY = 4 << 30  # bytes: a mutation may allocate for ever
FIRST_BATCH = 1000  # milliseconds of tests; the others follow if these notice nothing


def _limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Tests:
    """The programs of tests, and for each test how long it takes and which mutations it reaches."""

    def __init__(self, tree, build, programs):
        self.tree, self.build, self.programs = tree, build, programs
        self.tests = {}  # program -> [(name, milliseconds, set of numbers)], quickest first

    def command(self, program, names):
        if program == "tcpdrill":
            return [self.build / program, "--jobs", "1", "--psh=exact", *names]
        return [self.build / program, "--gtest_brief=1", "--gtest_fail_fast", f"--gtest_filter={':'.join(names)}"]

    def run(self, command, seconds, **environment):
        """(exit code or None when it took too long, output)"""
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            process = subprocess.Popen(
                command, cwd=self.tree, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, **environment}, preexec_fn=_limit, start_new_session=True)
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                code = None
            output.seek(0)
            return code, output.read()

    def learn(self, memory):
        """Runs all tests without a mutation, unless the file `memory` knows them from an earlier run. Returns the
        failures, of which there should be none."""
        known = json.loads(memory.read_text(encoding="utf-8")) if memory.is_file() else {}
        for program in self.programs:
            scripts = sorted((self.tree / "tests/drill").rglob("*.pkt")) if program == "tcpdrill" else []
            stamp = [path.stat().st_mtime_ns for path in [self.build / program, *scripts]]
            if known.get(program, {}).get("stamp") != stamp:
                tests = []
                for name in map(str, scripts or ["*"]):
                    begin = time.monotonic()
                    code, output, lines = self._observe(program, [name])
                    if code != 0:
                        yield f"{program} fails:\n{output[-4000:]}"
                        return
                    always = lines[0][2]
                    tests += [(name, 1000 * (time.monotonic() - begin), lines[-1][2])] if scripts else [
                        (test, milliseconds, always + reached) for test, milliseconds, reached in lines if test]
                known[program] = {"stamp": stamp, "tests": sorted(tests, key=lambda test: test[1])}
                memory.write_text(json.dumps(known), encoding="utf-8")
            self.tests[program] = [(name, milliseconds, set(reached))
                                   for name, milliseconds, reached in known[program]["tests"]]
            total = sum(test[1] for test in self.tests[program]) / 1000
            print(f"{program}: {len(self.tests[program])} tests, {total:.1f} s", flush=True)

    def _observe(self, program, names):
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
            code, output = self.run(self.command(program, names), 1200, TCPSTACK_MUTATIONS_REACHED=file.name)
            rows = [line.rstrip("\n").split("\t") for line in file]
        return code, output, [(name, float(ms), [int(number) for number in numbers.split()]) for name, ms, numbers in rows]

    def judge(self, mutation):
        """(verdict, by what, seconds) of one mutation."""
        begin = time.monotonic()
        reaching = 0
        for program, tests in self.tests.items():
            tests = [test for test in tests if mutation.number in test[2]]
            reaching += len(tests)
            for batch in _batches(tests):
                expected = sum(test[1] for test in batch) / 1000
                code, output = self.run(self.command(program, [test[0] for test in batch]), 15 + 10 * expected,
                                        TCPSTACK_MUTATION=str(mutation.number))
                if code != 0:
                    by = f"{program}: {'takes too long' if code is None else _first_failure(output, code)}"
                    return "killed", by, time.monotonic() - begin
        return "survived", f"{reaching} tests reach it", time.monotonic() - begin


def _batches(tests):
    """The tests, quickest first, in two parts, so that a mutation that everybody notices costs little."""
    first, total = [], 0
    for test in tests:
        total += test[1]
        if total > FIRST_BATCH and first:
            break
        first.append(test)
    return [batch for batch in (first, tests[len(first):]) if batch]


def _first_failure(output, code):
    for line in output.splitlines():
        if line.startswith("[  FAILED  ]") or ".pkt" in line or "Assertion" in line:
            return " ".join(line.replace("[  FAILED  ]", "").split())[:150]
    return f"exit code {code}"
