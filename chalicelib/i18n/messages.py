"""The message for each error code; the only place that maps codes to sentences.

Sentences are in English, which is also their key in the catalogues (`locales`).
"""

from __future__ import annotations

from chalicelib.i18n.marker import _

FIELD_MESSAGES = {
    "missing": _("Fill this in."),
    "too_long": _("This is too long. Use at most {limit} characters."),
    "comments_without_names": _("Comments are shown with names. Show the names of signers, too."),
    "not_an_email": _("Enter an email address like name@example.org."),
    "email_beyond_ascii": _(
        "Use an address with only a-z, 0-9 and signs before the @: emails cannot be sent with others."
    ),
    "email_without_at": _("An email address has an @, like name@example.org."),
    "space_in_email": _("An email address has no spaces. Remove them."),
    "comma_in_email": _("There is a comma where a dot should be."),
    "several_emails": _("Enter one email address only."),
    "control_characters": _("Remove the invisible or special characters. Typing it again helps."),
    "url_in_name": _("Enter a name without a web address."),
    "leading_symbol": _("Begin with a letter or a number, not with =, +, - or @."),
    "not_an_option": _("Choose one of the answers from the list."),
    "not_a_country": _("Choose a country from the list."),
    "not_https": _("Enter an address that begins with https://."),
    "not_text": _("Enter plain text."),
    "unknown_field": _("We do not know this field. Check how it is written."),
    "bad_consent": _("Choose only from the organizations this campaign names."),
    "next_not_allowed": _("This form may not send you on to that page."),
    "bad_value": _("Check this answer."),
    "too_old": _("Go back at most {limit} days: older withdrawals are no longer on record. Export everything instead."),
    "duplicate_field": _("This was sent more than once. Send it once."),
    # What only organisers and their programs can get wrong.
    "admin_key_reaches_all": _("An admin's key reaches every campaign. Choose another role, or every campaign."),
    "archived_while_open": _("Only a closed campaign can be archived. Close it first."),
    "bad_actor": _("Copy the id of a member or a key from their list."),
    "bad_campaign_id": _("Use only a-z, 0-9 and hyphens, at most {limit}, and begin with a letter or digit."),
    "bad_color": _("Enter a color like #8e1b5a."),
    "bad_cursor": _("Begin without a cursor: this one is not from this list."),
    "bad_day": _("Enter a day like 2026-11-23."),
    "bad_domain": _("Enter an email domain like example.org."),
    "bad_field_name": _("Use a field that forms know, or custom. and a name of a-z, 0-9 and underscores."),
    "bad_id": _("Use only a-z, 0-9, hyphens and underscores, at most {limit}."),
    "bad_limit": _("Enter a number from 1 to {limit}."),
    "bad_language": _("Enter a language as its code, like es or pt-BR."),
    "bad_moment": _("Enter a moment with its time zone, like 2026-11-23T12:00:00Z, between 2000 and 2200."),
    "origin_with_path": _("Enter the site only, like https://example.org, without a page."),
    "bad_moment_or_day": _("Enter a day like 2026-11-23, or a moment like 2026-11-23T12:00:00Z."),
    "bad_network": _("Copy the network's name from a signature or from the emails that are held."),
    "bad_origin": _("Enter a site like https://example.org, or https://*.example.org for all its subdomains."),
    "bad_reference": _("Use a-z, digits, spaces and . _ / -, at most {limit}, and begin with a letter or digit."),
    "bad_site_key": _("Copy the site key from your captcha service: letters, digits, hyphens and underscores."),
    "bad_source": _("Use only a-z, 0-9, dots, hyphens and underscores."),
    "bad_time_zone": _("Enter a time zone by its name, like America/Lima."),
    "bad_upload": _("Name the file by its SHA-256: 64 digits and letters of a-f."),
    "bad_url": _("Enter a web address like https://example.org/page."),
    "closes_before_it_opens": _("Choose a moment after the campaign opens."),
    "default_language_missing": _("Write the texts in the default language, too."),
    "delivered_whole": _("A delivery is always complete. Leave this out."),
    "empty_filter": _("Write what to look for, or leave this out."),
    "ends_before_it_begins": _("Choose a day that is not before the first one."),
    "html_not_shown": _("HTML is shown as text here. Use Markdown: **bold**, *italic*, [a link](https://example.org)."),
    "image_not_shown": _("Pictures are not shown in the statement. Leave them out, or link to them."),
    "in_the_future": _("This is in the future."),
    "in_the_past": _("This is in the past."),
    "language_without_text": _(
        "There is no text in this language, so nobody sees this. Add the text, or leave this out."
    ),
    "never_changes": _("This is fixed when a campaign is created."),
    "no_changes_of_state": _(
        "Changes are available for signatures that count, or for all, but not for this state. Leave this out."
    ),
    "not_a_list": _("This must be a list, even of one."),
    "not_a_number": _("Enter a whole number."),
    "not_an_object": _("This must be an object: names with their values."),
    "not_for_known_fields": _("Only fields of your own have a type and options."),
    "not_true_or_false": _("Enter true or false."),
    "only_admins_add": _("No campaign uses this address yet, so an admin has to enter it."),
    "only_for_csv": _("Only CSV files have this. Leave it out."),
    "only_for_select": _("Only a field to choose from has options."),
    "sender_name_too_long": _("Shorten this name: with the address it is longer than email allows."),
    "plain_words_only": _("Write plain words, without web addresses or HTML: emails have all the links they need."),
    "reference_taken": _("This line was entered before, for {options}. Give each person a line of their own."),
    "select_without_options": _("Write the options to choose from."),
    "sender_not_verified": _(
        "SES has not verified this address or its domain, so no email can be sent yet. Whoever runs this system can have it verified."
    ),
    "sender_not_allowed": _(
        "This system may not send from this address. Whoever runs it decides which ones are allowed (Senders)."
    ),
    "sponsor_key_too_wide": _("A sponsor's key names its campaigns, and is not an admin's."),
    "too_large": _("Enter at most {limit}."),
    "names_stay_here": _(
        "This campaign hands over public names only: its form does not say that the others are handed over."
    ),
    "too_many_for_a_packet": _(
        "A packet lists at most {limit} names, and more people have signed. Take the names as an export."
    ),
    "too_many_entries": _("There can be at most {limit} of these."),
    "too_small": _("Enter at least {limit}."),
    "twice": _("This is here twice. Take one out."),
    "unknown_placeholder": _("Only these placeholders can be filled in here: {options}."),
    "without_label": _("Write what the field is called in the campaign's default language."),
    "placeholder_in_link": _("The address of a link cannot have a placeholder in it. Put it outside."),
    "update_without_language": _("Write the update in this language, too."),
    "without_translation": _("Fill this in, as in the default language."),
    # A picture or logo.
    "picture_is_svg": _("SVG files can contain programs, so they are not accepted. Save it as PNG, and use that file."),
    "picture_over_10_mb": _("The file is larger than 10 MB. Save it smaller, and use that file."),
    "picture_small": _("This is small and will look blurred. If you have a larger one, use that."),
    "picture_too_complex": _("This takes too long to open. Save it again as JPEG or PNG, and use that file."),
    "picture_too_many_pixels": _("This has more than 50 million pixels. Save it smaller, and use that file."),
    "picture_incomplete": _("A part of this picture is missing or damaged. Save it again, and use that file."),
    "picture_unknown": _("There is no such picture here. Upload it first."),
    "picture_unreadable": _("We cannot read this as a picture. Use a JPEG, PNG or WebP file."),
    "upload_incomplete": _("The file did not arrive whole. Upload it again."),
    "without_alt": _("Describe it in this language, for people who cannot see it."),
    # A file of paper signatures.
    "sheet_is_spreadsheet": _("This is a spreadsheet. Save it as CSV in your spreadsheet program, and use that file."),
    "sheet_not_text": _("This is not text that we can read. Save it as CSV in UTF-8, and use that file."),
    "sheet_without_rows": _("There are no rows below the titles."),
    "sheet_too_long": _("There are more than {limit} rows. Split the file in two."),
    "sheet_cells_beyond": _("Row {row} has more cells than there are titles."),
    "sheet_rows_in_cell": _("Row {row}: a quotation mark opens here and closes some rows too late."),
    "sheet_quote_open": _("Row {row}: a quotation mark opens here and is never closed."),
    "sheet_quote_misplaced": _("Row {row}: a quotation mark is in the wrong place. Inside a cell it is written twice."),
    "sheet_unknown_columns": _("The campaign has no field for these columns: {options}. Nothing was entered."),
    "sheet_known_columns": _("It knows: {options}."),
    "sheet_same_column": _("These columns are for the same field: {options}. Leave one out."),
    "not_yes_or_no": _("“{options}” is neither yes nor no. Write yes or no."),
    "not_a_sponsor": _("Write the organizations as the campaign does: {options}."),
    "two_days": _("This could be two days: {options}. Write the one you mean like that."),
    "short_year": _("Write the year with four digits, like 2026-11-23."),
    "same_address": _(
        "Row {row} has the same address, and each address counts once. Leave it empty for the other person."
    ),
    "same_reference": _("Row {row} has the same reference, for somebody else. Give each person one of their own."),
}
# Used instead where there are few options to name.
ONE_OF = _("Use one of these: {options}.")

