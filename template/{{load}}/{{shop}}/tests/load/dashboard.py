"""Users who watch the dashboard."""

from locust import task

from tests.load.users import ApiUser, check


class Watcher(ApiUser):
    """Watches the dashboard."""

    abstract = True

    @task
    def watch_dashboard(self) -> None:
        with self.rest("GET", "/api/v1/admin/dashboard") as dashboard:
            check(dashboard, 200)
            assert dashboard.js["users"] > 0, "no users"
