"""What stands behind the ports; only the wiring names these modules, and importing them is cheap."""
