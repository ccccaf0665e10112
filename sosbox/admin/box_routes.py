"""The pages about the box itself. A guard lets in only those who look after it."""

from litestar import Router
from litestar.di import Provide

from sosbox.admin.access import provide_lists
from sosbox.admin.backup_page import give_sheet, show_backups, take_backup
from sosbox.admin.box_access import require_box_owner
from sosbox.admin.box_options import show_restart
from sosbox.admin.mail_page import show_mail, take_mail
from sosbox.admin.sms_page import show_sms, take_sms

BOX_ROUTER = Router(
    "/box",
    route_handlers=[
        *(show_mail, take_mail, show_sms, take_sms, show_restart),
        *(show_backups, take_backup, give_sheet),
    ],
    guards=[require_box_owner],
    dependencies={"lists": Provide(provide_lists, sync_to_thread=False)},
)
