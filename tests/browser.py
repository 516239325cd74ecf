"""A browser that reaches no network: what it makes of a page."""

import subprocess
from pathlib import Path

_OFFLINE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1400,1600",
)


def document(chromium: str, page: Path, folder: Path) -> str:
    """The page's document after its scripts ran, as text. Args: folder: for the browser's files."""
    return _run(chromium, folder, "--dump-dom", page)


def screenshot(chromium: str, page: Path, folder: Path) -> Path:
    """A picture of the page."""
    picture = folder / f"{page.stem}.png"
    _run(chromium, folder, f"--screenshot={picture}", page)
    return picture


def _run(chromium: str, folder: Path, task: str, page: Path) -> str:
    call = [chromium, *_OFFLINE, f"--user-data-dir={folder / 'profile'}", task, page.as_uri()]
    return subprocess.run(call, capture_output=True, text=True, timeout=120, check=True).stdout
