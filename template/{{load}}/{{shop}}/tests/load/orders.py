"""Users who order."""

from typing import Any

from locust import task

from tests.load.users import FAKE, ApiUser, check


class Customer(ApiUser):
    """Looks at the products once, and places orders."""

    abstract = True
    products: Any = ()

    def on_start(self) -> None:
        super().on_start()
        with self.rest("GET", "/api/v1/products") as products:
            check(products, 200)
            assert products.js, "nothing to order: seed the database first"
            self.products = products.js

    @task(20)
    def place_order(self) -> None:
        product = FAKE.random_element(self.products)
        items = [{"product_id": product["id"], "qty": FAKE.random_int(1, 5)}]
        with self.rest("POST", "/api/v1/orders", json={"items": items}) as placed:
            check(placed, 201)
            path = f"/api/v1/orders/{placed.js['id']}"
            with self.rest("GET", path, name="/api/v1/orders/{id}") as order:
                check(order, 200)
                assert order.js == placed.js, "not the order that was placed"
