"""The services http and https with curl, and with clients that do not keep to the protocols."""

import contextlib
import json
import os
import pathlib
import ssl
import stat
import tempfile

import harness

QUIET = ["--log-level", "info", "--service", "http", "--service", "https"]


@contextlib.contextmanager
def site():
    """A stack that gives out a folder, and the folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name, "www")
        folder.mkdir()
        (folder / "digits.txt").write_text("0123456789")
        (folder / "large").write_bytes(bytes(range(250)) * 20000)
        pathlib.Path(name, "secret").write_text("secret")
        options = [*QUIET, "--http-folder", folder, "--certificate", pathlib.Path(name, "https.pem")]
        with harness.Lab(*options) as lab:
            yield lab, folder


def curl(*arguments, code=0):
    result = harness.run("curl", "--silent", "--show-error", "--max-time", harness.PATIENCE, *arguments,
                         check=False, text=False)
    assert result.returncode == code, (arguments, result.returncode, result.stderr)
    return result.stdout


def test_the_page_about_this_connection():
    with site():
        page = curl(f"http://{harness.OURS}/").decode()
        assert page.startswith("<!DOCTYPE html>") and "<td>ESTABLISHED</td>" in page, page
        facts = json.loads(curl("--interface", harness.HOST, "--local-port", 45678,
                                f"http://{harness.OURS}/connection.json"))
        assert facts["remote"] == f"{harness.HOST}:45678" and facts["local"] == f"{harness.OURS}:80"
        assert facts["state"] == "ESTABLISHED" and facts["sack"] and facts["timestamps"]
        assert facts["segments_received"] >= 2 and facts["rtt"] > 0, facts


def test_keep_alive_sees_the_figures_grow():
    with site():
        url = f"http://{harness.OURS}/connection.json"
        first, second = map(json.loads, curl(url, url).decode().splitlines())
        assert first["remote"] == second["remote"], "one connection"
        assert second["bytes_received"] == 2 * first["bytes_received"]
        assert second["segments_received"] > first["segments_received"]


def test_files_ranges_and_dates():
    with site() as (_, folder):
        url = f"http://{harness.OURS}/"
        assert curl(url + "large") == (folder / "large").read_bytes()
        assert curl("--range", "3-5", url + "digits.txt") == b"345"
        assert curl("--range", "-2", url + "digits.txt") == b"89"
        status = ["--output", "/dev/null", "--write-out", "%{http_code}"]
        assert curl(*status, "--range", "10-", url + "digits.txt") == b"416"
        assert curl(*status, "--time-cond", folder / "digits.txt", url + "digits.txt") == b"304"
        assert curl(*status, "--head", url + "digits.txt") == b"200"
        assert curl(*status, url + "none") == b"404"


def test_nothing_outside_the_folder():
    with site() as (_, folder):
        (folder / "link").symlink_to("../secret")
        for target in ["../secret", "%2e%2e/secret", "..%2fsecret", "link", "%00"]:
            answer = curl("--path-as-is", "--include", f"http://{harness.OURS}/{target}")
            assert answer.startswith(b"HTTP/1.1 404") and b"secret" not in answer, (target, answer)


def test_https_keeps_its_certificate():
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name, "https.pem")
        for _ in range(2):
            with harness.Lab(*QUIET, "--certificate", file) as lab:
                assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
                facts = json.loads(curl("--cacert", file, f"https://{harness.OURS}/connection.json"))
                assert facts["tls"] == "TLSv1.3" and facts["local"] == f"{harness.OURS}:443", facts
                assert lab.stack.stop() == 0
            before = file.read_text()
        assert file.read_text() == before
        file.write_text("something else")
        with harness.Lab(start=False) as lab:
            stack = lab.start(*QUIET, "--certificate", file)
            assert stack.wait() == 1
            assert "no certificate with its key" in stack.text(), stack.text()


def test_a_large_file_over_tls():
    with site() as (_, folder):
        assert curl("--insecure", f"https://{harness.OURS}/large") == (folder / "large").read_bytes()


def test_http_garbage():
    with site() as (lab, _):
        with harness.connect(80) as client:
            client.sendall(bytes(range(256)) + b"\r\n\r\n")
            assert harness.read_all(client).startswith(b"HTTP/1.1 400 ")
        lab.stack.wait_line(r"http: 10\.0\.0\.1:\d+: bad ")
        answer = curl("--include", "--header", "A: " + "x" * 20000, f"http://{harness.OURS}/")
        assert answer.startswith(b"HTTP/1.1 431 "), answer
        lab.stack.wait_line(r"http: 10\.0\.0\.1:\d+: header limit")
        assert curl(f"http://{harness.OURS}/digits.txt") == b"0123456789", "the others are not disturbed"


def test_tls_garbage():
    with site() as (lab, _):
        with harness.connect(443) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                harness.read_all(client)
        lab.stack.wait_line(r"https: 10\.0\.0\.1:\d+: http request")
        with harness.connect(443) as client:
            client.sendall(os.urandom(1000))
            with contextlib.suppress(ConnectionResetError):
                harness.read_all(client)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(harness.connect(443)) as client:
            client.sendall(b"GET /digits.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert harness.read_all(client).endswith(b"\r\n\r\n0123456789")


harness.main(__name__, needs=["curl"])
