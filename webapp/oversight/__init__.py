"""The managers' pages: work late or due soon, where cases wait, each person's load, reassignment."""

from webapp.oversight import absences as absences
from webapp.oversight import all_cases as all_cases
from webapp.oversight import erasures as erasures
from webapp.oversight import giving as giving
from webapp.oversight import overview as overview
from webapp.oversight import reassignment as reassignment
from webapp.oversight import statistics as statistics
from webapp.oversight.blueprint import MENU as MENU
from webapp.oversight.blueprint import blueprint as blueprint
