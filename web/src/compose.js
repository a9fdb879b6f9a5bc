// The form of an action: what it would reach follows what is typed, and what is typed is saved.
import { keeping } from "./compose/keeping.js";
import { filters } from "./compose/filters.js";
import { following } from "./compose/following.js";

const form = document.querySelector("form[data-compose]");
if (form) {
    filters(form);
    following(form);
    if (form.elements.namedItem("own")) keeping(form);
    // Another kind brings other questions along: the server asks them anew, with what was typed.
    const kind = form.elements.namedItem("kind");
    kind?.addEventListener?.("change", () => form.requestSubmit(document.getElementById("kind-apply")));
}
