"""People: members and their accounts, applicants, contacts, and follows."""
