"""The table of kinds: what each is, what is usually enough, how long it takes, what it asks for."""

from dataclasses import dataclass
from enum import StrEnum

from experts.kinds import fields as read
from experts.kinds.fields import Field, Part, Widget
from experts.states import CredentialKind


class Support(StrEnum):
    """What may stand behind a claim, besides the words."""

    LINK = "link"
    IDENTIFIER = "identifier"
    DOIS = "dois"
    FILE = "file"
    ADDRESS = "address"  # one at the institution, confirmed by a code
    ASKED = "asked"  # somebody was asked to vouch
    VOUCH = "vouch"  # somebody has vouched


@dataclass(frozen=True)
class Proof:
    """Something that an admin can check: any one of `any_of`. What is not required only helps."""

    text: str
    any_of: frozenset[Support]
    required: bool = True


@dataclass(frozen=True)
class Kind:
    """One kind of credential, as its card and its form tell it."""

    kind: CredentialKind
    what: str
    enough: str
    minutes: str
    fields: tuple[Field, ...]
    proofs: tuple[Proof, ...]
    title: str = ""
    """What it is called when its form does not ask."""

    @property
    def label(self) -> str:
        return str(self.kind.label)

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


def _link(label: str, hint: str = "") -> Field:
    return Field("link", label, hint, required=False, reader=read.link, widget=Widget.LINK, longest=500)


def _proof(text: str, *any_of: Support, required: bool = True) -> Proof:
    return Proof(text, frozenset(any_of), required)


_STATEMENT = Field(
    "statement",
    "Anything an admin should know",
    "What is unusual, what the document does not say, another name you had then.",
    required=False,
    widget=Widget.TEXT,
    longest=5000,
)
_UNTIL = Field(
    "valid_until",
    "Valid until",
    "The last day, as it says. Leave it empty when it does not end.",
    required=False,
    reader=read.last_day,
    widget=Widget.DAY,
)

