"""Slides of a PPTX: what they say (``parts``), their ``lines``, their picture (``sketch``)."""
