"""The labs of docs/labs: how each is run, what its captures must show, and the questions it asks.

    capture.py     a capture file as tshark understands it, packet by packet
    checks.py      one promise of a lab and how it is looked up in a capture
    scenes.py      one capture of a lab: what has to happen, and the checks of what came of it
    lab_a.py ...   the scenes of each lab
    answers.py     answer sheets: reading and marking them

scripts/lab-run, scripts/lab-check and tests/labs all use what is here.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))  # for its harness: namespaces and the stack in them
