"""What a plan says beside the configuration: for whoever reviews with one."""

from bot.review.planned.sides import PlanFile, Sides, read_plans, with_plans

__all__ = ["PlanFile", "Sides", "read_plans", "with_plans"]
