"""What comes in: web forms and tracking, inbound e-mail, rows of outside surveys."""
