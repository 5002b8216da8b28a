"""What states, roles and answers are called on the pages and in reports."""

from typing import Any

from flask_babel import lazy_gettext as _

PURPOSE = _(
    "Purpose: to judge whether a career inside one domain keeps expertise better than ordinary rotation does, and to "
    "decide on it. These figures are about groups of five or more people. They rank nobody, and may not be used to "
    "judge a person."
)
METHOD = (
    _("Counts are people, each once. Shares have Wilson's interval, differences of shares Newcombe's, differences of "
      "means Welch's; all of 95 %. How long people stay is Kaplan and Meier's estimate with the numbers at risk; "
      "who was not in the domain at the start counts as left on the first day."),
    _("Figures are taken on fixed days: that of judging and the same day in the years before it. Each is computed from "
      "what was recorded by the end of that day: a later correction does not change it."),
    _("A group, or what is left of it, under five is not shown; neither is a figure from which, with those beside it "
      "or with an earlier report, such a group could be worked out. It then stays as it was shown last."),
    _("Participants chose to take part, so a difference is not yet an effect of the pilot."),
)  # fmt: skip

STATES: dict[str, Any] = {
    "draft": _("criterion not fixed"),
    "fixed": _("fixed, not begun"),
    "running": _("running"),
    "to_judge": _("to be decided"),
    "decided": _("decided"),
}
STATE_MARKS = {"draft": "missing", "fixed": "not_yet", "running": "waits", "to_judge": "clock", "decided": "done"}
VERDICTS: dict[str, Any] = {
    "yes": _("Yes"),
    "no": _("No"),
    "cannot_tell": _("Cannot tell"),
    "not_yet": _("Not yet"),
}
ROLES: dict[str, Any] = {
    "takes_part": _("takes part"),
    "compared": _("compared with"),
    "refused": _("applied, refused"),
}
DECISIONS: dict[str, Any] = {
    "formalise": _("Formalise"),
    "extend": _("Extend"),
    "adjust": _("Adjust"),
    "stop": _("Stop"),
}
STEPS: dict[str, Any] = {
    "inputs": _("Inputs"),
    "activities": _("Activities"),
    "outputs": _("Outputs"),
    "outcomes": _("Outcomes"),
    "goal": _("Goal"),
}
STEP_PROMPTS: dict[str, Any] = {
    "inputs": _("What is put in: people, time, money, rules?"),
    "activities": _("What is done with it?"),
    "outputs": _("What is there then that was not there before?"),
    "outcomes": _("What changes because of that?"),
    "goal": _("What is it all for?"),
}
DIRECTIONS: dict[str, Any] = {"higher": _("higher than in the comparison group"), "lower": _("lower")}
COMPARISONS: dict[str, Any] = {
    "entered": _("everybody else who took a position in a domain in the same days"),
    "named": _("colleagues who are named beforehand"),
}
FIELDS: dict[str, Any] = {
    "question": _("Question"),
    "domain_id": _("Domain"),
    "domain_definition": _("What counts as the domain"),
    "inclusion_rule": _("Who may take part"),
    "starts_on": _("People come in from"),
    "entry_until": _("Until"),
    "indicator": _("Criterion"),
    "months": _("Months that each person is followed"),
    "threshold": _("Difference that counts, in percentage points"),
    "direction": _("Direction"),
    "judged_on": _("Day of judging"),
    "comparison": _("Comparison group"),
    "comparison_domain_id": _("Domain of the comparison group"),
    "comparison_rule": _("Why these are alike"),
    "expected": _("Expected share in the comparison group, in per cent"),
    "planned": _("Participants planned"),
    "planned_comparison": _("People in the comparison group, as expected"),
}
# What a share counts, in a sentence about (yes, of, other yes, of others, months).
SENTENCES: dict[str, Any] = {
    "in_domain": _("%(yes)d of %(of)d participants still work in the domain after %(months)d months, against "
                   "%(other_yes)d of %(other_of)d others."),
    "back_in_domain": _("%(yes)d of %(of)d participants were back in the domain within two postings, against "
                        "%(other_yes)d of %(other_of)d others."),
    "second_knower": _("Of %(yes)d of %(of)d participants every dossier had a second knower after %(months)d months, "
                       "against %(other_yes)d of %(other_of)d others."),
    "received": _("%(yes)d of %(of)d participants received the handover within 14 days, against %(other_yes)d of "
                  "%(other_of)d others."),
    "promoted": _("%(yes)d of %(of)d participants were promoted within %(months)d months, against %(other_yes)d of "
                  "%(other_of)d others."),
    "narrow": _("%(yes)d of %(of)d participants worked in no other domain in %(months)d months, against %(other_yes)d "
                "of %(other_of)d others."),
}  # fmt: skip
