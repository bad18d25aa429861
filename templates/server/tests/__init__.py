"""The tests of the app. `test_mine.py` and `golden/` are yours."""
