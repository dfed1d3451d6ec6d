"""A third forge, as small as one can be: what `ForgeAdapter` asks for and nothing else."""
