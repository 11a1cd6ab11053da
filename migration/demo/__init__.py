"""The demonstration: a company that does not exist, and a year of its life on the network."""
