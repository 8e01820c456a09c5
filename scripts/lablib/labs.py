"""All labs, by their letter."""

from . import lab_a, lab_b, lab_c, lab_d
from .scenes import perform

LABS = {"a": lab_a.SCENES, "b": lab_b.SCENES, "c": lab_c.SCENES, "d": lab_d.SCENES}

__all__ = ["LABS", "perform"]
