"""Users who mostly browse resources."""

from locust import task

from tests.load.users import FAKE, ApiUser, check


class ResourceUser(ApiUser):
    """Lists resources, and now and then creates one."""

    abstract = True

    @task(30)
    def list_resources(self) -> None:
        with self.rest("GET", "/api/v1/resources") as resources:
            check(resources, 200)
            assert isinstance(resources.js, list), "not a list"

    @task(10)
    def create_resource(self) -> None:
        resource = {"name": FAKE.catch_phrase(), "description": FAKE.sentence()}
        with self.rest("POST", "/api/v1/resources", json=resource) as created:
            check(created, 201)
            assert created.js.items() >= resource.items(), "created something else"
