"""An organisation's rule book: its model, its checks, its compiled form. Pure: no clock, no environment, no AWS."""
