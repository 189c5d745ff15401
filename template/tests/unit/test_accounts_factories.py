"""The factories of users and addresses, without a database."""

from tests.factories.accounts import AddressFactory, UserFactory


def test_a_built_user_has_valid_fields() -> None:
    user = UserFactory.build()

    assert user.name
    assert "@" in user.email
    assert 18 <= user.age <= 65


def test_a_field_that_is_passed_is_not_generated() -> None:
    user = UserFactory.build(name="Sid", age=25)

    assert (user.name, user.age) == ("Sid", 25)


def test_every_user_of_a_batch_has_a_unique_email() -> None:
    users = UserFactory.build_batch(10)

    assert len({user.email for user in users}) == 10


def test_the_admin_trait_makes_an_admin() -> None:
    user = UserFactory.build(admin=True)

    assert user.is_admin
    assert user.name == "Admin User"


def test_the_inactive_trait_makes_an_inactive_user() -> None:
    assert not UserFactory.build(inactive=True).is_active


def test_an_address_belongs_to_a_user() -> None:
    address = AddressFactory.build()

    assert address.user.name
    assert all((address.street, address.city, address.state, address.pin_code))
