"""Dated data: AWS's actions, AWS-managed policies, what kind of power each action is. Made by `make data`."""
