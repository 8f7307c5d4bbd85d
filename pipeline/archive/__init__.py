"""Bodies packed for keeping, web archives read and written, and an archive replayed as if it were the network."""
