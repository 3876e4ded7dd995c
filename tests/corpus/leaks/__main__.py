"""Lets credentials out in every way that the canary run must see.

A line that lets one out says so: `leaks: SINK PATH`, more than one separated by `;`. A line that
lets one out in a way that nobody can follow says `unseen:`.
"""

import asyncio
import base64
import bz2
import gzip
import hashlib
import hmac
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.parse
import zipfile
import zlib

import pulumi
from pulumi_azure_native import (
    containerservice,
    eventhub,
    iothub,
    keyvault,
    resources,
    storage,
    web,
)

config = pulumi.Config()
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource("hub", resource_group_name=group.name, sku={"name": "S1", "capacity": 1})
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    key_name="service", resource_group_name=group.name, resource_name=hub.name
)
key = keys.primary_key
connection = pulumi.Output.concat(
    "HostName=", hub.name, ".azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=", key
)


def text(value):
    return base64.b64encode(value).decode()


# Outputs: as it is, encoded, in pieces, hashed.
pulumi.export("plain", key)  # leaks: output outputs.plain
pulumi.export("connection", connection)  # leaks: output outputs.connection
pulumi.export("whole", keys)  # leaks: output outputs.whole.primaryKey; output outputs.whole.secondaryKey
pulumi.export("nested", {"deep": [{"er": key}]})  # leaks: output outputs.nested.deep[0].er
pulumi.export("json", connection.apply(lambda s: json.dumps({"a": {"b": [s]}})))  # leaks: output outputs.json
pulumi.export("jsons", pulumi.Output.json_dumps({"key": key}))  # leaks: output outputs.jsons
pulumi.export("base64", connection.apply(lambda s: text(s.encode())))  # leaks: output outputs.base64
pulumi.export("twice", connection.apply(lambda s: text(text(s.encode()).encode())))  # leaks: output outputs.twice
pulumi.export("urlsafe", connection.apply(lambda s: base64.urlsafe_b64encode(b"\xff\xfe" + s.encode()).decode().rstrip("=")))  # leaks: output outputs.urlsafe
pulumi.export("base32", key.apply(lambda s: base64.b32encode(s.encode()).decode()))  # leaks: output outputs.base32
pulumi.export("hex", key.apply(lambda s: s.encode().hex()))  # leaks: output outputs.hex
pulumi.export("hexUpper", key.apply(lambda s: s.encode().hex().upper()))  # leaks: output outputs.hexUpper
pulumi.export("hexOfBytes", key.apply(lambda s: base64.b64decode(s).hex()))  # leaks: output outputs.hexOfBytes
pulumi.export("quoted", connection.apply(urllib.parse.quote_plus))  # leaks: output outputs.quoted
pulumi.export("everyOne", key.apply(lambda s: "".join(f"%{c:02X}" for c in s.encode())))  # leaks: output outputs.everyOne
pulumi.export("escaped", key.apply(lambda s: "".join(f"\\u{ord(c):04x}" for c in s)))  # leaks: output outputs.escaped
pulumi.export("utf16", connection.apply(lambda s: text(s.encode("utf-16-le"))))  # leaks: output outputs.utf16
pulumi.export("upper", key.apply(str.upper))  # leaks: output outputs.upper
pulumi.export("reversed", key.apply(lambda s: s[::-1]))  # leaks: output outputs.reversed
pulumi.export("slice", key.apply(lambda s: s[7:19]))  # leaks: output outputs.slice
pulumi.export("split", key.apply(lambda s: [s[:15], s[15:30], s[30:]]))  # leaks: output outputs.split[0]; output outputs.split[1]; output outputs.split[2]
pulumi.export("letters", key.apply(list))  # leaks: output outputs.letters
pulumi.export("zlib", connection.apply(lambda s: text(zlib.compress(s.encode()))))  # leaks: output outputs.zlib
pulumi.export("gzip", connection.apply(lambda s: text(gzip.compress(s.encode()))))  # leaks: output outputs.gzip
pulumi.export("bzip2", connection.apply(lambda s: bz2.compress(s.encode()).hex()))  # leaks: output outputs.bzip2
pulumi.export("bytes", key.apply(lambda s: list(s.encode())))  # leaks: output outputs.bytes
pulumi.export("sha256", key.apply(lambda s: hashlib.sha256(s.encode()).hexdigest()))  # leaks: output outputs.sha256
pulumi.export("short", key.apply(lambda s: s[:6]))  # unseen: six characters
pulumi.export("secret", pulumi.Output.secret(connection))
pulumi.export("secrets", {"inside": pulumi.Output.secret(key), "other": "x"})

# A signature that only who has the key can make is as good as the key until it expires.
def sign(secret):
    digest = hmac.new(base64.b64decode(secret), b"hub\n4102444800", hashlib.sha256).digest()
    fields = {"sr": "hub.azure-devices.net", "sig": text(digest), "se": "4102444800", "skn": "service"}
    return "SharedAccessSignature " + urllib.parse.urlencode(fields)


pulumi.export("token", key.apply(sign))  # leaks: output outputs.token

