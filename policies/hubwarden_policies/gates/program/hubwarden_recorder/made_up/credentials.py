"""What bears a credential: properties of resources, and functions that fetch some.

By a reviewed table where one name says too little or too much, else by the end of the name: in
Azure's APIs what ends in `primaryKey`, `sasToken` or `connectionString` is one, and what ends in
`keyName`, `keyVaultId` or `connectionStringSettingName` only speaks of one. Sources: every
function and every output of azure-native 3.29, looked through by name; Azure's REST reference.
"""

from __future__ import annotations

import functools
import re

_KEY_OF = (
    "access account activation admin api app application auth authorization authentication batch "
    "bitlocker connection consumer cosmosmaster decryption device endpoint function functions "
    "google gateway host integration license maps master migration multipleactivation pass primary "
    "private query redis registration sas search secondary secret service shared signing storage "
    "subscription symmetric system tertiary validation vmauth workspace"
)
_BEARER_OF = (
    "access account acr agent api app auth authentication bearer bot deployment id join live "
    "management migration oauth personalaccess primary refresh registration sas secondary secret "
    "security session sso upload user webhook"
)
_ENDS = re.compile(
    rf"(?:password(?:value)?|passwd|pwd|passphrase|secret(?:value|string|text|data)?)s?\d?$"
    rf"|(?:{'|'.join(_KEY_OF.split())})keys?\d?$|sharedaccesspolicykey\d?$|sshprivatekey\w*$"
    rf"|privatekey(?:pem|pempkcs8|openssh|data|material)$"
    rf"|(?:^|{'|'.join(_BEARER_OF.split())})tokens?\d?$"
    rf"|connectionstrings?\d?$|connectionstring(?:primary|secondary)key$"
    rf"|sas(?:uri|url|token|definition)?\d?$|kube_?(?:admin)?config(?:raw|s)?$|accesscode$"
)
# Within the result of a function that is there to hand out credentials, these mean one too.
_BARE = re.compile(
    r"^(?:value|key|keys|key[12]|primary|secondary|token|uri|url|sendkeyvalue|authcode|sig"
    r"|triggerurl|(?:full|endpoint|upload|content|storageaccount|callback)url|publishing\w*hash\w*"
    r"|scmuri|redirecturi|log(?:artifact)?link|\w*(?:primary|secondary)(?:test)?endpoint|password|credentials?)$"
)
_WORDS = (
    "Keys? Secrets? Credentials? Tokens? ConnectionStrings? S[Aa][Ss] SasUrl UploadUrl CallbackUrl "
    "AppSettings ApplicationSettings AuthSettings NamedValue Passwords? Passphrases? Kubeconfig"
)
_FETCHING = re.compile(rf"^(?:list|get)\w*?(?:{'|'.join(_WORDS.split())})(?=[A-Z]|\d|$)")

