"""The only package that writes SQL: tables, transactions, sealing, one small store a noun."""
