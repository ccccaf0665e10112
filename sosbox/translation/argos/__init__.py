"""The engine for models in the Argos format, and the models themselves.

`store.py` knows which there are and loads none of them: pages may list models with it.
`packages.py` adds one, `fetch.py` downloads one, `engine.py` translates with them.
"""
