"""Will own apprentices, courses, techniques, and what stays when the experts have left."""
