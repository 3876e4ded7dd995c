"""What one run of a program left behind, as the recorder wrote it.

The recorder (`hubwarden_recorder/`, in the checked project's interpreter) writes one JSON file per run; this
module reads it. The two sides share this text and nothing else:

    {"version": 1, "mode": "preview" | "canary",
     "complete": bool,          the stack's outputs were registered and the program shut down in order
     "pulumi": "3.272.0", "python": "3.11.7",
     "notes": [str],            what the recorder could not do with this SDK (slower, or not seen)
     "resources": [RESOURCE], "exports": {NAME: VALUE}, "exportFrames": {NAME: FRAMES},
     "componentOutputs": {URN: {NAME: VALUE}},
     "calls": [CALL], "hooks": [NAME],
     "made": [[TEXT, SOURCE, PATH]],        every made-up string that was handed out
     "marks": [[TEXT, SOURCE, PATH, KIND]], those that stand for credentials; KIND key | config
     "sinks": [SINK],
     "error": null | ERROR}

    RESOURCE  {"urn", "type", "name", "custom", "remote", "read", "parent", "provider", "id",
               "inputs": {NAME: VALUE}        as the provider's Check would leave them
               "outputs": {NAME: VALUE}, "propertyDependencies": {NAME: [URN]},
               "options": {"protect", "retainOnDelete", "ignoreChanges", "additionalSecretOutputs"},
               "aliases": [TOKEN],            types of its aliases
               "package": null | {"name", "version"},   a locally added (parameterized) package
               "frames": FRAMES}
    CALL      {"token", "args": {NAME: VALUE}, "result": VALUE, "credentials": bool, "frames": FRAMES}
    SINK      {"sink": "log" | "stdout" | "stderr" | "file" | "process" | "environment" | "unsecret" | "hmac",
               "where": str      the file's path, the command's name and part, the variable's name, …
               "text": str       what came out, or base64 of it where "binary" is true
               "binary": bool, "secret": bool, "frames": FRAMES}
    ERROR     {"kind": "exception" | "syntax" | "missing-package" | "missing-config" | "bad-config"
                     | "exit" | "thread" | "encoding" | "no-pulumi" | "internal",
               "type": str, "message": str, "name": str | null   the package or the config key
               "frames": FRAMES, "traceback": [str]}
    FRAMES    [[FILE, LINE, FUNCTION], …]     the user's own code, outermost call first; absolute paths
    VALUE     JSON, and {"$hw": "secret", "value": VALUE} | {"$hw": "unknown"}
              | {"$hw": "resource", "urn": URN, "id": VALUE} | {"$hw": "asset" | "archive", "kind", "value": VALUE}
              | {"$hw": "bytes", "value": BASE64}

SOURCE is a URN, `call:TOKEN` or `config:KEY`; PATH is a path in the outputs or the result.
"""

from __future__ import annotations
