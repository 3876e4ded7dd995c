"""Microsoft.Web/sites: web apps and functions."""

from __future__ import annotations

from typing import ClassVar

from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.text import Text


class AppSetting(View):
    """A name and a value that the app sees as an environment variable."""

    name: str = ""
    value: Text | None = None


class ConnectionSetting(View):
    """A connection string that the app sees as an environment variable."""

    name: str = ""
    connection_string: Text | None = None


class SiteConfig(View):
    """What rules read of the app's configuration."""

    app_settings: tuple[AppSetting, ...] = ()
    connection_strings: tuple[ConnectionSetting, ...] = ()


class SiteProperties(View):
    """What rules read of an app."""

    site_config: SiteConfig = SiteConfig({})


class Site(ResourceView):
    """A web app, a function app or one of their slots."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Web/sites", "Microsoft.Web/sites/slots")

    properties: SiteProperties = SiteProperties({})
