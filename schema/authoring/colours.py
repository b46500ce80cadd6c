"""Write the colours of a labelling page as a scheme writes them."""

import re

#: The names that labelling pages use most: those of CSS 2, and of Label Studio's own templates.
_NAMED = {
    "black": "#000000", "silver": "#C0C0C0", "gray": "#808080", "grey": "#808080",
    "white": "#FFFFFF", "maroon": "#800000", "red": "#FF0000", "purple": "#800080",
    "fuchsia": "#FF00FF", "magenta": "#FF00FF", "green": "#008000", "lime": "#00FF00",
    "olive": "#808000", "yellow": "#FFFF00", "navy": "#000080", "blue": "#0000FF",
    "teal": "#008080", "aqua": "#00FFFF", "cyan": "#00FFFF", "orange": "#FFA500",
    "darkorange": "#FF8C00", "darkgreen": "#006400", "darkblue": "#00008B", "darkred": "#8B0000",
    "brown": "#A52A2A", "pink": "#FFC0CB", "gold": "#FFD700", "violet": "#EE82EE",
    "indigo": "#4B0082", "lightblue": "#ADD8E6", "lightgreen": "#90EE90", "salmon": "#FA8072",
}  # fmt: skip


def hexadecimal(colour: str) -> str:
    """A colour as #RRGGBB; empty if it is written in another way."""
    plain = colour.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{6}", plain):
        return plain.upper()
    if re.fullmatch(r"#[0-9a-f]{3}", plain):
        return "#" + "".join(2 * digit for digit in plain[1:]).upper()
    return _NAMED.get(plain, "")
