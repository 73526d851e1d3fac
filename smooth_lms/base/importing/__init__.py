"""Files that people upload to bring records in: read into rows, whatever they are about."""
