"""What a text with a credential in it looks like: connection strings, SAS URLs, key files.

The forms are those of Azure's documentation, by the service that hands them out.
"""

from __future__ import annotations

import base64

from .made import host

_CONNECTIONS = {
    "appconfiguration": "Endpoint=https://{host};Id={word};Secret={mark}",
    "cosmosdb": "AccountEndpoint=https://{host}:443/;AccountKey={mark};",
    "eventhub": "Endpoint=sb://{host}/;SharedAccessKeyName={policy};SharedAccessKey={mark}",
    "iothub": "HostName={host};SharedAccessKeyName={policy};SharedAccessKey={mark}",
    "redis": "{host}:6380,password={mark},ssl=True,abortConnect=False",
    "signalrservice": "Endpoint=https://{host};AccessKey={mark};Version=1.0;",
    "sql": "Server=tcp:{host},1433;Database={word};User ID={policy};Password={mark};Encrypt=True;",
    "storage": "DefaultEndpointsProtocol=https;AccountName={word};AccountKey={mark};"
    "EndpointSuffix=core.windows.net",
}
_LIKE = {
    "cache": "redis",
    "communication": "signalrservice",
    "dbformysql": "sql",
    "dbforpostgresql": "sql",
    "deviceprovisioningservices": "iothub",
    "devices": "iothub",
    "documentdb": "cosmosdb",
    "iot": "iothub",
    "webpubsub": "signalrservice",
}
_SIGNED = "sv=2022-11-02&sr=c&sp=rl&se=2099-12-31T23:59:59Z&sig={mark}"
_PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\n{mark}\n-----END PRIVATE KEY-----\n"
_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{{name: {word}, cluster: {{server: "https://{host}:443"}}}}]
users: [{{name: {word}, user: {{token: "{mark}"}}}}]
contexts: [{{name: {word}, context: {{cluster: {word}, user: {word}}}}}]
current-context: {word}
"""


def credential_text(mark: str, path: str, *, module: str, word: str, policy: str) -> str:
    """The value of a credential-bearing property: its mark alone, or in the form that Azure has.

    `path` is the property's in the result, `module` the service's, `word` a word that no other
    value has, `policy` the name of the key or user.
    """
    lower = path.replace("_", "").lower()
    name = lower.rpartition(".")[2]
    form = "{mark}"
    if "connectionstring" in name:
        form = _CONNECTIONS[_LIKE.get(module, module if module in _CONNECTIONS else "eventhub")]
    elif "kubeconfig" in lower:
        form = _KUBECONFIG
    elif name.startswith("privatekey"):
        form = _PRIVATE_KEY
    elif name.endswith(("url", "uri", "endpoint")):
        form = "https://{host}/{word}?" + _SIGNED
    elif name.endswith("sastoken"):
        form = _SIGNED
    text = form.format(mark=mark, host=host(word, module), word=f"hw{word}", policy=policy)
    # Where Azure lists several of these files, it hands them out in base64.
    return base64.b64encode(text.encode()).decode() if "kubeconfigs" in lower else text
