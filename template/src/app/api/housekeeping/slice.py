"""Housekeeping as a slice: one job, every hour (template-owned)."""

from datetime import timedelta

from app.api.housekeeping.service import clean
from app.api.slices import Slice

slice_ = Slice(name="housekeeping", jobs={"clean": clean}, schedule={"clean": timedelta(hours=1)})
