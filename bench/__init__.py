"""Figures behind the design, and the clients and rows that they and the tests of the whole product are made with."""
