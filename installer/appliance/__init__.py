"""Building the program that runs without Python: `make appliance`."""
