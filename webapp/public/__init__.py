"""Pages for everyone: without an account, without a cookie, and without a title or address that reveals their subject."""

from webapp.public import codes as codes
from webapp.public import files as files
from webapp.public import form_steps as form_steps
from webapp.public import identification as identification
from webapp.public import own_case as own_case
from webapp.public import page_addresses as page_addresses
from webapp.public import pages as pages
from webapp.public import paper as paper
from webapp.public import privacy as privacy
from webapp.public import replies as replies
from webapp.public.blueprint import blueprint as blueprint
from webapp.public.blueprint import entrance as entrance
from webapp.public.blueprint import identified as identified
from webapp.public.identification import RETURN_ADDRESS as RETURN_ADDRESS
