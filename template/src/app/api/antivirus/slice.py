"""Antivirus as a slice (template-owned)."""

from app.api.antivirus.handlers import scan
from app.api.antivirus.scanners import open_scanner
from app.api.slices import Slice
from app.components.storage import COMPLETED

slice_ = Slice(name="antivirus", handlers={COMPLETED: scan}, open=open_scanner)
