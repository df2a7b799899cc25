"""The case file: everything known of one matter, for those who work with it; and the search for a case."""

from webapp.cases import arrivals as arrivals
from webapp.cases import case_page as case_page
from webapp.cases import changes as changes
from webapp.cases import code_calls as code_calls
from webapp.cases import comparing as comparing
from webapp.cases import consents as consents
from webapp.cases import corrections as corrections
from webapp.cases import duplicates as duplicates
from webapp.cases import emergencies as emergencies
from webapp.cases import files as files
from webapp.cases import given_copies as given_copies
from webapp.cases import late_replies as late_replies
from webapp.cases import log_extract as log_extract
from webapp.cases import meetings as meetings
from webapp.cases import misfiled_arrivals as misfiled_arrivals
from webapp.cases import notes as notes
from webapp.cases import outside_access as outside_access
from webapp.cases import party as party
from webapp.cases import preview as preview
from webapp.cases import printed_file as printed_file
from webapp.cases import retention as retention
from webapp.cases import search as search
from webapp.cases import visibility as visibility
from webapp.cases.blueprint import MENU as MENU
from webapp.cases.blueprint import blueprint as blueprint
