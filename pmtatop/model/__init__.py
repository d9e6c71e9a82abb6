"""What we know: frozen records that every other layer reads and none of them changes."""
