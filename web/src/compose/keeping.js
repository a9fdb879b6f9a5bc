// Saves a draft as it is typed. What the server did not take stays on this computer, for this account only, until it is
// taken: nothing is lost with a tab, a session or a network.
const SOON = 900;
const AGAIN = 5_000;

/** Keeps what is typed. */
export function keeping(form) {
    const said = document.getElementById("saved");
    const field = (name) => form.elements.namedItem(name);
    const key = () => `oproep-draft ${form.dataset.account} ${field("id").value || "new"}`;
    const typed = () => new URLSearchParams(new FormData(form)).toString();
    const first = typed();
    let waiting, saving = false, changed = false, leaving = false;

    offer();
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", () => {
        leaving = true;
        clearTimeout(waiting);
        localStorage.removeItem(key());
    });
    addEventListener("online", () => changed && save());

    function soon() {
        changed = true;
        localStorage.setItem(key(), typed());
        clearTimeout(waiting);
        waiting = setTimeout(save, SOON);
    }

    async function save() {
        if (saving || leaving) return;
        saving = true;
        changed = false;
        const before = key();
        try {
            const answer = await fetch("/console/new/save", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "hx-request": "true" } });
            if (answer.ok) {
                const { id, version, said: words } = await answer.json();
                localStorage.removeItem(before);
                known(id, version);
                said.textContent = words;
            } else {
                // Not right as it is: the page says what is wrong. Whoever was signed out goes on all the same.
                said.textContent = answer.status === 401 ? form.dataset.signedOut : form.dataset.kept;
                if (answer.status === 401) waiting = setTimeout(save, AGAIN);
            }
        } catch {
            said.textContent = form.dataset.kept;
            waiting = setTimeout(save, AGAIN);
        }
        saving = false;
        if (changed) waiting = setTimeout(save, SOON);
    }

    /** From the first save on it is a draft with a place of its own. */
    function known(id, version) {
        field("version").value = version;
        if (field("id").value === id) return;
        field("id").value = id;
        form.action = `/console/actions/${id}/edit`;
        history.replaceState(null, "", `/console/actions/${id}/edit`);
    }

    /** Offers what was typed earlier and never saved. */
    function offer() {
        const kept = localStorage.getItem(key());
        const note = document.getElementById("unsaved");
        if (!kept || kept === first || !note) return;
        note.hidden = false;
        document.getElementById("unsaved-take").addEventListener("click", () => {
            fill(new URLSearchParams(kept));
            note.hidden = true;
            form.dispatchEvent(new Event("input", { bubbles: true }));
            field("kind").focus();
        });
        document.getElementById("unsaved-drop").addEventListener("click", () => {
            localStorage.removeItem(key());
            note.hidden = true;
            field("kind").focus();
        });
    }

    function fill(values) {
        for (const element of form.elements) {
            if (!element.name || ["id", "version", "kept"].includes(element.name)) continue;
            if (element.type === "checkbox" || element.type === "radio") element.checked = values.getAll(element.name).includes(element.value);
            else if (values.has(element.name)) element.value = values.get(element.name);
        }
    }
}
