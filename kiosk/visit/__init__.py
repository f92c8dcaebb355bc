"""The customer's side: one visit, from Welcome to a cleared screen."""
