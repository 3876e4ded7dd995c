"""Prints docs/checkov.md: hubwarden's rules inside stock Checkov."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from checkov_pack.hubwarden_checks.differences import DIFFERENCES, Difference
from checkov_pack.hubwarden_checks.ids import IDS, LEFT_OUT, id_of
from checkov_pack.hubwarden_checks.subjects import terraform_types
from hubwarden_policies.catalogue import RULES, find
from hubwarden_policies.model import DEPLOYMENT_TYPE
from hubwarden_policies.words import fix_for

_BEGINNING: Final = """\
# The rules inside stock Checkov

<!-- Written by `make docs` from policies/checkov_pack/. -->

A pipeline that runs Checkov on ARM templates, Bicep files or Terraform gets hubwarden's rules by
one option more. hubwarden need not be installed: a checkout of this repository is enough. Checkov's
own environment holds all that the rules need, on Python 3.11 or newer, but for Bicep and
certificates (see the limits).

```sh
HUBWARDEN=$HOME/hubwarden   # a checkout of this repository, at a commit that somebody reviewed
TEMPLATE=$PWD/main.json
cd "$(mktemp -d)"           # so that no .checkov.yaml of the change is read
HOME=$PWD CKV_PARSE_ERROR_FAIL=true checkov --skip-download --compact --quiet \\
  --external-checks-dir "$HUBWARDEN/policies/checkov_pack" \\
  --framework arm --file "$TEMPLATE"
```

It ends with 1 where a check fails. Other inputs by other words at the end: `--framework bicep
--file FILE`, `--framework terraform_plan --file plan.json` (what `terraform show -json PLANFILE`
prints), `--framework terraform --directory DIR`. `--check 'CKV_HUBWARDEN_*'` leaves out Checkov's
own checks.

- **A pack that is not there is silence.** Checkov says nothing where the folder is missing. So let
  a template that is known to be bad fail first, once in each pipeline.
- **`--directory` on somebody's change obeys that change**: Checkov reads a `.checkov.yaml` there,
  and it may say `soft-fail: true`. Give it files, or a copy without that one.
- **Checkov quotes the lines that it complains of**, with a key that stands in them: `--compact`
  keeps them out of the log, but not out of JSON and SARIF.

`hubwarden checkov` loads the pack by itself and takes care of all of that; `hubwarden check` judges
the same files by the same rules without Checkov. This page is for a pipeline that has Checkov.

## What a check says

Every check has the rule's severity, so `--hard-fail-on HIGH` and `--check HIGH` work. Its name ends
with what is wrong and where, since Checkov's report on templates has no other place for it; in
JSON the key `hubwarden` of `check_result` adds the fix. The guide is a row of the table below;
`HUBWARDEN_PAGES` names the address at which your people read it.

A check reads the whole file with hubwarden's own reader and looks up the resource that Checkov asks
about, so rules over several resources (`hub-without-logs`) see what is really bound to what. Of a
loop or a nested deployment all instances are judged, and the check fails if one of them does.

| hubwarden says | in Checkov |
|---|---|
| a finding | FAILED |
| undecided: a value is not known before the deployment | SKIPPED, with the expression (1) |
| the format has no words for it | SKIPPED, with the property |
| it cannot read a part of the file | FAILED, with that sentence: all checks on the file (2) |
| the rule is not about this resource | nothing |
| a finding on a parameter | FAILED on the parameter (templates only) |
| one on an output, the text of the file, what is deleted | FAILED on the file's first resource |

1. Checkov shows what is skipped, unless it is `--quiet`, and ends with 0; with
   `HUBWARDEN_UNDECIDED=fail` in the environment it is FAILED.
2. Findings on what was read are FAILED as ever. A rule that raises fails where it raised.

## Limits

- **Templates with symbolic names** (languageVersion 2.0, what Bicep compiles to), nested ones too,
  Checkov does not look into, and it drops failures of resources whose name is computed with
  `toLower`, `trim`, `join`, `split` or `substring`. `CKV_HUBWARDEN_0` then fails on the parameters
  of the template. In a template without parameters nothing can: use `hubwarden check`.
