"""Executes a notebook cell by cell; exits with 1 and the cell when one fails, or leaves no output at all where a picture was made."""

import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

notebook = nbformat.read(sys.argv[1], as_version=4)
client = NotebookClient(notebook, timeout=300, startup_timeout=120, kernel_name="tslab")
try:
    client.execute()
except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
    print(error, file=sys.stderr)
    sys.exit(1)

code = [cell for cell in notebook.cells if cell.cell_type == "code"]
for cell in code:
    draws = any(call in cell.source for call in ("display.png(", "live.png("))
    if draws and not any("image/png" in output.get("data", {}) for output in cell.outputs):
        print(f"no picture came of:\n{cell.source}", file=sys.stderr)
        sys.exit(1)
