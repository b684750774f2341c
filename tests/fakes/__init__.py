"""Small servers on the loopback that speak what outside services speak, faults on request."""
