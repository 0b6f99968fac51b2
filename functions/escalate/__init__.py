"""Time's own functions: what is due, one case at a time, what people are told, what became of it, and who watches."""
