"""What was printed, in words."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sosbox.admin.print_words import PrintWords
from sosbox.i18n import Localizer
from sosbox.pieces.runs import Run
from sosbox.printing.template import Size, Template


class RunWords(PrintWords):
    """Says it to one reader; templates use it."""

    def __init__(
        self, _: Localizer, sizes: Mapping[str, tuple[Template, Size]], zone: ZoneInfo
    ) -> None:
        super().__init__(_, sizes)
        self._zone = zone

    def what(self, run: Run) -> str:
        """How much it is, and what is special about it."""
        _ = self._
        said = [_.plural("{num} piece", "{num} pieces", run.num_pieces)]
        if run.num_pages:
            said.append(_.plural("{num} page", "{num} pages", run.num_pages))
        if run.options.copies > 1:
            said.append(_("{num} copies of each", num=_.number(run.options.copies)))
        if run.options.is_for_print_shop:
            said.append(_("for a print shop"))
        if run.printer:
            said.append(
                _("on the printer {name}", name=run.printer.partition(":")[2] or run.printer)
            )
        return ", ".join(said)

    def languages(self, run: Run) -> str:
        """Those that were chosen; empty for those of the house."""
        return self._.all_of([self.language(code) for code in run.options.languages])

    def progress(self, run: Run) -> str:
        return self._("It is set and every code is read: {percent} %", percent=run.progress)

    def reason(self, run: Run) -> str:
        """Why it failed."""
        return self._(run.message, **run.arguments)
