"""All labs, by their letter."""

from . import lab_a, lab_b
from .scenes import perform

LABS = {"a": lab_a.SCENES, "b": lab_b.SCENES}

__all__ = ["LABS", "perform"]
