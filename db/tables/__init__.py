"""Tables, one module a concept: columns, keys and indexes, without behaviour. GLOSSARY.md defines the names.

Every foreign key states its nullability and its effect on deletion, because Piccolo’s defaults (nullable, CASCADE) are
unsafe. Lengths are checked in forms (app/routes/forms.py): SQLite does not enforce them. A row of a catalogue or a
ready-made answer with withdrawn_at is not offered any more, and is kept where it was used.
"""
