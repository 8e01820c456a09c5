"""All labs, by their letter."""

from . import lab_a
from .scenes import perform

LABS = {"a": lab_a.SCENES}

__all__ = ["LABS", "perform"]
