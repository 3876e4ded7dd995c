"""A rule's page in Markdown, for where a finding is read far from a terminal."""

from __future__ import annotations

from hubwarden_policies.practices import PRACTICES
from hubwarden_policies.rule import Rule


def markdown(rule: Rule) -> str:
    """Why it is a rule, both examples, the fix and the practices; ours to the last word."""
    _, _, language = rule.page.file.rpartition(".")
    titles = {practice.code: practice.title for practice in PRACTICES}
    practices = "; ".join(f"{code} {titles[code]}" for code in rule.practices)
    return "\n\n".join(
        (
            rule.page.why,
            f"**Fix:** {rule.fix}",
            f"Bad (`{rule.page.file}`):\n\n```{language}\n{rule.page.bad}\n```",
            f"Good:\n\n```{language}\n{rule.page.good}\n```",
            f"Practices: {practices}. In a terminal: `hubwarden explain {rule.id}`.",
        )
    )
