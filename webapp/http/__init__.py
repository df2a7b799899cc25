"""Every request passes here: sessions, access, headers, form tokens, errors, languages."""
