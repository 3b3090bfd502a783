"""One of everything and one person of every kind: what the guards walk through."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from experts.actions.conflicts import declare_employer
from experts.actions.pauses import pause_person
from experts.actions.training import begin_exam
from experts.models import User
from experts.stopping import key_for
from exports.actions.building import build_release
from exports.actions.labs import add_member, issue_token, open_lab, revoke_token
from exports.actions.releasing import request_release
from exports.states import LabRole
from pasiflora.kernel import clock
from reviews.actions.appealing import file_appeal
from reviews.actions.reviewing import take_next_review
from reviews.states import Verdict
from tasks.actions.drafts import save_draft
from tasks.actions.imports import receive_import
from tasks.models import Project, Revision
from tests import factories, factories_kinds, training
from tests.domain.test_releases import dataset_of, lab_with
from tests.factories import NOON
from tests.factories_evidence import asked, evidence_row


@dataclass
class World:
    """One of each thing, and one of each kind of person."""

    people: dict[str, User]
    ids: dict[str, dict[str, object]]
    tokens: dict[str, str] = field(default_factory=dict)

    def url(self, name: str) -> str:
        """The address of that name, of the thing of its kind that is here."""
        return reverse(name, kwargs=self.ids.get(name))


def refused(project: Project, author: User, verdict: Verdict = Verdict.REJECT) -> Revision:
    """A revision that two readers did not approve just now."""
    now = clock.now()
    revision = factories.submitted(factories.claim(factories.task(project), author, at=now), at=now)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (1, 2, 2, 2), verdict, at=now)
    return revision


def make_world() -> World:
    """Build it. The store must be a folder of the test's own."""
    admin, plain = factories.admin(), factories.person()
    author, other = factories.expert(), factories.expert()
    reader, second, judge = factories.reviewer(), factories.reviewer(), factories.adjudicator()
    project = factories.project()
    approved = factories.approved(of=factories.task(project))
    lab = lab_with(project)
    member = lab.members.get().user
    dataset = dataset_of(lab, project)
    release = request_release(dataset=dataset, version="1.0.0", by=member, at=NOON + timedelta(days=1))
    build_release(release=release, clock=lambda: NOON + timedelta(days=1))
    elsewhere = open_lab(name="Elsewhere", slug="elsewhere", by=admin, at=NOON)
    stranger = factories.person()
    add_member(lab=elsewhere, email=stranger.email, role=LabRole.OWNER, by=admin, at=NOON)
    held = factories.claim(factories.task(project), author)
    save_draft(claim=held, by=author, at=NOON, body="Begun.", base_version=0)
    disputed = factories.submitted(factories.claim(factories.task(project), author))
    factories.reviewed(reader)
    factories.reviewed(second, (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    contested, appealed = refused(project, author), refused(project, author)
    mending = refused(project, author, Verdict.REQUEST_CHANGES)
    appeal = file_appeal(decision=appealed.decision, by=author, at=clock.now(), text="Why.", quotes=["decision"])
    factories.submitted(factories.claim(factories.task(project), author))
    review = take_next_review(by=reader, at=NOON)
    credential = factories.credential(author, state="needs_information")
    waiting = factories.credential(other, state="submitted")
    employment = factories_kinds.draft(author, "employment")
    vouching = factories_kinds.draft(author, "vouch")
    vouch = factories_kinds.request(judge, vouching, at=clock.now())
    own_file, sent_file = evidence_row(credential), evidence_row(waiting)
    look = asked(sent_file, admin, at=clock.now()).view
    file_of_author = {"credential_id": credential.pk, "evidence_id": own_file.pk}
    file_of_other = {"credential_id": waiting.pk, "evidence_id": sent_file.pk}
    received = receive_import(project=project, by=admin, at=NOON, file_name="a.jsonl", chunks=[b"{}"]).pk
    training.publish_course()
    exam = begin_exam(slug="whole", by=author, at=NOON)
    graded = training.sit(author, "accuracy")
    employer = declare_employer(by=author, at=NOON, name="Employer of the author")
    pause = pause_person(user=plain, domain=factories.domain("law"), by=admin, at=NOON, reason="Why.")
    now = clock.now()
    token, secret = issue_token(lab=lab, name="ci", days=9, by=member, at=now)
    revoked, dead = issue_token(lab=lab, name="old", days=9, by=member, at=now)
    revoke_token(token=revoked, by=member, at=now)
    foreign = issue_token(lab=elsewhere, name="theirs", days=9, by=stranger, at=now)[1]
    expired = issue_token(lab=lab, name="late", days=1, by=member, at=now - timedelta(days=2))[1]
    file = {"release_id": release.pk, "path": "data/train.jsonl"}
    # fmt: off
    return World(
        people={
            "plain": plain,
            "author": author,
            "other": other,
            "reader": reader,
            "second": second,
            "far_reader": factories.reviewer(["law"]),
            "judge": judge,
            "far_judge": factories.adjudicator(["law"]),
            "admin": admin,
            "member": member,
            "stranger": stranger,
        },
        ids={
            "notices_stop": {"key": key_for(plain.pk, "decision")},
            "task": {"task_id": held.task_id},
            "task_claim": {"task_id": held.task_id},
            "tasks_set_aside": {},
            "desk_task": {"task_id": held.task_id},
            "desk_task_look": {"task_id": held.task_id},
            "desk": {"claim_id": held.pk},
            "draft_save": {"claim_id": held.pk},
            "draft_now": {"claim_id": held.pk},
            "draft_process": {"claim_id": held.pk},
            **{
                name: {"claim_id": held.pk}
                for name in (
                    "draft_statements", "draft_statement_add", "draft_check", "draft_links", "draft_links_ask",
                    "draft_check_submit",
                )
            },
            "draft_statement_remove": {"claim_id": held.pk, "number": 1},
            "draft_versions": {"claim_id": held.pk},
            "draft_version": {"claim_id": held.pk, "number": 1},
            "draft_restore": {"claim_id": held.pk, "number": 1},
            "claim_release": {"claim_id": held.pk},
            "draft_submit": {"claim_id": held.pk},
            "submission": {"submission_id": disputed.submission_id},
            "review": {"review_id": review.pk},
            "review_open": {"review_id": review.pk},
            "review_save": {"review_id": review.pk},
            "review_complete": {"review_id": review.pk},
            "review_hand_back": {"review_id": review.pk},
            "case": {"revision_id": disputed.pk},
            "case_rule": {"revision_id": disputed.pk},
            "submission_changes": {"submission_id": disputed.submission_id},
            "appeal_ask": {"submission_id": contested.submission_id},
            "comment_reply": {"comment_id": mending.reviews.first().comments.first().pk},
            "reading_helped": {"submission_id": contested.submission_id, "number": 1, "place": 1},
            "appeal": {"appeal_id": appeal.pk},
            "appeal_answer": {"appeal_id": appeal.pk},
            **{
                name: {"credential_id": of.pk}
                for name, of in {
                    "credential": credential, "credential_send": credential, "credential_withdraw": credential,
                    "credential_code": employment, "credential_confirm": employment, "credential_vouch": vouching,
                }.items()
            },
            "credential_vouch_take_back": {"credential_id": vouching.pk, "vouch_id": vouch.pk},
            "vouch": {"vouch_id": vouch.pk},
            "vouch_refuse": {"vouch_id": vouch.pk},
            "evidence_add": {"credential_id": credential.pk},
            "evidence_remove": file_of_author,
            "evidence_ask": file_of_other,
            "evidence_view": file_of_other | {"link": look.link},
            "evidence_page": file_of_other | {"link": look.link, "number": 1},
            "evidence_end": file_of_other | {"link": look.link},
            "desk_credential": {"credential_id": waiting.pk},
            "desk_credential_rule": {"credential_id": waiting.pk},
            "desk_credential_presence": {"credential_id": waiting.pk},
            "person": {"person_id": plain.pk},
            "domain": {"slug": "physics"},
            "gates": {},
            "training_module": {"slug": "accuracy"},
            "training_source": {"slug": "accuracy"},
            "training_file": {"slug": "accuracy", "number": 1},
            "person_training": {"person_id": plain.pk},
            "qualification_grant": {"person_id": plain.pk},
            "qualification_revoke": {"person_id": reader.pk, "qualification_id": reader.qualifications.get().pk},
            "reviewers_test": {},
            "reviewers_begin": {},
            "exam_begin": {"slug": "accuracy"},
            "exam": {"exam_id": exam.pk},
            "exam_result": {"exam_id": graded.pk},
            "person_grant": {"person_id": plain.pk},
            "person_pause": {"person_id": plain.pk},
            "person_pause_end": {"person_id": plain.pk, "pause_id": pause.pk},
            "person_conflict": {"person_id": plain.pk},
            "person_conflict_end": {"person_id": author.pk, "conflict_id": employer.pk},
            "conflict_left": {"conflict_id": employer.pk},
            "person_account": {"person_id": plain.pk},
            "person_revoke": {"person_id": reader.pk, "grant_id": reader.role_grants.get().pk},
            **{
                name: {"slug": project.slug}
                for name in (
                    "project", "project_settings", "project_guideline", "project_claims", "project_tasks",
                    "import_upload",
                )
            },
            "lab": {"slug": lab.slug},
            "lab_member_add": {"slug": lab.slug},
            "lab_commission": {"slug": lab.slug},
            "lab_member_remove": {"slug": lab.slug, "user_id": member.pk},
            "dataset_new": {"lab": lab.slug},
            "tokens": {"lab": lab.slug},
            "dataset": {"dataset_id": dataset.pk},
            "dataset_edit": {"dataset_id": dataset.pk},
            "release_ask": {"dataset_id": dataset.pk},
            "release": {"release_id": release.pk},
            "release_again": {"release_id": release.pk},
            "release_file": file,
            "token_revoke": {"token_id": token.pk},
            **{
                name: {"import_id": received}
                for name in ("import", "import_confirm", "import_retry", "import_problems")
            },
            "api_release": {"pk": release.pk},
            "api_release_file": {"pk": release.pk, "path": "data/train.jsonl"},
            "approved": {"submission_id": approved.pk},
        },
        tokens={"lab": secret, "foreign": foreign, "revoked": dead, "expired": expired, "invented": "pf_live_nothing"},
    )
    # fmt: on


def addresses(resolver: URLResolver | None = None) -> Iterator[str]:
    """The name of every address that is routed, allauth's among them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern)
        # allauth's old spellings without a name lead to the new ones.
        elif isinstance(pattern, URLPattern) and (pattern.name or not str(pattern.pattern).startswith("social/")):
            yield pattern.name or str(pattern.pattern)


def signed_in(person: User, **options: Any) -> Client:
    """A browser in which this person has signed in."""
    client = Client(**options)
    client.force_login(person)
    return client


def drain(answer: Any) -> None:
    """Read a file to its end, as a server would: it is closed then."""
    if answer.streaming:
        for _ in answer.streaming_content:
            pass
