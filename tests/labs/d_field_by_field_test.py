"""Lab D: handshake, goodbye and reset, field by field; scans."""

import labtest
from labtest import harness


def test_resets():
    labtest.holds("d-resets", but_port=13)


def test_fields():
    labtest.holds("d-fields", every_packet=False)


def test_half_close():
    labtest.holds("d-half-close", every_packet=False)


def test_udp_scan():
    labtest.holds("d-scan-udp", every_packet=False)


def test_syn_scan():
    labtest.holds("d-scan-syn")


def test_connect_scan():
    labtest.holds("d-scan-connect")


def test_fin_scan():
    labtest.holds("d-scan-fin")


def test_null_scan():
    labtest.holds("d-scan-null")


def test_xmas_scan():
    labtest.holds("d-scan-xmas")


harness.main(__name__, needs=["tshark", "nmap"])