_KINDS = (
    Kind(
        CredentialKind.DEGREE,
        what="You hold a degree in the field.",
        enough="A photo or scan of the certificate, or a public register that lists you.",
        minutes="About 5 minutes",
        fields=(
            Field("title", "Degree", "As the certificate names it: MD, Dr. rer. nat., MSc.", offers="titles"),
            Field("institution", "University or school", autocomplete="organization"),
            Field("field", "Field of study"),
            Field("year", "Year it was given", reader=read.year, widget=Widget.NUMBER),
            _link("Public register or list with the name on it"),
            _STATEMENT,
        ),
        proofs=(_proof("A file of the certificate, or a link to a public register", Support.FILE, Support.LINK),),
    ),
    Kind(
        CredentialKind.LICENCE,
        what="You are licensed or registered to practise: physician, lawyer, engineer, auditor.",
        enough="The number and the authority, when its register is public; a scan of the licence when it is not.",
        minutes="About 3 minutes",
        fields=(
            Field("title", "Profession", "As the licence names it: physician, advocate, chartered engineer."),
            Field("institution", "Authority that issued it", "For instance: Austrian Medical Chamber."),
            Field("jurisdiction", "Country or state where it holds", "For instance: Austria; or New York."),
            Field("identifier", "Licence number"),
            _UNTIL,
            Field(
                "npi",
                "NPI",
                "Only if you practise in the United States: your ten-digit National Provider Identifier.",
                required=False,
                reader=read.npi,
                widget=Widget.NUMBER,
            ),
            _link("Entry in the public register"),
            _STATEMENT,
        ),
        proofs=(
            _proof(
                "A link to the entry in the register, or a file of the licence",
                Support.LINK,
                Support.FILE,
                required=False,
            ),
        ),
    ),
    Kind(
        CredentialKind.EMPLOYMENT,
        what="You work in the field, at a hospital, university, firm, court or laboratory.",
        enough="A code that we send to your address there. Or a contract, a letter, a page that names you.",
        minutes="About 3 minutes",
        fields=(
            Field("title", "Role", "For instance: consultant cardiologist.", autocomplete="organization-title"),
            Field("institution", "Employer", autocomplete="organization"),
            Field("since", "Since which year", reader=read.year, widget=Widget.NUMBER),
            _link("Page of theirs with the name on it", "The staff list, for instance."),
            _STATEMENT,
            Field(
                "email",
                "Address there",
                "Yours at this employer, not a private one. We send six digits to it, and nothing else.",
                required=False,
                reader=read.email,
                widget=Widget.EMAIL,
                part=Part.CODE,
                longest=254,
                autocomplete="email",
            ),
        ),
        proofs=(
            _proof(
                "An address there confirmed by a code, or a file, or a page with the name on it",
                Support.ADDRESS,
                Support.FILE,
                Support.LINK,
            ),
        ),
    ),
    Kind(
        CredentialKind.PUBLICATIONS,
        title="Publication record",
        what="You have published research or books in the field.",
        enough="Your ORCID iD with your works on it, or the DOIs of a few works that carry your name.",
        minutes="About 2 minutes",
        fields=(
            Field(
                "identifier",
                "ORCID iD",
                "Sixteen digits, such as 0000-0002-1825-0097.",
                required=False,
                reader=read.orcid,
            ),
            Field(
                "dois",
                "DOIs",
                f"Up to {read.MOST_DOIS}, one on a line: those that show best what you know.",
                required=False,
                reader=read.dois,
                widget=Widget.TEXT,
                longest=3000,
            ),
            Field("names", "Names on the publications", "If they differ from the name here.", required=False),
            _link("Public list of the works", "For instance: a page at a university, or in a library catalogue."),
            _STATEMENT,
        ),
        proofs=(
            _proof(
                "An ORCID iD, a DOI, or a public list of the works",
                Support.IDENTIFIER,
                Support.DOIS,
                Support.LINK,
            ),
        ),
    ),
    Kind(
        CredentialKind.CERTIFICATION,
        what="A professional body has certified you: a specialist board, an actuarial or accounting body, a vendor.",
        enough="The certificate number where the body has a public register; otherwise a scan of the certificate.",
        minutes="About 3 minutes",
        fields=(
            Field("title", "Certification", "For instance: board certified in internal medicine."),
            Field("institution", "Body that certified you"),
            Field("identifier", "Certificate number", required=False),
            _UNTIL,
            _link("Entry in the body's register, or a badge there"),
            _STATEMENT,
        ),
        proofs=(
            _proof(
                "A number, a link or a file by which it can be checked",
                Support.IDENTIFIER,
                Support.LINK,
                Support.FILE,
            ),
        ),
    ),
    Kind(
        CredentialKind.VOUCH,
        title="Vouch by a verified expert",
        what="Your knowledge shows in no document, but an expert who is verified here knows your work.",
        enough="One vouch that says what the person has seen of your work. Best beside another kind.",
        minutes="About 3 minutes, and the time of the person you ask",
        fields=(
            Field(
                "experience",
                "What is known, and from where",
                "What you know and how you came to know it: years, places, work that others have relied on.",
                widget=Widget.TEXT,
                longest=2000,
            ),
            _link("Public page that shows the work"),
            _STATEMENT,
            Field(
                "voucher",
                "Their e-mail address",
                "One that they use here, or at their institution.",
                required=False,
                reader=read.email,
                widget=Widget.EMAIL,
                part=Part.ASKING,
                longest=254,
            ),
            Field(
                "relationship",
                "How you know each other",
                "They read this, with your name and the domains you ask for.",
                required=False,
                widget=Widget.TEXT,
                part=Part.ASKING,
                longest=1000,
            ),
        ),
        proofs=(
            _proof("Somebody asked to vouch", Support.ASKED, Support.VOUCH),
            _proof("A vouch given", Support.VOUCH, required=False),
        ),
    ),
)

KINDS = {kind.kind: kind for kind in _KINDS}
