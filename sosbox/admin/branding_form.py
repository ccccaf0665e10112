"""What the forms about how things look send: fields, new pictures, pictures to take away."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from litestar import Request

from sosbox.admin.access import Visit
from sosbox.admin.print_previews import press_for
from sosbox.admin.small_uploads import InvalidUploadError, SmallUpload, read_small_upload
from sosbox.admin.typed import Typed
from sosbox.errors import InvalidFieldsError, Problems
from sosbox.i18n import LANGUAGES
from sosbox.pieces.material import printed_picture
from sosbox.places.logo import MAX_BYTES, Picture, WrongPictureError, read_picture
from sosbox.printing.press import PictureError

T = TypeVar("T")

TEXT_PREFIX = "text_"
_REMOVE_PREFIX = "remove_"


@dataclass
class SentBrand:
    """A form as it came: `pictures` by their column, None for one to take away; `problems`: what
    is wrong with the pictures; `sent`: the fields whose files would have to be chosen again."""

    typed: Typed
    pictures: dict[str, Picture | None] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    sent: list[str] = field(default_factory=list)

    def checked(self, check: Callable[[Typed], T]) -> T:
        """What the check makes of the fields. Raises InvalidFieldsError, with the problems of the
        pictures, too."""
        try:
            draft = check(self.typed)
        except InvalidFieldsError as error:
            for name, problem in error.fields.items():
                self.problems.add(name, problem)
            raise InvalidFieldsError(self.problems.fields) from None
        self.problems.refuse()
        return draft


async def read_sent(
    request: Request[Any, Any, Any], visit: Visit, names: Iterable[str]
) -> SentBrand:
    """names: the columns of the pictures. Raises ForbiddenError, TooSlowError."""
    try:
        upload = await read_small_upload(request, visit, max_file_bytes=MAX_BYTES)
    except InvalidUploadError as error:
        sent = SentBrand(Typed(error.typed))
        for name, problem in error.fields.items():
            sent.problems.add(name, problem)
        return sent
    sent = await asyncio.to_thread(_read, upload, names)
    for name, picture in sent.pictures.items():
        if picture is not None:
            try:
                await press_for(request, is_own=False).check_logo(printed_picture(picture))
            except PictureError as error:
                sent.problems.add(name, error)
    return sent


def texts_of(typed: Typed) -> dict[str, str]:
    """What was written for each language, empty or not."""
    return {language: typed[TEXT_PREFIX + language] for language in LANGUAGES}


def _read(upload: SmallUpload, names: Iterable[str]) -> SentBrand:
    """Looks into the pictures, which may take a tenth of a second."""
    sent = SentBrand(Typed(upload.fields))
    for name in names:
        files = upload.files.get(name)
        if files:
            sent.sent.append(name)
            try:
                sent.pictures[name] = read_picture(files[0].data)
            except WrongPictureError as error:
                sent.problems.add(name, error)
        elif sent.typed[_REMOVE_PREFIX + name]:
            sent.pictures[name] = None
    return sent
