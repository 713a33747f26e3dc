"""The words that names and addresses of the demo bank are made of."""
