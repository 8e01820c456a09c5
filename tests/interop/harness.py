"""What every test against the real kernel needs: a namespace, the stack in it, and the story.

A test is a file NAME_test.py whose functions test_*() each make a Lab and end with
`harness.main(__name__, needs=[...])`. Run one by hand, alone or by name, as root:

    sudo TCPSTACK_BUILD=build python3 tests/interop/netcat_test.py test_echo

The whole process enters the namespace of its Lab, so that sockets and commands of the test are those of
the kernel at the other end of the device. Nothing waits by sleeping, but for a condition, with a
deadline. A failure prints the last lines of the stack.
"""

import contextlib
import ctypes
import inspect
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

OURS = "10.0.0.2"  # the stack's address
HOST = "10.0.0.1"  # the kernel's
PATIENCE = 20  # seconds: how long a condition may take on a busy machine, with sanitizers
SKIPPED = 77

BUILD = pathlib.Path(os.environ.get("TCPSTACK_BUILD", "build")).resolve()
PROGRAM = BUILD / "tcpstack"

_PREFIX = "tcpstack-test-"
_libc = ctypes.CDLL(None, use_errno=True)
_numbers = itertools.count()
_labs = []  # of the test that is running


class Skip(Exception):
    """The test cannot be made here; the text says why."""


def eventually(condition, what, seconds=PATIENCE):
    """Asks until `condition()` gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def run(*command, check=True, seconds=PATIENCE, **more):
    """A command's result, its output as text. Fails when it takes too long or, with `check`, fails."""
    more.setdefault("text", True)
    result = subprocess.run(list(map(str, command)), capture_output=True, timeout=seconds, **more)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {result.returncode}\n"
                             f"{result.stdout}{result.stderr}")
    return result


def _enter(path):
    with open(path, encoding="ascii") as namespace:
        if _libc.setns(namespace.fileno(), 0x40000000) != 0:  # CLONE_NEWNET
            raise OSError(ctypes.get_errno(), f"setns {path}")


def _die_with_parent():
    _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Namespace:
    """A network namespace with a name of its own; removed at the end, with all devices in it."""

    def __init__(self, label="lab"):
        self.name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}-{label}"

    def __enter__(self):
        run("ip", "netns", "add", self.name)
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        run("ip", "netns", "delete", self.name, check=False)

    @contextlib.contextmanager
    def inside(self):
        """The process is in this namespace for the time of the block; so are its children."""
        with open("/proc/self/ns/net", encoding="ascii") as before:
            _enter(f"/run/netns/{self.name}")
            try:
                yield
            finally:
                _libc.setns(before.fileno(), 0x40000000)


