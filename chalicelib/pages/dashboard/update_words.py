"""Every text of the dashboard about updates to signers, by the name that its scripts use."""

from __future__ import annotations

from chalicelib.i18n.marker import _

UPDATE_WORDS = {
    "audience": _("Who gets it"),
    "audience_all": _("Everybody who wants news."),
    "audience_all_countries": _("All countries"),
    "audience_countries": _("Countries"),
    "audience_languages": _("Languages"),
    "audience_more_countries": _("One more country"),
    "audience_only": _("Only: {who}."),
    "audience_reach": _("Would reach {n} of the {all} who want news."),
    "audience_reach_all": _("Would reach everybody who wants news: {n}."),
    "audience_without": _("Without {name}"),
    "update_before_sending": _("Before you can send it:"),
    "update_begun": _("Begun"),
    "update_body": _("Text"),
    "update_body_hint": _("**bold**, *italic*, [link](https://…), lists with -; an empty line begins a paragraph."),
    "update_bounced": _("Bounced"),
    "update_complained": _("Marked as spam"),
    "update_conflict": _("Somebody else has saved this draft in the meantime. Overwrite it with yours?"),
    "update_delete": _("Delete draft"),
    "update_delete_ask": _("Delete this draft?"),
    "update_delete_text": _("Its words are gone then. Nobody has got it."),
    "update_deleted": _("The draft is deleted."),
    "update_delivered": _("Delivered"),
    "update_edit": _("An update to signers"),
    "update_ended": _("Ended"),
    "update_failed": _("Refused for good"),
    "update_is_draft": _("Would reach now: {n}. Changed {when}."),
    "update_is_going": _("On its way: {done} of {n}. Confirmation emails go first."),
    "update_is_sent": _("Sent, {when}."),
    "update_is_stopped": _("Stopped {when}, after {sent} of {n}. The others do not get it."),
    "update_language_missing": _("Write it in this language, too."),
    "update_no_subject": _("(without a subject)"),
    "update_not_saved": _("Not saved."),
    "update_not_written": _("not written yet"),
    "update_number_changed": _(
        "The number has changed since you looked: it would now reach {n}. If that is right, type it."
    ),
    "update_number_wrong": _("That is not the number. Type {n}."),
    "update_pause": _("Pause"),
    "update_pause_done": _("Paused. What is already with the email service still arrives."),
    "update_paused_bounces": _(
        "Paused by itself after {done} of {n}, as more than 5 % bounced: a sender like that is soon blocked everywhere. Ask where these addresses come from before you resume."
    ),
    "update_paused_complaints": _(
        "Paused by itself after {done} of {n}, as more than one in a thousand marked it as spam. Ask whether these people know why they get it before you resume."
    ),
    "update_paused_organizer": _("Paused after {done} of {n}."),
    "update_paused_refused": _(
        "Paused by itself after {done} of {n}: the email service sends nothing from this sender. Tell whoever runs this system, and resume when it is mended."
    ),
    "update_preview_empty": _("it is drawn as soon as there are a subject and a text in {name}."),
    "update_progress": _("How far it is"),
    "update_reaches_nobody": _("Nobody wants news in this audience, so there is nobody to send it to."),
    "update_recipients": _("Recipients"),
    "update_resume": _("Resume"),
    "update_resume_done": _("It goes on."),
    "update_save": _("Save draft"),
    "update_saved": _("The draft is saved."),
    "update_send": _("Send…"),
    "update_send_ask": _("Send this update? Recipients: {n}"),
    "update_send_now": _("Send"),
    "update_send_text": _(
        "Emails already sent cannot be recalled. You can pause or stop the rest. Each signer gets it once; whoever withdraws or leaves before their turn gets nothing."
    ),
    "update_sending": _("It is on its way."),
    "update_sent": _("Sent"),
    "update_skipped": _("Left out"),
    "update_skipped_hint": _("these addresses must not be emailed any more"),
    "update_state_draft": _("Draft"),
    "update_state_paused": _("Paused"),
    "update_state_sending": _("Being sent"),
    "update_state_sent": _("Sent"),
    "update_state_stopped": _("Stopped"),
    "update_stop": _("Stop for good"),
    "update_stop_ask": _("Stop this update for good?"),
    "update_stop_done": _("Stopped."),
    "update_stop_text": _("Whoever has not had it yet never gets it: {left}. This cannot be undone."),
    "update_test_sent": _("On its way to {email}: {languages}."),
    "update_type_number": _("To send it, type the number: {n}"),
    "update_unsubscribed": _("Unsubscribed"),
    "update_waits_confirmations": _("{done} of {n}. Waits, as confirmation emails go first; it goes on by itself."),
    "update_waits_mail_paused": _("{done} of {n}. Waits, as emails are paused; it goes on when they are resumed."),
    "update_waits_quota": _(
        "{done} of {n}. Has used its share of the emails of a day; it goes on by itself as soon as there is room."
    ),
    "update_waits_ses": _("{done} of {n}. The email service asks to wait; it goes on by itself."),
    "update_words": _("What it says"),
    "update_write": _("Write an update"),
    "updates_not_asked": _(
        "The form does not ask signers whether they want news of this campaign. Once it does, you can write to those who say yes."
    ),
    "updates_older": _("Earlier ones: {n}"),
    "updates_still_want": _("From earlier there are signers who want it: {n}."),
    "updates_title": _("Updates to signers"),
    "updates_to_setting": _("To the setting"),
    "updates_want": _("Signers who want news of this campaign: {n}."),
    "updates_want_none": _("No confirmed signer wants news yet. The form asks: “Email me news of this campaign”."),
}
