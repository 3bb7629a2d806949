"""When a card is asked again, and what is asked next. Pure: the clock comes in as an argument."""
