"""Your own history (yours): `just makemigration` writes here, whatever table it is about."""
