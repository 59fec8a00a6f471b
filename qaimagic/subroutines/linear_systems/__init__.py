"""Systems of linear equations, solved by circuits and beside numpy."""
