"""Pages, a module for each kind of visitor: routes parse, call one use case, render."""
