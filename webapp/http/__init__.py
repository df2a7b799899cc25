"""What every request goes through, whoever asks: sessions, access, headers, tokens, errors, languages."""
