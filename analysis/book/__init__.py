"""The book: executed notebooks, claims, data and docstrings as one static site without any outside
request.
"""