# The response to a signer, by the campaign's way of confirming.
RECEIPTS = {
    "double": _("One step left: open the email we sent you and confirm."),
    "single": _("Thank you. Your signature counts."),
}

# Used instead if the limit is unknown.
TOO_LONG = _("This is too long.")

TRY_AGAIN = _("Please try again in a minute; sending it twice does no harm.")

# code: (title, what happened and what to do)
PROBLEM_MESSAGES = {
    "malformed": (_("We could not read this"), _("The form arrived damaged. Go back and send it again.")),
    "not_utf8": (_("We could not read this"), _("Some characters arrived damaged. The text must be sent as UTF-8.")),
    "nested_too_deep": (_("We could not read this"), _("The data is nested deeper than any form needs.")),
    "too_many_fields": (_("We could not read this"), _("The form has more fields than we can accept.")),
    "origin_not_allowed": (
        _("This site may not collect signatures here"),
        _("Sign on the campaign's own page instead. If the site is yours, ask the organizers to allow it."),
    ),
    "forbidden": (
        _("This key may not do that"),
        _("Ask an administrator for a key with the right permissions and campaign."),
    ),
    "unauthorized": (_("A valid key is needed"), _("Send one in the Authorization header, as a Bearer token.")),
    "campaign_not_found": (
        _("We cannot find this campaign"),
        _("The link may be old or mistyped. Check it, or ask whoever gave it to you."),
    ),
    "not_found": (_("There is nothing here"), _("The address may be mistyped or out of date.")),
    "method_not_allowed": (_("That cannot be done here"), _("This address does not accept that kind of request.")),
    "campaign_not_open": (
        _("Signatures are not being accepted right now"),
        _("This campaign has not opened yet, or it has closed. Its page says which."),
    ),
    "campaign_exists": (_("This campaign already exists"), _("Change it instead, or choose another name.")),
    "campaign_has_signatures": (
        _("This campaign has signatures"),
        _("It can be closed, not deleted: people have put their names to it."),
    ),
    "member_not_found": (
        _("There is no such member"),
        _("They may have been removed meanwhile. Look at the list of members again."),
    ),
    "session_not_found": (_("There is no such session"), _("It has ended already.")),
    "member_exists": (
        _("This person is a member already"),
        _(
            "No second invitation was sent. They sign in with this address; change what they may do in the list of members."
        ),
    ),
    "last_admin": (
        _("Somebody must be able to let others in"),
        _("This is the only admin among the members. Make somebody else an admin first."),
    ),
    "not_a_session": (
        _("This is for people who have signed in"),
        _("An API key has no sessions. Revoke the key to end its use."),
    ),
    "no_sender_for_members": (
        _("No email can be sent to members yet"),
        _("This deployment has no address that such emails come from. Whoever runs it sets MembersSender."),
    ),
    "key_not_found": (_("There is no such key"), _("Look at the list of keys: it may be written differently.")),
    "campaign_too_large": (
        _("The campaign is too large to be saved"),
        _("It takes {size} KB, and at most {limit} KB fit. Shorten its texts, or leave out a language."),
    ),
    "too_large": (_("That is too much at once"), _("Shorten what you wrote and send it again.")),
    "unsupported_media_type": (
        _("We cannot read this kind of content"),
        _("Send JSON or an ordinary form (urlencoded or multipart)."),
    ),
    "unsupported_content_encoding": (
        _("We cannot read compressed content"),
        _("Send it as it is, without Content-Encoding."),
    ),
    "format_not_offered": (_("This format is not available"), _("Ask for JSON: it is the only one available.")),
    "invalid": (_("Some answers need another look"), _("Correct the fields named here, then send the form again.")),
    "version_mismatch": (
        _("Someone else changed this in the meantime"),
        _("Read the latest version, then make your change again."),
    ),
    "version_required": (
        _("It is not clear which version you are changing"),
        _("Send the version you read in the If-Match header."),
    ),
    "too_many_requests": (_("Too many attempts"), _("Wait a minute, then try again.")),
    "unavailable": (_("We could not save this just now"), TRY_AGAIN),
    "internal": (_("Something went wrong on our side"), TRY_AGAIN),
    "key_without_member": (
        _("A key has no email address"),
        _("Sign in with your email address, and the test goes there."),
    ),
    "too_many_tests": (
        _("That was enough tests for now"),
        _("Wait an hour. Until then, look at the email here."),
    ),
    "test_over": (
        _("This test is over"),
        _("Nothing of it was kept, and nothing was counted. To sign as a test again, begin in the dashboard."),
    ),
    "test_link": (
        _("This link is from a test email"),
        _("Nothing happened: no signature and no address belongs to it. In the real email, this link works."),
    ),
    "link_invalid": (
        _("This link does not work"),
        _(
            "Email programs sometimes cut a link in two. Open it from the email again, or copy all of it. "
            "If that does not help, sign again and we will send you a new one."
        ),
    ),
    "link_expired": (
        _("This link has expired"),
        _("It worked for a limited time only. Sign again and we will send you a new one."),
    ),
    "already_withdrawn": (
        _("This signature was withdrawn"),
        _("It no longer counts, and your data is deleted. You are welcome to sign again."),
    ),
    "already_signed": (
        _("This address has already signed"),
        _("Each address counts once per campaign, on paper or online. There is nothing to enter."),
    ),
    "campaign_unreadable": (
        _("This campaign cannot be read"),
        _("Something is wrong with what is stored for it. Please tell whoever runs this service."),
    ),
    "signer_left": (
        _("This person had signed and withdrew"),
        _("Nothing was entered. If they signed again on paper, enter this one by itself and say so."),
    ),
    "names_removed": (
        _("Your name is no longer here"),
        _("The campaign is over and the names were removed as promised. Your signature still counts."),
    ),
    "comment_changed": (
        _("This comment was corrected in the meantime"),
        _("Nothing was published. Read it as it is now, and decide again."),
    ),
    "comment_private": (
        _("This comment cannot be published"),
        _("The person was not told that it might be, or does not show the name."),
    ),
    "not_pending": (
        _("This signature is not waiting for confirmation"),
        _("It is already confirmed or withdrawn, so there is nothing to ask for."),
    ),
    "withdrawal_over": (
        _("This withdrawal can no longer be undone"),
        _("It was undone already, or more than a day has passed. Ask people to sign again."),
    ),
    "sheet_over": (
        _("This file can no longer be undone"),
        _("It was undone already, or more than a day has passed. Enter it again, or withdraw signatures one by one."),
    ),
    "not_a_draft": (
        _("This update is no longer a draft"),
        _("It is being sent, or was. Write a new one for what has changed since."),
    ),
    "recipients_changed": (
        _("It would reach a different number of people"),
        _("It would reach {recipients} people now. If that is right, send it with this number."),
    ),
    "nobody_to_write_to": (
        _("Nobody would get this update"),
        _("None of the confirmed signers it is for has asked for news of this campaign."),
    ),
    "update_not_sending": (
        _("This update is a draft"),
        _("There is nothing to pause, resume or stop before it is sent."),
    ),
    "update_over": (
        _("This update is over"),
        _("It was sent or stopped, or it began more than two months ago. Write a new one."),
    ),
    "too_many_drafts": (
        _("There are too many drafts"),
        _("A campaign keeps at most {limit}. Send or delete one first."),
    ),
    "confirmations_used_up": (
        _("This signer has been asked often enough"),
        _("We ask for a confirmation at most three times. The emails already sent still work."),
    ),
    "being_made": (
        _("This is still being made"),
        _("Try again in a few seconds."),
    ),
    "asked_just_now": (
        _("This signer was asked a moment ago"),
        _("Wait ten minutes after an email before you ask again."),
    ),
}

# After the first kind, the page links to signing again; after the second, to the campaign's page.
SIGN_AGAIN = frozenset({"link_invalid", "link_expired", "already_withdrawn"})
# Where it is not known which campaign somebody meant, they are led to what there is.
DEAD_ENDS = frozenset(
    {"link_invalid", "link_expired", "already_withdrawn", "campaign_not_found", "test_link", "not_found"}
)
SEE_CAMPAIGN = frozenset({"campaign_not_open", "origin_not_allowed", "invalid", "test_link"})
