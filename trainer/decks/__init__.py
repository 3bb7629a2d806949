"""What is asked: the deck model, reading decks with positions, the library, checks."""
