"""The desk: the reader's own cases, on anybody's turn, and their notices."""

from webapp.desk import absence as absence
from webapp.desk import my_cases as my_cases
from webapp.desk import notices as notices
from webapp.desk.blueprint import MENU as MENU
from webapp.desk.blueprint import blueprint as blueprint
