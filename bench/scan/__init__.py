"""sqlmap and wapiti against a started product: every route, every operation, counted by the product's own access log.

    python -m bench.scan

A route that got no request, an answer of 500 or above, or a finding nobody has explained is a failure.
"""
