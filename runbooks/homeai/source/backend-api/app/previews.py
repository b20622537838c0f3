"""Small pictures of a room photo, for lists."""

import io

from PIL import Image


def preview(photo: bytes, edge: int = 320) -> bytes:
    """A JPEG whose longer edge is at most `edge` pixels."""
    with Image.open(io.BytesIO(photo)) as image:
        small = image.convert("RGB")
        small.thumbnail((edge, edge))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=80)
        return out.getvalue()
