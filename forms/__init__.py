"""Forms: what is asked of people, and whether their answers can be accepted. Knows neither the engine nor the web.

Conditions are FEEL; whoever calls brings `parse` and `evaluate`. How to write a form: forms/README.md.
"""
