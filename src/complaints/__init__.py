"""Complaint Desk: complaints answered on time, escalated by name, recorded unalterably."""
