"""Publishers: one module each, a Source record and read_ functions that change only the
container.
"""
