"""The only package that writes SQL: tables, transactions, sealing, and a small store for each noun.

*Flush* means: send the gathered writes of a transaction to the database (`unit_of_work`). A store's update that loses
a race raises Outdated there.
"""
