"""The secret that person ids are hashed with."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from jobs.errors import ConfError
from jobs.settings.base import IdentitySettings

FILE = ".identity_key"
_SHORTEST = 16


def identity_key(root: Path, identity: IdentitySettings) -> bytes:
    """The secret: from the environment variable that conf names, else a random one that stays in the lake.

    Without the variable the first run makes `<lake.root>/.identity_key`, readable by its owner only. Ids of
    two lakes then differ; set the variable where they must agree, and keep it: another secret, other ids.
    Raises: ConfError where the variable is too short for a secret, or the file cannot be read or made.
    """
    if given := os.environ.get(identity.key_variable):
        if len(given) < _SHORTEST:
            raise ConfError(
                f"{identity.key_variable} has {len(given)} characters; a secret needs {_SHORTEST} or more, "
                "for example: export " + identity.key_variable + '="$(openssl rand -hex 32)"'
            )
        return given.encode()
    path = root / FILE
    try:
        if not path.exists():
            _create(path)
        return path.read_bytes()
    except OSError as error:
        raise ConfError(
            f"{path} cannot be read or made ({error.strerror}); mend it or set {identity.key_variable}"
        ) from None


def _create(path: Path) -> None:
    """Makes the file whole or not at all; of two processes the first one's key stands."""
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
