"""The verbs: each changes one thing for one actor at one moment and leaves the commit to others."""
