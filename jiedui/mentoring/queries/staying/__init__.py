"""What stays when the experts have left, of a programme, department, team, batch or expert."""
