"""The secret that person IDs are hashed with."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from jobs.errors import ConfError
from jobs.settings import Settings
from jobs.settings.base import IdentitySettings

FILE = ".identity_key"
_SHORTEST = 16


def given(identity: IdentitySettings) -> bytes | None:
    """The secret of the environment variable that conf names; None without one. Raises ConfError where it is too short."""
    name = identity.key_variable
    secret = os.environ.get(name)
    if not secret:
        return None
    length = len(secret.strip())
    if length < _SHORTEST:
        raise ConfError(
            f"{name} has {length} characters; expected {_SHORTEST} or more, for example: "
            f'export {name}="$(openssl rand -hex 32)"'
        )
    return secret.encode()


def mark(settings: Settings) -> str:
    """Tells one secret of the environment from another without giving it away; empty where the lake keeps its own."""
    secret = given(settings.base.identity)
    return hashlib.sha256(secret).hexdigest()[:16] if secret else ""


def identity_key(root: Path, identity: IdentitySettings) -> bytes:
    """The secret: from the environment variable that conf names, else a random one that is kept in the lake.

    Without the variable the first run creates `<lake.root>/.identity_key`, readable only by its owner. IDs of
    two lakes then differ; set the variable where they have to agree, and keep it: another secret gives other IDs.
    Raises: ConfError where the variable is too short for a secret, or the file cannot be read or created.
    """
    if key := given(identity):
        return key
    path = root / FILE
    try:
        if not path.exists():
            _create(path)
        return path.read_bytes()
    except OSError as error:
        raise ConfError(
            f"{path} cannot be read or created ({error.strerror}); fix it or set {identity.key_variable}"
        ) from None


def _create(path: Path) -> None:
    """Creates the file atomically; of two processes the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=FILE)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
