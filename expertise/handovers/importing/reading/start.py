"""Where the child begins: run as a script, so that it loads what it needs and nothing of the application."""

import runpy
import sys
import types
from pathlib import Path

HERE = Path(__file__).parent

# The packages' own __init__ put the whole application together; stand-ins leave that out.
for name, folder in (
    ("expertise", HERE.parent.parent.parent),
    ("expertise.files", HERE.parent.parent.parent / "files"),
    ("expertise.handovers", HERE.parent.parent),
    ("expertise.handovers.importing", HERE.parent),
):
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package

runpy.run_module("expertise.handovers.importing.reading.main", run_name="__main__")
