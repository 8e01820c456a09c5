"""The promise to those who step: `break tcpstack::tcp::enter` stops at every transition of a netcat
session, and the caller is the step of RFC 9293 that made it."""

import os
import re
import tempfile

import harness

NEAREST = 4  # callers to look at: a helper may lie between the step and enter()

COMMANDS = f"""
set pagination off
set confirm off
handle SIGINT nostop pass
break tcpstack::tcp::enter
commands
silent
backtrace {NEAREST + 1}
continue
end
run
"""

# To which state, from which page of the RFC's text: one of the nearest callers is in this file.
STEPS = [
    ("SYN_RECEIVED", "arrives_listen.cc"),
    ("ESTABLISHED", "arrives_5_ack.cc"),
    ("CLOSE_WAIT", "arrives_8_fin.cc"),
    ("LAST_ACK", "calls_close.cc"),
    ("CLOSED", "arrives_5_ack.cc"),
]

def program():
    """The build for stepping (-O0 -g3) where there is one, else the one under test."""
    for folder in [harness.BUILD.parent / "build-debug", harness.BUILD]:
        cache = folder / "CMakeCache.txt"
        if (folder / "tcpstack").exists() and cache.exists():
            # At -O2 the steps are inlined and their frames are gone.
            if "CMAKE_BUILD_TYPE:STRING=RelWithDebInfo" not in cache.read_text(encoding="utf-8"):
                return folder / "tcpstack"
    raise harness.Skip("there is no debug build: scripts/build debug")


def test_every_transition_stops_with_its_step_as_the_caller():
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # the leak check cannot work under a debugger
    with harness.Lab(start=False) as lab, tempfile.NamedTemporaryFile("w", suffix=".gdb") as script:
        script.write(COMMANDS)
        script.flush()
        stack = lab.start("--service", "echo", program=program(),
                          prefix=["gdb", "--batch", "--nx", "-x", script.name, "--args"])
        stack.wait_line(r"^ready\b", 100)
        answer = harness.run("nc", "-N", "-w", 30, harness.OURS, 7, input="step by step\n", seconds=60)
        assert answer.stdout == "step by step\n", answer
        stack.wait_line("LAST_ACK -> CLOSED", 30)
        check_stops(stack.text())


def check_stops(text):
    """Each stop shows frame 0, enter(), and the frames around it; each frame ends in `file.cc:line`."""
    stops = re.split(r"^(?=#0 )", text, flags=re.MULTILINE)[1:]
    assert len(stops) == len(STEPS), stops
    for stop, (state, file) in zip(stops, STEPS):
        frames = re.findall(r"^#(\d) .* at \S*?([^/\s]+\.cc):\d+", stop, re.MULTILINE)
        assert "enter (" in stop and ("0", "state.cc") in frames, stop
        assert file in [name for _, name in frames], f"{state} from {frames}"


harness.main(__name__, needs=["gdb", "nc"])
