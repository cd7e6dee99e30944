"""The demo trust: seeded, invented, and written by the same road as everything else.

``server.demo.build.build(app, DemoSize(...))`` makes it.
"""
