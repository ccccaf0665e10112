"""Translating and detecting languages, without the internet and without tables.

Engines stand behind the contracts of `contract.py`; `texts.py` makes of them translations of whole
texts in which nothing is lost.
"""
