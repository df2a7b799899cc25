"""Pages for everyone: no account, no cookie, nothing in a title or an address that tells what they are about."""

from webapp.public import codes as codes
from webapp.public import files as files
from webapp.public import identifying as identifying
from webapp.public import intro_page as intro_page
from webapp.public import journey as journey
from webapp.public import own_case as own_case
from webapp.public import pages as pages
from webapp.public import paper as paper
from webapp.public import privacy as privacy
from webapp.public import receipts as receipts
from webapp.public import replies as replies
from webapp.public.blueprint import blueprint as blueprint
from webapp.public.blueprint import entrance as entrance
from webapp.public.blueprint import identified as identified
from webapp.public.identifying import RETURN_ADDRESS as RETURN_ADDRESS
