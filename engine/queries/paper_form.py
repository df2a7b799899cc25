"""A public form as a PDF to fill in with a pen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from engine.domain.paper_forms import PaperForm
from engine.executor import Query, Work
from engine.letters import render_form


@dataclass(frozen=True)
class DrawPaperForm(Query[bytes]):
    """Typeset a form on paper. The caller gives its words; the neutral address comes from the settings."""

    shows_cases = False

    form: PaperForm

    def permit(self, work: Work) -> None:
        """Permit anyone: the empty form contains nobody's data."""

    def execute(self, work: Work) -> bytes:
        # On the envelope stands the address that names nobody: the system's name would expose the writer.
        authority = work.settings.authority
        sender = (line.strip() for line in (authority.return_address or authority.street).split(","))
        return _drawn(self.form, tuple(line for line in sender if line), work.today)


@lru_cache(maxsize=64)
def _drawn(form: PaperForm, sender: tuple[str, ...], day: date) -> bytes:
    """Typeset the form. Cached: everyone gets the same one, and setting it takes the processor for a while."""
    return render_form(form, sender=sender, drawn_on=day)
