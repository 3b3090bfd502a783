"""The first end-to-end run: real questions in, real experts' answers typed, reviewed blind, released, over HTTP alone.

Start the product (`make demo PORT=8000` or any other), then:
    python -m bench.first_run http://127.0.0.1:8000 QUESTIONS.jsonl ANSWERS.jsonl [ANSWERS.jsonl …]
Nothing is written but by the forms that people use. Prints the figures.
"""

import json
import random
import re
import sys
import time
from pathlib import Path

from bench.people import Person

PASSWORD = "passion-flower"  # noqa: S105 -- the demo's
TASKS = 500
WANTED = 32
SLUG = "first-run"
DOMAINS = ("medicine", "biology", "law", "engineering", "history", "psychology")
SCORES = ("accuracy", "nuance", "calibration", "clarity")


def people(origin: str) -> dict[str, Person]:
    """The demo's people, signed in."""
    found = {name: Person(origin) for name in ("admin", "author", "expert", "reviewer", "reader", "adjudicator", "lab")}
    for name, person in found.items():
        person.sign_in(f"{name}@demo.example", PASSWORD)
    return found


def until(person: Person, path: str, words: str, seconds: float = 60) -> str:
    """Read a page again until it says so."""
    end = time.monotonic() + seconds
    while words not in (text := person.get(path).text):
        assert time.monotonic() < end, f"{path} never said {words!r}"
        time.sleep(0.3)
    return text


def import_questions(admin: Person, file: Path) -> tuple[float, int]:
    """A project with 500 questions: seconds from upload to imported, and how many came."""
    rubric = re.search(
        r'name="rubric".*?<option value="(\d+)"[^>]*>Rubric', admin.get("/desk/projects/new/").text, re.DOTALL
    )
    assert rubric
    admin.send(
        "/desk/projects/new/", name="First run", summary="", rubric=rubric[1], licence="CC-BY-4.0", overlap=1,
        bar_accuracy=4, bar_nuance=4, bar_calibration=4, bar_clarity=4, minutes=45, pay_cents=0, currency="EUR",
        lease_minutes=120, lease_cap_minutes=1440, open="on", body="Answer the question as an expert would.",
    )  # fmt: skip
    lines = b"".join(file.read_bytes().splitlines(keepends=True)[:TASKS])
    began = time.monotonic()
    page = admin.upload(f"/desk/projects/{SLUG}/import/", file.name, lines, domain="").location
    text = until(admin, page, "Nothing has been imported yet")
    new = re.search(r"Import ([\d,]+) tasks", text)
    assert new
    admin.send(f"{page}confirm/")
    until(admin, page, "imported</strong>")
    return time.monotonic() - began, int(new[1].replace(",", ""))


def verify_everybody(all_: dict[str, Person]) -> None:
    """The demo's people ask for the domains of the questions, and the admin verifies and grants roles."""
    admin = all_["admin"]
    drafts = {name: all_[name].send("/apply/new/", kind="degree").location for name in ("author", "expert")}
    page = all_["author"].get(drafts["author"]).text
    ids = {
        name.strip().lower(): value
        for value, name in re.findall(r'name="domains" value="(\d+)"[^>]*>\s*([^<]+)</label>', page)
    }
    wanted = [ids[name] for name in DOMAINS]
    for name, draft in drafts.items():
        sent = all_[name].send(
            f"{draft}send/", title=f"Doctorate of {name}", institution="University of Examples", field="Mathematics",
            year=2004, link="https://www.example.org/graduates", statement="On the register.", domains=wanted,
        )  # fmt: skip
        assert sent.status == 302, sent.text
    for case in sorted(set(re.findall(r"/desk/credentials/(\d+)/", admin.get("/desk/credentials/").text))):
        admin.send(f"/desk/credentials/{case}/rule/", outcome="verified", scope=wanted, valid_until="", reason="")
    listed = admin.get("/desk/people/?q=demo.example").text
    for name, role in (("Rosa", "reviewer"), ("Ravi", "reviewer"), ("Elena", "reviewer"), ("Jun", "adjudicator")):
        number = re.search(rf'/desk/people/(\d+)/">{name}', listed)
        assert number
        admin.send(f"/desk/people/{number[1]}/grant/", role=role, domains=wanted)


