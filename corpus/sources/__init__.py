"""Sources: recognise a file by its content and read it into documents."""
