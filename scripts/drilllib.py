"""Runs scripts of tests/drill on our stack and on the kernel, and reads the record of their differences."""

import dataclasses
import pathlib
import re
import subprocess

FOLDER = "tests/drill"
RECORD = f"{FOLDER}/kernel.tsv"
LONGEST = 10  # seconds of script time: the kernel's time is real
LATEST = 240  # seconds for all scripts together
AGAIN = 3  # how often a difference that is not recorded must be seen again

REASONS = {
    "rfc": "the RFC says something else than Linux does, and we follow the RFC",
    "constant": "a number that the RFC leaves open, and another choice of it",
    "not_applicable": "the script needs what only our stack has",
    "real_time": "the kernel's timers or its memory make the difference, which virtual time does not have",
    "fault": "Linux is right and we are wrong, until it is mended",
}

_VERDICT = re.compile(r"^(PASS|FAIL|UNSUPPORTED) (\S+?\.pkt)(?=[: ]|$)", re.MULTILINE)
_TIME = re.compile(r"^ *(\d+\.\d{6})  ", re.MULTILINE)


class Impossible(Exception):
    """The comparison cannot be made here; the text says why."""


@dataclasses.dataclass
class Verdict:
    word: str  # PASS, FAIL, UNSUPPORTED
    text: str  # all that tcpdrill printed about the script

    def difference(self):
        """The first difference: the last indented lines, or the unsupported word."""
        if self.word == "UNSUPPORTED":
            return self.text.splitlines()[0].split(": ", maxsplit=1)[-1]
        lines = self.text.rstrip().splitlines()
        place = max((i for i, line in enumerate(lines) if re.match(r"\S+\.pkt:\d+:$", line)), default=-3)
        return " / ".join(line.strip() for line in lines[place + 2:] if line.startswith("  "))


@dataclasses.dataclass
class Comparison:
    release: str
    stack: dict  # script, below tests/drill: Verdict
    kernel: dict  # the same, of the scripts that were run
    too_long: list


class Record:
    """tests/drill/kernel.tsv"""

    def __init__(self, root):
        self.release = ""
        self.rows = {}
        path = root / RECORD
        for line in path.read_text().splitlines() if path.is_file() else []:
            if line.startswith("# kernel "):
                self.release = line.removeprefix("# kernel ").strip()
            elif line and not line.startswith("#"):
                script, reason, clause, sentence = line.split("\t")
                if reason not in REASONS:
                    raise ValueError(f"{RECORD}: {script}: '{reason}' is not one of {', '.join(REASONS)}")
                self.rows[script] = (reason, clause, sentence)


def upstream_release(release):
    """6.18.44 of 6.18.44-2-amd64: who built a kernel does not change its TCP."""
    return release.split("-")[0]


def name_of(path):
    text = str(path)
    return text.split(f"{FOLDER}/")[-1]


def read_verdicts(output):
    """{script: Verdict} of what tcpdrill printed."""
    heads = list(_VERDICT.finditer(output))
    ends = [head.start() for head in heads[1:]] + [len(output)]
    return {name_of(head[2]): Verdict(head[1], output[head.start():end]) for head, end in zip(heads, ends)}


def run(program, *arguments):
    command = [str(program), *map(str, arguments)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=LATEST, check=False)
    except subprocess.TimeoutExpired as late:
        raise Impossible(f"{program} has not ended within {LATEST} s") from late
    if result.returncode not in (0, 1):
        raise Impossible(result.stderr.strip() or f"{program} ended with {result.returncode}")
    return result.stdout


def seconds(verdict):
    """How long the script took in its own time."""
    times = _TIME.findall(verdict.text)
    return float(times[-1]) if times else 0.0


def scripts_below(paths):
    found = []
    for path in paths:
        found += sorted(path.rglob("*.pkt")) if path.is_dir() else [path]
    return found


def _confirmed(program, path, verdict):
    """A difference beside other programs may be their fault: the script runs alone then, and one pass is a pass."""
    for _ in range(AGAIN):
        if verdict.word == "FAIL":
            verdict = read_verdicts(run(program, "--on", "kernel", path))[name_of(path)]
    return verdict


def compare(program, paths, jobs, record):
    """Both verdicts of each script below `paths`."""
    scripts = scripts_below(paths)
    if not program.exists():
        raise Impossible(f"there is no {program}: set TCPSTACK_BUILD to the build folder")
    stack = read_verdicts(run(program, "-v", *scripts))
    short = [path for path in scripts if seconds(stack[name_of(path)]) < LONGEST]
    too_long = [name_of(path) for path in scripts if path not in short]
    output = run(program, "--on", "kernel", f"-j{jobs}", *short)
    release = upstream_release(output.splitlines()[0].removeprefix("on Linux "))
    kernel = read_verdicts(output)
    for path in short:
        if name_of(path) not in record.rows:
            kernel[name_of(path)] = _confirmed(program, path, kernel[name_of(path)])
    return Comparison(release, stack, kernel, too_long)


def disagreements(comparison, record):
    """What the record does not say, and what it says and is not so."""
    for script, verdict in comparison.kernel.items():
        if verdict.word != "PASS" and script not in record.rows:
            yield f"{script}: the kernel differs, and {RECORD} has no reason: {verdict.difference()}"
        # A matter of microseconds may turn out well.
        if verdict.word == "PASS" and script in record.rows and record.rows[script][0] != "real_time":
            yield f"{script}: the kernel passes, and {RECORD} says that it differs ({record.rows[script][0]})"
    for script in record.rows:
        if script in comparison.too_long or script not in comparison.stack:
            yield f"{RECORD}: {script} was not run on the kernel"


def table(comparison, record):
    """One line per script that is not simply passed by both, and the sums."""
    lines = [f"{'script':58} {'stack':12} {'kernel':12} reason"]
    for script, verdict in comparison.stack.items():
        on_kernel = comparison.kernel[script].word if script in comparison.kernel else "too long"
        reason = record.rows.get(script, ("",))[0]
        if (verdict.word, on_kernel) != ("PASS", "PASS") or reason:
            lines.append(f"{script:58} {verdict.word:12} {on_kernel:12} {reason}")
    words = [verdict.word for verdict in comparison.kernel.values()]
    lines.append(f"{len(comparison.stack)} scripts. Linux {comparison.release}: {words.count('PASS')} passed, "
                 f"{words.count('FAIL')} failed, {words.count('UNSUPPORTED')} not applicable, "
                 f"{len(comparison.too_long)} too long.")
    return "\n".join(lines)