def write(author: Person, answers: dict[str, str]) -> int | None:
    """Claim tasks of the project until one has an answer to type, then save it in bursts and submit it."""
    for _ in range(200):
        board = author.get("/write/").text
        desk = author.send("/write/next/").location
        if "/claims/" not in desk:
            return None
        page = author.get(desk).text
        match = next((answer for question, answer in answers.items() if question in page), None)
        if match is None:
            author.send(f"{desk}release/", reason="outside_expertise")
            continue
        version = 0
        for end in range(400, len(match), 400):
            saved = author.send_json(f"{desk}save/", {"body": match[:end], "note": "", "base_version": version})
            version = saved.json()["version"]
        key = re.search(r'name="key" value="([^"]+)"', page)
        assert key
        body = match.replace("\n", "\r\n")
        done = author.send(f"{desk}submit/", body=body, note="", base_version=version, key=key[1])
        assert done.status == 302, (board[:0], done.status, done.text[:3000])
        return int(done.location.rstrip("/").rpartition("/")[2])
    return None


def read(reviewer: Person, luck: random.Random) -> str:
    """Take the next review and judge: mostly 4s, now and then not. What was said, or nothing."""
    desk = reviewer.send("/review/next/").location
    if not re.fullmatch(r"/review/\d+/", desk):
        return ""
    verdict = luck.choices(("approve", "request_changes", "reject"), (75, 15, 10))[0]
    low = {"approve": "", "request_changes": "3", "reject": "2"}[verdict]
    weak = luck.choice(SCORES) if low else ""
    scores = {key: low if key == weak else "4" for key in SCORES}
    reasons = {f"{key}_reason": "A needed step is left unproved." if key == weak else "" for key in SCORES}
    comment = "Prove the step that carries the conclusion." if low else ""
    done = reviewer.send(f"{desk}complete/", verdict=verdict, comment=comment, **scores, **reasons)
    assert done.status == 302, done.text
    return verdict


def settle(judge: Person) -> int:
    """Decide every case that waits."""
    cases = set(re.findall(r"/adjudicate/(\d+)/", judge.get("/adjudicate/").text))
    for case in cases:
        judge.send(f"/adjudicate/{case}/rule/", outcome="approved", rationale="The step is proved in the second line.")
    return len(cases)


def main(origin: str, questions: Path, answer_files: list[Path]) -> None:
    """Run it and print the figures."""
    luck = random.Random(7)  # noqa: S311 -- the same run again, not a secret
    all_ = people(origin)
    seconds, imported = import_questions(all_["admin"], questions)
    rows = [json.loads(line) for file in answer_files for line in file.read_text(encoding="utf-8").splitlines()]
    answers = {_as_html(row["instruction"]): row["response"] for row in rows if len(row["response"]) > 200}
    verify_everybody(all_)
    began, said, changes, cases, submitted, approved = time.monotonic(), 0, 0, 0, set(), 0
    while approved < WANTED:
        number = write(all_["author"], answers)
        assert number is not None, "the board ran empty"
        submitted.add(number)
        for reviewer in ("reviewer", "reader", "expert"):
            while verdict := read(all_[reviewer], luck):
                said, changes = said + 1, changes + (verdict != "approve")
        cases += settle(all_["adjudicator"])
        approved += ">Approved<" in all_["author"].get(f"/write/submissions/{number}/").text
    worked = time.monotonic() - began
    rows_released, built = release(all_)
    print(f"tasks imported: {imported} in {seconds:.1f} s (upload, check, confirm, import)")
    print(f"submissions: {len(submitted)}; reviews: {said}, of them {changes} against approval; cases: {cases}")
    print(f"approved: {approved} in {worked:.1f} s; released rows: {rows_released} in {built:.1f} s")


def _as_html(text: str) -> str:
    """As Django's page would show the beginning of it."""
    return text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")[:120]


def release(all_: dict[str, Person]) -> tuple[int, float]:
    """Commission the project, build a release, download it: rows and seconds until ready."""
    admin, lab = all_["admin"], all_["lab"]
    ids = dict(
        re.findall(r'name="projects" value="(\d+)"[^>]*>\s*([^<]+?)\s*</label>', admin.get("/desk/labs/demo-lab/").text)
    )
    admin.send("/desk/labs/demo-lab/commissions/", projects=list(ids))
    chosen = next(number for number, name in ids.items() if name == "First run")
    made = lab.send(
        "/lab/demo-lab/datasets/new/", name=f"First run {time.time():.0f}", projects=chosen,
        bar_accuracy=3, bar_nuance=3, bar_calibration=3, bar_clarity=3,
    )  # fmt: skip
    began = time.monotonic()
    page = lab.send(f"{made.location}release/", version="1.0.0").location
    until(lab, page, "Download the JSONL")
    content = lab.get(f"{page}files/data/train.jsonl").body
    return content.count(b"\n"), time.monotonic() - began


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(argument) for argument in sys.argv[3:]])
