"""What people send to the tasks app, checked at the edge."""
