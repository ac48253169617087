"""The demo: one province and its people, built through the deeds."""
