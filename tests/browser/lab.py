"""A real JupyterLab with folders of its own, on a free port of this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

FLAGS = (
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",  # so that a test can read the document
)
# Whoever runs the tests may live inside a Jupyter that says where things are.
OWN = ("JUPYTER", "IPYTHON", "PYTHONPATH", "VIRTUAL_ENV")
# No news, no update prompts: the settings that Binder and `make lessons` use.
SETTINGS = Path(__file__).parents[2] / "binder" / "labconfig"


@dataclass
class Lab:
    """A server that runs: where it is, its key, its folder and what it logged."""

    address: str
    token: str
    folder: Path
    lines: list[str] = field(default_factory=list)

    def link(self, notebook: str) -> str:
        """Return the address of a notebook, in a workspace that nobody else uses."""
        place = f"{self.address}/lab/workspaces/w{secrets.token_hex(4)}"
        return f"{place}/tree/{notebook}?token={self.token}"


def environment(home: Path) -> dict[str, str]:
    """Return the surroundings of a server whose every file is under `home`."""
    config = home / "config"
    shutil.copytree(SETTINGS, config / "labconfig")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OWN)}
    return kept | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _follow(process: subprocess.Popen[str], lab: Lab, ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lab.lines.append(line)
        if "is running at:" in line:
            ready.set()
    ready.set()


@contextmanager
def serve(
    folder: Path,
    home: Path,
    command: Sequence[str] = (sys.executable, "-m", "jupyterlab"),
    **extra: str,
) -> Iterator[Lab]:
    """Run JupyterLab on `folder` until the block ends; `extra` adds variables."""
    port, token = free_port(), secrets.token_hex(16)
    own = (f"--port={port}", f"--IdentityProvider.token={token}")
    lab = Lab(f"http://127.0.0.1:{port}", token, folder)
    ready = threading.Event()
    with subprocess.Popen(
        [*command, *FLAGS, *own, f"--ServerApp.root_dir={folder}"],
        cwd=folder,
        env=environment(home) | extra,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        reader = threading.Thread(target=_follow, args=(process, lab, ready))
        reader.start()
        try:
            if not ready.wait(120) or process.poll() is not None:
                raise RuntimeError("JupyterLab did not start:\n" + "".join(lab.lines))
            yield lab
        finally:
            process.terminate()
            process.wait(30)
            reader.join(30)
