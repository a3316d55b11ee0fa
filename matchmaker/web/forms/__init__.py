"""Forms that pages show; validators speak the viewer's language."""
