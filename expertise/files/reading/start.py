"""Where the child process begins: run as a script, so that it loads what it needs and nothing of the application."""

import runpy
import sys
import types
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

# The package's own __init__ puts the whole application together; stand-ins leave that out.
for name, folder in (("expertise", ROOT), ("expertise.files", ROOT / "files")):
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package

runpy.run_module("expertise.files.reading.main", run_name="__main__")
