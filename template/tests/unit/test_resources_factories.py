"""The factory of resources, without a database."""

from tests.factories.resources import ResourceFactory


def test_a_description_follows_the_name() -> None:
    assert ResourceFactory.build(name="Chair").description == "All about Chair"
