"""The secret that person IDs are hashed with."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from jobs.errors import ConfError, ScrmError
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
    Raises: ConfError where the variable is too short for a secret, ScrmError where the file cannot be read or created or
    holds no secret.
    """
    if key := given(identity):
        return key
    path = root / FILE
    try:
        if not path.exists():
            _create(path)
        key = path.read_bytes()
    except OSError as error:
        raise ScrmError(
            f"{path} cannot be read or created ({error.strerror}); fix it or set {identity.key_variable}"
        ) from None
    if len(key) < _SHORTEST:
        raise ScrmError(
            f"{path} has {len(key)} bytes; expected the secret that person IDs are hashed with. Restore it from a backup, or "
            f"delete it: the next run makes another, and with it other IDs"
        )
    return key


def _create(path: Path) -> None:
    """Creates the file atomically; of two processes the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=FILE)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(handle)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
