"""scripts/bench runs and its figures make sense. Speed is not the concern of a test."""

import json
import os
import pathlib
import tempfile

import harness

BENCH = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts" / "bench"


def bench(*arguments):
    """The rows of a run: by work, the figures of each server."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        environment = dict(os.environ, TCPSTACK_BUILD=str(harness.BUILD))
        result = harness.run(BENCH, "--short", "--json", file.name, *arguments, seconds=150, env=environment)
        report = json.load(file)
    assert report["mtu"] in (1500, 65535) and report["machine"]["cores"] >= 1
    rows = {row["work"]: row for row in report["rows"]}
    assert all(work in result.stdout for work in rows), result.stdout
    return rows


def check_ratio(row):
    (ours,), (ceiling,) = row["runs"]["stack"], row["runs"]["ceiling"]
    assert row["medians"] == {"stack": ours[row["figure"]], "ceiling": ceiling[row["figure"]]}, row
    assert row["ratio"] == ours[row["figure"]] / ceiling[row["figure"]], row


def check_bulk(row):
    check_ratio(row)
    for (figures,) in row["runs"].values():
        assert figures["bytes"] >= 1_000_000, figures
        rate = figures["bytes"] * 8 / figures["seconds"] / 1e9
        assert abs(rate - figures["gbit_per_s"]) < rate / 1000, figures
        assert figures["server_cpu_s_per_gb"] > 0, figures


def check_latencies(row):
    check_ratio(row)
    for (figures,) in row["runs"].values():
        assert figures["per_s"] >= 10, figures
        assert 0 < figures["p50_us"] <= figures["p90_us"] <= figures["p99_us"] <= figures["max_us"], figures
        assert figures["server_cpu_us_each"] > 0, figures


def test_bulk():
    rows = bench("--servers", "stack,ceiling", "upload", "download")
    for row in rows.values():
        check_bulk(row)


def test_bulk_in_large_packets():
    rows = bench("--servers", "stack,ceiling", "--mtu", "65535", "upload", "download")
    for row in rows.values():
        check_bulk(row)


def test_requests_and_connections():
    rows = bench("--servers", "stack,ceiling", "request-1", "request-50", "connect-50")
    for row in rows.values():
        check_latencies(row)


def test_kernel_sockets_beside_an_upload():
    (row,) = bench("--servers", "kernel", "beside-upload").values()
    (figures,) = row["runs"]["kernel"]
    assert row["ratio"] is None and row["medians"]["kernel"] == figures["p99_us"], row
    assert 0 < figures["idle_p50_us"] <= figures["idle_p99_us"], figures
    assert 0 < figures["p50_us"] <= figures["p99_us"] <= figures["max_us"], figures


def test_idle_connections():
    rows = bench("--servers", "stack", "--idle-connections", "200", "idle", "idle-after-echo")
    for row in rows.values():
        (figures,) = row["runs"]["stack"]
        assert figures["connections"] == 200, figures
        assert figures["first_per_s"] > 0 and figures["last_per_s"] > 0 and figures["rss_bytes_each"] > 0, figures


def test_mistakes():
    for arguments in (["--mtu", "12"], ["run"], ["--servers", "nobody"], ["--repeat", "0"]):
        result = harness.run(BENCH, *arguments, check=False)
        assert result.returncode == 2 and result.stderr, (arguments, result)
    assert "--offload" in harness.run(BENCH, "--help").stdout


harness.main(__name__)
