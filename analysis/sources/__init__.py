"""Publishers: what each published (read_ functions that change only the container), the raw store,
and fetching over the network. Tables that the catalogue declares need no read_ function.
"""