class Stack:
    """A running tcpstack, in the namespace in which it was started."""

    def __init__(self, *options, device="tun0", program=None, prefix=(), user=None, stdin=subprocess.DEVNULL):
        self.command = [*map(str, prefix), str(program or PROGRAM), *map(str, options), device]
        self.lines = []  # of standard output and standard error, as they came
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            self.command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", preexec_fn=_die_with_parent, user=user)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._reader = None
            self._news.notify_all()

    def wait_line(self, pattern, seconds=PATIENCE, start=0):
        """The first line (from number `start`) that matches, as a match object."""
        deadline = time.monotonic() + seconds
        seen = start
        with self._news:
            while True:
                for line in self.lines[seen:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if self._reader is None or left <= 0:
                    raise AssertionError(f"the stack did not say /{pattern}/")
                self._news.wait(left)

    def ready(self):
        self.wait_line(r'^ready\b|"event":"ready"')
        return self

    def wait(self, seconds=PATIENCE):
        """Its exit code, once it has ended and all it said has been read."""
        code = self.process.wait(seconds)
        eventually(lambda: self._reader is None, "the end of the stack's output")
        return code

    def stop(self, with_signal=signal.SIGINT):
        """Ctrl-C, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def text(self):
        return "\n".join(self.lines)

    def story(self, count=60):
        return "\n".join(["$ " + " ".join(self.command), *self.lines[-count:]])


class Lab:
    """A namespace that the process is in, and the stacks that are started in it."""

    def __init__(self, *options, start=True, **more):
        self.options, self.more, self.starts = options, more, start
        self.stacks = []
        self._end = contextlib.ExitStack()

    def __enter__(self):
        self.namespace = self._end.enter_context(Namespace())
        self._end.enter_context(self.namespace.inside())
        _labs.append(self)
        try:
            if self.starts:
                self.start(*self.options, **self.more).ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for stack in self.stacks:
            if stack.process.poll() is None:
                stack.kill()
        self._end.close()

    def start(self, *options, **more):
        self.stacks.append(Stack(*options, **more))
        return self.stacks[-1]

    @property
    def stack(self):
        return self.stacks[-1]


def connect(port, seconds=PATIENCE, address=OURS):
    """A connected socket of the kernel."""
    return socket.create_connection((address, port), timeout=seconds)


def read_all(sock):
    """What comes until the peer's FIN."""
    parts = []
    while part := sock.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def read_exactly(sock, count):
    data = bytearray()
    while len(data) < count:
        part = sock.recv(min(1 << 16, count - len(data)))
        if not part:
            raise AssertionError(f"the stream ended after {len(data)} of {count} bytes")
        data += part
    return bytes(data)


def tshark(capture, *options, where="", fields=()):
    """The rows (lists of fields) of the packets that the display filter selects, all checksums checked."""
    command = ["tshark", "-n", "-r", capture, "-o", "ip.check_checksum:TRUE",
               "-o", "tcp.check_checksum:TRUE", *options]
    if where:
        command += ["-Y", where]
    if fields:
        command += ["-T", "fields"] + [part for field in fields for part in ("-e", field)]
    environment = dict(os.environ, HOME="/nonexistent")  # nobody's own settings
    output = run(*command, seconds=60, env=environment).stdout
    return [line.split("\t") for line in output.splitlines()]


def _remove_leftovers():
    """Namespaces of tests that were killed."""
    for name in os.listdir("/run/netns") if os.path.isdir("/run/netns") else []:
        match = re.match(re.escape(_PREFIX) + r"(\d+)-", name)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            run("ip", "netns", "delete", name, check=False)


def _require(tools):
    if os.geteuid() != 0:
        raise Skip("needs root, for network namespaces and TUN devices")
    if not os.path.exists("/dev/net/tun"):
        raise Skip("needs /dev/net/tun")
    if not PROGRAM.exists():
        raise Skip(f"there is no {PROGRAM}: set TCPSTACK_BUILD to the build folder")
    for tool in ["ip", *tools]:
        if shutil.which(tool) is None:
            raise Skip(f"needs {tool}: scripts/setup --for test installs it")
    _remove_leftovers()
    try:
        with Namespace("probe"):
            pass
    except AssertionError as error:
        raise Skip(f"cannot make a network namespace here: {error}") from error


def _run_one(name, test):
    """How one test ended, as an exit code: 0, 1 or SKIPPED."""
    _labs.clear()
    began = time.monotonic()
    try:
        test()
    except Skip as reason:
        print(f"skipped: {reason}", flush=True)
        return SKIPPED
    except Exception:  # pylint: disable=broad-except
        print(f"FAILED {name}\n")
        for lab in _labs:
            for stack in lab.stacks:
                print(stack.story(), "\n")
        traceback.print_exc(file=sys.stdout)
        print(f"\nAgain: sudo TCPSTACK_BUILD={BUILD} python3 {sys.argv[0]} {name}\n", flush=True)
        return 1
    print(f"ok {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return 0


def main(module, needs=()):
    """Runs the module's tests, or those named on the command line. Ends the process: 1 if one failed, else 77 if one
    was skipped, else 0."""
    if module != "__main__":
        return
    tests = dict(inspect.getmembers(sys.modules[module], inspect.isfunction))
    names = sys.argv[1:] or [name for name in tests if name.startswith("test_")]
    names.sort(key=lambda name: tests[name].__code__.co_firstlineno)
    try:
        _require(needs)
        with tempfile.TemporaryDirectory() as state:
            os.environ["XDG_STATE_HOME"] = state  # for the certificate of https
            results = [_run_one(name, tests[name]) for name in names]
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    sys.exit(1 if 1 in results else max(results, default=0))
