"""What tests share: records, people, a real server, files. One place for each."""
