"""Pictures from plain data, as SVG and in characters: circuits, curves."""
