"""The pages about printing."""

from sosbox.admin.print_page import (
    show_look_live,
    show_preview,
    show_print,
    show_sample,
    take_print,
)
from sosbox.admin.print_runs_page import (
    send_archive,
    send_file,
    show_run,
    show_run_live,
    show_runs,
    show_runs_live,
    take_again,
    take_unused,
)
from sosbox.admin.print_set_page import show_set, take_set
from sosbox.admin.print_templates_page import (
    send_source,
    show_template,
    show_templates,
    take_replacement,
    take_template,
    take_template_away,
)

PRINT_ROUTES = (
    show_print,
    show_look_live,
    show_preview,
    show_sample,
    take_print,
    show_set,
    take_set,
    show_runs,
    show_runs_live,
    show_run,
    show_run_live,
    send_file,
    send_archive,
    take_again,
    take_unused,
    show_templates,
    take_template,
    show_template,
    take_replacement,
    take_template_away,
    send_source,
)
