"""Documents to services: what each kind of file means. One way of reading a file is one shape."""
