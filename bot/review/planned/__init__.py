"""What a plan says beside the configuration: for whoever reviews with one."""

from bot.frontends.terraform.plan.plan import Plan, PlanFault
from bot.frontends.terraform.plan.read import MAX_BYTES
from bot.review.planned.sides import Pairs, PlanFile, Sides, read_plans, with_plans

__all__ = ["MAX_BYTES", "Pairs", "Plan", "PlanFault", "PlanFile", "Sides", "read_plans", "with_plans"]
