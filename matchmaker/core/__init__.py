"""The pure heart: values in, values out; no clock, no environment, no database, no web."""
