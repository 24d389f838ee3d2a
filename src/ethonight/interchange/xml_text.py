"""XML as elements, read so that a file can do no harm: no document types, so no entities."""

from __future__ import annotations

import re
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ethonight.interchange.observation import FormatError

_SEPARATOR = "}"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_xml(data: bytes, name: str) -> Element:
    """Return the root element; names are without namespace. Raises FormatError with the line, also for a DOCTYPE."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)

    def start(tag: str, attributes: dict[str, str]) -> None:
        builder.start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def refuse(*_: object) -> NoReturn:
        raise FormatError(
            f"{name}, line {parser.CurrentLineNumber}: a DOCTYPE is not read. Save the file anew in its program."
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: builder.end(_local(tag))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise FormatError(f"{name}, line {error.lineno}: the XML is broken ({what}). Export it again.") from error
    return builder.close()


def printable_xml(text: str) -> str:
    """Return the text without what XML cannot hold: control characters and halves of characters."""
    return _NO_XML.sub("", text)


def _local(name: str) -> str:
    return name.rpartition(_SEPARATOR)[2]
