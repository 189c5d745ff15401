"""Django's `makemigrations`; what it writes passes `ruff check` and `ruff format --check`."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.commands import makemigrations

PACKAGE = Path(__file__).parents[3]


class Command(makemigrations.Command):
    def handle(self, *app_labels: str, **options: Any) -> None:
        super().handle(*app_labels, **options)
        # Ruff is a development dependency. Django itself runs only Black.
        if options["dry_run"] or not find_spec("ruff"):
            return
        for command in ["check", "--fix"], ["format"]:
            ruff = [sys.executable, "-m", "ruff", *command, "--quiet"]
            subprocess.run([*ruff, *PACKAGE.glob("*/migrations")], check=False)  # noqa: S603 - fixed
