"""The work of staff: tasks in the order in which they are due, one task a page; enquiries, urgent calls, applications on paper."""

from webapp.inbox import application_intake as application_intake
from webapp.inbox import bulk_acts as bulk_acts
from webapp.inbox import enquiries as enquiries
from webapp.inbox import next_task as next_task
from webapp.inbox import task_form as task_form
from webapp.inbox import task_lists as task_lists
from webapp.inbox import task_page as task_page
from webapp.inbox import urgent_calls as urgent_calls
from webapp.inbox.blueprint import MENU as MENU
from webapp.inbox.blueprint import URGENT_CALL_MENU as URGENT_CALL_MENU
from webapp.inbox.blueprint import blueprint as blueprint
from webapp.inbox.blueprint import intake as intake
from webapp.inbox.blueprint import urgent_call as urgent_call
