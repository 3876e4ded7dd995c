"""The shapes of credentials, and how a text reads without them.

Sources: the connection strings and SAS tokens of Azure's documentation, the identifiable keys of
Microsoft's security-utilities (a signature at a fixed offset), RFC 7468 (PEM), RFC 7519 (JWT).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import MAGIC

# What stands where a value would is no value: a placeholder of a template or an f-string, a gap
# in a partly known text, or what this module left there before.
_VALUE: Final = r"(?![{<…\[]|%[sd({]|\$[{(])"
_KEY: Final = r"[A-Za-z0-9+/]"


def _shape(kind: str, needles: str, pattern: str) -> tuple[str, list[str], str]:
    """A credential: its kind, words of which any text with it has one, and what to keep and hide.

    The words, in lower case, are a cheap question before the search. Group 1 of the pattern stays.
    """
    return kind, needles.split(), f"(?s){pattern}"


# Patterns stay texts until a text needs them: most texts need few, and a guard mostly none.
_PEM: Final = (
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)"
)
_SHAPES: Final = (
    _shape(
        "access key",
        "key secretvalue",
        rf"((?i:SharedAccessKey|AccountKey|SharedSecretValue)\s?=\s?){_VALUE}[^;\"'\s&,]{{4,}}",
    ),
    _shape(
        "signature",
        "sig",
        rf"(\b(?i:sig(?:=|%3d))){_VALUE}(?=[\w~-]{{0,512}}[\d%+/])[\w%+/~-]{{16,}}=*",
    ),
    _shape("token", "eyj", r"()\beyJ[\w-]{8,4096}\.[\w-]{8,4096}(?:\.[\w-]*){1,3}"),
    _shape("token", "earer", rf"(\b[Bb]earer\s+){_VALUE}(?=\S*\d)[\w.~+/-]{{16,}}=*"),
    _shape("token", "gh", r"()\b(?:gh[opsur]_[A-Za-z0-9]{36,}|github_pat_\w{40,})\b"),
    _shape("token", "pul-", r"()\bpul-[0-9a-f]{40}\b"),
    _shape("client secret", "q~", r"()(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}(?![\w~.-])"),
    # In a connection string, a query or an environment: `password=word` in code is an argument.
    _shape(
        "password",
        "pwd password secret key token code",
        r"((?:[;&?]\s?(?i:password|pwd|secret|accesskey|apikey|api-key|token|access_token|code)"
        rf"|\b(?:Password|Pwd|PASSWORD))\s?=\s?){_VALUE}[^;&\"'\s]+",
    ),
    _shape("password", "pwd password", rf"(\b(?i:password|pwd)=){_VALUE}[^;&\"'\s]+(?=;)"),
    _shape(
        "password",
        "pass pwd secret key",
        r"(\b\w*(?i:password|passwd|pwd|client_?secret|api_?key|access_?key|account_?key)"
        rf"[\"']?\s*(?:={{1,2}}|:)\s*[rbf]?([\"'])){_VALUE}(?![\s+,;)\]}}])(?:(?!\2)[^\n\\]|\\.)+",
    ),
    _shape(
        "secret", "secret(", rf"(\bOutput\.secret\(\s*[rbf]?([\"'])){_VALUE}(?:(?!\2)[^\n\\]|\\.)+"
    ),
    _shape("password", "://", rf"((?<=[a-z0-9+.-])://[^\s/:@\"']*:){_VALUE}[^\s/@\"']+(?=@)"),
)

_NEEDLES: Final = frozenset(needle for _, needles, _ in _SHAPES for needle in needles)


def base64_cores(data: bytes) -> Iterator[str]:
    """What base64 of any text around `data` contains, for each of the three alignments."""
    for pad in range(3):
        text = base64.b64encode(b"\0" * pad + data).decode()
        end = (pad + len(data)) * 8 // 6
        yield text[(0, 2, 3)[pad] : end]


def _rotations(text: str, gap: str) -> Iterator[str]:
    """A slice of a periodic mark shows some rotation of it."""
    for cut in range(len(text)):
        yield re.escape(text[cut:]) + (gap + re.escape(text[:cut]) if cut else "")


_MARK_SPELLINGS: Final = (MAGIC[::-1], *base64_cores(MAGIC.encode()))
_MARK_CASELESS: Final = (*_rotations(MAGIC, "[a-z0-9]{4}"), MAGIC.encode().hex())
_MARK: Final = (
    f"(?<!{_KEY}){_KEY}*?(?:(?i:{'|'.join(_MARK_CASELESS)})"
    f"|{'|'.join(map(re.escape, _MARK_SPELLINGS))}){_KEY}*={{0,2}}"
)
# Every rotation of a mark shows one half of the magic whole: a cheap question before the search.
_MARK_TRACES: Final = tuple(
    trace.lower() for trace in (MAGIC[:4], MAGIC[4:], MAGIC.encode().hex(), *_MARK_SPELLINGS)
)
_SHORTEST_RUN: Final = 32
_RUN: Final = (
    rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{{_SHORTEST_RUN},}}"
    r"(?:={1,2}|(?:%3[Dd]){1,2})?(?![A-Za-z0-9+/_-])"
)
_SIGNED: Final = (
    rf"(?:{_KEY}{{33}}(?:AIoT|AzCa|\+ASb|\+AEh|\+ARm)[A-P]{_KEY}{{5}}"
    rf"|{_KEY}{{76}}(?:\+ASt|\+ABa|\+AMC|ACDb|APIM){_KEY}{{5}}[AQgw]"
    rf"|{_KEY}{{42}}(?:\+ACR|AzSe)[A-D]{_KEY}{{5}}"
    r"|[\w-]{44}AzFu[\w-]{5}[AQgw]"
    rf"|{_KEY}{{52}}JQQJ9[9DH]{_KEY}{{26}})\Z"
)
_INSIDE: Final = (
    rb"(?i)sharedaccess(?:key|signature)[= ]|accountkey=|password=|private key-----|"
    + MAGIC.encode()
)
_YAML: Final = (
    r"(?i)(^\s*[\"']?[\w.:-]*(?:password|passwd|pwd|secret|token|key|credential|"
    rf"connection_?string)s?[\"']?:\s+[\"']?){_VALUE}([^\s\"'].*?)(?=[\"']?\s*(?:#.*)?$)"
)


def gone(kind: str, value: str) -> str:
    """What stands where a credential was."""
    return f"[redacted: {kind}, {len(value)} characters]"


def hide(text: str) -> str:
    """The text without anything that looks like a credential."""
    if "PRIVATE KEY-----" in text:
        text = re.sub(_PEM, lambda hit: gone("private key", hit[0]), text)
    low = text.lower()
    for trace in _MARK_TRACES:
        if trace in low:
            text = re.sub(_MARK, lambda hit: gone("made-up key", hit[0]), text)
            break
    there = {needle for needle in _NEEDLES if needle in low}
    for kind, needles, shape in _SHAPES if there else ():
        if not there.isdisjoint(needles):
            text = re.sub(shape, partial(_all_but_name, kind), text)
    return re.sub(_RUN, _run, text) if len(text) >= _SHORTEST_RUN else text


def _all_but_name(kind: str, hit: re.Match[str]) -> str:
    return hit[1] + gone(kind, hit[0].removeprefix(hit[1]))


def has_access_key(text: str) -> bool:
    """Whether a key stands in a text that Azure signs so that it can be told from other texts."""
    return any(
        re.search(_SIGNED, bare) and _mixed(bare)
        for run in re.findall(_RUN, text)
        if (bare := run.replace("%3D", "=").replace("%3d", "=").rstrip("="))
    )


def hide_blocks(text: str) -> str:
    """The text without PEM private keys, and as many lines as before."""
    return re.sub(_PEM, lambda hit: gone("private key", hit[0]) + "\n" * hit[0].count("\n"), text)


def hide_yaml(line: str) -> str:
    """A line of YAML without the value under a name that speaks of a credential."""
    return re.sub(_YAML, lambda hit: hit[1] + gone("value", hit[2]), line)


def _run(hit: re.Match[str]) -> str:
    """A long run of base64's characters: a key, an encoded credential, or a mere name or path."""
    run = hit[0]
    body = run.replace("%3D", "=").replace("%3d", "=")
    bare = body.rstrip("=")
    padding = len(body) - len(bare)
    if (len(bare), padding) in ((43, 1), (86, 2)) and (_mixed(bare) or _alone(hit)):
        return gone("base64 key", body)
    if re.search(_SIGNED, bare) and _mixed(bare):
        return gone("access key", body)
    if re.search(_INSIDE, _decoded(bare)):
        return gone("encoded credential", run)
    if padding and _mixed(bare) and (size := {1: 43, 2: 86}[padding]) < len(bare):
        return run[: len(bare) - size] + gone("base64 key", body[len(bare) - size :])
    return gone("base64", run) if len(bare) >= 64 and _dense(bare) else run


def _decoded(run: str) -> bytes:
    if len(run) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]+", run):
        return bytes.fromhex(run)
    plain = run.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


def _alone(hit: re.Match[str]) -> bool:
    """Whether it is a whole literal or word, and not the name of an argument before its `=`."""
    before, after = hit.string[: hit.start()][-1:].strip(), hit.string[hit.end() :][:1].strip()
    return before == after and before in ("", '"', "'")


def _mixed(run: str) -> bool:
    """Whether it has digits and both cases, as nearly every random key has and few names have."""
    return all(re.search(some, run) for some in ("[0-9]", "[A-Z]", "[a-z]"))


def _dense(run: str) -> bool:
    """Whether some stretch of it is no word of a path."""
    return any(len(part) >= 20 and _mixed(part) for part in re.split(r"[/_-]", run))
