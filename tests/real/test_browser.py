"""The documentation page of each framework, and Django's admin site, in a browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from browser import chrome
from combinations import Combination, one_per
from rendering import Projects
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from serving import ADMIN, seed_command, serve
from suites import environment, run

pytestmark = pytest.mark.real

# Seconds to wait for an element, which usually appears within one.
PATIENCE = 30
# Texts that a page has to escape.
NAME = "Fish & <i>Chips</i>"
DESCRIPTION = "Sells <b>fresh</b> *fish* & chips"
SENT = "Network.requestWillBeSent"


class Browser:
    """A browser that visits a project's pages."""

    def __init__(self, driver: Chrome, address: str) -> None:
        """Take the driver, and the URL at which the project is served."""
        self.driver = driver
        self.address = address

    def open(self, path: str) -> None:
        """Open a page."""
        self.driver.get(f"{self.address}{path}")

    def find(self, selector: str, within: WebElement | None = None) -> WebElement:
        """Wait for a visible element, and return it."""

        def look(_: object) -> WebElement | None:
            found = (within or self.driver).find_elements(By.CSS_SELECTOR, selector)
            return next((element for element in found if element.is_displayed()), None)

        shown = WebDriverWait(self.driver, PATIENCE).until(look, f"no visible element matches {selector}")
        assert shown is not None
        return shown

    def click(self, selector: str, within: WebElement | None = None) -> None:
        """Scroll to an element, and click on it."""
        element = self.find(selector, within)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def fill(self, selector: str, text: str) -> None:
        """Type a text into a field."""
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all matching elements."""
        return [element.text for element in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def errors(self) -> list[str]:
        """Return the console messages since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def strangers(self) -> list[str]:
        """Return the URLs requested from other hosts since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]  # type: ignore[no-untyped-call]
        urls = [message["params"]["request"]["url"] for message in messages if message["method"] == SENT]
        assert urls
        return [url for url in urls if not url.startswith((f"{self.address}/", "data:", "chrome:"))]


@pytest.fixture
def project(projects: Projects, tmp_path: Path, combination: Combination) -> Path:
    """A project with a name and a description that contain markup."""
    texts = {"project_name": NAME, "project_description": DESCRIPTION, "package_name": "shop"}
    return projects.copy(combination.data | texts | {"test_layers": ["e2e"]}, tmp_path / "project")


@pytest.fixture
def address(project: Path, tmp_path: Path) -> Iterator[str]:
    """The URL at which the project is served."""
    url = f"sqlite:///{tmp_path}/browser.db"
    with serve(project, url) as (server, _):
        fill = [*seed_command(project), "--users=2", "--orders=2", "--admin-email=boss@example.com"]
        settings = {"DATABASE_URL": url, "PYTHONPATH": str(project / "src")}
        filled = run(project, *fill, "--admin-password=correct horse", **environment(**settings))
        assert filled.returncode == 0, filled.stdout
        yield f"http://{server.address}"


@pytest.fixture
def browser(address: str, tmp_path: Path) -> Iterator[Browser]:
    """A browser with a fresh profile."""
    with chrome(tmp_path / "browser", 1400, 1200) as driver:
        yield Browser(driver, address)


def ask(url: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a response."""
    data = json.dumps(body).encode() if body else None
    request = Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - of a server on loopback
    with urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.parametrize("combination", one_per("framework", example="shop"), ids=str)
def test_the_documentation_shows_the_document_and_calls_an_operation(browser: Browser) -> None:
    document = ask(f"{browser.address}/openapi.json")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    email, password = ADMIN
    token = ask(f"{browser.address}/api/v1/login", {"email": email, "password": password})["token"]

    browser.open("/docs")

    browser.find(".opblock")
    assert NAME in browser.driver.title
    assert browser.find(".info .title").text.startswith(NAME)
    assert browser.find(".info .description").text == DESCRIPTION
    assert browser.texts(".opblock-tag a.nostyle") == [tag["name"] for tag in document["tags"]]
    assert browser.texts(".opblock-summary-description") == [operation["summary"] for operation in operations]
    ids = [f"operations-{operation['tags'][0]}-{operation['operationId']}" for operation in operations]
    shown = browser.driver.find_elements(By.CSS_SELECTOR, ".opblock")
    assert [element.get_attribute("id") for element in shown] == ids

    browser.click(".btn.authorize")
    browser.fill(".auth-container input", token)
    browser.click(".auth-btn-wrapper .authorize")
    browser.click(".auth-btn-wrapper .btn-done")
    browser.click("#operations-accounts-get_profile .opblock-summary-control")
    browser.click("#operations-accounts-get_profile .try-out__btn")
    browser.click("#operations-accounts-get_profile .execute")
    answer = browser.find("#operations-accounts-get_profile .live-responses-table .response")
    assert browser.find(".response-col_status", answer).text.startswith("200")
    assert email in browser.find(".response-col_description", answer).text
    assert not browser.errors()
    assert not browser.strangers()


@pytest.mark.parametrize("combination", one_per("framework", framework="fastapi", example="shop"), ids=str)
def test_a_page_that_fetches_from_another_host_is_seen(project: Path, request: pytest.FixtureRequest) -> None:
    page = project / "src/shop/core/docs.py"
    right = page.read_text(encoding="utf-8")
    wrong = right.replace('f"{ASSETS}/swagger-ui.css"', '"https://cdn.invalid/swagger-ui.css"')
    assert wrong != right
    page.write_text(wrong, encoding="utf-8")
    browser: Browser = request.getfixturevalue("browser")
    browser.open("/docs")
    browser.find(".opblock")
    assert browser.strangers() == ["https://cdn.invalid/swagger-ui.css"]
    assert browser.errors()


@pytest.mark.parametrize("combination", one_per("framework", framework="django", example="shop"), ids=str)
def test_the_admin_site_lists_each_model_and_changes_one(browser: Browser, project: Path) -> None:
    sources = [file.read_text(encoding="utf-8") for file in project.glob("src/*/*/admin.py")]
    registered = {name.lower() for name in re.findall(r"@admin.register\((?:\w+\.)?(\w+)\)", " ".join(sources))}
    email, password = ADMIN

    browser.open("/admin/")
    browser.fill("[name=username]", email)
    browser.fill("[name=password]", password)
    browser.click("[type=submit]")
    browser.find("#user-tools")

    links = browser.driver.find_elements(By.CSS_SELECTOR, "#content-main th a")
    models = {str(link.get_attribute("href")).removeprefix(browser.address) for link in links}
    assert {path.rstrip("/").rpartition("/")[2] for path in models} >= registered
    for path in models:
        browser.open(path)
        # Django's own groups have no rows.
        assert browser.texts("#result_list tbody tr") or "/auth/" in path, path

    browser.open("/admin/orders/product/")
    browser.click("#result_list tbody th a")
    browser.fill("#id_name", "Golden cup")
    browser.click("[name=_save]")
    assert "was changed successfully" in browser.find(".messagelist .success").text
    products = ask(f"{browser.address}/api/v1/products?limit=100")
    assert [product["name"] for product in products].count("Golden cup") == 1
    # The admin site has no icon, which browsers request anyway.
    assert not [error for error in browser.errors() if "/favicon.ico" not in error]
    assert not browser.strangers()
