"""Users and addresses, on the admin site."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from .models import Address, User
from .services import find_obstacle


class UserAddForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    add_form = UserAddForm
    list_display = ("email", "name", "is_active", "is_admin")
    list_filter = ("is_active", "is_admin")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("created_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "age", "password")}),
        ("Permissions", {"fields": ("is_active", "is_admin")}),
        ("Dates", {"fields": ("created_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted with these users, and what prevents their deletion."""
        *found, protected = super().get_deleted_objects(objs, request)
        return (*found, [*protected, *filter(None, map(find_obstacle, objs))])


@admin.register(Address)
class AddressAdmin(admin.ModelAdmin):
    list_display = ("street", "city", "user")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
