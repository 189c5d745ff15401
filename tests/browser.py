"""Debian's Chromium, driven by Selenium."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tools
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

# Chromium runs as root here and makes no background requests. Debian's driver has the same version as its browser.
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chrome(home: Path, width: int, height: int) -> Iterator[Chrome]:
    """Start a browser with a fresh profile that logs the requests of its pages."""
    options = ChromeOptions()
    options.binary_location = tools.debian("chromium")
    for option in (*OPTIONS, f"--window-size={width},{height}", f"--user-data-dir={home}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options, ChromeService(tools.debian("chromedriver", "chromium-driver")))
    try:
        yield driver
    finally:
        driver.quit()
