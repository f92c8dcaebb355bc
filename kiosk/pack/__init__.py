"""Packs: a reflection as data. `model` has the types, `load` reads and checks them."""
