"""Forms: the questions that people are asked, and the check of their answers. Knows neither the engine nor the web.

Conditions are FEEL: callers bring `parse` and `evaluate`. How to write a form: forms/README.md.
"""
