"""What people get of a class: pages to read, and files that other programs take."""
