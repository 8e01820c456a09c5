"""The promise to those who step: `break tcpstack::tcp::enter` stops at every transition of a netcat
session, and the caller is the step of RFC 9293 that made it."""

import os
import pathlib
import re

import harness

COMMANDS = """
set pagination off
set confirm off
set breakpoint pending off
handle SIGINT nostop pass
break tcpstack::tcp::enter
commands
silent
printf "TRANSITION "
backtrace 2
continue
end
run
"""

# To which state, from which function.
STEPS = [
    ("SYN_RECEIVED", "arrives_listen|syn_received|listen"),
    ("ESTABLISHED", "fifth_check"),
    ("CLOSE_WAIT", "eighth_check"),
    ("LAST_ACK", "close|emit"),
    ("CLOSED", "fifth_check"),
]


def debug_program():
    """A build with -O0 -g3: the one under test, or build-debug beside it."""
    for folder in [harness.BUILD, harness.BUILD.parent / "build-debug"]:
        cache = pathlib.Path(folder, "CMakeCache.txt")
        if (folder / "tcpstack").exists() and cache.exists():
            if re.search(r"^CMAKE_BUILD_TYPE:\w+=Debug$", cache.read_text(encoding="utf-8"), re.MULTILINE):
                return folder / "tcpstack"
    raise harness.Skip("there is no debug build: scripts/build debug")


def test_every_transition_stops_with_its_step_as_the_caller():
    program = debug_program()
    with harness.Lab(start=False) as lab:
        script = pathlib.Path(f"/tmp/tcpstack-gdb-{os.getpid()}")
        script.write_text(COMMANDS, encoding="ascii")
        try:
            stack = lab.start("--service", "echo", program=program,
                              prefix=["gdb", "--batch", "--nx", "-x", script, "--args"])
            stack.wait_line(r"^ready\b", 60)
            answer = harness.run("nc", "-N", "-w", 30, harness.OURS, 7, input="step by step\n", seconds=50)
            assert answer.stdout == "step by step\n", answer
            stack.wait_line("LAST_ACK -> CLOSED", 30)
        finally:
            script.unlink()
        stops = re.findall(r"TRANSITION #0 +.*?enter \(.*?to=\S*?(\w+)[,)].*?\n#1 +(?:0x\w+ in )?(.*?) \(",
                           stack.text(), re.DOTALL)
        arrived = [state for state, _ in stops]
        assert arrived == [state for state, _ in STEPS], stack.text()
        for (state, caller), (_, expected) in zip(stops, STEPS):
            assert re.search(expected, caller), f"{state} from {caller}"


harness.main(__name__, needs=["gdb", "nc"])
