"""A sample of each command and query about models: deployments, drafts, guardrails, moves, scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from engine.commands import deployments, element_names, guardrails, model_drafts, moves, sections, try_outs
from engine.domain.scenarios import Scenario
from engine.executor import Command, Query
from engine.models.comparing import Words
from engine.queries import (
    comparing,
    faults,
    foreign_file,
    letter_preview,
    models,
    replay_facts,
    staffing,
    warm_up,
)
from engine.queries import element_names as element_names_query
from engine.queries import guardrails as guardrails_query
from engine.queries import moves as moves_query
from engine.queries import sections as sections_query
from engine.queries import try_outs as try_outs_query
from tests.support.world import World

UseCase = Command[Any] | Query[Any]


@dataclass(frozen=True)
class Sample:
    """One of a kind, and what is special about it where there are several."""

    use_case: UseCase
    note: str = ""

    @property
    def kind(self) -> type[UseCase]:
        return type(self.use_case)

    @property
    def name(self) -> str:
        return f"{self.kind.__name__} {self.note}".strip()


def of_models(world: World) -> Iterator[UseCase]:
    owner = world.actor("omistaja")
    draft = world.engine.perform(deployments.CreateModelDraft("Luonnos"), owner)
    deployment = world.engine.answer(models.ListModels(), owner).deployments[0].deployment.id
    yield deployments.DeployProcesses({}, "")
    yield deployments.CreateModelDraft("")
    yield model_drafts.AddModelFile(draft, "", "")
    yield model_drafts.PutBackModelFile(draft, "", 1)
    yield deployments.SaveModelDraft(draft, "", b"", 1)
    yield element_names.TranslateNames(draft, {})
    yield deployments.RequestPublication(draft, "")
    yield deployments.ApprovePublication(draft, 1)
    yield deployments.ReturnToEditing(draft, "")
    yield model_drafts.DiscardModelDraft(draft, "")
    yield model_drafts.RecoverModelDraft(draft)
    yield model_drafts.ImportBundle(draft, b"", 1)
    yield model_drafts.ImportFile(draft, "forms/x.form", b"{}", 1)
    yield model_drafts.PutBackModelDraft(draft, uuid4(), 1)
    yield model_drafts.RollBack(deployment)
    yield from _of_law(draft)
    yield from _of_moves(world, deployment)
    yield models.ListModels()
    yield warm_up.ReadAhead()
    yield faults.FindFaults()
    yield models.OpenDeployment(deployment)
    yield models.OpenModel(deployment, "intake_to_decision")
    yield models.OpenModelDraft(draft)
    yield models.CheckModelDraft(draft)
    yield foreign_file.ReadForeignFile(draft, "x.form", b'{"components": []}')
    yield models.CheckFiles({})
    yield staffing.CheckStaffing({})
    yield element_names_query.OpenNames(draft)
    yield models.ReadModelFile("", deployment)
    yield models.ReadModelFiles(deployment)
    yield comparing.CompareModels(deployment, draft)
    yield comparing.CompareFiles({}, {})
    yield comparing.OpenDocumentation(deployment, Words())
    typed = letter_preview.Typed(draft, "", b"", "fi", {})
    yield letter_preview.PreviewLetter(typed)
    yield letter_preview.PrintLetter(typed)
    run = world.engine.perform(try_outs.BeginTryOut(draft), owner)
    nothing = Scenario("", world.clock.moment, ())
    yield try_outs.BeginTryOut(draft)
    yield try_outs.KeepSteps(run, (), 1)
    yield try_outs.EndTryOut(run)
    yield try_outs.SaveScenario(draft, "", nothing)
    yield try_outs.RemoveScenario(draft, "")
    yield try_outs_query.OpenSource(draft)
    yield try_outs_query.OpenTryOut(run)


def _of_law(draft: UUID) -> Iterator[UseCase]:
    yield guardrails.PutGuardrail(draft, {}, "")
    yield guardrails.RemoveGuardrail(draft, "", "")
    yield guardrails.BindGuardrailsFrom(draft, date(2027, 1, 1), "")
    yield guardrails_query.OpenGuardrails(draft)
    yield guardrails_query.DrawBreaches(draft, {})
    yield sections.RecordSectionCheck(draft, (), date(2026, 1, 1), "", "")
    yield sections.RemoveSectionCheck(draft, (), "")
    yield sections_query.OpenSections(draft, Words())


def _of_moves(world: World, deployment: UUID) -> Iterator[UseCase]:
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        move = stores.moves.add(deployment, stores.cases.find(), world.actor("omistaja2"), world.clock())
    yield moves.RequestMove(deployment, [])
    yield moves.ApproveMove(move)
    yield moves.WithdrawMove(move)
    yield moves.ReturnCases(move)
    yield moves.MoveAtOnce(deployment, [])
    yield moves_query.PreviewMove(deployment)
    yield moves_query.OpenMove(move)
    yield replay_facts.GatherFacts(deployment)
    yield replay_facts.CountReplayable()
