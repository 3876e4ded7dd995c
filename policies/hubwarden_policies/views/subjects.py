"""What a finding is about: a resource, an address, the stack, the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.model import PROGRAM_TYPE, STACK_TYPE
from hubwarden_policies.rule import Subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource, Stack


def subject(resource: Resource) -> Subject:
    """What a finding about this resource names."""
    return Subject(resource.type, resource.name, resource.address, resource.locations)


def stack_subject(stack: Stack) -> Subject:
    """The stack itself: its outputs and its config. A template's deployment has the file's name."""
    if stack.kind != STACK_TYPE:
        return Subject(stack.kind, stack.name, stack.name)
    name = f"{stack.project}-{stack.name}"
    urn = f"urn:pulumi:{stack.name}::{stack.project}::{STACK_TYPE}::{name}"
    return Subject(STACK_TYPE, name, urn)


def program_subject(stack: Stack) -> Subject:
    """The program: its text, and what it writes that is no resource."""
    return Subject(PROGRAM_TYPE, stack.project, f"{PROGRAM_TYPE}:{stack.project}")


def subject_at(stack: Stack, address: str) -> Subject:
    """The resource with this address, also where it is a component that no rule reads."""
    resource = stack.at(address)
    if resource is not None:
        return subject(resource)
    *_, qualified, name = address.split("::") if "::" in address else ("", address)
    return Subject(qualified.rpartition("$")[2] or PROGRAM_TYPE, name, address)
