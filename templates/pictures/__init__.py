"""Pictures, each drawn once as SVG: whole on pages of the web, as PNG in Slack and in previews of links."""

from templates.pictures.drawing import Drawing
from templates.pictures.journey import journey
from templates.pictures.marks import stage_name
from templates.pictures.participation import participation
from templates.pictures.png import png
from templates.pictures.progress import has_work_plan, work_plan
from templates.pictures.world import Dot, by_stage, dots, world

__all__ = [
    "Dot",
    "Drawing",
    "by_stage",
    "dots",
    "has_work_plan",
    "journey",
    "participation",
    "png",
    "stage_name",
    "work_plan",
    "world",
]
