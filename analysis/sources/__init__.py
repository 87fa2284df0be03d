"""Publishers: the raw store and what several tables read from one publisher, and fetching over the
network. Every other raw file is named where its table is made, in cleaning or in the catalogue.
"""
