"""How one thing is rated, how cells are coloured, and how both are said in words."""