# What does not follow the rule. Functions of azure-native by module and name.
_FETCHES = frozenset(
    re.findall(
        r"\S+",
        """
    cosmosdb:listNotebookWorkspaceConnectionInfo containerservice:listManagedClusterAccessProfile
    databoxedge:listOrderDCAccessCode devspaces:listControllerConnectionDetails
    servicelinker:listLinkerConfigurations web:listWebAppAzureStorageAccounts
    web:listWebAppAzureStorageAccountsSlot web:listWebAppBackupConfiguration
    web:listWebAppBackupConfigurationSlot web:listWebAppMetadata web:listWebAppMetadataSlot
    web:listWebAppSyncFunctionTriggers web:listWebAppSyncFunctionTriggersSlot
    apimanagement:getApiManagementServiceSsoToken apimanagement:getUserSharedAccessToken
    app:getContainerAppAuthToken app:getManagedEnvironmentAuthToken
    applicationinsights:getLiveToken appplatform:getAppResourceUploadUrl
    appplatform:getBuildServiceResourceUploadUrl appplatform:getDeploymentLogFileUrl
    authorization:getClientToken azuredatatransfer:getFlowStreamConnectionString
    azurestack:getRegistrationActivationKey datadog:getMonitorDefaultKey
    datadog:getMonitorDefaultApplicationKey datafactory:getFactoryGitHubAccessToken
    desktopvirtualization:getHostPoolRegistrationToken devtestlab:getSecret
    edgemarketplace:getOfferAccessToken eventgrid:getChannelFullUrl
    eventgrid:getDomainEventSubscriptionFullUrl eventgrid:getDomainTopicEventSubscriptionFullUrl
    eventgrid:getEventSubscriptionFullUrl eventgrid:getNamespaceTopicEventSubscriptionFullUrl
    eventgrid:getPartnerTopicEventSubscriptionFullUrl eventgrid:getTopicEventSubscriptionFullUrl
    eventgrid:getSystemTopicEventSubscriptionFullUrl impact:getUploadServiceUploadToken
    machinelearningservices:getOnlineEndpointToken
    network:getVirtualNetworkGatewayConnectionIkeSas network:getVpnLinkConnectionIkeSas
    notificationhubs:getNamespacePnsCredentials notificationhubs:getNotificationHubPnsCredentials
    operationalinsights:getSharedKeys operationalinsights:getWorkspaceSharedKeys
    testbase:getTestBaseAccountFileUploadUrl web:getAppServicePlanServerFarmRdpPassword
    windowsesu:getMultipleActivationKey
    """,
    )
)
# Names of keys; results of which the SDK leaves the secret part out.
_FETCHES_NONE = frozenset(
    re.findall(
        r"\S+",
        """
    app:listAgentsConnectorSecrets app:listAgentsConnectorWithSecretsByAgent
    app:listAgentSpacesConnectorAllSecrets app:listAgentSpacesConnectorSecrets app:listJobSecrets
    appplatform:listApmSecretKeys appplatform:listJobEnvSecrets
    appplatform:listJobExecutionEnvSecrets hybridnetwork:listArtifactManifestCredential
    logic:listIntegrationAccountKeyVaultKeys machinelearningservices:listComputeKeys
    machinelearningservices:listDatastoreSecrets
    """,
    )
)
# Where telemetry goes, which Microsoft says is no secret; a pattern without the password; a name.
_BEARS_NONE = (
    ("applicationinsights:Component", "connectionString"),
    ("applicationinsights:Component", "hockeyAppToken"),
    ("applicationinsights:getComponent", "connectionString"),
    ("applicationinsights:getComponent", "hockeyAppToken"),
    ("cosmosdb:MongoCluster", "connectionString"),
    ("cosmosdb:getMongoCluster", "connectionString"),
    ("mongocluster:MongoCluster", "connectionString"),
    ("mongocluster:getMongoCluster", "connectionString"),
    ("securityinsights:Watchlist", "itemsSearchKey"),
    ("securityinsights:getWatchlist", "itemsSearchKey"),
)
_PUBLIC = re.compile(r"^(?:public|lastmodified)")
# What providers mark as secret themselves, though an old SDK does not ask them to.
_SECRET_OUTPUTS = {
    "random:index/randomPassword:RandomPassword": ("result", "bcryptHash"),
    "tls:index/privateKey:PrivateKey": ("privateKeyPem", "privateKeyOpenssh", "privateKeyPemPkcs8"),
    "azuread:index/applicationPassword:ApplicationPassword": ("value",),
    "azuread:index/servicePrincipalPassword:ServicePrincipalPassword": ("value",),
}


def secret_outputs(token: str) -> tuple[str, ...]:
    """The outputs of a resource that bear a credential and that its provider marks as secret."""
    return _SECRET_OUTPUTS.get(token, ())


def is_azure_native(token: str) -> bool:
    """Whether a token is of azure-native, in any version or locally added package."""
    return token.startswith("azure-native")


def plain_token(token: str) -> str:
    """`iothub:IotHubResource` for a token of azure-native, in any version of the API."""
    module, _, name = token.partition(":")[2].rpartition(":")
    return f"{module.partition('/')[0]}:{name}"


@functools.cache
def fetches(token: str) -> bool:
    """Whether a function is there to hand out credentials."""
    plain = plain_token(token)
    name = plain.rpartition(":")[2]
    if not is_azure_native(token):
        return _FETCHING.match(name) is not None
    if plain in _FETCHES_NONE:
        return False
    return plain in _FETCHES or (name.startswith("list") and _FETCHING.match(name) is not None)


@functools.cache
def bears(token: str, name: str, fetched: bool = False) -> bool:
    """Whether a property of this name bears a credential.

    `token` is the resource's or the function's; `fetched` says that it is a result of a function
    that hands out credentials.
    """
    lower = name.replace("_", "").replace("-", "").lower()
    if _PUBLIC.match(lower) or (plain_token(token), name) in _BEARS_NONE:
        return False
    return _ENDS.search(lower) is not None or (fetched and _BARE.match(lower) is not None)
