"""Sentences that admins send again and again, as a start. What is particular to the case is written beneath them."""

from experts.states import CredentialState

REASONS: dict[CredentialState, dict[str, str]] = {
    CredentialState.NEEDS_INFORMATION: {
        "unreadable": "We could not read the document. Please send it again, all pages, straight and sharp.",
        "name_differs": "The document bears another name than your account. Please tell us how they are related; "
        "a marriage certificate or a line of explanation is enough.",
        "translation": "Please add a translation into English, yours or a certified one, of the part that says what "
        "was awarded, to whom and when.",
        "register": "Please give the number and the register in which we can look this up ourselves.",
        "scope": "What you sent does not yet show that it covers every domain you asked for. Please say where you "
        "practised, taught or published in each.",
    },
    CredentialState.DECLINED: {
        "not_found": "We could not find this entry in the register that it should be in.",
        "other_person": "The entry that we found belongs to somebody else.",
        "level": "We ask for a completed degree or an equal practice in the field; what you sent does not show one. "
        "You can ask again with other evidence, such as publications, a licence, or a vouch by a verified expert.",
        "field": "It is genuine, but it does not speak for the domains you asked for. You can ask again for those that "
        "it does speak for.",
        "ended": "It is no longer valid. You can ask again once it is renewed, or with other evidence.",
        "no_answer": "We asked for more and did not hear from you. You can ask again from here whenever it suits you.",
    },
    CredentialState.REVOKED: {
        "withdrawn": "The authority that issued it has withdrawn it.",
        "false": "We have learned that what you told us about it was not so.",
        "mistake": "We verified it by mistake. We are sorry; the reason is below, and you can ask again.",
    },
}


def sentence(outcome: CredentialState, key: str) -> str:
    """The text behind a key; empty when there is none for this outcome."""
    return REASONS.get(outcome, {}).get(key, "")