- **Bicep's modules** Checkov does not look into where they are called: what is wrong there by the
  caller's parameters fails on the caller's first resource, and in a file that has only modules
  nothing can. Each module is judged by its defaults too. Check the callers with `hubwarden check`.
- **Templates with comments** and other files that Checkov cannot read pass without
  `CKV_PARSE_ERROR_FAIL=true`.
- **Parameters files** are not read by Checkov; a template is judged by its defaults.
- **Bicep** is judged where `tree-sitter` and `tree-sitter-bicep` are installed beside Checkov. Else
  every check on a Bicep file fails and says so: Checkov's own parser reads `Disabled` and
  `'Disabled'` alike, and a verdict on its reading would be a guess.
- **Certificates** are judged where `cryptography` is installed beside Checkov; else these checks
  fail.
- **Terraform's HCL** is judged as Checkov evaluates it: what it leaves as an expression is
  undecided, and so is a `dynamic` block that it does not expand. Of a condition that it cannot
  evaluate (`var.a == "x" ? true : false`) Checkov takes a branch all the same, and of `for` it may
  make an empty list: the files are read a second time, and such a guess is undecided too. What a
  `count` that it does not know repeats is judged, and covers no other resource. Terraform itself
  evaluates a plan, so prefer one. `azapi_update_resource` and the pieces of a hub
  (`azurerm_iothub_route`, …) are judged with the resource that they change. A property in
  `ignore_changes` is a finding, which no plan can show.
- **Settings, levels, waivers and the baseline** of hubwarden are not read: a check judges as a
  careful team without settings does (private devices, no policy allowed). Checkov's own
  suppressions and baseline hold.
- A resource with a `condition` that hubwarden finds false is not deployed, and nothing is said.

"""
_CHECKS: Final = """\
## The checks

An id is kept for ever: a rule that goes takes its number with it. `CKV_HUBWARDEN_0` says that
hubwarden did not judge: its rules could not be loaded, or Checkov overlooks the resources.

| check | rule | severity | Terraform | fails where | fix |
|---|---|---|---|---|---|"""
_DIFFERENCES: Final = """\
## Where the pack and a check differ

A test writes the examples on every rule's page as ARM templates, as plans of azapi and as plans of
azurerm (a resource that azurerm cannot say stands there in azapi, beside those that it can), and
runs them through hubwarden's own gates and through stock Checkov with the pack: the two say the
same of each. Of the same in azurerm's HCL, stock Checkov with the pack says what it says of the
plan. Of an example written so, both say otherwise than of the program on the page here, or
it is not written, since azurerm could say none of its resources:

"""


def page() -> str:
    """The page as Markdown."""
    parts = [_BEGINNING, "\n".join(_checks()), _DIFFERENCES, "\n".join(_differences())]
    return "".join(parts)


def _checks() -> Iterator[str]:
    yield _CHECKS
    for name in IDS:
        rule = find(name)
        if rule is None or rule not in RULES:
            yield f"| {id_of(name)} | `{name}` | | | the rule is gone | |"
            continue
        anchor = f'<a id="{name}"></a>{id_of(name)}'
        if name in LEFT_OUT:
            yield f"| {anchor} | `{name}` | {rule.severity} | | no check: {LEFT_OUT[name]} | |"
            continue
        forms = "azapi, azurerm" if len(terraform_types(rule)) > 1 else "azapi"
        fix = fix_for(DEPLOYMENT_TYPE, rule.id, rule.fix)
        yield f"| {anchor} | `{name}` | {rule.severity} | {forms} | {rule.title} | {fix} |"
    yield from ("", "")


def _differences() -> Iterator[str]:
    def row(one: Difference) -> tuple[str, str, str, str]:
        return one.rule, one.form, one.says, one.reason

    yield from (
        "| rule | written as | in the example that is | says | why |",
        "|---|---|---|---|---|",
    )
    for (rule, form, says, reason), same in groupby(DIFFERENCES, row):
        told = list(same)
        kinds = ", ".join(one.example for one in told)
        where = "Only in Checkov: " if told[0].only_checkov else ""
        yield f"| `{rule}` | {form} | {kinds} | {says} | {where}{reason} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
