"""The device: created, configured, left alone, busy, gone; and what the program says when it cannot."""

import os
import pathlib
import signal
import tempfile

import harness


def ip(*command, **more):
    return harness.run("ip", *command, **more)


def device_exists(name="tun0"):
    return ip("link", "show", name, check=False).returncode == 0


def fails(code, *options, say, **more):
    """Runs tcpstack, which has to end by itself with `code` and one line that says something like `say`."""
    result = harness.run(harness.PROGRAM, *options, check=False, **more)
    assert result.returncode == code, result
    assert say in result.stderr and not result.stdout, result
    assert len(result.stderr.strip().splitlines()) <= 2, result
    return result.stderr


def test_a_device_is_created_and_disappears():
    with harness.Lab() as lab:
        shown = ip("address", "show", "tun0").stdout
        assert "inet 10.0.0.1/24" in shown and "mtu 1500" in shown and "UP" in shown, shown
        assert lab.stack.stop() == 0
        assert not device_exists()


def test_it_disappears_after_a_kill_too():
    with harness.Lab() as lab:
        lab.stack.kill()
        harness.eventually(lambda: not device_exists(), "the end of the device")


def test_addresses_and_mtu_of_ones_own_choice():
    with harness.Lab("--address", "192.168.7.2", "--host-address", "192.168.7.1/30", "--mtu", "600",
                     device="mine") as lab:
        shown = ip("address", "show", "mine").stdout
        assert "inet 192.168.7.1/30" in shown and "mtu 600" in shown, shown
        with harness.connect(7, address="192.168.7.2") as client:
            client.sendall(b"hello")
            assert harness.read_exactly(client, 5) == b"hello"
        assert lab.stack.stop() == 0


def test_a_device_that_someone_else_configured_is_left_alone():
    with harness.Lab(start=False) as lab:
        ip("tuntap", "add", "mode", "tun", "dev", "tun0")
        ip("address", "add", "10.0.0.1/24", "dev", "tun0")
        ip("link", "set", "tun0", "up", "mtu", "1400")
        before = ip("-o", "-4", "address", "show", "tun0").stdout
        for options in [[], ["--mtu", 1400], ["--no-configure"]]:
            stack = lab.start(*options).ready()
            with harness.connect(7) as client:
                client.sendall(b"hello")
                assert harness.read_exactly(client, 5) == b"hello"
            assert stack.stop() == 0
            assert ip("-o", "-4", "address", "show", "tun0").stdout == before
            assert "mtu 1400" in ip("link", "show", "tun0").stdout


def test_a_bare_device_gets_what_it_lacks_and_is_restored():
    with harness.Lab(start=False) as lab:
        ip("tuntap", "add", "mode", "tun", "dev", "tun0")
        stack = lab.start().ready()
        assert "inet 10.0.0.1/24" in ip("address", "show", "tun0").stdout
        assert stack.stop() == 0
        shown = ip("address", "show", "tun0").stdout
        assert "inet 10.0.0.1" not in shown and "UP" not in shown.split("\n", maxsplit=1)[0], shown


def test_the_device_is_busy():
    with harness.Lab() as lab:
        said = fails(1, "tun0", say="busy")
        assert "another" in said or "program" in said, said
        assert lab.stack.process.poll() is None


def test_the_address_is_in_use():
    with harness.Lab(start=False):
        ip("address", "add", "10.0.0.2/32", "dev", "lo")
        fails(1, "tun0", say="10.0.0.2")
        assert not device_exists()


def test_without_permission():
    # /dev/net/tun may be closed to others; where it is open, making a device is not allowed.
    with harness.Lab(start=False), tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "tcpstack")
        os.chmod(folder, 0o755)
        program.write_bytes(harness.PROGRAM.read_bytes())
        program.chmod(0o755)
        result = harness.run(program, "tun0", check=False, user="nobody")
        assert result.returncode == 1, result
        assert "sudo" in result.stderr or "cap_net_admin" in result.stderr, result


def test_it_tells_how_packets_cross():
    with harness.Lab("--log-level", "debug") as lab:
        lab.stack.wait_line(r"^tcpstack: tun0: .*io_uring")
        assert lab.stack.stop() == 0


def test_a_capture_file_that_cannot_be_written():
    with harness.Lab(start=False):
        said = fails(1, "--capture", "/nowhere/run.pcapng", "tun0", say="/nowhere/run.pcapng")
        assert "No such file" in said, said
        assert not device_exists()


def test_mistakes_on_the_command_line():
    with harness.Lab(start=False):
        for options, say in [
                (["--mtu", "65536", "tun0"], "68 to 65535"), (["--mtu", "67", "tun0"], "68 to 65535"),
                ([], "DEVICE"), (["--service", "finger", "tun0"], "finger"),
                (["--address", "10.0.1.2", "tun0"], "10.0.0.1/24"), (["--nonsense", "tun0"], "--nonsense"),
                (["--address", "10.0.0.256", "tun0"], "10.0.0.256"),
                (["--service", "echo:9", "--service", "discard", "tun0"], "port 9")]:
            fails(2, *options, say=say)


def test_help_and_version():
    for option, say in [("--help", "Examples:"), ("--version", "tcpstack ")]:
        result = harness.run(harness.PROGRAM, option)
        assert say in result.stdout and not result.stderr, result


def test_the_device_is_removed_under_us():
    with harness.Lab() as lab:
        ip("link", "delete", "tun0")
        assert lab.stack.wait() == 1
        lab.stack.wait_line("tun0")


def test_sigterm_and_sighup_end_it_like_ctrl_c():
    with harness.Lab(start=False) as lab:
        for number in [signal.SIGTERM, signal.SIGHUP]:
            assert lab.start().ready().stop(number) == 0
            assert not device_exists()


harness.main(__name__)
