"""What a model said, as small as it can be."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies in modules beside them