# Credentials of the configuration.
password = config.require_secret("password")
pulumi.export("fromConfig", password)
pulumi.export("asIfPlain", config.require("password"))  # leaks: output outputs.asIfPlain
pulumi.export("digested", pulumi.Output.unsecret(password.apply(lambda s: hashlib.md5(s.encode()).hexdigest())))  # leaks: output outputs.digested; unsecret unsecret
opened = pulumi.Output.unsecret(password)  # leaks: unsecret unsecret
pulumi.export("opened", opened)  # leaks: output outputs.opened
pulumi.export("host", pulumi.Output.unsecret(connection).apply(lambda s: s.split(";")[0]))
pulumi.export("pin", config.require_int("pin"))  # leaks: output outputs.pin
pulumi.export("database", config.require_object("database"))  # leaks: output outputs.database.password
pulumi.export("mail", config.require_object("mail")["user"])  # leaks: output outputs.mail

# Properties of resources: what is not marked as secret stands in the state.
plan = web.AppServicePlan("plan", resource_group_name=group.name)
web.WebApp(  # leaks: input properties.siteConfig.appSettings[0].value
    "app",
    resource_group_name=group.name,
    server_farm_id=plan.id,
    site_config={
        "app_settings": [
            {"name": "HUB", "value": connection},
            {"name": "HUB_SECRET", "value": pulumi.Output.secret(connection)},
        ]
    },
)
storage.StorageAccount(  # leaks: input tags.key
    "uploads",
    resource_group_name=group.name,
    sku={"name": "Standard_LRS"},
    kind="StorageV2",
    tags={"key": key, "fine": "x"},
)
keyvault.Secret(
    "kept",
    resource_group_name=group.name,
    vault_name="vault",
    properties={"value": pulumi.Output.secret(key)},
)
keyvault.Secret(  # leaks: input properties.value
    "in-the-state", resource_group_name=group.name, vault_name="vault", properties={"value": key}
)
key.apply(lambda s: resources.ResourceGroup("group-" + s[:24]))  # leaks: name name
storage.Blob(  # leaks: input source.value
    "settings",
    resource_group_name=group.name,
    account_name="uploads",
    container_name="settings",
    source=connection.apply(lambda s: pulumi.StringAsset(f"connection: {s}")),
)


class Site(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("plant:index:Site", name)
        self.register_outputs({"connection": connection})


Site("site")  # leaks: component-output connection

# Keys of other services, each in its own form.
space = eventhub.Namespace("events", resource_group_name=group.name, sku={"name": "Standard"})
rule = eventhub.list_namespace_keys_output(
    authorization_rule_name="RootManageSharedAccessKey",
    namespace_name=space.name,
    resource_group_name=group.name,
)
pulumi.export("events", rule.primary_connection_string)  # leaks: output outputs.events
account = storage.list_storage_account_keys_output(account_name="uploads", resource_group_name=group.name)
pulumi.export("account", account.keys[0].value)  # leaks: output outputs.account
pulumi.export("accountToo", account.apply(lambda answer: answer.keys[1].value))  # leaks: output outputs.accountToo
cluster = containerservice.list_managed_cluster_user_credentials_output(
    resource_group_name=group.name, resource_name="cluster"
)
pulumi.export("kubeconfig", cluster.kubeconfigs[0].value.apply(lambda s: base64.b64decode(s).decode()))  # leaks: output outputs.kubeconfig

# Logs, screens, files and other processes.
folder = tempfile.mkdtemp()


def path(name):
    return os.path.join(folder, name)


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content)


def archive(content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("settings.json", content)
    return buffer.getvalue()


def tarball(content):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        member = tarfile.TarInfo("settings.json")
        member.size = len(content)
        file.addfile(member, io.BytesIO(content.encode()))
    return buffer.getvalue()


def database(content):
    with sqlite3.connect(path("data.sqlite")) as file:  # leaks: file file:data.sqlite
        file.execute("create table kept (value text)")
        file.execute("insert into kept values (?)", (content,))
    file.close()


connection.apply(lambda s: pulumi.log.info("connecting with " + s))  # leaks: log log
connection.apply(pulumi.log.warn)  # leaks: log log
connection.apply(lambda s: print("connecting with", s))  # leaks: stdout stdout
connection.apply(lambda s: print(s, file=sys.stderr))  # leaks: stderr stderr
connection.apply(lambda s: open(path("plain.txt"), "w").write(s))  # leaks: file file:plain.txt
connection.apply(lambda s: open(path("archive.zip"), "wb").write(archive(s)))  # leaks: file file:archive.zip
connection.apply(lambda s: open(path("archive.tgz"), "wb").write(tarball(s)))  # leaks: file file:archive.tgz
connection.apply(database)
connection.apply(lambda s: subprocess.run(["true", "--connection", s], check=False))  # leaks: process process
connection.apply(lambda s: subprocess.run(["true"], env={"CONNECTION": s}, check=False))  # leaks: process process
connection.apply(lambda s: subprocess.run(["cat"], input=s.encode(), stdout=subprocess.DEVNULL, check=False))  # leaks: process process
connection.apply(lambda s: os.environ.__setitem__("CONNECTION", s))  # leaks: environment environment
connection.apply(lambda s: threading.Thread(target=print, args=(s,)).start())  # leaks: stdout stdout


async def later(content):
    await asyncio.to_thread(print, content)  # leaks: stdout stdout


connection.apply(later)
