"""Missing tools."""

import pytest
import tools

pytestmark = pytest.mark.real


def test_a_missing_tool_is_an_error_that_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="apt-get install buildah"):
        tools.debian("buildah")
