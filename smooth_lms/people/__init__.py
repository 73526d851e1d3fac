"""Who works here and who is whose manager, read in sets from HR and from the learners' records. Writes nothing."""
