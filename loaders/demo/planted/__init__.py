"""Planted structures: small worlds with a known answer, kept clean of random links."""
