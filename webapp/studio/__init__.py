"""The process owners' pages: versions, drafts, editors, the publish gate and the second person's approval."""

from webapp.studio import comparison as comparison
from webapp.studio import draft_files as draft_files
from webapp.studio import drafts as drafts
from webapp.studio import editors as editors
from webapp.studio import guardrails as guardrails
from webapp.studio import letters as letters
from webapp.studio import moves as moves
from webapp.studio import names as names
from webapp.studio import publication as publication
from webapp.studio import replay as replay
from webapp.studio import scenarios as scenarios
from webapp.studio import sections as sections
from webapp.studio import try_outs as try_outs
from webapp.studio import versions as versions
from webapp.studio.blueprint import MENU as MENU
from webapp.studio.blueprint import blueprint as blueprint
