"""The pages: fetch what the viewer may see, ask, validate, call a service, redirect."""
