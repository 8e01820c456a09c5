#!/usr/bin/env python3
"""scripts/compare-kernel: its faults are those that were asked for, the same for each sender; its interval is right."""

import importlib.machinery
import importlib.util
import pathlib
import struct
import sys
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
sys.dont_write_bytecode = True

import comparelib  # noqa: E402  (found in the line above)

LOADER = importlib.machinery.SourceFileLoader("compare_kernel", str(SCRIPTS / "compare-kernel"))
SPEC = importlib.util.spec_from_loader("compare_kernel", LOADER)
compare = importlib.util.module_from_spec(SPEC)
sys.modules["compare_kernel"] = compare
LOADER.exec_module(compare)

COUNT = 100_000


def fates(faults, seed=1, carries_text=True):
    pattern = comparelib.Pattern(faults, seed, carries_text)
    return [pattern.next() for _ in range(COUNT)]


class Faults(unittest.TestCase):
    def test_the_same_seed_gives_the_same_fates(self):
        faults = comparelib.Faults(loss=0.03, burst=4, reorder=0.05, reorder_by=0.1, duplicate=0.05)
        self.assertEqual(fates(faults), fates(faults))
        self.assertNotEqual(fates(faults), fates(faults, seed=2))

    def test_a_burst_changes_the_length_and_not_the_share(self):
        for burst in (1, 4):
            lost = [copies == 0 for copies, _, _ in fates(comparelib.Faults(loss=0.03, burst=burst))]
            begins = sum(now and not before for before, now in zip([False, *lost], lost))
            self.assertAlmostEqual(sum(lost) / COUNT, 0.03, delta=0.01)
            self.assertAlmostEqual(sum(lost) / begins, burst, delta=0.4)

    def test_one_fault_does_not_move_the_others(self):
        lost = [copies == 0 for copies, _, _ in fates(comparelib.Faults(loss=0.03))]
        also = [copies == 0 for copies, _, _ in fates(comparelib.Faults(loss=0.03, reorder=0.5, duplicate=0.5))]
        self.assertEqual(lost, also)

    def test_acknowledgments_have_a_loss_of_their_own(self):
        faults = comparelib.Faults(loss=0.5, ack_loss=0.1)
        lost = [copies == 0 for copies, _, _ in fates(faults, carries_text=False)]
        self.assertAlmostEqual(sum(lost) / COUNT, 0.1, delta=0.01)

    def test_a_mark_needs_ecn_and_keeps_the_checksum(self):
        header = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 2, 40, 1, 0, 64, 6, 0, b"\x0a\x4d\0\1", b"\x0a\x4d\0\2"))
        total = sum(struct.unpack(">10H", header))
        header[10:12] = struct.pack(">H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)
        packet = comparelib.marked(bytes(header) + b"text")
        self.assertEqual(packet[1], 3)
        total = sum(struct.unpack(">10H", packet[:20]))
        self.assertEqual((total & 0xFFFF) + (total >> 16), 0xFFFF)
        header[1] = 0
        self.assertEqual(comparelib.marked(bytes(header)), bytes(header))


class Interval(unittest.TestCase):
    def test_it_is_a_point_if_all_rounds_agree(self):
        ratio, low, high = compare.interval([(100, 90)] * 5)
        self.assertAlmostEqual(ratio, 0.9)
        self.assertAlmostEqual(high - low, 0)

    def test_it_is_wide_if_they_do_not(self):
        _, low, high = compare.interval([(100, 50), (100, 150)] * 3)
        self.assertLess(low, 0.8)
        self.assertGreater(high, 1.2)

    def test_one_round_shows_nothing(self):
        _, low, high = compare.interval([(100, 100)])
        self.assertGreater(high - low, 1)


class Cells(unittest.TestCase):
    def test_there_are_at_least_twenty(self):
        self.assertGreaterEqual(len(compare.CELLS), 20)

    def test_the_quick_ones_are_among_them(self):
        self.assertTrue(set(compare.QUICK) <= set(compare.CELLS))


if __name__ == "__main__":
    unittest.main()
