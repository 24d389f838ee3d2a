"""Other programs' annotation files: read into bouts, written from them, and what each format cannot carry."""
