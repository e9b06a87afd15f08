"""The texts of the script widget; the script contains no sentences, so that all come from the catalogues."""

from __future__ import annotations

from chalicelib.i18n.marker import _

# Shown before the form has loaded, or if it does not load: the script contains them in all languages.
LOADER_WORDS = {
    "loading": _("Loading the form"),
    "failed": _("The form could not be loaded."),
    "retry": _("Try again"),
    "elsewhere": _("Sign on the campaign’s own page"),
}
# Shown by the form, and sent only in its language.
FORM_WORDS = {
    "heading": _("Add your name"),
    "optional": _("(optional)"),
    "choose": _("Choose one"),
    "sending": _("Sending…"),
    "mend": _("Answers that need another look: {n}"),
    "offline": _("There is no connection. What you typed is still here."),
    "trouble": _("That did not arrive. What you typed is still here; sending it again does no harm."),
    "retry": _("Try again"),
    "show_name": _("Show my name in the public list of signers"),
    "consents": _("Stay in touch?"),
    "updates": _("Email me news of this campaign."),
    "consent": _("{name} may send me news by email."),
    "privacy": _("How {name} uses data"),
    "new_tab": _("(opens a new tab)"),
    "read": _("Read the full text"),
    "first": _("Be the first to sign."),
    "towards": _("of {goal} signatures"),
    "signatures": _("Signatures"),
    "on_the_way": _("Signatures toward the goal"),
    "pending_title": _("One step left: open the email we sent you"),
    "written_to": _("We wrote to {email}."),
    "meant": _("Did you mean {email}?"),
    "correct": _("Correct it to {email}"),
    "go_on": _("No, it is right: continue"),
    "pending": _("Press the button in it. Your signature counts from that moment."),
    "spam": _("Wait a few minutes, then look in spam or promotions. The sender is {name}."),
    "open_mailbox": _("Open {name}"),
    "another": _("Let someone else sign"),
    "done_title": _("Thank you for signing"),
    "done": _("We sent you an email with a link to change or withdraw your signature."),
    "pass_on": _("Pass it on"),
    "share": _("Share with another app"),
    "copy": _("Copy the link"),
    "copy_text": _("Copy text for Signal"),
    "copied": _("Copied"),
    "closed": _("Signatures are no longer accepted here."),
    "early": _("Come back soon: you can sign as soon as it opens."),
    "early_on": _("You can sign from {day}."),
    "until": _("Open until {day}."),
}
NOTES = {
    "seen": _("The organizers see what you enter here; your email address is never shown to the public."),
    "sponsors": _("An organization named above gets it only if you tick its box."),
    "mail": _("We will send you one email to confirm: after that, your signature counts."),
}
# Shown only if the campaign has a captcha.
CAPTCHA_WORDS = {
    "captcha": _("{service} checks here that a person is signing."),
    "no_captcha": _(
        "The check did not load. Your signature is accepted all the same, and the organizers review it first."
    ),
}
BUTTONS = {"letter": _("Sign the letter"), "petition": _("Sign the petition")}
EYEBROWS = {
    "letter": (_("Letter"), _("Letter to")),
    "petition": (_("Petition"), _("Petition to")),
}
