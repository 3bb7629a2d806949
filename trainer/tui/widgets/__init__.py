"""Widgets that more than one screen, or none in particular, owns."""
