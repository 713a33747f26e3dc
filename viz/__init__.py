"""Pictures and pages: what people look at. Draws view models that the services hand over; reads no store."""
