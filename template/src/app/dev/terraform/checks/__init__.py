"""The checks of `preflight`, found as the modules that are here; each has its list `CHECKS`."""
