"""Who can sign in to the demo at once."""

PASSWORD = "fernweg-demo"
LOGINS = {"Moderator": "1003", "HR": "1002", "Author": "1007", "Manager": "1008", "Learner": "1101"}
"""Employee numbers by what they do; nobody else has a password yet."""
