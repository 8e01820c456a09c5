#!/usr/bin/env python3
"""Plays the scenes of a lab and prints their checks; scripts/lab-run prepares everything for it."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

# pylint: disable=wrong-import-position
import lablib.labs  # noqa: E402
import harness  # noqa: E402  (lablib knows where it is)


def tell(scene, folder):
    """Plays one scene and prints its checks; True if all hold."""
    print(f"== {scene.name}: {scene.title}\n", flush=True)
    try:
        capture, results = lablib.labs.perform(scene, folder)
    except harness.Skip as reason:
        print(f"   left out: {reason}\n")
        return True
    except AssertionError as error:
        print(f"FAILED it did not come to its end: {error}\n")
        return False
    for result in results:
        print("\n".join(result.lines()))
    good = sum(result.ok for result in results)
    story = capture.path.with_suffix(".txt")
    print(f"\n   {good} of {len(results)} checks hold. The capture, {len(capture)} packets: {capture.path}")
    if story.exists():
        print(f"   What the stack has told: {story}")
    print(flush=True)
    return good == len(results)


def list_scenes():
    for letter, scenes in lablib.labs.LABS.items():
        for scene in scenes:
            print(f"{letter}  {scene.name:<20} {scene.title}")


def main():
    if sys.argv[1] == "--list":
        return list_scenes()
    scenes = lablib.labs.LABS[sys.argv[1]]
    wanted = sys.argv[2:] or [scene.name for scene in scenes]
    unknown = sorted(set(wanted) - {scene.name for scene in scenes})
    if unknown:
        names = ", ".join(scene.name for scene in scenes)
        print(f"lab-run: no scene {unknown[0]} in this lab: {names}", file=sys.stderr)
        sys.exit(2)
    results = [tell(scene, harness.BUILD / "labs") for scene in scenes if scene.name in wanted]
    sys.exit(0 if all(results) else 1)


main()
