# all gone
