"""People: members and their accounts, those who wait to be let in, contacts, and what each follows."""
