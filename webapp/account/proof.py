"""Proving again who one is, before signing, sealed or restricted content, and changes of powers."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for

from engine.commands.own_sign_in import OwnMeans
from engine.commands.proofs import AskForProof, CountProof, ProveWithPasskey, ProveWithPassword
from engine.errors import PasskeyRefused, ProofRefused, Refusal, TooManyProofs
from webapp.account.blueprint import blueprint
from webapp.account.passkeys import obstacle, posted_answer, site
from webapp.account.sign_in import own_path
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, settings
from webapp.http.responses import json_text, render


@blueprint.get("/me/proof")
@for_staff()
def prove() -> Response:
    onwards = own_path(request.args.get("next"))
    if onwards and sessions.actor().has_proof(engine().now()):
        return make_response(redirect(onwards, code=303))
    return _page(onwards)


@blueprint.get("/me/proof/passkey")
@for_staff()
def ask_for_proof() -> Response:
    return json_text(engine().answer(AskForProof(site()), sessions.actor()))


@blueprint.post("/me/proof/passkey")
@for_staff()
def prove_with_passkey() -> Response:
    return _proved(ProveWithPasskey(site(), posted_answer()), PasskeyRefused())


@blueprint.post("/me/proof/password")
@for_staff()
def prove_with_password() -> Response:
    password, code = request.form.get("password", "")[:1000], request.form.get("code", "")[:100]
    return _proved(ProveWithPassword(password, code), ProofRefused())


def _proved(command: ProveWithPasskey | ProveWithPassword, refusal: Refusal) -> Response:
    """Enter the proof and go on to the page that asked for it, or show this page with the refusal."""
    onwards = own_path(request.form.get("next"))
    if not engine().perform(CountProof(), sessions.actor()):
        return _page(onwards, TooManyProofs(), 429)
    token = engine().perform(command, sessions.actor())
    if token is None:
        return _page(onwards, refusal, 422)
    return sessions.renew(make_response(redirect(onwards or url_for("account.prove"), code=303)), token)


def _page(onwards: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    actor, now, session = sessions.actor(), engine().now(), sessions.current_session()
    return render(
        "account/proof.html",
        status,
        means=engine().answer(OwnMeans(), actor),
        problem=refusal.message if refusal else "",
        proof_ends_at=actor.proof_ends_at if actor.has_proof(now) else None,
        next=onwards,
        obstacle=obstacle(),
        is_from_provider=session is not None and session.is_from_provider and bool(settings().staff_sign_in),
    )
