"""What the events that administrators see are called."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "account.added": _("account added"),
    "account.role_changed": _("role changed"),
    "account.invited": _("invitation made"),
    "account.invitation_mailed": _("invitation mailed"),
    "account.invitation_withdrawn": _("invitation withdrawn"),
    "account.invitation_accepted": _("invitation accepted"),
    "account.password_reset": _("password taken away"),
    "account.password_changed": _("password changed"),
    "account.signed_in": _("signed in"),
    "account.signed_out": _("signed out"),
    "account.sign_in_failed": _("sign-in failed"),
    "account.session_ended": _("session ended"),
    "account.sessions_ended": _("other sessions ended"),
    "account.second_factor_on": _("second factor switched on"),
    "account.second_factor_off": _("second factor switched off"),
    "account.recovery_code_used": _("recovery code used"),
    "account.recovery_codes_made": _("recovery codes made"),
    "account.organisation_forgotten": _("no longer known to the organisation's sign-in"),
    "account.disabled": _("account closed"),
    "account.enabled": _("account opened again"),
    "token.made": _("token for a program made"),
    "token.revoked": _("token revoked"),
    "token.refused": _("token refused"),
    "backup.taken": _("backup taken"),
    "backup.put_back": _("backup put back"),
    "person.erased": _("person erased"),
    "event.gone": _("event taken away before it was linked"),
}
