"""The labs of docs/labs: their scenes, the checks of their captures, and their questions.

    capture.py     a capture file as tshark understands it, packet by packet
    checks.py      one promise of a lab and its proof in a capture
    scenes.py      one capture of a lab: its events, and its checks
    lab_a.py ...   the scenes of each lab
    answers.py     answer sheets: reading and marking them

scripts/lab-run, scripts/lab-check and tests/labs use this package.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))  # for its harness: namespaces and the stack in them
