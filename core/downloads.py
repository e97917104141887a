"""Files that leave through the browser."""

from typing import IO

from django.http import FileResponse


def attachment(*, file: IO[bytes], name: str, content_type: str) -> FileResponse:
    """`file` as a download that is kept by nobody on the way; it is closed when it is sent."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response
