"""`hubwarden creds`: the rotation of credentials. Importing it loads no client of Azure."""

from hubwarden_cli.creds.group import group

creds = group()
