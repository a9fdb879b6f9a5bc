// htmx, where its extension expects to find it.
import htmx from "htmx.org";

window.htmx = htmx;
